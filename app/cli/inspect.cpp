// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/inspect.h"

#include "app/cli/hub_header.h"
#include "app/cli/probe_template.h"
#include "app/cli/pull_plan.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/convert/checkpoint_facts.h"
#include "core/hub/checkpoints.h"
#include "core/library/hub_cache.h"
#include "core/model/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace snug::cli {
namespace {

using nlohmann::json;

std::string text(const json &value)
{
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::string count(const json &value)
{
    return value.is_number_integer() ? formatCount(value.get<std::int64_t>()) : std::string();
}

// "a of b", or whichever of the two is known.
std::string joined(const std::string &first, std::string_view between, const std::string &second)
{
    if (first.empty() || second.empty())
        return first + second;
    return first + std::string(between) + second;
}

std::string parameters(const json &facts)
{
    const json &value = facts["parameters"];
    return value.is_number_integer() ? formatParameters(value.get<std::int64_t>()) : std::string();
}

std::string level(const json &facts)
{
    const json &bits = facts["bits_per_weight"];
    return joined(text(facts["level"]), ", ",
                  bits.is_number() ? fmt::format("{:.2f} bits per weight", bits.get<double>())
                                   : std::string());
}

std::string tensors(const json &facts)
{
    std::string types;
    for (const auto &[type, number] : facts["tensors"]["by_type"].items())
        types += fmt::format("{}{} {}", types.empty() ? "" : ", ", count(number), type);
    return joined(count(facts["tensors"]["count"]), ": ", types);
}

std::string heads(const json &facts)
{
    const std::string kv = count(facts["head_count_kv"]);
    return joined(count(facts["head_count"]), ", for keys and values ", kv);
}

std::string experts(const json &facts)
{
    const std::string used = count(facts["expert_used_count"]);
    return joined(count(facts["expert_count"]), ", used for a token ", used);
}

std::string tokenizer(const json &facts)
{
    const json &found = facts["tokenizer"];
    if (!found.is_object())
        return {};
    const std::string tokens = count(found["tokens"]);
    return joined(joined(text(found["model"]), " / ", text(found["pre"])), ", ",
                  tokens.empty() ? std::string() : tokens + " tokens");
}

std::string part(const json &facts)
{
    const json &split = facts["split"];
    return split.is_object() ? joined(count(split["part"]), " of ", count(split["count"])) : std::string();
}

// What the engine says of the template; null where it cannot be asked: it needs the whole vocabulary. Fails
// only for a `wanted` one.
Result<json> templateOf(const std::string &model, const std::string &wanted, const ModelFacts &facts,
                        const std::stop_token &stop)
{
    std::error_code code;
    const std::filesystem::path path = fromUtf8(model);
    if (facts.format != "gguf" || !std::filesystem::is_regular_file(path, code))
        return json();
    const auto chosen = chooseTemplate(path, wanted, stop);
    if (!chosen && !wanted.empty())
        return tl::make_unexpected(chosen.error());
    return chosen && chosen->checked ? toJson(chosen->report) : json();
}

// What is no file here may be one at the Hub: a reference that says which, or a repository.
bool isAtHub(const std::string &model, const hub::Environment &environment)
{
    std::error_code code;
    if (std::filesystem::exists(fromUtf8(model), code))
        return false;
    const auto reference = hub::parseReference(model, environment.endpoint);
    return reference && (!reference->selector.empty() || !model.ends_with(".gguf"));
}

Result<ModelFacts> inspectFolder(const std::filesystem::path &folder, std::string_view name)
{
    SNUG_TRY(const convert::Checkpoint checkpoint, convert::readCheckpoint(folder));
    return convert::factsOf(checkpoint, name);
}

Result<ModelFacts> inspectAtHub(const std::string &model, const VerbContext &context)
{
    SNUG_TRY(const HubAccess hub, openHub());
    SNUG_TRY(const hub::RepoReference reference, hub::parseReference(model, hub.environment.endpoint));
    SNUG_TRY(const PullPlan plan, planPull(hub, reference, context));
    const std::string &first = plan.files.front().path;
    const bool isCheckpoint = plan.label == hub::kCheckpointLabel;
    if (!first.ends_with(".gguf") && !isCheckpoint)
        return fail(ErrorKind::Unsupported,
                    "Only GGUF files and whole checkpoints can be inspected, and this is neither.",
                    {{"reason", std::string("format")}, {"path", first}},
                    "Choose a GGUF level, or leave the file out.");
    if (plan.fromCache) {
        SNUG_TRY(const library::CachedFile cached,
                 library::findFile(hub.environment.cache, plan.id.text(), plan.commit, first));
        return isCheckpoint ? inspectFolder(cached.snapshotPath.parent_path(), plan.id.name())
                            : inspectFile(cached.snapshotPath);
    }
    if (isCheckpoint) {
        const hub::Level level{plan.label, plan.label, {}, plan.files, std::nullopt};
        SNUG_TRY(const convert::Checkpoint checkpoint,
                 checkpointAtHub(hub, plan.id, plan.commit, level, context));
        return convert::factsOf(checkpoint, plan.id.name());
    }
    SNUG_TRY(const auto parts, headersAtHub(hub, plan.id, plan.commit, plan.files, context));
    return factsOf(parts, first.substr(first.rfind('/') + 1));
}

Result<ModelFacts> inspectHere(const std::filesystem::path &path)
{
    std::error_code code;
    if (!std::filesystem::is_directory(path, code) || !convert::isCheckpoint(path))
        return inspectFile(path);
    const auto absolute = std::filesystem::weakly_canonical(path, code);
    return inspectFolder(path, toUtf8((code ? path : absolute).filename()));
}

} // namespace

void InspectVerb::define(CLI::App &app)
{
    app.add_option("MODEL", m_model,
                   "A GGUF file, a folder with a safetensors checkpoint, or at the Hub "
                   "ORG/NAME[@REVISION][:LEVEL or :FILE]")
        ->required();
    app.add_option("--chat-template", m_template,
                   "Look at this one instead of the model's own: a file with a Jinja template, or chatml");
}

Result<json> InspectVerb::run(const VerbContext &context)
{
    SNUG_TRY(const hub::Environment environment, hub::readEnvironment(&hub::processVariable));
    SNUG_TRY(const ModelFacts facts,
             isAtHub(m_model, environment) ? inspectAtHub(m_model, context) : inspectHere(fromUtf8(m_model)));
    json result = toJson(facts);
    SNUG_TRY(result["template"], templateOf(m_model, m_template, facts, context.stop));
    return result;
}

void InspectVerb::print(const json &result, const VerbContext &) const
{
    const std::vector<std::pair<std::string_view, std::string>> rows = {
        {"Name", text(result["name"])},
        {"Part", part(result)},
        {"Maker", text(result["maker"])},
        {"Licence", text(result["license"])},
        {"Quantized by", text(result["quantized_by"])},
        {"Architecture", text(result["architecture"])},
        {"Parameters", parameters(result)},
        {"Level", level(result)},
        {"File", formatBytes(result["file_bytes"].get<std::int64_t>())},
        {"Tensors", tensors(result)},
        {"Context", count(result["context_length"])},
        {"Layers", count(result["layers"])},
        {"Embedding", count(result["embedding_length"])},
        {"Heads", heads(result)},
        {"Experts", experts(result)},
        {"Tokenizer", tokenizer(result)},
        {"Chat template", result["chat_template"].get<bool>() ? "yes" : "no"},
    };
    std::size_t width = 0;
    for (const auto &[label, value] : rows)
        width = std::max(width, value.empty() ? 0 : label.size());
    for (const auto &[label, value] : rows) {
        if (!value.empty())
            fmt::print("{:<{}}  {}\n", label, width, value);
    }
    for (const json &warning : result["warnings"])
        fmt::print("Note: {}\n", text(warning));
    const json &looked = result["template"];
    for (const json &finding : looked.is_object() ? looked["findings"] : json::array())
        fmt::print("Note: {} {}\n", text(finding["message"]), text(finding["hint"]));
}

} // namespace snug::cli
