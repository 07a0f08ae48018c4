// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/server.h"

#include "backends/llama/engine_log.h"
#include "backends/llama/fit_search.h"
#include "backends/llama/memory_breakdown.h"
#include "backends/llama/plugins.h"
#include "backends/llama/routes.h"
#include "core/base/units.h"
#include "core/model/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <common.h>
#include <cstdlib>
#include <ggml-backend.h>
#include <llama.h>
#include <optional>
#include <server-context.h>
#include <server-http.h>
#include <server-stream.h>

namespace snug::llama {
namespace {

constexpr std::int64_t kUsualContext = 8192;
constexpr int kCancelledExit = 130;
// llama.cpp keeps finished prompts in main memory; its default of 8 GiB is a server's, not a desktop's.
constexpr int kPromptCacheMib = 512;

bool hasGpu()
{
    return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_GPU) != nullptr ||
           ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_IGPU) != nullptr;
}

std::string whyCpu(const LoadRequest &asked, const Allocation &placed)
{
    if (placed.gpuLayers > 0)
        return {};
    if (!hasGpu())
        return "no GPU backend found a device";
    if (asked.gpuLayers == 0)
        return "it was asked for";
    if (placed.memory.size() < 2)
        return "the chosen device is the CPU";
    return fmt::format("not even one layer fits into the {} that are free on {}",
                       formatBytes(placed.memory[1].freeBytes), placed.memory[1].device);
}

void serveOnly(common_params &params, const ServerRequest &request)
{
    params.hostnames = {"127.0.0.1"};
    params.port = request.port;
    params.api_keys = {request.apiKey};
    params.cors_origins = "localhost";
    params.cors_credentials = false;
    params.ui = false;
    params.endpoint_slots = true;
    params.endpoint_metrics = true;
    params.cache_ram_mib = kPromptCacheMib;
}

// A platform's own switches in llama.cpp's HTTP front, which could move the port or the address.
void ignorePlatformSwitches()
{
#if defined(_WIN32)
    _putenv_s("AIP_MODE", "");
#else
    unsetenv("AIP_MODE");
#endif
}

} // namespace

struct EngineServer::Engine {
    common_params params;
    server_context context;
    server_http_context http;
    std::optional<server_routes> routes;
    bool listening = false;

    ~Engine()
    {
        if (listening) {
            http.stop();
            http.join();
        }
        server_stream_session_manager_stop();
        llama_backend_free();
    }
};

EngineServer::EngineServer() = default;
EngineServer::~EngineServer() = default;

Result<ServerReady> EngineServer::load(const ServerRequest &request, const ProgressFn &progress,
                                       std::stop_token stop)
{
    progress({"checking the file", 0, -1, Unit::Percent});
    SNUG_TRY(const auto facts, inspectFile(request.load.model));
    SNUG_TRY([[maybe_unused]] const auto loaded, loadPlugins().map([] { return true; }));

    ServerReady ready;
    LoadRequest placed = request.load;
    if (placed.contextTokens <= 0)
        placed.contextTokens = std::min(facts.contextLength.value_or(kUsualContext), kUsualContext);
    {
        SNUG_TRY(const auto copy, HeaderCopy::make(request.load.model));
        LoadRequest forecast = placed;
        forecast.model = copy.path();
        SNUG_TRY(const FitAnswer answer, place(forecast, stop));
        const auto &allocation = answer.allocation;
        placed.gpuLayers =
            allocation.gpuLayers >= allocation.layers ? allocation.layers + 1 : allocation.gpuLayers;
        ready.cpuReason = whyCpu(request.load, allocation);
        ready.notes = answer.notes;
        if (answer.verdict == Verdict::Partial)
            ready.notes.push_back(fmt::format("{} of {} layers are on the GPU, the others did not fit.",
                                              allocation.gpuLayers, allocation.layers));
        ready.allocation = allocation;
    }
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");

    m_engine = std::make_unique<Engine>();
    Engine &engine = *m_engine;
    SNUG_TRY(engine.params, engineParams(placed));
    serveOnly(engine.params, request);
    ignorePlatformSwitches();
    llama_backend_init();
    server_stream_session_manager_start();
    engine.routes.emplace(engine.params, engine.context);
    if (!engine.http.init(engine.params))
        return fail(ErrorKind::Io, "The engine's server could not be set up.",
                    {{"log", recentEngineErrors()}});
    registerRoutes(engine.http, *engine.routes);
    if (!engine.http.start())
        return fail(ErrorKind::Io, fmt::format("Port {} is taken.", request.port), {},
                    "Choose another port, or none for a free one.");
    engine.listening = true;
    ready.url = engine.http.listening_addresses.front();

    engine.context.set_state_callback([progress](server_state state, const json &payload) {
        if (state == SERVER_STATE_LOADING && payload.contains("value"))
            progress({"loading", static_cast<std::int64_t>(payload["value"].get<double>() * 100), 100,
                      Unit::Percent});
    });
    {
        // The library offers no way to stop a load.
        const std::stop_callback abandon(stop, [] { std::_Exit(kCancelledExit); });
        if (!engine.context.load_model(engine.params)) {
            if (engineRanOutOfMemory())
                return fail(ErrorKind::OutOfMemory, "There is not enough memory to load this model.",
                            {{"log", recentEngineErrors()}}, "Choose a smaller level or a shorter context.");
            return fail(ErrorKind::Unsupported, "The engine cannot load this model.",
                        {{"log", recentEngineErrors()}}, "The details hold the engine's own words.");
        }
    }
    engine.routes->update_meta(engine.context);
    engine.http.is_ready.store(true);

    const llama_context *context = engine.context.get_llama_context();
    const llama_model *model = llama_get_model(context);
    ready.allocation.memory = memoryOf(*context, *model);
    ready.allocation.contextTokens = llama_n_ctx(context);
    ready.modelName = facts.name;
    ready.level = facts.level.value_or("");
    ready.parameters = static_cast<std::int64_t>(llama_model_n_params(model));
    ready.threads = engine.params.cpuparams.n_threads;
    return ready;
}

void EngineServer::run(std::stop_token stop)
{
    const std::stop_callback end(stop, [this] { m_engine->context.terminate(); });
    if (!stop.stop_requested())
        m_engine->context.start_loop();
}

} // namespace snug::llama
