// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// How good and how fast the rough answer is: our arithmetic, and the formula that Ollama judges by (file size
// + 2 * layers * key heads * head length * context * 2 bytes), against the engine's own allocator.
#include "backends/llama/dry_run.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/plugins.h"
#include "core/fit/fit_search.h"
#include "core/fit/rough_memory.h"
#include "tests/support/fit_errors.h"
#include "tests/support/model_file.h"
#include "tests/support/model_headers.h"

#include <QTemporaryDir>

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <span>

using namespace snug;
using test::ErrorList;
using test::machineOf;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::array kLevels = {quant::FileType::F16, quant::FileType::Q8_0, quant::FileType::Q4_K_M,
                                quant::FileType::IQ2_XS};

double seconds(Clock::duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

std::int64_t usedOf(const fit::Allocation &allocation)
{
    std::int64_t used = 0;
    for (const fit::DeviceMemory &memory : allocation.memory)
        used += memory.used();
    return used;
}

std::int64_t peersFormula(const fit::RoughModel &model, std::int64_t fileBytes,
                          const fit::LoadRequest &request)
{
    const LayerShape &layer = model.shape.layers.front();
    return fileBytes + 2 * static_cast<std::int64_t>(model.layers.size()) * layer.keyHeads * layer.keyLength *
                           request.contextTokens * request.parallel * 2;
}

class Bench {
public:
    void run(const char *name, const gguf::Header &draft)
    {
        m_refused = false;
        for (const quant::FileType level : kLevels) {
            const auto header = test::atLevel(draft, level);
            const auto model = header ? fit::roughModel(std::span(&*header, 1))
                                      : Result<fit::RoughModel>(tl::make_unexpected(header.error()));
            const auto file = m_folder.filePath(QStringLiteral("model.gguf")).toStdString();
            if (!model || !test::writeModel(*header, file)) {
                std::printf("  %s has no %s\n", name, quant::level(level).name.data());
                continue;
            }
            // Some headers hold only what the type rules look at, which is too little to load.
            if (m_refused)
                break;
            const std::string label = fmt::format("{} {}", name, quant::level(level).name);
            fit::LoadRequest request;
            request.model = file;
            request.gpuLayers = 0;
            for (const std::int64_t context : {512, 2048, 8192, 32768}) {
                for (const char *kvType : {"f16", "q8_0", "q4_0"}) {
                    for (const int parallel : {1, 4}) {
                        request.contextTokens = context;
                        request.kvType = kvType;
                        request.parallel = parallel;
                        compare(label, *model, header->fileBytes, request);
                    }
                }
            }
            request.contextTokens = 4096;
            request.kvType = "f16";
            request.parallel = 1;
            for (const int layers : {static_cast<int>(model->layers.size()) / 2, -1}) {
                request.gpuLayers = layers;
                compare(label, *model, header->fileBytes, request);
            }
        }
        if (m_refused)
            std::printf("  %s: the engine does not load it\n", name);
    }

    void report() const
    {
        std::printf("%-22s %6s %8s %8s %9s  %s\n", "error in %", "cases", "median", "95 %", "worst", "where");
        line("total", m_total);
        line("  weights", m_weights);
        line("  KV cache", m_cache);
        line("  compute", m_compute);
        line("total with a GPU", m_gpu);
        line("Ollama's formula", m_peer);
        std::printf("one exact answer %.2f ms, one rough answer %.0f ns\n",
                    1000 * m_exactSeconds / static_cast<double>(m_answers),
                    1e9 * m_roughSeconds / static_cast<double>(m_answers));
    }

private:
    void compare(const std::string &label, const fit::RoughModel &model, std::int64_t fileBytes,
                 const fit::LoadRequest &request)
    {
        if (m_refused)
            return;
        const auto begun = Clock::now();
        const auto exact = llama::dryRun(request);
        const auto asked = Clock::now();
        m_refused = !exact;
        if (!exact || (request.gpuLayers != 0 && exact->memory.size() < 2))
            return;
        const auto machine = machineOf(*exact);
        constexpr int kTimes = 20;
        const auto roughBegun = Clock::now();
        for (int i = 1; i < kTimes; ++i)
            (void)fit::roughAllocation(model, machine, request);
        const auto rough = fit::roughAllocation(model, machine, request);
        m_roughSeconds += seconds(Clock::now() - roughBegun) / kTimes;
        m_exactSeconds += seconds(asked - begun);
        ++m_answers;
        const std::string where =
            fmt::format("{}, {} x {} of {}, {} layers on the GPU", label, request.parallel,
                        request.contextTokens, request.kvType, request.gpuLayers);
        if (!rough) {
            std::printf("  %s: %s\n", where.c_str(), rough.error().message.c_str());
            return;
        }
        note(*rough, *exact, request, where);
        m_peer.add(test::errorOf(peersFormula(model, fileBytes, request), usedOf(*exact)), where);
    }

    void note(const fit::Allocation &rough, const fit::Allocation &exact, const fit::LoadRequest &request,
              const std::string &where)
    {
        if (request.gpuLayers != 0) {
            // The software renderer leaves large matrices in main memory, which no card does.
            if (rough.memory[1].weights == exact.memory[1].weights)
                m_gpu.add(test::errorOf(rough.memory[1].used(), exact.memory[1].used()), where);
            return;
        }
        const fit::DeviceMemory &ours = rough.memory.front();
        const fit::DeviceMemory &real = exact.memory.front();
        m_total.add(test::errorOf(ours.used(), real.used()), where);
        m_weights.add(test::errorOf(ours.weights, real.weights), where);
        m_cache.add(test::errorOf(ours.kvCache, real.kvCache), where);
        m_compute.add(test::errorOf(ours.compute, real.compute), where);
    }

    static void line(const char *what, const ErrorList &errors)
    {
        std::printf("%-22s %6zu %8.2f %8.2f %+9.2f  %s\n", what, errors.count(), errors.percentile(50),
                    errors.percentile(95), errors.worst(), errors.worstName().c_str());
    }

    QTemporaryDir m_folder;
    ErrorList m_total;
    ErrorList m_weights;
    ErrorList m_cache;
    ErrorList m_compute;
    ErrorList m_gpu;
    ErrorList m_peer;
    double m_exactSeconds = 0;
    double m_roughSeconds = 0;
    int m_answers = 0;
    bool m_refused = false;
};

// What a list of models costs: 1000 rows, each with the search for layers.
void timeList()
{
    const auto header = test::knownModel("Llama 3.1 70B");
    const auto model = fit::roughModel(std::span(&header, 1));
    if (!model)
        return;
    std::vector<fit::Device> machine(2);
    machine[0].id = "CPU";
    machine[0].kind = "cpu";
    machine[0].totalBytes = machine[0].freeBytes = std::int64_t{64} << 30;
    machine[1].id = "GPU0";
    machine[1].kind = "gpu";
    machine[1].totalBytes = machine[1].freeBytes = std::int64_t{24} << 30;
    fit::LoadRequest request;
    request.contextTokens = 8192;
    constexpr int kRows = 1000;
    const auto begun = Clock::now();
    for (int i = 0; i < kRows; ++i)
        (void)fit::place(
            request,
            [&](const fit::LoadRequest &asked) { return fit::roughAllocation(*model, machine, asked); }, {});
    std::printf("%d rows of a list, each with the search for layers: %.2f ms\n", kRows,
                1000 * seconds(Clock::now() - begun));
    const auto prepared = Clock::now();
    for (int i = 0; i < 100; ++i)
        (void)fit::roughModel(std::span(&header, 1));
    std::printf("preparing one level of a model of %zu tensors: %.0f us\n", header.tensors.size(),
                1e6 * seconds(Clock::now() - prepared) / 100);
}

} // namespace

int main()
{
    // Software renderers are hidden otherwise.
    qputenv("GGML_VK_VISIBLE_DEVICES", "0");
    llama::installEngineLog(llama::EngineNoise::Errors);
    if (const auto loaded = llama::loadPlugins(); !loaded) {
        std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
        return 1;
    }
    timeList();
    Bench bench;
    for (const test::NamedModel &model : test::knownModels())
        bench.run(model.name, model.make());
    bench.report();
    return 0;
}
