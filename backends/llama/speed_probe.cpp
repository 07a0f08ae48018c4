// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/speed_probe.h"

#include "backends/llama/engine_overhead.h"
#include "backends/llama/engine_params.h"
#include "backends/llama/probe_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <llama.h>
#include <optional>

namespace snug::llama {
namespace {

using gguf::TensorType;

constexpr std::int64_t kBatch = 512; // the engine's usual number of tokens at a time
constexpr std::int64_t kMiB = std::int64_t{1} << 20;

struct Shape {
    std::int64_t rows;
    std::int64_t columns;
    int count; // matrices of that shape
};

class Probe {
public:
    Probe(ggml_backend_t backend, bool processor, const std::stop_token &stop)
        : m_backend(backend), m_processor(processor), m_stop(stop)
    {
    }

    // What operations cost that have next to nothing to do, one kind beside the other.
    [[nodiscard]] bool nodes(fit::DeviceSpeed &speed) const
    {
        constexpr int kMany = 400;
        const double one = chain(1);
        const double many = chain(kMany);
        constexpr Shape kSmall = {32, 256, 64};
        const double products = multiply(GGML_TYPE_Q8_0, kSmall, 1, 0.05);
        speed.graphSeconds = one;
        speed.nodeSeconds = std::max(1e-9, (many - one) / (kMany - 1));
        speed.matrixSeconds = std::max(speed.nodeSeconds, (products - one) / kSmall.count);
        return one > 0 && many > 0 && products > 0;
    }

    // The operations between products of a usual layer, on as many values as a layer has.
    [[nodiscard]] bool activations(fit::DeviceSpeed &speed) const
    {
        constexpr std::int64_t kHeads = 16;
        ProbeGraph graph(m_backend);
        ggml_context *context = graph.operations();
        ggml_tensor *input = graph.data(GGML_TYPE_F32, kHead, kHeads, kBatch);
        ggml_tensor *scale = graph.data(GGML_TYPE_F32, kHead, kHeads);
        ggml_tensor *positions = graph.data(GGML_TYPE_I32, kBatch);
        ggml_tensor *value = ggml_mul(context, ggml_rms_norm(context, input, 1e-5F), scale);
        value = ggml_rope(context, value, positions, kHead, 0);
        value = ggml_swiglu_split(context, value, input);
        graph.compute(ggml_add(context, value, input));
        constexpr double kReadAndWritten = 2 + 2 + 2 + 3 + 3;
        const double seconds = run(graph, 0.1);
        speed.activationBytes = perSecond(kReadAndWritten * 4 * kHead * kHeads * kBatch, seconds);
        return seconds > 0;
    }

    [[nodiscard]] bool attention(fit::DeviceSpeed &speed) const
    {
        constexpr double kSeenInBatch = static_cast<double>(kBatch) * kBatch / 2;
        return attentionRate(1, kHotFill, speed.attention) &&
               attentionRate(kBatch, kSeenInBatch, speed.attentionBatch) && coldKeys(speed);
    }

    [[nodiscard]] std::optional<fit::TypeRate> rate(TensorType type, const fit::DeviceSpeed &speed) const
    {
        const auto engineType = static_cast<ggml_type>(type);
        fit::TypeRate rate;
        rate.type = type;
        // Matrices of a usual size, and so many that no cache holds them.
        constexpr std::int64_t kSide = 2048;
        const std::int64_t large = (m_processor ? 128 : 256) * kMiB;
        const auto matrixBytes = static_cast<std::int64_t>(ggml_row_size(engineType, kSide)) * kSide;
        const Shape memory = {kSide, kSide, static_cast<int>(large / matrixBytes)};
        const double started = speed.graphSeconds + memory.count * speed.matrixSeconds;
        rate.vectorBytes =
            perSecond(bytes(engineType, memory), without(multiply(engineType, memory, 1, 0.12), started));
        rate.vectorBytesCached = rate.vectorBytes;
        if (m_processor) {
            constexpr Shape kCached = {1024, 1024, 3};
            const double before = speed.graphSeconds + kCached.count * speed.matrixSeconds;
            const double seconds = multiply(engineType, kCached, 1, 0.03);
            rate.vectorBytesCached = perSecond(bytes(engineType, kCached), without(seconds, before));
        }
        const Shape wide = {m_processor ? 1024 : 4096, m_processor ? 2048 : 4096, 1};
        rate.flops = perSecond(operations(wide), multiply(engineType, wide, kBatch, 0.15));
        constexpr Shape kNarrow = {512, 256, 4};
        rate.flopsNarrow = perSecond(operations(kNarrow), multiply(engineType, kNarrow, kBatch, 0.03));
        const bool whole =
            rate.vectorBytes > 0 && rate.vectorBytesCached > 0 && rate.flops > 0 && rate.flopsNarrow > 0;
        return whole ? std::optional(rate) : std::nullopt;
    }

    // Up to which size weights that are read again and again come from the cache: half way between the two
    // rates.
    [[nodiscard]] double cacheBytes(const fit::TypeRate &rate) const
    {
        const auto type = static_cast<ggml_type>(rate.type);
        const double half = std::sqrt(rate.vectorBytes * rate.vectorBytesCached);
        double inside = 0;
        for (const std::int64_t size : {8, 16, 32, 64, 128}) {
            constexpr std::int64_t kColumns = 2048;
            const Shape shape = {roundedRows(size * kMiB / 4, ggml_row_size(type, kColumns)), kColumns, 4};
            if (perSecond(bytes(type, shape), multiply(type, shape, 1, 0.08)) < half)
                break;
            inside = bytes(type, shape);
        }
        return inside;
    }

    [[nodiscard]] double link() const
    {
        constexpr std::int64_t kBytes = 64 * kMiB;
        ProbeGraph graph(m_backend);
        ggml_tensor *target = graph.data(GGML_TYPE_F32, kBytes / 4);
        if (!graph.allocate())
            return 0;
        const std::vector<char> from(kBytes, 1);
        double best = 0;
        for (int round = 0; round < 4 && !m_stop.stop_requested(); ++round) {
            const auto start = std::chrono::steady_clock::now();
            ggml_backend_tensor_set(target, from.data(), 0, from.size());
            ggml_backend_synchronize(m_backend);
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
            best = std::max(best, perSecond(static_cast<double>(kBytes), took.count()));
        }
        return best;
    }

private:
    static constexpr std::int64_t kHead = 128;
    static constexpr std::int64_t kHotFill = 512; // its keys and values fit into the inner caches

    struct Attention {
        std::int64_t tokens;
        std::int64_t fill;
        std::int64_t queryHeads = 16;
        std::int64_t keyHeads = 2;
        std::int64_t layers = 1;
        std::int64_t head = kHead;
    };

    static double perSecond(double amount, double seconds) { return seconds > 0 ? amount / seconds : 0; }
    // What a run takes beside what every run takes. Where others keep the processor busy, the two are
    // measured in different weather, and their difference may be nothing or less: half of the run is the
    // least.
    static double without(double seconds, double overhead)
    {
        return std::max(seconds - overhead, seconds / 2);
    }
    static double bytes(ggml_type type, const Shape &shape)
    {
        return static_cast<double>(ggml_row_size(type, shape.columns)) * static_cast<double>(shape.rows) *
               shape.count;
    }
    static double operations(const Shape &shape)
    {
        return 2.0 * static_cast<double>(shape.rows * shape.columns * kBatch) * shape.count;
    }
    // Repacked rows come in groups of up to 16.
    static std::int64_t roundedRows(std::int64_t bytes, std::size_t rowBytes)
    {
        constexpr std::int64_t kGroup = 64;
        return std::max<std::int64_t>(1, bytes / static_cast<std::int64_t>(rowBytes) / kGroup) * kGroup;
    }

    // From two widths of heads. `seen`: how often a query looks at a key.
    [[nodiscard]] bool attentionRate(std::int64_t tokens, double seen, fit::AttentionRate &rate) const
    {
        // GPUs have no attention for heads as narrow as those of the smallest models.
        const std::int64_t narrowHead = m_processor ? kHead / 4 : kHead / 2;
        Attention work{.tokens = tokens, .fill = kHotFill};
        const double wide = attend(work) / (seen * static_cast<double>(work.queryHeads));
        work.head = narrowHead;
        const double narrow = attend(work) / (seen * static_cast<double>(work.queryHeads));
        // Keys and values: twice the width.
        rate.elementSeconds =
            std::max(wide / 8, wide - narrow) / static_cast<double>(2 * (kHead - narrowHead));
        rate.tokenSeconds = std::max(0.0, wide - 2 * kHead * rate.elementSeconds);
        return wide > 0 && narrow > 0;
    }

    // As many layers as no cache holds; what they take more than the same work on what it holds.
    [[nodiscard]] bool coldKeys(fit::DeviceSpeed &speed) const
    {
        constexpr Attention kCold{.tokens = 1, .fill = 1024, .queryHeads = 8, .keyHeads = 4, .layers = 24};
        const double seconds = attend(kCold);
        const auto looks = static_cast<double>(kCold.fill * kCold.layers);
        const double hot = looks * static_cast<double>(kCold.queryHeads) *
                           (speed.attention.tokenSeconds + 2 * kHead * speed.attention.elementSeconds);
        speed.coldKeySeconds =
            std::max(0.0, seconds - hot) / (looks * static_cast<double>(kCold.keyHeads * 2 * kHead));
        return seconds > 0;
    }

    [[nodiscard]] double run(ProbeGraph &graph, double budget) const
    {
        return graph.allocate() ? graph.usualSeconds(budget, m_stop) : 0;
    }

    [[nodiscard]] double chain(int length) const
    {
        ProbeGraph graph(m_backend);
        ggml_tensor *value = graph.data(GGML_TYPE_F32, 64);
        ggml_tensor *const other = graph.data(GGML_TYPE_F32, 64);
        for (int i = 0; i < length; ++i)
            value = ggml_add(graph.operations(), value, other);
        graph.compute(value);
        return run(graph, 0.1);
    }

    [[nodiscard]] double multiply(ggml_type type, const Shape &shape, std::int64_t tokens,
                                  double budget) const
    {
        ProbeGraph graph(m_backend);
        ggml_tensor *input = graph.data(GGML_TYPE_F32, shape.columns, tokens);
        for (int i = 0; i < shape.count; ++i)
            graph.compute(
                ggml_mul_mat(graph.operations(), graph.weights(type, shape.rows, shape.columns), input));
        return run(graph, budget);
    }

    // A batch sees those before it only.
    [[nodiscard]] double attend(const Attention &work) const
    {
        ProbeGraph graph(m_backend);
        ggml_context *context = graph.operations();
        ggml_tensor *mask = graph.data(GGML_TYPE_F16, work.fill, work.tokens);
        for (std::int64_t layer = 0; layer < work.layers; ++layer) {
            // As the cache has them: all heads of a token side by side.
            const auto cached = [&] {
                return ggml_permute(context, graph.data(GGML_TYPE_F16, work.head, work.keyHeads, work.fill),
                                    0, 2, 1, 3);
            };
            ggml_tensor *query = graph.data(GGML_TYPE_F32, work.head, work.tokens, work.queryHeads);
            ggml_tensor *keys = cached();
            graph.compute(ggml_flash_attn_ext(context, query, keys, cached(), mask,
                                              1.0F / std::sqrt(static_cast<float>(work.head)), 0.0F, 0.0F));
        }
        if (!graph.allocate())
            return 0;
        if (work.tokens == work.fill)
            hideLaterTokens(mask, work.tokens);
        return graph.usualSeconds(0.1, m_stop);
    }

    static void hideLaterTokens(ggml_tensor *mask, std::int64_t tokens)
    {
        const ggml_fp16_t never = ggml_fp32_to_fp16(-std::numeric_limits<float>::infinity());
        std::vector<ggml_fp16_t> rows(static_cast<std::size_t>(tokens * tokens), ggml_fp32_to_fp16(0.0F));
        for (std::int64_t row = 0; row < tokens; ++row)
            std::fill(rows.begin() + row * tokens + row + 1, rows.begin() + (row + 1) * tokens, never);
        ggml_backend_tensor_set(mask, rows.data(), 0, rows.size() * sizeof(ggml_fp16_t));
    }

    ggml_backend_t m_backend;
    bool m_processor;
    const std::stop_token &m_stop;
};

// What is measured takes about equally long, one thing after the other.
class Steps {
public:
    explicit Steps(const ProgressFn &progress) : m_progress(progress) { tell(); }

    bool next()
    {
        ++m_done;
        tell();
        return true;
    }

private:
    void tell() const
    {
        // Small operations, activations, attention, overhead, and the cache or the link.
        constexpr std::int64_t kBesideTypes = 5;
        const auto types = static_cast<std::int64_t>(fit::measuredTypes().size());
        m_progress({"measuring", m_done, types + kBesideTypes, Unit::Items});
    }

    const ProgressFn &m_progress;
    std::int64_t m_done = 0;
};

tl::unexpected<Error> failure(const std::string &id, const std::stop_token &stop)
{
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    return fail(ErrorKind::Device, fmt::format("{} could not compute what was to be measured.", id), {},
                "Close what uses the device's memory, or update its driver.");
}

// The same costs as the engine has them in its graphs of whole models. REQUIRES: Probe::nodes gave their
// ratio.
bool addOverhead(ggml_backend_dev_t device, fit::DeviceSpeed &speed, const std::stop_token &stop)
{
    const auto overhead = measureOverhead(device, std::max(1, speed.threads), stop);
    if (!overhead)
        return false;
    const double layer = kOverheadNodes * speed.nodeSeconds + kOverheadMatrices * speed.matrixSeconds;
    speed.nodeSeconds *= overhead->layerSeconds / layer;
    speed.matrixSeconds *= overhead->layerSeconds / layer;
    speed.graphSeconds = overhead->tokenSeconds;
    return true;
}

void setThreads(ggml_backend_t backend, int threads)
{
    const auto set = reinterpret_cast<ggml_backend_set_n_threads_t>(ggml_backend_reg_get_proc_address(
        ggml_backend_dev_backend_reg(ggml_backend_get_device(backend)), "ggml_backend_set_n_threads"));
    if (set != nullptr)
        set(backend, threads);
}

} // namespace

Result<fit::DeviceSpeed> measureDevice(const std::string &id, int threads, const ProgressFn &progress,
                                       const std::stop_token &stop)
{
    ggml_backend_dev_t device = ggml_backend_dev_by_name(id.c_str());
    if (device == nullptr)
        return fail(ErrorKind::NotFound, fmt::format("There is no device {}.", id), {},
                    "snug-cli devices lists them.");
    const ggml_backend_ptr backend(ggml_backend_dev_init(device, nullptr));
    if (!backend)
        return failure(id, stop);
    const bool processor = ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
    fit::DeviceSpeed speed;
    speed.device = id;
    speed.engine = llama_version();
    if (processor) {
        speed.threads = usualThreads(threads);
        setThreads(backend.get(), speed.threads);
    }
    const Probe probe(backend.get(), processor, stop);
    Steps steps(progress);
    if (!probe.nodes(speed) || !steps.next() || !probe.activations(speed) || !steps.next() ||
        !probe.attention(speed))
        return failure(id, stop);
    for (const TensorType type : fit::measuredTypes()) {
        steps.next();
        if (const auto rate = probe.rate(type, speed))
            speed.rates.push_back(*rate);
        if (stop.stop_requested())
            return failure(id, stop);
    }
    steps.next();
    if (speed.rates.empty() || !addOverhead(device, speed, stop))
        return failure(id, stop);
    steps.next();
    if (processor)
        speed.cacheBytes = probe.cacheBytes(fit::rateOf(speed, TensorType::Q8_0));
    else
        speed.linkBytes = probe.link();
    if (stop.stop_requested())
        return failure(id, stop);
    steps.next();
    return speed;
}

} // namespace snug::llama
