// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/plan.h"

#include <string_view>

// Which type a tensor gets (conversion/base.py, prepare_tensors).
namespace snug::convert {

// What Auto stands for.
[[nodiscard]] OutputType resolved(OutputType type, const Checkpoint &checkpoint);

// Of a tensor that is not packed in a type of llama.cpp's own. REQUIRES: `type` is not Auto.
[[nodiscard]] gguf::TensorType tensorType(std::string_view name, const Shape &shape, OutputType type);

// general.file_type (enum llama_ftype). REQUIRES: `type` is not Auto.
[[nodiscard]] std::uint32_t fileType(OutputType type, bool hasMxfp4);

} // namespace snug::convert
