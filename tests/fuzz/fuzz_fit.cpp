// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/companion_check.h"
#include "core/fit/fit_search.h"
#include "core/fit/level_rows.h"
#include "core/fit/request_check.h"
#include "core/fit/rough_memory.h"
#include "core/fit/speed.h"
#include "core/gguf/writer.h"
#include "core/quant/dry_header.h"
#include "tests/fuzz/demand.h"

#include <array>
#include <cmath>

// Any bytes as the first part of a GGUF file, which then is held against a computer; the last bytes are also
// what is asked. Whatever numbers a header has, the answer's are such as a file or a memory can have.

namespace {

using namespace snug;
using fuzz::demand;

constexpr std::int64_t kGiB = std::int64_t{1} << 30;

template <class T> bool holds(const Result<T> &result)
{
    if (!result)
        fuzz::checkError(result.error());
    return result.has_value();
}

const std::vector<fit::Device> &machine()
{
    static const std::vector<fit::Device> devices = {
        {"CPU", "CPU", "cpu", "Some processor", 32 * kGiB, 20 * kGiB, "the system", "", "", false, {}},
        {"GPU0", "CUDA", "gpu", "One card", 8 * kGiB, 7 * kGiB, "its driver", "", "", false, {}},
        {"GPU1", "Vulkan", "gpu", "Another card", 24 * kGiB, 23 * kGiB, "its driver", "", "", false, {}}};
    return devices;
}

const std::vector<fit::DeviceSpeed> &speeds()
{
    static const std::vector<fit::DeviceSpeed> all = [] {
        std::vector<fit::DeviceSpeed> made;
        for (const fit::Device &device : machine())
            made.push_back(fit::speedFromBandwidth(device, 1e11, 1e13, fit::SpeedSource::Stated));
        return made;
    }();
    return all;
}

fit::LoadRequest question(std::span<const std::uint8_t> bytes)
{
    std::array<std::uint8_t, 6> last{};
    for (std::size_t i = 0; i < std::min(last.size(), bytes.size()); ++i)
        last[i] = bytes[bytes.size() - 1 - i];
    fit::LoadRequest request;
    request.contextTokens = std::int64_t{1} << last[0] % 31;
    const auto &types = fit::kvTypeNames();
    request.kvType = types[last[1] % types.size()];
    request.gpuLayers = static_cast<int>(last[2]) - 1;
    request.cpuExpertLayers = last[3] % 8;
    request.parallel = 1 + last[4] % 4;
    request.device = last[5] % 3 == 0 ? "GPU1" : "";
    if (!fit::checkRequest(request))
        request.parallel = 1;
    return request;
}

void checkAllocation(const fit::Allocation &allocation)
{
    demand(!allocation.memory.empty(), "main memory is always there");
    for (const fit::DeviceMemory &memory : allocation.memory) {
        for (const std::int64_t bytes : {memory.weights, memory.kvCache, memory.compute, memory.overhead})
            demand(bytes >= 0 && bytes < INT64_MAX / 8, "bytes can be added");
        demand(memory.layers >= 0 && memory.layers <= allocation.layers, "layers are the model's");
    }
    demand(allocation.gpuLayers >= 0 && allocation.gpuLayers <= allocation.layers, "layers are counted");
}

void checkSpeed(std::span<const gguf::Header> parts, const fit::Allocation &allocation, std::int64_t context)
{
    if (parts.empty())
        return;
    const auto work = fit::tokenWork(parts);
    if (!holds(work))
        return;
    demand(std::isfinite(work->touchedBytes()) && work->touchedBytes() >= 0, "work can be counted");
    fit::SpeedRequest request;
    request.fillTokens = context;
    if (const auto raw = fit::rawSpeed(*work, allocation, speeds(), request))
        demand(std::isfinite(raw->promptSeconds) && std::isfinite(raw->tokenSeconds) &&
                   raw->promptSeconds >= 0 && raw->tokenSeconds >= 0,
               "time goes forward");
}

void checkAnswer(const fit::RoughModel &model, std::span<const gguf::Header> parts,
                 const fit::LoadRequest &request)
{
    const auto measure = [&model](const fit::LoadRequest &asked) {
        return fit::roughAllocation(model, machine(), asked);
    };
    const auto asked = measure(request);
    if (!holds(asked))
        return;
    checkAllocation(*asked);
    checkSpeed(parts, *asked, request.contextTokens);
    const auto answer = fit::searchFit(request, measure, {});
    if (!holds(answer))
        return;
    checkAllocation(answer->allocation);
    demand(answer->maxContext >= 0 && answer->maxContext <= fit::kMostContext, "contexts can be asked for");
}

void checkLevels(std::span<const gguf::Header> parts, const ModelShape &shape,
                 const fit::LoadRequest &request)
{
    const auto source = quant::sourceModel(parts);
    if (!holds(source))
        return;
    const std::array existing = {fit::ExistingLevel{"Q4_K_M", parts.front().fileBytes, parts}};
    for (const fit::LevelRow &row : fit::levelRows(*source, existing)) {
        demand(row.fileBytes.value_or(0) >= 0, "sizes are sizes");
        demand(!row.bitsPerWeight || std::isfinite(*row.bitsPerWeight), "bits can be counted");
        demand(gguf::isUtf8(row.fallbacks) && gguf::isUtf8(row.obstacle), "reasons are texts");
        if (const auto model = fit::roughModel(shape, row); holds(model)) {
            if (const auto found = fit::roughAllocation(*model, machine(), request); holds(found))
                checkAllocation(*found);
        }
    }
    if (auto dry = quant::dryHeader(parts.front(), quant::tensorsOf(parts)); holds(dry))
        holds(gguf::encodeHeader(*std::move(dry)));
}

void checkBeside(std::span<const gguf::Header> parts)
{
    holds(fit::checkProjector(parts.front()));
    holds(fit::checkAdapter(parts.front(), parts));
    holds(fit::checkDraft(parts.front(), parts));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::span bytes(data, size);
    const auto copy = std::as_bytes(bytes);
    const fit::LoadRequest request = question(bytes);
    gguf::MemoryReader in({copy.begin(), copy.end()}, std::int64_t{1} << 62);
    if (const auto first = gguf::readFirstKeys(in); holds(first))
        if (const auto shape = shapeOf(*first); holds(shape))
            if (const auto model = fit::roughModel(*shape, 5 * kGiB); holds(model))
                checkAnswer(*model, {}, request);
    const auto header = gguf::readHeader(in);
    if (!holds(header))
        return 0;
    const std::span<const gguf::Header> parts(&*header, 1);
    checkBeside(parts);
    const auto shape = shapeOf(parts);
    if (!holds(shape))
        return 0;
    checkLevels(parts, *shape, request);
    if (const auto model = fit::roughModel(parts); holds(model))
        checkAnswer(*model, parts, request);
    return 0;
}
