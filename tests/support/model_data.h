// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"
#include "core/quant/catalogue.h"

#include <filesystem>

namespace snug::test {

// Writes a model that the engine can run, for its speed: the tensors of `draft` at a level, filled with
// random blocks whose scales are those of usual weights. What it says makes no sense. Fails with Unsupported
// for a type that it knows no blocks of, or as quant::planTypes.
[[nodiscard]] Result<void> writeRandomModel(const std::filesystem::path &path, gguf::Header draft,
                                            quant::FileType level);

} // namespace snug::test
