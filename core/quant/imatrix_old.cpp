// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/byte_cursor.h"
#include "core/gguf/text.h"
#include "core/quant/imatrix_formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace snug::quant {
namespace {

// Texts end with their length or a zero byte, whatever comes first.
Result<std::string> text(gguf::ByteCursor &in, std::int64_t length)
{
    SNUG_TRY(std::string all, in.text(length));
    all.resize(std::min(all.find('\0'), all.size()));
    return all;
}

// The numbers were divided by how many there were and multiplied by the calls, of which the quotient is left.
Result<std::vector<float>> means(gguf::ByteCursor &in, std::int32_t calls, std::int32_t count)
{
    constexpr std::int64_t kBytes = sizeof(float);
    SNUG_CHECK(in.need(count * kBytes));
    std::vector<float> numbers(static_cast<std::size_t>(count));
    for (float &number : numbers) {
        SNUG_TRY(number, in.number<float>());
        if (calls > 0)
            number /= static_cast<float>(calls);
    }
    return numbers;
}

Result<void> readEntry(gguf::ByteCursor &in, Imatrix &imatrix, const ImatrixLimits &limits)
{
    SNUG_TRY(const auto length, in.number<std::int32_t>());
    if (length < 1 || length > limits.nameBytes)
        return notAnImatrix("a name in it has an impossible length");
    SNUG_TRY(std::string name, text(in, length));
    SNUG_TRY(const auto calls, in.number<std::int32_t>());
    SNUG_TRY(const auto count, in.number<std::int32_t>());
    if (count < 1)
        return badImatrix("bad_imatrix", name, "no numbers");
    SNUG_TRY(auto numbers, means(in, calls, count));
    SNUG_CHECK(checkMeans(name, numbers));
    imatrix.importance.insert_or_assign(std::move(name), std::move(numbers));
    return {};
}

// What may follow the entries; of no use to the numbers, so that nothing about it is a failure.
void readEnd(gguf::ByteCursor &in, Imatrix &imatrix, const ImatrixLimits &limits)
{
    const auto chunks = in.number<std::int32_t>();
    if (!chunks)
        return;
    imatrix.chunks = std::max(0, *chunks);
    const auto length = in.number<std::int32_t>();
    if (!length || *length < 1 || *length > limits.nameBytes)
        return;
    imatrix.dataset = text(in, *length).value_or(std::string());
}

} // namespace

Result<Imatrix> readOldImatrix(gguf::RandomReader &in, const ImatrixLimits &limits)
{
    gguf::ByteCursor cursor(in, std::numeric_limits<std::int64_t>::max());
    cursor.enter("its list of entries");
    SNUG_TRY(const auto entries, cursor.number<std::int32_t>());
    if (entries < 1 || entries > limits.entries)
        return notAnImatrix("it has neither the format of llama.cpp nor the older one");
    Imatrix imatrix;
    for (std::int32_t i = 0; i < entries; ++i)
        SNUG_CHECK(readEntry(cursor, imatrix, limits));
    readEnd(cursor, imatrix, limits);
    return imatrix;
}

tl::unexpected<Error> badImatrix(std::string_view reason, std::string_view name, std::string_view what)
{
    return fail(
        ErrorKind::Corrupt,
        fmt::format("The importance matrix has {} for {} and cannot be used.", what, gguf::escaped(name)),
        {{"reason", std::string(reason)}, {"name", gguf::escaped(name)}}, "Choose another one.");
}

tl::unexpected<Error> notAnImatrix(std::string_view what)
{
    return fail(ErrorKind::Corrupt, fmt::format("The file is no importance matrix: {}.", what),
                {{"reason", "not_an_imatrix"}}, "Choose a file that llama-imatrix has made.");
}

Result<void> checkMeans(std::string_view name, std::span<const float> means)
{
    // Also false for what is no number.
    const bool fine = std::all_of(means.begin(), means.end(), [](float mean) {
        return mean >= 0 && mean <= std::numeric_limits<float>::max();
    });
    if (!fine)
        return badImatrix("not_finite", name, "numbers that are negative, infinite or none at all");
    return {};
}

} // namespace snug::quant
