// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/unpack/unpack.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace snug::convert {

// Numbers of 4 bits in blocks of 32, each block with a power of two (OCP microscaling specification, MXFP4).
// A checkpoint keeps the numbers in "X_blocks", two neighbours a byte with the first in the low half, and the
// powers in "X_scales"; ggml keeps both together, the first 16 numbers in the low halves (ggml-common.h,
// block_mxfp4).
class Mxfp4Blocks {
public:
    static constexpr std::size_t kElements = 32;
    static constexpr std::size_t kGgmlBytes = 17;

    // Fails with Corrupt (reason bad_packing).
    [[nodiscard]] static Result<Mxfp4Blocks> of(const PackedSource &packed);

    // Blocks from the place `first` on, as ggml keeps them. REQUIRES: `into` is as long as whole blocks.
    void repack(std::int64_t first, std::span<std::byte> into) const;
    // Their numbers.
    void unpack(std::int64_t first, std::span<float> into) const;

private:
    Mxfp4Blocks(std::span<const std::byte> numbers, std::span<const std::byte> powers)
        : m_numbers(numbers), m_powers(powers)
    {
    }

    // The 16 bytes of a block.
    [[nodiscard]] std::span<const std::byte> block(std::int64_t place) const;

    std::span<const std::byte> m_numbers;
    std::span<const std::byte> m_powers;
};

} // namespace snug::convert
