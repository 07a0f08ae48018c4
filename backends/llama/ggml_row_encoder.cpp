// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/ggml_row_encoder.h"

#include "core/quant/float_encoder.h"
#include "core/quant/number_extent.h"
#include "core/quant/simd/finite.h"
#include "core/quant/simd/float_rows.h"
#include "core/quant/type_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <ggml.h>
#include <optional>

namespace snug::llama {
namespace {

using gguf::TensorType;

constexpr std::size_t kNumbersAtOnce = 16'384;
constexpr std::size_t kFloatsAtOnce = 4'096;

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

// MXFP4 holds the largest floats, but no blocks whose largest number is around 1e-38.
tl::unexpected<Error> outOfRange(TensorType type)
{
    return fail(ErrorKind::Unsupported,
                fmt::format("The weights are so {} that {} cannot hold them.",
                            type == TensorType::MXFP4 ? "small" : "large", gguf::tensorTypeName(type)),
                {{"reason", "range"}}, "Choose BF16 or F32.");
}

// Whatever would make the engine end the program is found here. `most`: of the importance.
Result<void> checkNumbers(TensorType type, std::span<const float> rows, std::optional<float> most)
{
    if (quant::simd::firstNotFinite(rows))
        return unusable("A weight is infinite or not a number.");
    if (!isSearched(type))
        return {};
    const float largest = quant::extentOf(rows).largest;
    if (!(most ? quant::gridSumsStayFinite(largest, *most) : quant::gridSumsStayFinite(largest)))
        return outOfRange(type);
    return {};
}

Result<std::optional<float>> mostImportance(std::span<const float> importance)
{
    const quant::Extent extent = quant::extentOf(importance);
    if (!extent.finite || extent.negative)
        return unusable("A number of the importance matrix is negative, infinite or not a number.");
    return importance.empty() ? std::nullopt : std::optional(extent.largest);
}

// A few at a time, so that they are still near when they are looked through. What was no number is none in
// the other type either.
Result<void> storeFloats(TensorType type, std::span<const float> numbers, std::span<std::byte> into)
{
    if (type == TensorType::F32)
        return quant::simd::copyFloats(numbers, into.data()) ? Result<void>()
                                                             : checkNumbers(type, numbers, {});
    const std::size_t bytes = into.size() / numbers.size();
    for (std::size_t first = 0; first < numbers.size(); first += kFloatsAtOnce) {
        const auto some = numbers.subspan(first, std::min(kFloatsAtOnce, numbers.size() - first));
        const auto made = into.subspan(first * bytes, some.size() * bytes);
        SNUG_CHECK(quant::FloatEncoder().encode(type, some, 1, {}, made));
        if (quant::simd::firstNotFinite(type, made)) {
            SNUG_CHECK(checkNumbers(type, some, {}));
            return outOfRange(type);
        }
    }
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
    const bool whole = columns > 0 && columns % gguf::tensorTypeInfo(type).blockElements == 0 &&
                       rows.size() % static_cast<std::size_t>(columns) == 0;
    if (!quant::isEncodable(type) || !whole)
        return fail(
            ErrorKind::Unsupported,
            fmt::format("Rows of {} weights cannot be stored as {}.", columns, gguf::tensorTypeName(type)),
            {{"reason", "type"}});
    SNUG_TRY(const std::optional<float> most, mostImportance(importance));
    if (quant::isFloat(type))
        return storeFloats(type, rows, into);
    // A few rows at a time: what was just looked through is still near when the engine reads it.
    const auto width = static_cast<std::size_t>(columns);
    const std::size_t atOnce = std::max<std::size_t>(1, kNumbersAtOnce / width);
    const std::size_t rowBytes = into.size() / (rows.size() / width);
    for (std::size_t row = 0; row < rows.size() / width; row += atOnce) {
        const std::size_t count = std::min(atOnce, rows.size() / width - row);
        const auto some = rows.subspan(row * width, count * width);
        const auto made = into.subspan(row * rowBytes, count * rowBytes);
        SNUG_CHECK(checkNumbers(type, some, most));
        SNUG_CHECK(quantize(type, some, columns, importance, made));
        if (!ggml_validate_row_data(static_cast<ggml_type>(type), made.data(), made.size()))
            return outOfRange(type);
    }
    return {};
}

} // namespace snug::llama
