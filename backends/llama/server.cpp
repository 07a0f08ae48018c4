// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/server.h"

#include "backends/llama/companions.h"
#include "backends/llama/dry_folder.h"
#include "backends/llama/dry_run.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/header_copy.h"
#include "backends/llama/layer_placement.h"
#include "backends/llama/load_failure.h"
#include "backends/llama/memory_breakdown.h"
#include "backends/llama/plugins.h"
#include "backends/llama/routes.h"
#include "core/base/paths.h"
#include "core/base/stop_wait.h"
#include "core/base/units.h"
#include "core/fit/fit_search.h"
#include "core/model/facts.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <common.h>
#include <cstdlib>
#include <exception>
#include <llama.h>
#include <optional>
#include <server-common.h>
#include <server-context.h>
#include <server-http.h>
#include <stdexcept>
#include <thread>
#include <utility>

namespace snug::llama {
namespace {

// llama.cpp keeps finished prompts in main memory; its default of 8 GiB is a server's, not a desktop's.
constexpr int kPromptCacheMib = 512;
// Snapshots of models that cannot go back in their memory; each takes as much as a conversation.
constexpr int kContextCheckpoints = 8;

// Thrown through llama.cpp's loader, which turns it into "no model": it offers no other way out.
class LoadCancelled : public std::runtime_error {
public:
    LoadCancelled() : std::runtime_error("cancelled") {}
};

tl::unexpected<Error> cancelled()
{
    return fail(ErrorKind::Cancelled, "Cancelled.");
}

void serveOnly(common_params &params, const ServerRequest &request, const std::string &name)
{
    params.model_alias = {name};
    params.hostnames = {"127.0.0.1"};
    params.port = request.port;
    params.api_keys = {request.apiKey};
    params.cors_origins = "localhost";
    params.cors_credentials = false;
    params.ui = false;
    params.endpoint_slots = true;
    params.endpoint_metrics = true;
    params.cache_ram_mib = kPromptCacheMib;
    params.n_ctx_checkpoints = kContextCheckpoints;
}

// A platform's own switches in llama.cpp's HTTP front, which could move the port or the address.
void ignorePlatformSwitches()
{
    for (const char *name : {"AIP_MODE", "AIP_HTTP_PORT", "AIP_HEALTH_ROUTE", "AIP_PREDICT_ROUTE"}) {
#if defined(_WIN32)
        _putenv_s(name, "");
#else
        unsetenv(name);
#endif
    }
}

// What was decided before anything big is allocated.
struct Plan {
    fit::LoadRequest load;
    fit::FitAnswer answer;
    ModelFacts facts;
    std::int64_t tensorBytes = 0;
};

Result<Plan> makePlan(const ServerRequest &request, const ProgressFn &progress, const std::stop_token &stop)
{
    progress({"checking the file", 0, -1, Unit::Items});
    Plan plan;
    plan.load = request.load;
    SNUG_TRY(const auto copy, HeaderCopy::make(plan.load.model));
    plan.facts = factsOf(copy.headers(), toUtf8(copy.original().filename()));
    plan.tensorBytes = copy.tensorBytes();
    if (plan.load.contextTokens == 0)
        plan.load.contextTokens = fit::usualContext(plan.facts.contextLength);
    // The server ends conversations there whatever it has room for.
    const bool tooLong = plan.load.contextTokens > plan.facts.contextLength.value_or(plan.load.contextTokens);
    if (tooLong)
        plan.load.contextTokens = *plan.facts.contextLength;
    progress({"simulating the allocation", 0, -1, Unit::Items});
    SNUG_TRY(const DryFolder folder, DryFolder::make());
    SNUG_TRY(const auto beside, CompanionFiles::open(plan.load, copy.headers(), folder));
    fit::LoadRequest dry = beside.dry(plan.load);
    dry.model = copy.path();
    DryRun warm(request.projectors);
    const auto measure = [&warm](const fit::LoadRequest &asked) { return warm(asked); };
    SNUG_TRY(plan.answer, place(dry, request.overheads.added(measure), stop));
    plan.load.model = copy.original();
    plan.load.gpuLayers = plan.answer.allocation.gpuLayers;
    if (tooLong)
        plan.answer.notes.push_back(
            fmt::format("The context is the {} tokens that the model was trained with.",
                        formatCount(plan.load.contextTokens)));
    return plan;
}

// Weights are mapped, so less than all of them can be in memory at a time; more than there is can not.
Result<void> checkRoom(const Plan &plan)
{
    const auto &host = plan.answer.allocation.memory.front();
    if (plan.answer.verdict != fit::Verdict::No || host.totalBytes == 0 || host.used() <= host.totalBytes)
        return {};
    return fail(ErrorKind::OutOfMemory, "There is not enough memory to load this model.",
                {{"wanted_bytes", host.used()}, {"free_bytes", host.freeBytes}},
                "Choose a smaller level or a shorter context.");
}

} // namespace

struct EngineServer::Engine {
    common_params params;   // the server's own copy: loading changes it
    common_params listener; // read by the threads that answer
    server_context context;
    std::optional<server_routes> routes;
    std::atomic<bool> stopping = false;
    RequestPaces paces;
    server_http_context http; // ends before what its handlers use

    ~Engine() { stop(); }

    void stop()
    {
        stopping = true;
        http.stop();
        http.join();
    }

    // The loop's beginning overwrites an earlier request to end, so it is repeated until the loop has ended.
    void endLoop(const std::atomic<bool> &ended)
    {
        stopping = true;
        http.stop();
        while (!ended) {
            context.terminate();
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }

    Result<void> listen(const ServerRequest &request)
    {
        ignorePlatformSwitches();
        listener = params;
        routes.emplace(params, context);
        if (!http.init(listener))
            return fail(ErrorKind::Io, "The engine's server could not be set up.");
        registerRoutes(http, *routes, stopping, paces);
        if (!http.start())
            return fail(ErrorKind::Io,
                        request.port == 0 ? std::string("There is no free port on this computer.")
                                          : fmt::format("Port {} is taken.", request.port),
                        {{"port", std::int64_t{request.port}}}, "Choose another port, or 0 for a free one.");
        return {};
    }

    Result<void> loadModel(const Plan &plan, const ProgressFn &progress, const std::stop_token &stop)
    {
        context.set_state_callback([&, total = plan.tensorBytes](server_state state, const json &payload) {
            if (stop.stop_requested())
                throw LoadCancelled();
            if (state == SERVER_STATE_LOADING)
                progress({"loading",
                          static_cast<std::int64_t>(json_value(payload, "value", 0.0) *
                                                    static_cast<double>(total)),
                          total, Unit::Bytes});
        });
        forgetEngineErrors();
        bool loaded = false;
        std::string thrown;
        try {
            loaded = context.load_model(params);
        } catch (const std::exception &problem) {
            thrown = problem.what();
        }
        // It refers to this function's arguments.
        context.set_state_callback([](server_state, const json &) {});
        if (stop.stop_requested())
            return cancelled();
        if (loaded)
            return {};
        return tl::make_unexpected(thrown.empty() ? loadFailure()
                                                  : explainLoadFailure(thrown, recentEngineErrors()));
    }

    // Fills in what the engine really holds. Free bytes stay those from before.
    void measure(const LayerPlacement &placement, ServerReady &ready) const
    {
        const llama_context *real = context.get_llama_context();
        fit::Allocation &allocation = ready.allocation;
        auto memory = memoryOf(*real, *llama_get_model(real));
        for (auto &entry : memory) {
            for (const auto &before : allocation.memory) {
                if (before.device != entry.device)
                    continue;
                // Of these the context does not tell; the dry run was exact.
                entry.draft = before.draft;
                entry.lora = before.lora;
                entry.projector = before.projector;
                compare(std::exchange(entry.freeBytes, before.freeBytes), entry, ready.overheads);
            }
        }
        allocation.memory = std::move(memory);
        allocation.buffers = buffersOf(*real);
        allocation.contextTokens = context.get_meta().slot_n_ctx;
        placement.writeTo(allocation);
    }

    static void compare(std::int64_t freeNow, fit::DeviceMemory &entry,
                        std::map<std::string, std::int64_t> &overheads)
    {
        if (const auto overhead = fit::overheadOf(entry, freeNow)) {
            entry.overhead = overheads[entry.device] = *overhead;
            entry.overheadSource = "measured while it was loaded";
        }
    }
};

EngineServer::EngineServer() = default;
EngineServer::~EngineServer() = default;

Result<ServerReady> EngineServer::load(const ServerRequest &request, const ProgressFn &progress,
                                       const std::stop_token &stop)
{
    if (auto loaded = loadPlugins(); !loaded)
        return tl::make_unexpected(std::move(loaded).error());
    SNUG_TRY(const Plan plan, makePlan(request, progress, stop));
    if (auto room = checkRoom(plan); !room)
        return tl::make_unexpected(std::move(room).error());
    if (stop.stop_requested())
        return cancelled();

    auto engine = std::make_unique<Engine>();
    SNUG_TRY(engine->params, engineParams(plan.load));
    engine->params.chat_template = request.chatTemplate;
    serveOnly(engine->params, request, plan.facts.name);
    llama_backend_init();
    if (auto listening = engine->listen(request); !listening)
        return tl::make_unexpected(std::move(listening).error());
    const LayerPlacement placement;
    const auto start = std::chrono::steady_clock::now();
    if (auto loaded = engine->loadModel(plan, progress, stop); !loaded)
        return tl::make_unexpected(std::move(loaded).error());

    ServerReady ready;
    ready.loadSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    ready.url = engine->http.listening_addresses.front();
    ready.allocation = plan.answer.allocation;
    engine->measure(placement, ready);
    ready.modelName = plan.facts.name;
    ready.level = plan.facts.level.value_or("");
    ready.parameters = plan.facts.parameters.value_or(0);
    ready.cpuReason = plan.answer.cpuReason;
    ready.notes = plan.answer.notes;
    ready.vision = engine->context.get_meta().has_inp_image;
    ready.threads = engine->params.cpuparams.n_threads;
    engine->routes->update_meta(engine->context);
    engine->http.is_ready = true;
    m_engine = std::move(engine);
    return ready;
}

Result<void> EngineServer::run(const std::stop_token &stop)
{
    std::atomic<bool> ended = false;
    std::string problem;
    {
        const std::jthread ender([&](const std::stop_token &done) {
            waitForEither(stop, done);
            if (!done.stop_requested())
                m_engine->endLoop(ended);
        });
        try {
            m_engine->context.start_loop();
        } catch (const std::exception &exception) {
            problem = exception.what();
        }
        ended = true;
    }
    m_engine->stop();
    if (!problem.empty())
        return fail(ErrorKind::Device, "The engine gave up while computing.",
                    {{"reason", problem}, {"log", recentEngineErrors()}},
                    "Load the model again; if it happens again, use fewer layers on the GPU.");
    return {};
}

std::vector<RequestPace> EngineServer::paces() const
{
    return m_engine->paces.all();
}

} // namespace snug::llama
