// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"

#include <cstdint>
#include <string>
#include <vector>

// Headers of what is loaded beside a model: drafts for encodeHeader, that the engine accepts.
namespace snug::test {

// A LoRA with a pair of F32 matrices for each of `tensors`. REQUIRES: `base` has them.
[[nodiscard]] gguf::Header adapterOf(const gguf::Header &base, const std::vector<std::string> &tensors,
                                     std::int64_t rank);

struct Projector {
    std::int64_t layers = 2;
    std::int64_t width = 128;
    std::int64_t heads = 4;
    std::int64_t imageSize = 64;
    std::int64_t patchSize = 16;
    std::int64_t modelWidth = 256; // of the model that it is for
    std::int64_t netWidths = 2;    // how many times as wide the net of a layer is
};

// A vision tower as Gemma 3 has it.
[[nodiscard]] gguf::Header projector(const Projector &shape);

} // namespace snug::test
