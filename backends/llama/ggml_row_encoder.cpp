// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/ggml_row_encoder.h"

#include "core/quant/float_encoder.h"
#include "core/quant/type_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <ggml.h>

namespace snug::llama {
namespace {

using gguf::TensorType;

struct Extent {
    bool finite = true;
    bool negative = false; // one of them is
    float largest = 0;     // without its sign
};

// Of the bits, which compilers make vectors of: without its sign, a float is as large as its bits are.
Extent extentOf(std::span<const float> numbers)
{
    constexpr std::uint32_t kSign = 0x80000000;
    constexpr std::uint32_t kInfinite = 0x7F800000;
    std::uint32_t largest = 0;
    std::uint32_t most = 0;
    for (const float number : numbers) {
        const auto bits = std::bit_cast<std::uint32_t>(number);
        most = std::max(most, bits);
        largest = std::max(largest, bits & ~kSign);
    }
    return {largest<kInfinite, most> kSign, std::bit_cast<float>(largest)};
}

// Those that the engine searches a grid for. It ends the program when a sum in the search overflows.
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

// Squares of sums of up to 32 products of a weight, a number and a grid's coordinate (up to 15) are to stay
// below 3e38. A weight is at most twice importance times number; without importance, the number's square.
bool sumsStayFinite(float largest, float importance)
{
    constexpr double kLimit = 1e16;
    const double number = largest;
    return number < kLimit && 2.0 * importance * number * number < kLimit;
}

bool sumsStayFinite(float largest)
{
    constexpr double kLimit = 1e16;
    const double number = largest;
    return number * number * number < kLimit;
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
    const Extent extent = extentOf(rows);
    if (!extent.finite)
        return unusable("A weight is infinite or not a number.");
    const Extent weighed = extentOf(importance);
    if (!weighed.finite || weighed.negative)
        return unusable("A number of the importance matrix is negative, infinite or not a number.");
    const bool fits =
        importance.empty() ? sumsStayFinite(extent.largest) : sumsStayFinite(extent.largest, weighed.largest);
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
