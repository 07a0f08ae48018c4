// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/rough_memory.h"

#include "core/fit/cache_bytes.h"
#include "core/fit/compute_form.h"
#include "core/fit/used_gpus.h"

#include <algorithm>

namespace snug::fit {
namespace {

constexpr std::int64_t kMostBytes = std::int64_t{1} << 60;

DeviceMemory entryOf(const Device &device)
{
    DeviceMemory entry;
    entry.device = device.id;
    entry.backend = device.backend;
    entry.name = device.name;
    entry.totalBytes = device.totalBytes;
    entry.freeBytes = device.freeBytes;
    entry.sharesHost = device.kind == "igpu" || device.software;
    return entry;
}

// load_tensors in src/llama-model.cpp: layers from the end, spread by what is free.
class Spread {
public:
    Spread(const std::vector<const Device *> &gpus, const Device &host, std::int64_t layers, int asked)
    {
        const std::int64_t wanted = asked < 0 ? layers + 1 : std::min<std::int64_t>(asked, layers) + 1;
        m_count = gpus.empty() ? 0 : wanted;
        m_first = layers + 1 - m_count;
        float sum = 0;
        for (const Device *gpu : gpus) {
            const bool silent = gpu->freeBytes == 0 && gpu->totalBytes == 0;
            sum += static_cast<float>(std::max<std::int64_t>(silent ? host.freeBytes : gpu->freeBytes, 0));
            m_ends.push_back(sum);
        }
        for (float &end : m_ends)
            end = sum > 0 ? end / sum : 1.0F;
    }

    // Which entry holds layer `layer`; the one after the last is the output. 0: main memory.
    [[nodiscard]] std::size_t of(std::int64_t layer) const
    {
        if (layer < m_first || m_count == 0)
            return 0;
        if (m_ends.size() == 1)
            return 1;
        const float at = static_cast<float>(layer - m_first) / static_cast<float>(m_count);
        const auto gpu = std::upper_bound(m_ends.begin(), m_ends.end(), at) - m_ends.begin();
        return std::min(static_cast<std::size_t>(gpu) + 1, m_ends.size());
    }

    [[nodiscard]] std::int64_t layersInHost() const { return m_first; }

private:
    std::vector<float> m_ends;
    std::int64_t m_count = 0; // with the output
    std::int64_t m_first = 0;
};

// Puts weights and cache where they belong.
class Filler {
public:
    Filler(const RoughModel &model, const CacheForm &cache, const LoadRequest &request,
           Allocation &allocation)
        : m_model(model), m_request(request), m_allocation(allocation)
    {
        for (const LayerShape &kind : model.kinds)
            m_cache.push_back(cacheBytes(model.shape, kind, cache));
    }

    [[nodiscard]] Result<void> fill(const Spread &spread)
    {
        auto &memory = m_allocation.memory;
        const std::size_t count = m_model.layers.size();
        for (std::size_t i = 0; i < count; ++i) {
            DeviceMemory &entry = memory[spread.of(static_cast<std::int64_t>(i))];
            const CacheBytes &cache = m_cache[m_model.kindOf[i]];
            const bool apart = static_cast<std::int64_t>(i) < m_request.cpuExpertLayers;
            const std::int64_t experts = apart ? m_model.layers[i].experts : 0;
            entry.weights += m_model.layers[i].all - experts;
            memory.front().weights += experts;
            entry.kvCache += cache.all();
            if (entry.kvCache > kMostBytes)
                return fail(ErrorKind::TooLarge, "The context is longer than any memory could hold.",
                            {{"reason", "overflow"}});
            ++entry.layers;
            if (&entry == &memory.front()) {
                m_largestHostCache = std::max(m_largestHostCache, cache.keys + cache.values);
                if (static_cast<std::int64_t>(i) < m_model.shape.ownLayers)
                    m_repeatedInHost += m_model.layers[i].all;
            }
        }
        DeviceMemory &output = memory[spread.of(static_cast<std::int64_t>(count))];
        memory.front().weights += m_model.input;
        output.weights += m_model.output;
        if (&output != &memory.front() || m_model.tiedRepacked)
            output.weights += m_model.tied;
        return {};
    }

    void compute(const CacheForm &cache, const Spread &spread)
    {
        auto &memory = m_allocation.memory;
        const ComputeForm &form = cache.isQuantized() ? m_model.rotated : m_model.plain;
        const std::int64_t masks = maskBytes(m_model.shape, cache);
        const auto ofBatch = [&cache](std::int64_t bytes) { return bytes / kBatchTokens * cache.batch; };
        if (memory.size() == 1) {
            memory.front().compute = ofBatch(form.host) + masks;
            return;
        }
        const bool lends = m_request.cpuExpertLayers > 0;
        const bool whole = spread.layersInHost() == 0;
        // With several GPUs that hold all, the engine works on four batches in turn.
        const std::int64_t copies = memory.size() > 2 && whole && !lends ? 4 : 1;
        memory.front().compute = ofBatch(form.hostBesideGpu) + masks * copies;
        for (std::size_t i = 1; i < memory.size(); ++i)
            memory[i].compute = ofBatch(lends ? form.gpuLends : form.gpu) + masks * copies;
        // The first also computes with the layers in main memory.
        if (!whole) {
            memory.front().compute = ofBatch(form.hostMixed) + masks;
            memory[1].compute = std::max(form.gpuMixed, form.gpuMixedBase + m_largestHostCache) + masks;
            // Copies of matrices that are needed again stay until then.
            if (m_model.shape.ownLayers < m_model.shape.trunk)
                memory[1].compute += m_repeatedInHost;
        }
    }

private:
    const RoughModel &m_model;
    const LoadRequest &m_request;
    Allocation &m_allocation;
    std::vector<CacheBytes> m_cache; // of each kind
    std::int64_t m_largestHostCache = 0;
    std::int64_t m_repeatedInHost = 0; // weights of layers there that the model may go through again
};

} // namespace

Result<Allocation> roughAllocation(const RoughModel &model, std::span<const Device> machine,
                                   const LoadRequest &request)
{
    if (machine.empty() || machine.front().kind != "cpu")
        return fail(ErrorKind::InvalidArgument, "The machine has no processor.", {{"reason", "no_host"}});
    SNUG_TRY(const CacheForm cache, cacheForm(model.shape, request));
    SNUG_TRY(const auto gpus, usedGpus(machine, request));
    Allocation allocation;
    allocation.memory.reserve(gpus.size() + 1);
    allocation.memory.push_back(entryOf(machine.front()));
    for (const Device *gpu : gpus)
        allocation.memory.push_back(entryOf(*gpu));
    allocation.layers = static_cast<int>(model.layers.size());
    allocation.contextTokens = cache.tokens;
    allocation.trainingContext = model.shape.trainedContext;
    const Spread spread(gpus, machine.front(), allocation.layers, request.gpuLayers);
    Filler filler(model, cache, request, allocation);
    SNUG_CHECK(filler.fill(spread));
    filler.compute(cache, spread);
    allocation.gpuLayers = allocation.layers - allocation.memory.front().layers;
    return allocation;
}

} // namespace snug::fit
