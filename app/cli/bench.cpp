// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/bench.h"

#include "app/cli/bench_devices.h"
#include "app/cli/bench_draft.h"
#include "app/cli/figures.h"
#include "app/cli/memory_json.h"
#include "app/cli/terminal_text.h"
#include "app/cli/worker_devices.h"
#include "backends/llama/dry_run.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/engine_params.h"
#include "backends/llama/header_copy.h"
#include "backends/llama/model_run.h"
#include "backends/llama/probe.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/fit/device_overheads.h"
#include "core/fit/fit_search.h"
#include "core/fit/speed_forecast.h"
#include "core/model/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace snug::cli {
namespace {

using nlohmann::json;

constexpr int kMostTokens = 1 << 20;
constexpr int kMostRounds = 1000;

// A model and what is known about it before it is loaded.
struct Prepared {
    fit::LoadRequest load; // as the engine is to get it
    fit::FitAnswer answer;
    fit::TokenWork work;
    ModelFacts facts;
};

Result<Prepared> prepare(fit::LoadRequest load, const fit::DeviceOverheads &overheads,
                         const VerbContext &context)
{
    context.progress({"checking the file", 0, -1, Unit::Items});
    SNUG_TRY(const auto copy, llama::HeaderCopy::make(load.model));
    Prepared prepared;
    prepared.facts = factsOf(copy.headers(), toUtf8(copy.original().filename()));
    SNUG_TRY(prepared.work, fit::tokenWork(copy.headers()));
    load.model = copy.path();
    context.progress({"simulating the allocation", 0, -1, Unit::Items});
    SNUG_TRY(prepared.answer, fit::place(load, overheads.added(llama::dryRun), context.stop));
    const fit::DeviceMemory &host = prepared.answer.allocation.memory.front();
    if (prepared.answer.verdict == fit::Verdict::No && host.totalBytes > 0 && host.used() > host.totalBytes)
        return fail(ErrorKind::OutOfMemory, "There is not enough memory to load this model.",
                    {{"wanted_bytes", host.used()}, {"free_bytes", host.freeBytes}},
                    "Choose a smaller level or a shorter context.");
    load.gpuLayers = prepared.answer.allocation.gpuLayers;
    load.model = copy.original();
    prepared.load = load;
    return prepared;
}

// Every device that is to work is measured once.
Result<void> measureMissing(const fit::Allocation &allocation, std::span<const fit::Device> devices,
                            const fit::SpeedForecast &forecast, const VerbContext &context)
{
    for (const fit::DeviceMemory &memory : allocation.memory) {
        const auto known =
            std::any_of(forecast.speeds().begin(), forecast.speeds().end(), [&](const auto &speed) {
                return speed.device == memory.device && speed.source == fit::SpeedSource::Measured;
            });
        const auto device = std::find_if(devices.begin(), devices.end(), [&](const fit::Device &listed) {
            return listed.id == memory.device;
        });
        if (memory.layers > 0 && !known && device != devices.end()) {
            if (auto measured = measureAndRemember(*device, 0, context); !measured)
                return tl::make_unexpected(std::move(measured).error());
        }
    }
    return {};
}

void keepFreeOfBefore(const fit::Allocation &before, fit::Allocation &real)
{
    for (fit::DeviceMemory &entry : real.memory) {
        for (const fit::DeviceMemory &old : before.memory)
            entry.freeBytes = old.device == entry.device ? old.freeBytes : entry.freeBytes;
    }
}

// A run with another number of threads than the device was measured with teaches nothing.
void remember(const VerbContext &context, const fit::SpeedForecast &forecast, const Prepared &prepared,
              const fit::SpeedRequest &request, const llama::RunReport &report)
{
    if (report.threads != llama::usualThreads(0))
        return;
    fit::RawSpeed reached;
    const double prompt = figuresOf(report.promptSpeeds).median;
    const double generation = figuresOf(report.generationSpeeds).median;
    reached.promptSeconds = prompt > 0 ? static_cast<double>(request.promptTokens) / prompt : 0;
    reached.tokenSeconds = generation > 0 ? 1 / generation : 0;
    const auto run = forecast.runOf(prepared.work, report.allocation, request, reached, std::time(nullptr));
    if (!run)
        return;
    if (auto kept = fit::rememberSpeedRun(fit::speedRunsFile(context.paths), *run); !kept)
        context.log("warning", kept.error().message);
}

json predictedJson(const std::optional<fit::SpeedEstimate> &estimate, const fit::Allocation &allocation)
{
    json predicted = estimate ? fit::toJson(*estimate) : json::object();
    predicted["memory"] = memoryJson(allocation);
    return predicted;
}

json resultOf(const Prepared &prepared, const llama::RunReport &report)
{
    const Figures prompt = figuresOf(report.promptSpeeds);
    const Figures generation = figuresOf(report.generationSpeeds);
    return {{"model", toJson(prepared.facts)},
            {"prompt_tps", prompt.median},
            {"generation_tps", generation.median},
            {"first_token_ms", report.firstTokenSeconds * 1000},
            {"prompt", toJson(prompt)},
            {"generation", toJson(generation)},
            {"memory", memoryJson(report.allocation)},
            {"gpu_layers", report.allocation.gpuLayers},
            {"layers", report.allocation.layers},
            {"context", report.allocation.contextTokens},
            {"kv_type", prepared.load.kvType},
            {"threads", report.threads}};
}

void printLine(const char *name, const json &figures, const json &predicted, const char *field)
{
    const double measured = figures["median"].get<double>();
    if (measured <= 0)
        return;
    fmt::print("{:<12}{:>12.1f}{:>22}", name, measured,
               fmt::format("{:.1f} to {:.1f}", figures["low"].get<double>(), figures["high"].get<double>()));
    if (predicted.contains(field)) {
        const double expected = predicted[field].get<double>();
        fmt::print("{:>14.1f}{:>+12.0f} %", expected, (expected / measured - 1) * 100);
    }
    fmt::print("\n");
}

} // namespace

void BenchVerb::define(CLI::App &app)
{
    m_options.define(app);
    m_companions.define(app);
    app.get_option("model")->required(false);
    CLI::Option *device = app.get_option("--device");
    device->expected(0, 1)->description(
        "Without a model: measure this device, or all. With one: the only GPU to use");
    app.add_option("--prompt", m_prompt, "Tokens of the prompt")
        ->check(CLI::Range(1, kMostTokens))
        ->capture_default_str();
    app.add_option("--tokens", m_tokens, "Tokens to generate after it")
        ->check(CLI::Range(0, kMostTokens))
        ->capture_default_str();
    app.add_option("--rounds", m_rounds, "How often, after one round that only warms up")
        ->check(CLI::Range(1, kMostRounds))
        ->capture_default_str();
    // The options are gone when the verb runs.
    app.callback([this, device] { m_deviceGiven = device->count() > 0; });
}

Result<json> BenchVerb::run(const VerbContext &context)
{
    SNUG_TRY(fit::LoadRequest request, m_options.request());
    SNUG_CHECK(m_companions.addTo(request));
    llama::installEngineLog(context.json ? llama::EngineNoise::All : llama::EngineNoise::Errors);
    if (!request.model.empty())
        return benchModel(context, request);
    if (!m_deviceGiven)
        return fail(ErrorKind::InvalidArgument, "There is nothing to measure.", {},
                    "Name a model, or give --device to measure this computer.");
    return benchDevices(context, request.device);
}

Result<json> BenchVerb::benchDevices(const VerbContext &context, const std::string &id) const
{
    SNUG_TRY(const auto usable, loadUsableDevices(context));
    const auto &devices = usable.devices;
    json speeds = json::array();
    for (const fit::Device &device : devices) {
        // A graphics driver that computes on the processor is only measured when it is asked for.
        if (id.empty() ? device.software : device.id != id)
            continue;
        SNUG_TRY(const auto speed, measureAndRemember(device, 0, context));
        speeds.push_back(fit::toJson(speed));
    }
    if (speeds.empty())
        return fail(ErrorKind::NotFound, fmt::format("There is no device {}.", id), {},
                    "snug-cli devices lists them.");
    return json{{"speeds", std::move(speeds)}};
}

Result<json> BenchVerb::benchModel(const VerbContext &context, fit::LoadRequest request) const
{
    constexpr std::int64_t kStep = 256; // the engine rounds contexts up to this
    const std::int64_t wanted = std::int64_t{m_prompt} + m_tokens;
    request.contextTokens = std::max(request.contextTokens, (wanted + kStep - 1) / kStep * kStep);
    request.parallel = 1;
    // Measured apart: prompts and tokens of the model alone are what predictions are about.
    fit::LoadRequest together = request;
    request.draft.clear();
    request.loras.clear();
    SNUG_TRY(const auto usable, loadUsableDevices(context));
    const auto &devices = usable.devices;
    const std::string engine = llama::engineVersion();
    SNUG_TRY(const Prepared prepared,
             prepare(request, fit::DeviceOverheads(context.paths, devices, engine), context));
    fit::SpeedForecast forecast(context.paths, devices, engine);
    SNUG_CHECK(measureMissing(prepared.answer.allocation, devices, forecast, context));
    forecast = fit::SpeedForecast(context.paths, devices, engine);

    const fit::SpeedRequest speed{m_prompt, m_prompt + m_tokens / 2, request.cpuExpertLayers};
    const auto estimate = forecast.estimate(prepared.work, prepared.answer.allocation, speed);
    SNUG_TRY(llama::RunReport report,
             llama::runModel({prepared.load, m_prompt, m_tokens, m_rounds}, context.progress, context.stop));
    keepFreeOfBefore(prepared.answer.allocation, report.allocation);
    remember(context, forecast, prepared, speed, report);
    json result = resultOf(prepared, report);
    result["prompt_tokens"] = m_prompt;
    result["generated_tokens"] = m_tokens;
    result["rounds"] = m_rounds;
    result["predicted"] = predictedJson(estimate, prepared.answer.allocation);
    if (!together.draft.empty()) {
        SNUG_TRY(result["draft"], benchDraft({std::move(together), m_tokens, m_rounds}, devices, context));
    }
    return result;
}

void BenchVerb::print(const json &result, const VerbContext &) const
{
    if (result.contains("speeds")) {
        for (const json &speed : result["speeds"])
            printDeviceSpeed(speed);
        return;
    }
    const json &predicted = result["predicted"];
    fmt::print("{}: {} of {} layers on the GPU, {} threads\n\n",
               terminalLine(result["model"]["name"].get<std::string>()), result["gpu_layers"].get<int>(),
               result["layers"].get<int>(), result["threads"].get<int>());
    fmt::print("{:<12}{:>12}{:>22}{:>14}{:>14}\n", "tokens/s", "measured", "range", "predicted", "off by");
    printLine("prompt", result["prompt"], predicted, "prompt_tps");
    printLine("generation", result["generation"], predicted, "generation_tps");
    fmt::print("\nFirst token after {:.0f} ms\n", result["first_token_ms"].get<double>());
    if (predicted.contains("source"))
        fmt::print(
            "Predicted {}, two times of three within {:.0f} % for prompts and {:.0f} % for generation\n",
            predicted["source"].get<std::string>(), predicted["prompt_uncertainty"].get<double>() * 100,
            predicted["uncertainty"].get<double>() * 100);
    if (result.contains("draft"))
        printDraftBench(result["draft"]);
    for (const json &entry : result["memory"])
        fmt::print("{}: {} used\n", terminalLine(entry["device"].get<std::string>()),
                   formatBytes(entry["total"].get<std::int64_t>()));
}

} // namespace snug::cli
