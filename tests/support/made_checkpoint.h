// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace snug::test {

// The defaults: 350 million parameters, 0.7 GB.
struct MadeCheckpoint {
    int layers = 24;
    int vocabulary = 32768;
};

// Makes a llama in bfloat16, normally distributed as trained weights are, in a new folder, with the tokenizer
// of the folder `tokenizer`. False if the disk does not take it.
[[nodiscard]] bool makeCheckpoint(const QString &folder, const QString &tokenizer,
                                  const MadeCheckpoint &size = {});

} // namespace snug::test
