// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/speed.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace snug::fit {
namespace {

constexpr double kBatch = 512; // tokens that the engine computes at a time

// Between two figures that were measured at `low` and `high`, by the logarithm of `at`.
double between(double at, double low, double high, double figureLow, double figureHigh)
{
    if (at <= low)
        return figureLow;
    if (at >= high)
        return figureHigh;
    const double share = std::log(at / low) / std::log(high / low);
    return figureLow * std::pow(figureHigh / figureLow, share);
}

double vectorRate(const DeviceSpeed &speed, gguf::TensorType type, double touched)
{
    const TypeRate &rate = rateOf(speed, type);
    // Half of the cache is surely there for weights; of twice its size nothing is left when it is wanted
    // again.
    return speed.cacheBytes <= 0 ? rate.vectorBytes
                                 : between(touched, speed.cacheBytes / 2, speed.cacheBytes * 2,
                                           rate.vectorBytesCached, rate.vectorBytes);
}

double batchRate(const DeviceSpeed &speed, const MatrixWork &matrix)
{
    constexpr double kNarrow = 256;
    constexpr double kWide = 2048;
    const TypeRate &rate = rateOf(speed, matrix.type);
    return between(static_cast<double>(matrix.columns), kNarrow, kWide, rate.flopsNarrow, rate.flops);
}

// The processor's threads share the earlier tokens of a conversation, in steps of 256 of which the last are
// empty: the busiest thread decides (ggml_compute_forward_flash_attn_ext_f16 in ggml's ops.cpp).
double seenByThreads(double fill, int threads)
{
    constexpr double kStep = 256;
    const double padded = std::ceil(fill / kStep) * kStep;
    if (threads < 2 || padded < 2 * kStep)
        return fill;
    return std::min(fill, padded / threads) * threads;
}

// Of `stored` experts, how many some of `tokens` choose.
double expertsInUse(const MatrixWork &matrix, double tokens)
{
    if (matrix.copies >= matrix.stored)
        return matrix.stored;
    return matrix.stored * (1 - std::pow(1 - matrix.copies / matrix.stored, tokens));
}

class Placement {
public:
    Placement(const Allocation &allocation, std::span<const DeviceSpeed> speeds, int layers)
    {
        for (const DeviceMemory &memory : allocation.memory)
            m_devices.push_back(find(speeds, memory.device));
        for (std::size_t device = 0; device < allocation.memory.size(); ++device)
            m_deviceOfLayer.insert(
                m_deviceOfLayer.end(),
                static_cast<std::size_t>(std::clamp(allocation.memory[device].layers, 0, layers)), device);
        m_deviceOfLayer.resize(static_cast<std::size_t>(layers),
                               m_deviceOfLayer.empty() ? 0 : m_deviceOfLayer.back());
        m_works.resize(m_devices.size());
        m_works[ofLayer(-1)] = true;
        for (int layer = 0; layer < layers; ++layer)
            m_works[ofLayer(layer)] = true;
    }

    // The output goes with the last layer.
    [[nodiscard]] std::size_t ofLayer(std::int64_t layer) const
    {
        if (m_deviceOfLayer.empty())
            return 0;
        const auto index = static_cast<std::size_t>(layer);
        return layer >= 0 && index < m_deviceOfLayer.size() ? m_deviceOfLayer[index] : m_deviceOfLayer.back();
    }

    [[nodiscard]] std::size_t count() const { return m_devices.size(); }
    [[nodiscard]] const DeviceSpeed *speed(std::size_t device) const { return m_devices[device]; }
    [[nodiscard]] bool works(std::size_t device) const { return m_works[device]; }
    void makeWork(std::size_t device) { m_works[device] = true; }
    [[nodiscard]] bool allKnown() const
    {
        for (std::size_t device = 0; device < count(); ++device) {
            if (m_works[device] && m_devices[device] == nullptr)
                return false;
        }
        return count() > 0;
    }
    // How often a token's values go from one device to another.
    [[nodiscard]] int crossings() const
    {
        int crossings = 0;
        for (std::size_t i = 1; i < m_deviceOfLayer.size(); ++i)
            crossings += m_deviceOfLayer[i] == m_deviceOfLayer[i - 1] ? 0 : 1;
        return crossings + (ofLayer(-1) == 0 ? 0 : 1);
    }
    // The first GPU that works, which also takes prompts' big products off the host; nullptr: none.
    [[nodiscard]] const DeviceSpeed *helper() const
    {
        for (std::size_t device = 1; device < count(); ++device) {
            if (m_works[device])
                return m_devices[device];
        }
        return nullptr;
    }

private:
    static const DeviceSpeed *find(std::span<const DeviceSpeed> speeds, const std::string &id)
    {
        const auto found = std::find_if(speeds.begin(), speeds.end(), [&](const DeviceSpeed &speed) {
            return speed.device == id && !speed.rates.empty();
        });
        return found == speeds.end() ? nullptr : &*found;
    }

    std::vector<const DeviceSpeed *> m_devices;
    std::vector<std::size_t> m_deviceOfLayer;
    std::vector<bool> m_works;
};

class Clockwork {
public:
    Clockwork(const TokenWork &work, const Placement &placement, const SpeedRequest &request)
        : m_work(work), m_placement(placement), m_request(request), m_touched(placement.count())
    {
        for (const MatrixWork &matrix : work.matrices)
            m_touched[deviceOf(matrix)] += matrix.bytes() * matrix.copies;
    }

    // Experts of the first layers can be kept in main memory.
    [[nodiscard]] std::size_t deviceOf(const MatrixWork &matrix) const
    {
        const bool kept = matrix.stored > 1 && matrix.layer >= 0 && matrix.layer < m_request.cpuExpertLayers;
        return kept ? 0 : m_placement.ofLayer(matrix.layer);
    }

    [[nodiscard]] double tokenSeconds() const
    {
        double seconds = 0;
        for (const MatrixWork &matrix : m_work.matrices) {
            const std::size_t device = deviceOf(matrix);
            const DeviceSpeed &speed = *m_placement.speed(device);
            seconds += matrix.bytes() * matrix.copies / vectorRate(speed, matrix.type, m_touched[device]) +
                       speed.matrixSeconds;
        }
        for (std::size_t layer = 0; layer < m_work.layers.size(); ++layer) {
            const LayerWork &work = m_work.layers[layer];
            const DeviceSpeed &speed = speedOf(layer);
            const double seen = seenByThreads(static_cast<double>(m_request.fillTokens), speed.threads);
            seconds += work.nodes * speed.nodeSeconds + attention(work, speed.attention, seen) +
                       coldKeys(work, m_placement.ofLayer(static_cast<std::int64_t>(layer)), seen);
        }
        return seconds + started() + carried(1);
    }

    [[nodiscard]] double promptSeconds() const
    {
        const auto tokens = static_cast<double>(m_request.promptTokens);
        const auto known = static_cast<double>(m_request.knownTokens);
        const double batches = std::ceil(tokens / kBatch);
        double seconds = 0;
        for (const MatrixWork &matrix : m_work.matrices)
            seconds += productSeconds(matrix, tokens, batches);
        for (std::size_t layer = 0; layer < m_work.layers.size(); ++layer) {
            const LayerWork &work = m_work.layers[layer];
            const DeviceSpeed &speed = speedOf(layer);
            seconds += work.nodes * speed.nodeSeconds * batches +
                       work.activations * 4 * tokens / speed.activationBytes +
                       attention(work, speed.attentionBatch, known + tokens / 2) * tokens;
        }
        return seconds + (started() + carried(std::min(tokens, kBatch))) * batches;
    }

private:
    [[nodiscard]] const DeviceSpeed &speedOf(std::size_t layer) const
    {
        return *m_placement.speed(m_placement.ofLayer(static_cast<std::int64_t>(layer)));
    }

    static double lookedAt(const LayerWork &layer, double seen)
    {
        return layer.window > 0 ? std::min(seen, static_cast<double>(layer.window)) : seen;
    }

    // Of one token that sees so many others.
    static double attention(const LayerWork &layer, const AttentionRate &rate, double seen)
    {
        return layer.queryHeads * lookedAt(layer, seen) *
               (rate.tokenSeconds + rate.elementSeconds * (layer.keyLength + layer.valueLength));
    }

    // Keys and values that other layers' weights have pushed out of the cache since the last token.
    [[nodiscard]] double coldKeys(const LayerWork &layer, std::size_t device, double seen) const
    {
        const DeviceSpeed &speed = *m_placement.speed(device);
        const double elements =
            layer.keyHeads * (layer.keyLength + layer.valueLength) * lookedAt(layer, seen);
        const double outside =
            speed.cacheBytes <= 0 ? 1 : std::clamp(m_touched[device] / (2 * speed.cacheBytes), 0.0, 1.0);
        return elements * speed.coldKeySeconds * outside;
    }

    [[nodiscard]] double productSeconds(const MatrixWork &matrix, double tokens, double batches) const
    {
        const std::size_t device = deviceOf(matrix);
        const DeviceSpeed &speed = *m_placement.speed(device);
        const double weights = static_cast<double>(matrix.columns) * static_cast<double>(matrix.rows);
        // Of a prompt only the last token's successor is wanted, once for each batch.
        const double rows = matrix.lastOnly ? batches : tokens;
        const double operations = 2 * weights * rows * matrix.copies;
        const double read = matrix.bytes() * expertsInUse(matrix, rows / batches) * batches;
        const double here = std::max(operations / batchRate(speed, matrix),
                                     read / vectorRate(speed, matrix.type, m_touched[device]));
        const DeviceSpeed *helper = device == 0 ? m_placement.helper() : nullptr;
        if (helper == nullptr || helper->linkBytes <= 0 || matrix.lastOnly)
            return here + speed.matrixSeconds * batches;
        return std::min(here, read / helper->linkBytes + operations / batchRate(*helper, matrix));
    }

    [[nodiscard]] double started() const
    {
        double seconds = 0;
        for (std::size_t device = 0; device < m_placement.count(); ++device)
            seconds += m_placement.works(device) ? m_placement.speed(device)->graphSeconds : 0;
        return seconds;
    }

    // Values that go between devices, and what comes out.
    [[nodiscard]] double carried(double tokens) const
    {
        const DeviceSpeed *helper = m_placement.helper();
        if (helper == nullptr || helper->linkBytes <= 0)
            return 0;
        const double values = m_placement.crossings() * tokens * static_cast<double>(m_work.width) +
                              static_cast<double>(m_work.vocabulary);
        return m_placement.crossings() * helper->graphSeconds + 4 * values / helper->linkBytes;
    }

    const TokenWork &m_work;
    const Placement &m_placement;
    const SpeedRequest &m_request;
    std::vector<double> m_touched; // bytes of weights that each device reads for a token
};

} // namespace

std::optional<RawSpeed> rawSpeed(const TokenWork &work, const Allocation &allocation,
                                 std::span<const DeviceSpeed> speeds, const SpeedRequest &request)
{
    if (work.matrices.empty() || allocation.memory.empty() || request.promptTokens < 1 ||
        request.fillTokens < 0 || request.knownTokens < 0)
        return std::nullopt;
    Placement placement(allocation, speeds, static_cast<int>(work.layers.size()));
    const bool experts =
        std::any_of(work.matrices.begin(), work.matrices.end(), [&](const MatrixWork &matrix) {
            return matrix.stored > 1 && matrix.layer >= 0 && matrix.layer < request.cpuExpertLayers;
        });
    if (experts)
        placement.makeWork(0);
    if (!placement.allKnown())
        return std::nullopt;
    const Clockwork clockwork(work, placement, request);
    RawSpeed raw;
    raw.tokenSeconds = clockwork.tokenSeconds();
    raw.promptSeconds = clockwork.promptSeconds();
    for (std::size_t device = 0; device < placement.count(); ++device) {
        if (!placement.works(device))
            continue;
        raw.source = std::max(raw.source, placement.speed(device)->source);
        raw.measuredAt = std::max(raw.measuredAt, placement.speed(device)->measuredAt);
    }
    const bool sound = std::isfinite(raw.tokenSeconds) && std::isfinite(raw.promptSeconds) &&
                       raw.tokenSeconds > 0 && raw.promptSeconds > 0;
    return sound ? std::optional(raw) : std::nullopt;
}

double priorUncertainty(SpeedSource source)
{
    constexpr double kMeasured = 0.15;
    constexpr double kPublished = 0.35;
    return source == SpeedSource::Measured ? kMeasured : kPublished;
}

std::string sourceSentence(SpeedSource source)
{
    switch (source) {
    case SpeedSource::Measured:
        return "from the measured speed of the device";
    case SpeedSource::Published:
        return "from the maker's bandwidth figure";
    case SpeedSource::Stated:
        break;
    }
    return "from the bandwidth that was given";
}

SpeedEstimate plainEstimate(const RawSpeed &raw, const SpeedRequest &request)
{
    return {static_cast<double>(request.promptTokens) / raw.promptSeconds, 1 / raw.tokenSeconds,
            priorUncertainty(raw.source), priorUncertainty(raw.source), sourceSentence(raw.source)};
}

nlohmann::json toJson(const SpeedEstimate &estimate)
{
    return {{"prompt_tps", estimate.promptTps},
            {"generation_tps", estimate.generationTps},
            {"uncertainty", estimate.uncertainty},
            {"prompt_uncertainty", estimate.promptUncertainty},
            {"source", estimate.source}};
}

} // namespace snug::fit
