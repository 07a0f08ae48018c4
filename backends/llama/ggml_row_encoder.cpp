// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/ggml_row_encoder.h"

#include "core/quant/float_encoder.h"
#include "core/quant/number_extent.h"
#include "core/quant/type_kinds.h"

#include <fmt/format.h>

#include <ggml.h>

namespace snug::llama {
namespace {

using gguf::TensorType;

// Those that the engine searches a grid for.
bool isSearched(TensorType type)
{
    switch (type) {
    case TensorType::IQ1_S:
    case TensorType::IQ1_M:
    case TensorType::IQ2_XXS:
    case TensorType::IQ2_XS:
    case TensorType::IQ2_S:
    case TensorType::IQ3_XXS:
    case TensorType::IQ3_S:
        return true;
    default:
        return false;
    }
}

tl::unexpected<Error> unusable(std::string message)
{
    return fail(ErrorKind::Corrupt, std::move(message), {{"reason", "not_finite"}});
}

tl::unexpected<Error> outOfRange(TensorType type)
{
    return fail(ErrorKind::Unsupported,
                fmt::format("The weights are so large that {} cannot hold them.", gguf::tensorTypeName(type)),
                {{"reason", "range"}}, "Choose BF16 or F32.");
}

// Whatever would make the engine end the program is found here.
Result<void> checkNumbers(TensorType type, std::span<const float> rows, std::span<const float> importance)
{
    const quant::Extent extent = quant::extentOf(rows);
    if (!extent.finite)
        return unusable("A weight is infinite or not a number.");
    const quant::Extent weighed = quant::extentOf(importance);
    if (!weighed.finite || weighed.negative)
        return unusable("A number of the importance matrix is negative, infinite or not a number.");
    const bool fits = importance.empty() ? quant::gridSumsStayFinite(extent.largest)
                                         : quant::gridSumsStayFinite(extent.largest, weighed.largest);
    if (isSearched(type) && !fits)
        return outOfRange(type);
    return {};
}

Result<void> quantize(TensorType type, std::span<const float> rows, std::int64_t columns,
                      std::span<const float> importance, std::span<std::byte> into)
{
    if (importance.empty() && ggml_quantize_requires_imatrix(static_cast<ggml_type>(type)))
        return fail(
            ErrorKind::Unsupported,
            fmt::format("{} cannot be made without an importance matrix.", gguf::tensorTypeName(type)),
            {{"reason", "importance"}}, "Give one, or choose another level.");
    quantizeRows(type, rows, columns, importance, into);
    return {};
}

} // namespace

void quantizeRows(TensorType type, std::span<const float> rows, std::int64_t columns,
                  std::span<const float> importance, std::span<std::byte> into)
{
    ggml_quantize_chunk(static_cast<ggml_type>(type), rows.data(), into.data(), 0,
                        static_cast<std::int64_t>(rows.size()) / columns, columns,
                        importance.empty() ? nullptr : importance.data());
}

GgmlRowEncoder::~GgmlRowEncoder()
{
    ggml_quantize_free();
}

Result<void> GgmlRowEncoder::encode(TensorType type, std::span<const float> rows, std::int64_t columns,
                                    std::span<const float> importance, std::span<std::byte> into) const
{
    if (rows.empty())
        return {};
    if (!quant::isEncodable(type) || columns % gguf::tensorTypeInfo(type).blockElements != 0)
        return fail(
            ErrorKind::Unsupported,
            fmt::format("Rows of {} weights cannot be stored as {}.", columns, gguf::tensorTypeName(type)),
            {{"reason", "type"}});
    SNUG_CHECK(checkNumbers(type, rows, importance));
    SNUG_CHECK(quant::isFloat(type) ? quant::FloatEncoder().encode(type, rows, columns, {}, into)
                                    : quantize(type, rows, columns, importance, into));
    if (!ggml_validate_row_data(static_cast<ggml_type>(type), into.data(), into.size()))
        return outOfRange(type);
    return {};
}

} // namespace snug::llama
