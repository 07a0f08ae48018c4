// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace snug::quant::simd {

// Whole blocks, one after the other, that become blocks of one type. A row is one or more of them.
struct BlockJob {
    const float *numbers = nullptr; // aligned as a float is
    std::size_t blocks = 0;
    std::size_t blocksPerRow = 0;
    const float *importance = nullptr; // one for each number of a row, of all rows; or null
    std::byte *into = nullptr;         // any alignment
};

// False if a number, or a scale that it led to, was infinite or none; what was written is then worth nothing.
using BlockEncoder = bool (*)(const BlockJob &job);

} // namespace snug::quant::simd
