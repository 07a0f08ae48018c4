// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/quant/row_encoder.h"

namespace snug::quant {

// F32, F16 and BF16, as ggml writes them. Numbers that are not finite are kept as they are.
class FloatEncoder final : public RowEncoder {
public:
    [[nodiscard]] Result<void> encode(gguf::TensorType type, std::span<const float> rows,
                                      std::int64_t columns, std::span<const float> importance,
                                      std::span<std::byte> into) const override;
};

} // namespace snug::quant
