// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/fit_request.h"
#include "ui/viewmodels/level_table.h"

#include <QVariantMap>

namespace snug::ui {

// The sentences and figures of the Model page that are about more than one row.

// "Qwen · 8.19 B parameters · 36 layers · …" of the "model" of `inspect`.
[[nodiscard]] QString modelFacts(const QJsonObject &model);

// The headline about one level: verdict, title, text, why, speed, range, speedWhy, memory, memoryOf,
// memoryWhy, quality, qualityWord, qualityWhy, measured, exact. Texts without a figure are empty.
[[nodiscard]] QVariantMap answerMap(const LevelRow &row, const LevelFit &fit, const FitRequest &request,
                                    const QString &machine);

// For the slider: stops (tokens), position (of `context` among them), fitsAt (of `largest`; -1: none),
// fitsText, leastText, mostText, note (a warning; empty without one).
[[nodiscard]] QVariantMap contextScaleMap(std::int64_t context, std::int64_t largest, std::int64_t trained);

// text, more, why, level, action (the words of its button; empty if there is nothing to do).
[[nodiscard]] QVariantMap adviceMap(const QJsonObject &advice, const LevelTable &table,
                                    const FitRequest &request, const QString &selected);

} // namespace snug::ui
