// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/simd/simd_row_encoder.h"

#include "core/quant/simd/instruction_sets.h"
#include "core/quant/simd/kernels.h"

#include <algorithm>
#include <cmath>

namespace snug::quant::simd {
namespace {

// Whether rows of `columns` numbers are whole blocks, and the importance is one that can be stored with.
bool isOrdinary(const gguf::TensorTypeInfo &info, std::span<const float> rows, std::int64_t columns,
                std::span<const float> importance, std::size_t bytes)
{
    if (columns <= 0 || columns % info.blockElements != 0)
        return false;
    const auto width = static_cast<std::size_t>(columns);
    const auto blocks = rows.size() / static_cast<std::size_t>(info.blockElements);
    return rows.size() % width == 0 && bytes == blocks * static_cast<std::size_t>(info.blockBytes) &&
           (importance.empty() || importance.size() == width) &&
           std::ranges::all_of(importance, [](float number) { return std::isfinite(number) && number >= 0; });
}

} // namespace

Result<void> SimdRowEncoder::encode(gguf::TensorType type, std::span<const float> rows, std::int64_t columns,
                                    std::span<const float> importance, std::span<std::byte> into) const
{
    const BlockEncoder kernel = blockEncoder(type);
    const gguf::TensorTypeInfo &info = gguf::tensorTypeInfo(type);
    if (kernel == nullptr || !hasVectors() || !isOrdinary(info, rows, columns, importance, into.size()))
        return m_reference.encode(type, rows, columns, importance, into);
    const auto numbers = static_cast<std::size_t>(info.blockElements);
    const BlockJob job{rows.data(), rows.size() / numbers, static_cast<std::size_t>(columns) / numbers,
                       importance.empty() ? nullptr : importance.data(), into.data()};
    if (kernel(job))
        return {};
    return m_reference.encode(type, rows, columns, importance, into);
}

} // namespace snug::quant::simd
