// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace snug::bench {

// Makes a llama of 350 million parameters in bfloat16, normally distributed as trained weights are, in a new
// folder, with the tokenizer of the folder `tokenizer`. False if the disk does not take it (0.7 GB).
[[nodiscard]] bool makeCheckpoint(const QString &folder, const QString &tokenizer);

} // namespace snug::bench
