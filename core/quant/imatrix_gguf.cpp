// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/reader.h"
#include "core/quant/imatrix_formats.h"

#include <algorithm>
#include <cmath>

namespace snug::quant {
namespace {

constexpr std::string_view kSums = ".in_sum2";
constexpr std::string_view kCounts = ".counts";

struct Pair {
    const gguf::Tensor *sums = nullptr;
    const gguf::Tensor *counts = nullptr;
};

using Pairs = std::map<std::string, Pair, std::less<>>;

Pairs pairsOf(const gguf::Header &header)
{
    Pairs pairs;
    for (const gguf::Tensor &tensor : header.tensors) {
        std::string_view name = tensor.name;
        if (name.ends_with(kSums)) {
            name.remove_suffix(kSums.size());
            pairs[std::string(name)].sums = &tensor;
        } else if (name.ends_with(kCounts)) {
            name.remove_suffix(kCounts.size());
            pairs[std::string(name)].counts = &tensor;
        }
    }
    return pairs;
}

// REQUIRES: of F32, from a header that was read from `in`.
Result<std::vector<float>> numbersOf(gguf::RandomReader &in, const gguf::Header &header,
                                     const gguf::Tensor &tensor)
{
    std::vector<std::byte> bytes(static_cast<std::size_t>(tensor.bytes));
    SNUG_TRY(const std::size_t got, in.readAt(header.dataOffset + tensor.offset, bytes));
    if (got != bytes.size())
        return fail(ErrorKind::Truncated, "The importance matrix ends too early.", {{"reason", "truncated"}});
    std::vector<float> numbers(bytes.size() / sizeof(float));
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = gguf::fromLittleEndian<float>(bytes.data() + i * sizeof(float));
    return numbers;
}

// Sums become means; one count for each matrix. Counts are whole numbers that are stored as F32.
Result<void> divide(std::string_view name, std::vector<float> &sums, std::span<const float> counts)
{
    constexpr float kMostCounted = 1e18F;
    const std::size_t columns = sums.size() / counts.size();
    for (std::size_t matrix = 0; matrix < counts.size(); ++matrix) {
        if (!(std::abs(counts[matrix]) < kMostCounted))
            return badImatrix("bad_imatrix", name, "a count that is none");
        const auto count = static_cast<float>(std::llround(counts[matrix]));
        for (float &sum : std::span(sums).subspan(matrix * columns, columns))
            sum = count > 0 ? sum / count : 1.0F;
    }
    return {};
}

Result<std::vector<float>> meansOf(gguf::RandomReader &in, const gguf::Header &header, std::string_view name,
                                   const Pair &pair)
{
    if (pair.sums == nullptr || pair.counts == nullptr)
        return badImatrix("bad_imatrix", name, "sums without counts, or counts without sums");
    if (pair.sums->type != gguf::TensorType::F32 || pair.counts->type != gguf::TensorType::F32)
        return badImatrix("bad_imatrix", name, "numbers of another type than F32");
    SNUG_TRY(auto means, numbersOf(in, header, *pair.sums));
    SNUG_TRY(const auto counts, numbersOf(in, header, *pair.counts));
    if (means.size() % counts.size() != 0)
        return badImatrix("bad_imatrix", name, "sums that do not belong to its counts");
    SNUG_CHECK(checkMeans(name, means));
    SNUG_CHECK(divide(name, means, counts));
    return means;
}

// The first, as llama.cpp's quantizer notes it.
Result<std::string> datasetOf(gguf::RandomReader &in, const gguf::Value &datasets)
{
    constexpr std::int64_t kMostBytes = std::int64_t{1} << 20;
    const gguf::Array *array = datasets.array();
    if (array == nullptr || array->type != gguf::ValueType::String || array->count == 0)
        return std::string();
    SNUG_TRY(const gguf::Array loaded, gguf::loadArray(in, *array, kMostBytes));
    const auto names = loaded.strings();
    return names && !names->empty() ? names->front() : std::string();
}

} // namespace

Result<Imatrix> readGgufImatrix(gguf::RandomReader &in)
{
    SNUG_TRY(const gguf::Header header, gguf::readHeader(in));
    const gguf::Value *datasets = header.find("imatrix.datasets");
    const gguf::Value *chunks = header.find("imatrix.chunk_count");
    if (datasets == nullptr || chunks == nullptr || header.find("imatrix.chunk_size") == nullptr)
        return notAnImatrix("it is a GGUF file of something else");
    Imatrix imatrix;
    SNUG_TRY(imatrix.dataset, datasetOf(in, *datasets));
    imatrix.chunks = std::max<std::int64_t>(0, chunks->integer().value_or(0));
    for (const auto &[name, pair] : pairsOf(header)) {
        SNUG_TRY(auto means, meansOf(in, header, name, pair));
        imatrix.importance.emplace(name, std::move(means));
    }
    if (imatrix.importance.empty())
        return notAnImatrix("there are no numbers in it");
    return imatrix;
}

} // namespace snug::quant
