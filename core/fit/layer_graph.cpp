// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/layer_graph.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace snug::fit {
namespace {

using Step = GraphMemory::Step;
constexpr auto kInPlace = GraphMemory::Place::InPlace;
constexpr std::int64_t kNumber = 4; // bytes: all between two layers is F32
constexpr std::int64_t kMostCopied = std::int64_t{1} << 50;

class LayerBuilder {
public:
    LayerBuilder(GraphMemory &memory, const ModelShape &model, const LayerShape &layer,
                 const LayerWeights &weights, const LayerRun &run)
        : m_memory(memory)
        , m_model(model)
        , m_layer(layer)
        , m_weights(weights)
        , m_run(run)
        , m_worker(run.onGpu ? kGpuPlaces : kHostPlaces)
        , m_width(rows(model.width))
    {
    }

    [[nodiscard]] Step build(Step input)
    {
        const Step normed = step(m_width, {input});
        if (m_weights.parallel && m_layer.heads > 0 && !m_layer.recurrent)
            return buildParallel(input, normed);
        Step mixed = input;
        if (m_layer.recurrent && m_layer.cached)
            mixed = step(m_width, {project(attention(normed)), recurrence(normed)}, kInPlace);
        else if (m_layer.recurrent)
            mixed = recurrence(normed);
        else if (m_layer.heads > 0)
            mixed = project(attention(normed));
        // Of the last layer, only what follows the text goes on.
        if (m_run.last)
            return step(rows(m_model.width) / m_run.tokens, {mixed, input});
        const Step middle = step(m_width, {mixed, input}, kInPlace);
        if (m_layer.feedForward == 0 && m_layer.expertsUsed == 0)
            return middle;
        const Step net = network(step(m_width, {middle}));
        return step(m_width, {net, middle}, kInPlace);
    }

private:
    // The engine comes to the last matrix of the attention after the net.
    [[nodiscard]] Step buildParallel(Step input, Step normed)
    {
        const Step seen = attention(normed);
        const Step net = network(normed);
        const Step mixed = project(seen);
        return step(m_width, {step(m_width, {net, mixed}, kInPlace), input}, kInPlace);
    }

    [[nodiscard]] std::int64_t rows(std::int64_t numbers) const { return numbers * m_run.tokens * kNumber; }

    Step step(std::int64_t bytes, std::initializer_list<Step> sources,
              GraphMemory::Place place = GraphMemory::Place::New)
    {
        return m_memory.step(m_worker, bytes, sources, place);
    }
    // A multiplication by a matrix, which is copied first if it lies elsewhere.
    Step multiply(std::int64_t bytes, Step source, std::int64_t matrix, bool there)
    {
        if (there || !m_run.onGpu)
            return step(bytes, {source});
        const Step copy = step(std::min(matrix, kMostCopied), {});
        return step(bytes, {source, copy});
    }
    Step multiply(std::int64_t bytes, Step source, std::int64_t matrix)
    {
        return multiply(bytes, source, matrix, m_run.weightsOnGpu);
    }
    void read(Step source) { step(0, {source}); }
    // Keys and values are written to the cache where it lies.
    void store(std::initializer_list<std::pair<Step, std::int64_t>> parts)
    {
        std::array<Step, 2> copies = {};
        std::size_t count = 0;
        for (const auto &[part, bytes] : parts)
            copies.at(count++) =
                m_run.onGpu && !m_run.weightsOnGpu ? m_memory.step(kHostPlaces, bytes, {part}) : part;
        for (std::size_t i = 0; i < count; ++i)
            m_memory.step(m_run.onGpu && !m_run.weightsOnGpu ? kHostPlaces : m_worker, 0, {copies.at(i)});
    }

    // What each head saw, next to each other; project() mixes it.
    [[nodiscard]] Step attention(Step normed)
    {
        if (m_model.latent > 0 && m_weights.keyDown > 0)
            return m_layer.valuesCached ? expandedAttention(normed) : latentAttention(normed);
        const std::int64_t query = rows(m_layer.heads * m_layer.keyLength);
        const std::int64_t key = rows(m_layer.keyHeads * m_layer.keyLength);
        const std::int64_t value = rows(m_layer.keyHeads * m_layer.valueLength);
        if (m_weights.fusedQuery) {
            const Step all = multiply(query + key + value, normed, m_weights.query);
            const Step q = turnKeys(query, step(query, {all}));
            const Step v = turnValues(value, all);
            return attend(q, v, turnKeys(key, step(key, {all})));
        }
        if (m_run.weightsOnGpu) {
            // GPUs do multiplications that wait for nothing first: ggml_vk_graph_optimize.
            const Step q = multiply(query, normed, m_weights.query);
            const Step v = multiply(value, normed, m_weights.value);
            const Step k = multiply(key, normed, m_weights.key);
            const Step placed = turnKeys(query, step(query, {q}));
            return attend(placed, turnValues(value, v), turnKeys(key, step(key, {k})));
        }
        const Step q = turnKeys(query, turned(query, normed, m_weights.query));
        if (m_layer.window > 0) {
            const Step k = turnKeys(key, turned(key, normed, m_weights.key));
            return attend(q, turnValues(value, multiply(value, normed, m_weights.value)), k);
        }
        const Step v = turnValues(value, multiply(value, normed, m_weights.value));
        const Step k = turnKeys(key, turned(key, normed, m_weights.key));
        return attend(q, v, k);
    }

    // Multiplied, then given its position, which happens in a view and so never in place.
    [[nodiscard]] Step turned(std::int64_t bytes, Step source, std::int64_t matrix)
    {
        return step(bytes, {multiply(bytes, source, matrix)});
    }

    // Quantized caches lose less when the numbers of a head are mixed first: attn_rot_k and attn_rot_v in
    // src/llama-kv-cache.cpp.
    [[nodiscard]] bool mixes(std::int64_t length) const
    {
        constexpr std::int64_t kMixed = 64;
        return m_run.rotated && length > 0 && length % kMixed == 0;
    }
    [[nodiscard]] Step turnKeys(std::int64_t bytes, Step source)
    {
        return mixes(m_layer.keyLength) ? step(bytes, {source}) : source;
    }
    [[nodiscard]] Step turnValues(std::int64_t bytes, Step source)
    {
        return mixes(m_layer.valueLength) ? step(bytes, {source}) : source;
    }

    [[nodiscard]] Step project(Step seen) { return multiply(m_width, seen, m_weights.output); }

    [[nodiscard]] Step attend(Step q, Step v, Step k)
    {
        const std::int64_t key = rows(m_layer.keyHeads * m_layer.keyLength);
        const std::int64_t value = rows(m_layer.keyHeads * m_layer.valueLength);
        const std::int64_t query = rows(m_layer.heads * m_layer.keyLength);
        const std::int64_t result = rows(m_layer.heads * m_layer.valueLength);
        if (m_layer.cached) {
            // A view is copied with all that it is a view of.
            const bool isView = m_weights.fusedQuery && !mixes(m_layer.valueLength);
            store({{k, key}, {v, isView ? query + key + value : value}});
        }
        return turnValues(result, flashAttention(q, v, k, result));
    }

    // Without a cache, keys and values are rounded to 16 bits first.
    [[nodiscard]] Step flashAttention(Step q, Step v, Step k, std::int64_t result)
    {
        if (!m_model.remembers) {
            const Step keys = step(rows(m_layer.keyHeads * m_layer.keyLength) / 2, {k});
            const Step values = step(rows(m_layer.keyHeads * m_layer.valueLength) / 2, {v});
            return step(result, {q, keys, values});
        }
        if (!m_run.onGpu || m_run.weightsOnGpu)
            return step(result, {q});
        const Step keys = step(std::min(m_run.keyCache, kMostCopied), {});
        if (!m_layer.valuesCached)
            return step(result, {q, keys});
        const Step values = step(std::min(m_run.valueCache, kMostCopied), {});
        return step(result, {q, keys, values});
    }

    // src/models/deepseek2.cpp: the cache holds the ranks, which all heads share.
    [[nodiscard]] Step latentAttention(Step normed)
    {
        const std::int64_t latent = rows(m_model.latent);
        const std::int64_t position = rows(m_layer.keyLength - m_model.latent);
        const Step q = multiply(rows(m_layer.heads * m_model.latentKeyLength), normed, m_weights.query);
        const Step absorbed = step(latent * m_layer.heads, {q});
        const Step place = step(position * m_layer.heads, {q});
        const Step query = step(rows(m_layer.keyLength * m_layer.heads), {absorbed, place});
        const Step down = multiply(rows(m_weights.keyDown), normed, m_weights.key);
        const Step ranks = step(latent, {down});
        const Step key = step(rows(m_layer.keyLength), {ranks, step(position, {down})});
        store({{key, rows(m_layer.keyLength)}});
        read(ranks);
        const Step attended = flashAttention(query, ranks, key, latent * m_layer.heads);
        const std::int64_t values = rows(m_model.latentValueLength * m_layer.heads);
        const Step opened = step(values, {attended});
        return step(values, {opened});
    }

    // The same without absorption: keys and values of all heads are computed and stored.
    [[nodiscard]] Step expandedAttention(Step normed)
    {
        const std::int64_t query = rows(m_layer.heads * m_layer.keyLength);
        const std::int64_t value = rows(m_layer.heads * m_layer.valueLength);
        const Step q = turnKeys(query, turned(query, normed, m_weights.query));
        const Step down = multiply(rows(m_weights.keyDown), normed, m_weights.key);
        const Step ranks = step(rows(m_model.latent), {down});
        const Step opened = step(query - rows(m_layer.heads * m_model.rotated) + value, {ranks});
        const Step v = turnValues(value, step(value, {opened}));
        const Step position = step(rows(m_model.rotated), {down});
        const Step repeated = step(rows(m_model.rotated * m_layer.heads), {position});
        const Step k = turnKeys(query, step(query, {opened, repeated}));
        return attend(q, v, k);
    }

    // src/models/mamba-base.cpp.
    [[nodiscard]] Step recurrence(Step normed)
    {
        const std::int64_t inner = rows(m_model.innerWidth);
        if (inner == 0)
            return unknownRecurrence(normed);
        const Step both = multiply(2 * inner, normed, m_weights.query);
        const Step window = step(inner + m_model.convolution * kNumber, {both});
        read(window);
        const Step convolved = step(inner, {window});
        const Step active = step(inner, {convolved}, kInPlace);
        const Step small = step(inner / 8, {active});
        const Step scale = step(inner, {small});
        const Step scanned = step(inner + m_model.state * kNumber, {active, scale, small});
        read(scanned);
        const Step sum = step(inner, {scanned, active}, kInPlace);
        const Step gate = step(inner, {both});
        const Step gated = step(inner, {gate, sum});
        return multiply(m_width, gated, m_weights.output);
    }

    // Shifted tokens, five projections and their mixture, as RWKV's have.
    [[nodiscard]] Step unknownRecurrence(Step normed)
    {
        const Step shifted = step(m_width, {normed});
        const Step mixed = step(5 * m_width, {shifted, normed});
        const Step gate = step(m_width, {mixed});
        const Step out = step(m_width + m_model.state * kNumber, {mixed, gate});
        return step(m_width, {out});
    }

    [[nodiscard]] Step network(Step normed)
    {
        if (m_layer.expertsUsed == 0)
            return denseNetwork(normed, m_layer.feedForward);
        const Step routed = experts(normed);
        if (m_model.sharedWidth == 0)
            return routed;
        return step(m_width, {routed, denseNetwork(normed, m_model.sharedWidth)}, kInPlace);
    }

    [[nodiscard]] Step denseNetwork(Step normed, std::int64_t width)
    {
        const std::int64_t inner = rows(width);
        const bool shared = m_layer.expertsUsed > 0;
        if (!shared && m_weights.gate == 0) {
            const bool joined = m_weights.upRows > width;
            const Step up = multiply(joined ? 2 * inner : inner, normed, m_weights.up);
            const Step active = joined ? step(inner, {up}) : step(inner, {up}, kInPlace);
            return multiply(m_width, active, m_weights.down);
        }
        const Step gate = multiply(inner, normed, m_weights.gate);
        const Step up = multiply(inner, normed, m_weights.up);
        return multiply(m_width, step(inner, {gate, up}), m_weights.down);
    }

    // build_moe_ffn in src/llama-graph.cpp.
    [[nodiscard]] Step experts(Step normed)
    {
        const std::int64_t used = m_layer.expertsUsed;
        const std::int64_t inner = rows(m_model.expertWidth * used);
        const std::int64_t choice = rows(m_model.experts);
        const bool there = m_run.expertsOnGpu;
        const Step scores = step(choice, {normed});
        const Step probabilities = step(choice, {scores}, kInPlace);
        const Step chosen = step(choice, {probabilities});
        const Step weights = step(rows(used), {probabilities, chosen});
        Step active = -1;
        if (m_weights.fusedExperts) {
            const Step both = selected(2 * inner, normed, chosen, m_weights.expertUp, there);
            active = step(inner, {both});
        } else {
            const Step gate = selected(inner, normed, chosen, m_weights.expertGate, there);
            const Step up = selected(inner, normed, chosen, m_weights.expertUp, there);
            active = step(inner, {gate, up});
        }
        const Step down = selected(m_width * used, active, chosen, m_weights.expertDown, there);
        const Step weighted = step(m_width * used, {down, weights}, kInPlace);
        return step(m_width, {weighted});
    }

    [[nodiscard]] Step selected(std::int64_t bytes, Step source, Step chosen, std::int64_t matrices,
                                bool there)
    {
        if (there || !m_run.onGpu)
            return step(bytes, {source, chosen});
        const Step copy = step(std::min(matrices, kMostCopied), {});
        return step(bytes, {source, chosen, copy});
    }

    GraphMemory &m_memory;
    const ModelShape &m_model;
    const LayerShape &m_layer;
    const LayerWeights &m_weights;
    const LayerRun &m_run;
    std::size_t m_worker;
    std::int64_t m_width;
};

} // namespace

GraphMemory::Step addLayer(GraphMemory &memory, const ModelShape &model, const LayerShape &layer,
                           const LayerWeights &weights, const LayerRun &run, GraphMemory::Step input)
{
    return LayerBuilder(memory, model, layer, weights, run).build(input);
}

} // namespace snug::fit
