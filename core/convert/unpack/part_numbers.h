// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/unpack/unpack.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace snug::convert {

// The few numbers that stand beside the packed ones (scales, zeros, places), all read at once.
struct PartNumbers {
    std::vector<float> values;
    std::vector<std::int64_t> shape; // slowest first; empty for a single number

    [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(values.size()); }
    [[nodiscard]] float operator[](std::int64_t place) const
    {
        return values[static_cast<std::size_t>(place)];
    }
};

// Empty without such a part. Fails with Corrupt (reason bad_packing) for a type without numbers.
[[nodiscard]] Result<PartNumbers> numbersBeside(const PackedSource &packed, std::string_view suffix);

// The whole part of a stored number; -1 for what is negative, absurd or no number, of which no cast is
// defined.
[[nodiscard]] inline std::int64_t indexIn(float number)
{
    return number >= 0 && number < 0x1p53F ? static_cast<std::int64_t>(number) : -1;
}

} // namespace snug::convert
