// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/served_models.h"

#include <algorithm>
#include <set>

namespace snug::chat {
namespace {

using nlohmann::json;

constexpr std::size_t kIdBytes = 512;
constexpr std::int64_t kMostContext = std::int64_t{1} << 32;

std::string text(const json &object, const char *name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Shown in menus and sent back in requests.
bool usable(const std::string &id)
{
    const bool control = std::any_of(
        id.begin(), id.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    return !id.empty() && id.size() <= kIdBytes && !control;
}

Dialect dialectOf(const std::string &owner)
{
    if (owner == "llamacpp")
        return Dialect::LlamaCpp;
    if (owner == "vllm")
        return Dialect::Vllm;
    if (owner == "sglang")
        return Dialect::Sglang;
    return Dialect::Standard;
}

// vLLM and SGLang: "max_model_len". What llama.cpp tells here is the training's context, not the server's.
std::int64_t contextOf(const json &entry)
{
    const auto found = entry.find("max_model_len");
    if (found == entry.end() || !found->is_number_integer())
        return 0;
    const auto tokens = found->get<std::int64_t>();
    return tokens > 0 && tokens <= kMostContext ? tokens : 0;
}

} // namespace

Result<ServedModels> servedModelsFrom(const json &reply)
{
    const auto data = reply.is_object() ? reply.find("data") : reply.end();
    if (!reply.is_object() || data == reply.end() || !data->is_array())
        return fail(ErrorKind::Protocol, "The server's answer is no list of models.", {},
                    "Check that the address is that of an OpenAI-compatible server.");
    ServedModels served;
    std::set<std::string> seen;
    for (const json &entry : *data) {
        if (served.models.size() == ServedModels::kMost)
            break;
        if (!entry.is_object())
            continue;
        const std::string id = text(entry, "id");
        if (!usable(id) || !seen.insert(id).second)
            continue;
        if (served.models.empty())
            served.dialect = dialectOf(text(entry, "owned_by"));
        served.models.push_back({id, contextOf(entry)});
    }
    if (served.models.empty())
        return fail(ErrorKind::NotFound, "The server answers, but it has no model.", {},
                    "Load a model there, then try again.");
    return served;
}

} // namespace snug::chat
