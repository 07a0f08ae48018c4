// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/types.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace snug::quant {

// Stores rows of numbers as a tensor type keeps them. Any number of threads use one at once.
class RowEncoder {
public:
    RowEncoder() = default;
    RowEncoder(const RowEncoder &) = delete;
    RowEncoder &operator=(const RowEncoder &) = delete;
    virtual ~RowEncoder() = default;

    // Whole rows of `columns` numbers each. `importance`: one number a column, of all these rows; empty:
    // none. REQUIRES: `into` is as long as the rows become. The bytes of a row depend on that row and
    // `importance` alone, and are always the same. Fails with Unsupported (reason "type": it does not know
    // `type`; "importance": `type` cannot do without), Corrupt (reason "not_finite").
    [[nodiscard]] virtual Result<void> encode(gguf::TensorType type, std::span<const float> rows,
                                              std::int64_t columns, std::span<const float> importance,
                                              std::span<std::byte> into) const = 0;
};

} // namespace snug::quant
