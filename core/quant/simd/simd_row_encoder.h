// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/quant/row_encoder.h"

namespace snug::quant::simd {

// The same bytes as the reference, many rows' blocks at once. The reference is asked for types that there is
// no kernel of, on processors without vectors, and for the reason when numbers cannot be stored. It is the
// engine as it is built for x86-64, which fuses no product into a sum.
class SimdRowEncoder final : public RowEncoder {
public:
    // REQUIRES: `reference` outlives the encoder.
    explicit SimdRowEncoder(const RowEncoder &reference) : m_reference(reference) {}

    [[nodiscard]] Result<void> encode(gguf::TensorType type, std::span<const float> rows,
                                      std::int64_t columns, std::span<const float> importance,
                                      std::span<std::byte> into) const override;

private:
    const RowEncoder &m_reference;
};

} // namespace snug::quant::simd
