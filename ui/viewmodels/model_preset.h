// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/sampling_settings.h"

#include <QObject>

#include <functional>
#include <optional>

namespace snug::ui {

class ChatPresets;
class SettingsFile;

// The preset that goes with a model: it is applied when the model is loaded while the chat has no settings of
// its own (the defaults, or what another model's preset brought), and that is said. GUI thread; owned by
// ChatViewModel.
class ModelPreset final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelPreset)
    Q_PROPERTY(QString text READ text NOTIFY changed)
    Q_PROPERTY(QString actionText READ actionText NOTIFY changed)

public:
    // What the chat has now.
    struct Present {
        QString model; // its name; empty: none is loaded
        SamplingSettings sampling;
    };
    using Ask = std::function<Present()>;

    // All outlive this.
    ModelPreset(const ChatPresets &presets, SettingsFile &settings, Ask ask, QObject *parent = nullptr);
    ~ModelPreset() override;

    // What the model's preset is and whether it is in use; empty if there is nothing to say.
    [[nodiscard]] QString text() const;
    // What act() would do: mark the preset that is in use, use the marked one, or forget the mark.
    [[nodiscard]] QString actionText() const;
    Q_INVOKABLE void act();

    // A model is ready. REQUIRES: the presets are its own by now.
    void onLoaded();
    // The settings or the presets changed.
    void refresh() { Q_EMIT changed(); }

Q_SIGNALS:
    void changed();
    void applied(const snug::ui::SamplingSettings &sampling);

private:
    struct Found {
        std::int64_t id = 0;
        QString name;
        SamplingSettings sampling;
    };

    [[nodiscard]] std::optional<Found> find(std::int64_t id) const;
    [[nodiscard]] std::optional<Found> marked(const QString &model) const;
    // The preset whose settings these are.
    [[nodiscard]] std::optional<Found> equalTo(const SamplingSettings &sampling) const;
    void mark(const QString &model, std::int64_t id);
    void apply(const SamplingSettings &sampling);

    const ChatPresets &m_presets;
    SettingsFile &m_settings;
    Ask m_ask;
};

} // namespace snug::ui
