// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/made_up_machine.h"

#include "core/quant/catalogue.h"

#include <algorithm>

namespace snug::test {
namespace {

constexpr std::int64_t kMib = std::int64_t{1} << 20;
constexpr double kTokenTable = 0.05; // of the weights, always in main memory

double kvScale(const std::string &type)
{
    if (type == "f32")
        return 2;
    if (type == "q8_0")
        return 8.5 / 16;
    return type == "q4_0" ? 4.5 / 16 : 1;
}

fit::DeviceMemory entry(const std::string &id, std::int64_t free, bool shared)
{
    fit::DeviceMemory memory;
    memory.device = id;
    memory.name = "Card " + id;
    memory.freeBytes = free;
    memory.totalBytes = free + 256 * kMib;
    memory.sharesHost = shared;
    return memory;
}

} // namespace

Result<fit::Allocation> MadeUpMachine::measure(std::int64_t fileBytes, const fit::LoadRequest &request)
{
    ++measured;
    if (!refusedKvType.empty() && request.kvType == refusedKvType)
        return fail(ErrorKind::Unsupported, "This model cannot have that type of KV cache.");
    fit::Allocation result;
    result.layers = layers;
    result.trainingContext = trained;
    result.contextTokens = request.contextTokens == 0 ? 4096 : request.contextTokens;
    result.memory = {entry("CPU", hostFree, false)};
    double free = 0;
    for (const Gpu &gpu : gpus) {
        if (request.gpuLayers == 0 || (!request.device.empty() && request.device != gpu.id))
            continue;
        result.memory.push_back(entry(gpu.id, gpu.freeBytes, shared));
        free += static_cast<double>(gpu.freeBytes);
    }
    const bool hasGpu = result.memory.size() > 1;
    result.gpuLayers = !hasGpu ? 0 : request.gpuLayers < 0 ? layers : std::min(request.gpuLayers, layers);

    const auto weights = static_cast<double>(fileBytes);
    result.memory[0].weights = static_cast<std::int64_t>(weights * kTokenTable);
    const double ofLayer = weights * (1 - kTokenTable) / layers;
    const double cache = static_cast<double>(kvBytesPerToken) * kvScale(request.kvType) *
                         static_cast<double>(result.contextTokens) * request.parallel / layers;
    double shareSoFar = 0;
    std::size_t card = 1;
    for (int layer = 0; layer < layers; ++layer) {
        const int onGpu = layer - (layers - result.gpuLayers);
        fit::DeviceMemory *memory = &result.memory[0];
        if (onGpu >= 0) {
            while (card + 1 < result.memory.size() &&
                   onGpu >= (shareSoFar + static_cast<double>(result.memory[card].freeBytes)) / free *
                                result.gpuLayers)
                shareSoFar += static_cast<double>(result.memory[card++].freeBytes);
            memory = &result.memory[card];
        }
        const bool expertsOnHost = layer < std::min(request.cpuExpertLayers, expertLayers);
        const double experts = layer < expertLayers ? ofLayer * expertShare : 0;
        (expertsOnHost ? result.memory[0] : *memory).weights += static_cast<std::int64_t>(experts);
        memory->weights += static_cast<std::int64_t>(ofLayer - experts);
        memory->kvCache += static_cast<std::int64_t>(cache);
        ++memory->layers;
    }
    for (fit::DeviceMemory &memory : result.memory)
        memory.compute = memory.layers > 0 ? 300 * kMib : 10 * kMib;
    return result;
}

std::vector<fit::LevelOption> MadeUpMachine::options()
{
    std::vector<fit::LevelOption> all;
    for (const quant::Level &level : quant::levels()) {
        fit::LevelOption option;
        option.level = level.name;
        option.bytes = static_cast<std::int64_t>(level.bitsPerWeight * parameters / 8);
        option.loss = level.quality.plain ? level.quality.plain : level.quality.withImatrix;
        if (level.family == quant::Family::Float)
            option.loss = 0;
        option.measure = [this, bytes = option.bytes](const fit::LoadRequest &request) {
            return measure(bytes, request);
        };
        all.push_back(std::move(option));
    }
    return all;
}

std::vector<fit::Device> MadeUpMachine::devices() const
{
    std::vector<fit::Device> all(1);
    all[0].id = "CPU";
    all[0].kind = "cpu";
    for (const Gpu &gpu : gpus) {
        fit::Device device;
        device.id = gpu.id;
        device.kind = shared ? "igpu" : "gpu";
        device.freeBytes = gpu.freeBytes;
        all.push_back(std::move(device));
    }
    return all;
}

} // namespace snug::test
