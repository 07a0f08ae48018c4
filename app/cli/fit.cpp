// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit.h"

#include "app/cli/fit_levels.h"
#include "app/cli/memory_json.h"
#include "app/cli/terminal_text.h"
#include "backends/llama/dry_run.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/header_copy.h"
#include "backends/llama/plugins.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/fit/fit_search.h"
#include "core/model/facts.h"

#include <fmt/format.h>

#include <string>

namespace snug::cli {
namespace {

using nlohmann::json;

json level(const ModelFacts &facts, const fit::FitAnswer &answer)
{
    return {{"level", facts.level ? json(*facts.level) : json()},
            {"exists", true},
            {"file_bytes", facts.fileBytes},
            {"bits_per_weight", facts.bitsPerWeight ? json(*facts.bitsPerWeight) : json()},
            {"verdict", fit::verdictName(answer.verdict)},
            {"gpu_layers", answer.allocation.gpuLayers},
            {"layers", answer.allocation.layers},
            {"max_context", answer.maxContext},
            {"cpu_reason", answer.cpuReason},
            {"memory", memoryJson(answer.allocation)},
            {"buffers", buffersJson(answer.allocation)},
            {"notes", answer.notes}};
}

std::string verdictText(const json &level)
{
    const auto verdict = level["verdict"].get<std::string>();
    if (verdict == "gpu")
        return "fits on the GPU";
    if (verdict == "partial")
        return fmt::format("fits partly, {} of {} layers on the GPU", level["gpu_layers"].get<int>(),
                           level["layers"].get<int>());
    if (verdict == "no")
        return "does not fit";
    return fmt::format("runs on the CPU, because {}", level["cpu_reason"].get<std::string>());
}

std::string bytes(const json &entry, const char *field)
{
    return formatBytes(entry[field].get<std::int64_t>());
}

} // namespace

void FitVerb::define(CLI::App &app)
{
    m_options.define(app);
    app.add_flag("--exact", m_exact, "Ask the engine's allocator; for a local GGUF file that is always so");
    app.add_flag("--levels", m_levels,
                 "Also every level that could be made of the file, with its exact size");
}

Result<json> FitVerb::run(const VerbContext &context)
{
    SNUG_TRY(fit::LoadRequest request, m_options.request());
    llama::installEngineLog(context.json ? llama::EngineNoise::All : llama::EngineNoise::Errors);
    SNUG_TRY(const auto copy, llama::HeaderCopy::make(request.model));
    const ModelFacts facts = factsOf(copy.headers(), toUtf8(copy.original().filename()));
    if (request.contextTokens == 0)
        request.contextTokens = fit::usualContext(facts.contextLength);
    request.model = copy.path();
    if (auto loaded = llama::loadPlugins(); !loaded)
        return tl::make_unexpected(std::move(loaded).error());
    context.progress({"simulating the allocation", 0, -1, Unit::Items});
    SNUG_TRY(const fit::FitAnswer answer, fit::searchFit(request, llama::dryRun, context.stop));
    json levels = json::array({level(facts, answer)});
    if (m_levels) {
        SNUG_TRY(const json makeable, makeableLevels(copy.headers(), facts.level, answer.allocation.memory));
        levels.insert(levels.end(), makeable.begin(), makeable.end());
    }
    return json{{"model", toJson(facts)},
                {"context", answer.allocation.contextTokens},
                {"kv_type", request.kvType},
                {"exact", true},
                {"levels", std::move(levels)}};
}

void FitVerb::print(const json &result, const VerbContext &) const
{
    const json &level = result["levels"][0];
    const auto largest = level["max_context"].get<std::int64_t>();
    fmt::print("{} {}: {}\n", terminalLine(result["model"]["name"].get<std::string>()),
               level["level"].is_string() ? level["level"].get<std::string>() : "", verdictText(level));
    fmt::print("Context {} ({}), KV cache {}\n\n", formatCount(result["context"].get<std::int64_t>()),
               largest == 0 ? "none fits" : "up to " + formatCount(largest),
               result["kv_type"].get<std::string>());
    constexpr const char *kRow = "{:<10}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}\n";
    fmt::print(fmt::runtime(kRow), "Device", "weights", "KV cache", "compute", "overhead", "together",
               "free");
    for (const json &entry : level["memory"])
        fmt::print(fmt::runtime(kRow), entry["device"].get<std::string>(), bytes(entry, "weights"),
                   bytes(entry, "kv_cache"), bytes(entry, "compute"), bytes(entry, "overhead"),
                   bytes(entry, "total"), bytes(entry, "free"));
    for (const json &note : level["notes"])
        fmt::print("\nNote: {}\n", terminalLine(note.get<std::string>()));
    if (m_levels)
        printMakeableLevels(json(result["levels"].begin() + 1, result["levels"].end()));
}

} // namespace snug::cli
