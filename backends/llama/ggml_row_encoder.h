// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/quant/row_encoder.h"

namespace snug::llama {

// Every type that the engine's own quantizer stores, in the same bytes. Some types need tables of the engine,
// which are made at their first use: that takes up to a second or two, and the threads that need one wait.
// One encoder at a time in a process: its end frees the tables, which belong to all.
class GgmlRowEncoder final : public quant::RowEncoder {
public:
    GgmlRowEncoder() = default;
    ~GgmlRowEncoder() override;

    // Fails also with Unsupported (reason "range": numbers too far apart or too large for `type`, which the
    // engine would end the program for or make infinite).
    [[nodiscard]] Result<void> encode(gguf::TensorType type, std::span<const float> rows,
                                      std::int64_t columns, std::span<const float> importance,
                                      std::span<std::byte> into) const override;
};

// The engine's quantizer alone. REQUIRES: rows and importance that GgmlRowEncoder would not refuse.
void quantizeRows(gguf::TensorType type, std::span<const float> rows, std::int64_t columns,
                  std::span<const float> importance, std::span<std::byte> into);

} // namespace snug::llama
