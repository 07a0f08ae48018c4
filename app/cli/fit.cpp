// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit.h"

#include "backends/llama/engine_log.h"
#include "backends/llama/fit_search.h"
#include "backends/llama/plugins.h"
#include "core/base/units.h"
#include "core/model/facts.h"

#include <fmt/format.h>

#include <string>

namespace snug::cli {
namespace {

using nlohmann::json;

constexpr std::int64_t kDefaultContext = 4096;

json level(const ModelFacts &facts, const llama::FitAnswer &answer)
{
    json memory = json::array();
    for (const auto &entry : answer.allocation.memory)
        memory.push_back(fit::toJson(entry));
    return {{"level", facts.level ? json(*facts.level) : json()},
            {"exists", true},
            {"file_bytes", facts.fileBytes},
            {"bits_per_weight", facts.bitsPerWeight ? json(*facts.bitsPerWeight) : json()},
            {"verdict", llama::verdictName(answer.verdict)},
            {"gpu_layers", answer.allocation.gpuLayers},
            {"layers", answer.allocation.layers},
            {"max_context", answer.maxContext ? json(*answer.maxContext) : json()},
            {"memory", std::move(memory)},
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
    return verdict == "cpu" ? "runs on the CPU" : "does not fit";
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
}

Result<json> FitVerb::run(const VerbContext &context)
{
    SNUG_TRY(llama::LoadRequest request, m_options.request());
    SNUG_TRY(const ModelFacts facts, inspectFile(request.model));
    if (request.contextTokens == 0)
        request.contextTokens = std::min(facts.contextLength.value_or(kDefaultContext), kDefaultContext);

    llama::installEngineLog();
    SNUG_TRY([[maybe_unused]] const bool loaded, llama::loadPlugins().map([] { return true; }));
    SNUG_TRY(const auto copy, llama::HeaderCopy::make(request.model));
    request.model = copy.path();
    context.progress({"simulating the allocation", 0, -1, Unit::Items});
    SNUG_TRY(const llama::FitAnswer answer, llama::searchFit(request, context.stop));
    return json{{"model", toJson(facts)},
                {"context", answer.allocation.contextTokens},
                {"kv_type", request.kvType},
                {"exact", true},
                {"levels", json::array({level(facts, answer)})}};
}

void FitVerb::print(const json &result, const VerbContext &) const
{
    const auto &level = result["levels"][0];
    const auto maxContext = level["max_context"].is_null()
                                ? std::string("none fits")
                                : "up to " + formatCount(level["max_context"].get<std::int64_t>());
    fmt::print("{} {}: {}\n", result["model"]["name"].get<std::string>(),
               level["level"].is_string() ? level["level"].get<std::string>() : "", verdictText(level));
    fmt::print("context {} ({}), KV cache {}\n\n", formatCount(result["context"].get<std::int64_t>()),
               maxContext, result["kv_type"].get<std::string>());
    fmt::print("{:<10}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}\n", "device", "weights", "KV cache", "compute",
               "overhead", "together", "free");
    for (const auto &entry : level["memory"])
        fmt::print("{:<10}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}\n", entry["device"].get<std::string>(),
                   bytes(entry, "weights"), bytes(entry, "kv_cache"), bytes(entry, "compute"),
                   bytes(entry, "overhead"), bytes(entry, "total"), bytes(entry, "free"));
    for (const auto &note : level["notes"])
        fmt::print("\n{}\n", note.get<std::string>());
}

} // namespace snug::cli
