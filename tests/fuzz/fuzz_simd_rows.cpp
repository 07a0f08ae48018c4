// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/simd/instruction_sets.h"
#include "core/quant/simd/kernels.h"
#include "tests/fuzz/demand.h"
#ifdef SNUG_FUZZ_ENGINE
#include "backends/llama/ggml_row_encoder.h"
#endif

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <vector>

// Any bits as numbers and as importance: every instruction set makes the same bytes of them, those of the
// engine if it is there, or refuses them as all others do; numbers that are none are always refused.

namespace {

using namespace snug;
using fuzz::demand;
using quant::simd::InstructionSet;

struct Case {
    gguf::TensorTypeInfo info;
    std::size_t blocksPerRow = 1;
    std::vector<float> numbers;    // whole rows
    std::vector<float> importance; // of a row; or empty
};

const std::vector<gguf::TensorTypeInfo> &types()
{
    static const std::vector<gguf::TensorTypeInfo> known = [] {
        std::vector<gguf::TensorTypeInfo> all;
        for (const auto &info : gguf::tensorTypes()) {
            if (quant::simd::blockEncoder(info.type) != nullptr)
                all.push_back(info);
        }
        return all;
    }();
    return known;
}

// Two bytes of choices; then numbers, which begin anew when they are not enough for a row.
std::optional<Case> caseOf(const std::uint8_t *data, std::size_t size)
{
    if (size < 6)
        return std::nullopt;
    Case made{types()[data[0] % types().size()], 1U + data[1] % 3U, {}, {}};
    std::vector<float> given((size - 2) / sizeof(float));
    std::memcpy(given.data(), data + 2, given.size() * sizeof(float));
    const std::size_t width = made.blocksPerRow * static_cast<std::size_t>(made.info.blockElements);
    const std::size_t rows = std::clamp<std::size_t>(given.size() / width, 1, 40);
    for (std::size_t i = 0; i < rows * width; ++i)
        made.numbers.push_back(given[i % given.size()]);
    for (std::size_t i = 0; data[1] >= 128 && i < width; ++i) {
        const float weight = std::abs(given[(i * 7 + 3) % given.size()]);
        made.importance.push_back(std::isfinite(weight) ? weight : 1.0F);
    }
    return made;
}

std::optional<std::vector<std::byte>> stored(const Case &given, const InstructionSet &set)
{
    const std::size_t blocks = given.numbers.size() / static_cast<std::size_t>(given.info.blockElements);
    std::vector<std::byte> bytes(blocks * static_cast<std::size_t>(given.info.blockBytes));
    quant::simd::use(set);
    const bool good = quant::simd::blockEncoder(given.info.type)(
        {given.numbers.data(), blocks, given.blocksPerRow,
         given.importance.empty() ? nullptr : given.importance.data(), bytes.data()});
    return good ? std::optional(std::move(bytes)) : std::nullopt;
}

void checkEngine(const Case &given, const std::optional<std::vector<std::byte>> &ours)
{
#ifdef SNUG_FUZZ_ENGINE
    static const llama::GgmlRowEncoder engine;
    const std::size_t blocks = given.numbers.size() / static_cast<std::size_t>(given.info.blockElements);
    std::vector<std::byte> bytes(blocks * static_cast<std::size_t>(given.info.blockBytes));
    const auto columns = static_cast<std::int64_t>(given.blocksPerRow) * given.info.blockElements;
    const auto done = engine.encode(given.info.type, given.numbers, columns, given.importance, bytes);
    demand(done.has_value() == ours.has_value(), "what the engine refuses is refused");
    demand(!ours || *ours == bytes, "the bytes are the engine's");
#else
    (void)given;
    (void)ours;
#endif
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::vector<InstructionSet> sets = quant::simd::instructionSets();
    const auto given = caseOf(data, size);
    if (!given)
        return 0;
    const auto plain = stored(*given, sets.back());
    const bool finite =
        std::ranges::all_of(given->numbers, [](float number) { return std::isfinite(number); });
    demand(finite || !plain, "only numbers are stored");
    for (const InstructionSet &set : sets)
        demand(stored(*given, set) == plain, "every instruction set makes the same bytes");
    checkEngine(*given, plain);
    return 0;
}
