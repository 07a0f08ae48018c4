// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/load_request.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace snug::ui {

// A LoRA adapter beside a model.
struct LoraChoice {
    QString path;
    double scale = 1; // of what it was trained for; kept while it is off
    bool on = true;

    [[nodiscard]] double effective() const { return on ? scale : 0; }
    bool operator==(const LoraChoice &) const = default;
};

// How a model is to be loaded.
struct LoadSettings {
    static constexpr std::size_t kMostAdapters = 8;
    static constexpr double kMostScale = 10;
    static constexpr qsizetype kLongestPath = 4096;
    static constexpr QLatin1String kOwnDraft{fit::LoadRequest::kOwnDraft.data(),
                                             static_cast<qsizetype>(fit::LoadRequest::kOwnDraft.size())};

    int context = 0;    // tokens; 0: automatic
    int gpuLayers = -1; // -1: as many as fit
    QString kvType = QStringLiteral("f16");
    QString kvTypeV; // of the values, where it is another; empty: kvType for both
    QString flashAttention = QStringLiteral("auto");
    QString draft;       // a path, or kOwnDraft: layers of the model's own; empty: none
    int draftTokens = 0; // guessed at a time; 0: the engine's choice
    std::vector<LoraChoice> loras;
    QString chatTemplate; // a path or "chatml"; empty: the model's own

    [[nodiscard]] bool draftsItself() const { return draft == kOwnDraft; }
    [[nodiscard]] const QString &valueType() const { return kvTypeV.isEmpty() ? kvType : kvTypeV; }
    bool operator==(const LoadSettings &) const = default;
};

// Every value brought inside its limits; what makes no sense becomes its default, a path that is not absolute
// is left out.
[[nodiscard]] LoadSettings bounded(LoadSettings settings);

// For the settings file: what differs from a default, and back; whatever stands there, the result is bounded.
[[nodiscard]] nlohmann::json toJson(const LoadSettings &settings);
[[nodiscard]] LoadSettings loadSettingsFrom(const nlohmann::json &kept);

// What `snug-cli serve` is given after the model.
[[nodiscard]] QStringList serveArguments(const LoadSettings &settings);
// A question of `fit --follow` about one level.
[[nodiscard]] QJsonObject fitQuestion(const LoadSettings &settings, const QString &level);

// What would change if a model that was loaded with `loaded` were loaded with `wanted`: words for people, in
// the order of the sheet.
[[nodiscard]] QStringList differences(const LoadSettings &loaded, const LoadSettings &wanted);

} // namespace snug::ui
