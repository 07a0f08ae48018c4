// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/serve.h"

#include "app/cli/chosen_projector.h"
#include "app/cli/last_resort.h"
#include "app/cli/memory_json.h"
#include "app/cli/pace_record.h"
#include "app/cli/probe_projector.h"
#include "app/cli/probe_template.h"
#include "app/cli/terminal_text.h"
#include "app/cli/worker_devices.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/probe.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/model/facts.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>

namespace snug::cli {
namespace {

using nlohmann::json;

// 256 bits, in hexadecimal.
std::string randomKey()
{
    std::random_device random;
    std::string key;
    for (int word = 0; word < 8; ++word)
        key += fmt::format("{:08x}", static_cast<std::uint32_t>(random()));
    return key;
}

Error stopped()
{
    return {ErrorKind::Cancelled, "The server was stopped.", {}, {}};
}

// Who computes: each device that holds layers, or the CPU for what is left.
json placement(const fit::Allocation &allocation)
{
    json list = json::array();
    for (const auto &entry : allocation.memory) {
        if (entry.layers > 0)
            list.push_back({{"device", entry.device},
                            {"backend", entry.backend},
                            {"name", entry.name},
                            {"layers", entry.layers}});
    }
    return list;
}

json adapters(const fit::LoadRequest &request)
{
    json list = json::array();
    for (std::size_t i = 0; i < request.loras.size(); ++i)
        list.push_back({{"id", i},
                        {"path", toUtf8(request.loras[i])},
                        {"scale", i < request.loraScales.size() ? request.loraScales[i] : 1.0}});
    return list;
}

void tell(const json &ready, const ApiKey &key)
{
    fmt::print("Serving {} at {}\n", terminalLine(ready["model"]["name"].get<std::string>()),
               ready["url"].get<std::string>());
    if (key.generated)
        fmt::print("API key: {}\n", key.text);
    const auto reason = ready["cpu_reason"].get<std::string>();
    if (reason.empty())
        fmt::print("On the GPU: {} of {} layers\n", ready["gpu_layers"].get<int>(),
                   ready["layers"].get<int>());
    else
        fmt::print("On the CPU, because {}\n", terminalLine(reason));
    for (const json &note : ready["notes"])
        fmt::print("Note: {}\n", terminalLine(note.get<std::string>()));
    std::fflush(stdout);
}

} // namespace

ApiKey takeApiKey()
{
    const char *given = std::getenv("SNUG_API_KEY");
    ApiKey key = given == nullptr || *given == '\0' ? ApiKey{randomKey(), true} : ApiKey{given, false};
#if defined(_WIN32)
    _putenv_s("SNUG_API_KEY", "");
#else
    unsetenv("SNUG_API_KEY");
#endif
    return key;
}

llama::ProjectorProbe usableProjectors(const std::stop_token &stop)
{
    return [stop](const std::filesystem::path &projector, const std::string &device) {
        return askForUsableProjector(projector, device, stop);
    };
}

json readyFields(const llama::ServerReady &ready, const fit::LoadRequest &request,
                 const chat::TemplateReport &chatTemplate)
{
    std::vector<std::string> notes = ready.notes;
    for (const chat::TemplateFinding &finding : chatTemplate.findings)
        notes.push_back(finding.message);
    return {{"url", ready.url},
            {"model",
             {{"name", ready.modelName},
              {"level", ready.level},
              {"path", toUtf8(request.model)},
              {"parameters", ready.parameters},
              {"context", ready.allocation.contextTokens},
              {"training_context", ready.allocation.trainingContext}}},
            {"memory", memoryJson(ready.allocation)},
            {"buffers", buffersJson(ready.allocation)},
            {"gpu_layers", ready.allocation.gpuLayers},
            {"layers", ready.allocation.layers},
            {"devices", placement(ready.allocation)},
            {"cpu_reason", ready.cpuReason},
            {"context", ready.allocation.contextTokens},
            {"kv_type", request.kvType},
            {"kv_type_v", request.valueType()},
            {"flash_attn", fit::flashAttentionName(request.flashAttention)},
            {"template", toJson(chatTemplate)},
            {"draft", request.draft.empty() ? json() : json(toUtf8(request.draft))},
            {"loras", adapters(request)},
            {"mmproj", request.projector.empty() ? json() : json(toUtf8(request.projector))},
            {"vision", ready.vision},
            {"threads", ready.threads},
            {"load_seconds", ready.loadSeconds},
            {"notes", notes}};
}

void ServeVerb::define(CLI::App &app)
{
    m_options.define(app);
    app.add_option("--port", m_port, "Port, 0: a free one")->check(CLI::Range(0, 65535));
}

Result<json> ServeVerb::run(const VerbContext &context)
{
    const ApiKey key = takeApiKey();
    llama::installEngineLog(context.json ? llama::EngineNoise::All : llama::EngineNoise::Errors);
    SNUG_TRY(fit::LoadRequest load, m_options.request());
    // Neither a batch that is being computed nor the making of a big context can be stopped.
    constexpr std::chrono::milliseconds kPatience(1200);
    std::optional<LastResort> lastResort;
    lastResort.emplace(context, kPatience, stopped());
    SNUG_TRY(const auto usable, loadUsableDevices(context));
    const auto &devices = usable.devices;
    const ChosenProjector projector = chooseProjector(m_options.projector(), load.model, context.stop);
    load.projector = projector.path;
    SNUG_TRY(const ChosenTemplate chosen, chooseTemplate(load.model, m_options.chatTemplate(), context.stop));
    llama::EngineServer server;
    const fit::DeviceOverheads overheads(context.paths, devices, llama::engineVersion());
    SNUG_TRY(auto loaded,
             server.load({load, key.text, m_port, overheads, chosen.text, usableProjectors(context.stop)},
                         context.progress, context.stop));
    if (!projector.note.empty())
        loaded.notes.push_back(projector.note);
    loaded.notes.insert(loaded.notes.end(), usable.notes.begin(), usable.notes.end());
    lastResort.reset();
    json ready = readyFields(loaded, load, chosen.report);
    if (key.generated)
        ready["api_key"] = key.text;
    context.ready(ready);
    if (!context.json)
        tell(ready, key);
    rememberLoad(context, devices, loaded);
    lastResort.emplace(context, kPatience, stopped());
    auto served = server.run(context.stop);
    lastResort.reset();
    if (!served)
        return tl::make_unexpected(std::move(served).error());
    rememberPace(context, devices, load, loaded, server.paces());
    return tl::make_unexpected(stopped());
}

void ServeVerb::print(const json &, const VerbContext &) const {}

} // namespace snug::cli
