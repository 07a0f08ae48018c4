// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/level_row.h"

#include <QVariantList>
#include <QVariantMap>

namespace snug::ui {

// The sentences of the Model page: what a figure is, where it comes from, how sure it is, what would change
// it.

// It is known that it would run, on whatever.
[[nodiscard]] bool runs(const LevelFit &fit);
// "Fits", "Partly 31/36", "CPU only", "Does not fit".
[[nodiscard]] QString verdictWord(const LevelFit &fit);
[[nodiscard]] QString verdictWhy(const LevelFit &fit);
// "41", "6.2"; empty if nobody knows.
[[nodiscard]] QString speedFigure(double tokensPerSecond);
// "37 to 45"; empty if the figure has no uncertainty.
[[nodiscard]] QString speedRange(const LevelFit &fit);
[[nodiscard]] QString speedWhy(const LevelFit &fit);
// 0 (as good as the original) to 4 (damaged); -1 if nobody measured.
[[nodiscard]] int qualityGrade(const LevelRow &row);
// "same", "very close", "acceptable", "visible", "damaged"; empty if nobody measured.
[[nodiscard]] QString qualityWord(const LevelRow &row);
[[nodiscard]] QString qualityFigure(const LevelRow &row);
[[nodiscard]] QString qualityWhy(const LevelRow &row);
[[nodiscard]] QString sizeWhy(const LevelRow &row);
[[nodiscard]] QString memoryWhy(const LevelFit &fit);

// "RTX 4060" of "NVIDIA GeForce RTX 4060", "llvmpipe" of "llvmpipe (LLVM 15.0.6, 256 bits)".
[[nodiscard]] QString shortDeviceName(const QString &name);

// What a bar shows: bytes of weights, of files beside the model, KV cache, compute, overhead. Of the GPUs
// where the whole model is on them; else of everything, so that one sees what is lacking.
[[nodiscard]] QVariantList barParts(const LevelFit &fit);
[[nodiscard]] std::int64_t barBytes(const LevelFit &fit);
// What is free where it would have to go: on the GPUs together, or in main memory if there is none.
[[nodiscard]] std::int64_t freeBytes(const LevelFit &fit);

// For the panel, one map a device: name, title, parts (for the bar), lines (label, term, part, figure), used,
// free, total, usedText, freeText, leftText, lacking, small (main memory of a model that is on the GPU).
[[nodiscard]] QVariantList deviceMaps(const LevelFit &fit);

} // namespace snug::ui
