// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/special_tokens.h"

#include "core/hub/json.h"

#include <algorithm>
#include <utility>

namespace snug::convert {
namespace {

using nlohmann::json;

// The key of a role's id: llama.cpp keeps some older names.
std::string idKey(const std::string &role)
{
    const std::string name = role == "unk"   ? "unknown"
                             : role == "sep" ? "seperator"
                             : role == "pad" ? "padding"
                                             : role;
    return "tokenizer.ggml." + name + "_token_id";
}

// Of an entry in a template: {"SpecialToken": {"id": "<s>", "type_id": 0}}; empty for anything else.
std::string partOf(const json &entry, const char *kind)
{
    const json *part = hub::memberOf(entry, kind);
    return part != nullptr ? hub::textOf(*part, "id").value_or(std::string()) : std::string();
}

} // namespace

SpecialTokens::SpecialTokens(const FastTokenizer *fast, json tokenizerConfig, const json &config,
                             std::int64_t vocabulary)
    : m_config(std::move(tokenizerConfig))
    , m_hasConfig(m_config.is_object())
    , m_roles{"bos", "eos", "unk", "sep", "pad", "cls", "mask"}
    , m_vocabulary(vocabulary)
{
    if (!m_hasConfig)
        m_config = json::object();
    if (fast != nullptr) {
        if (said("bos_token").empty() && !said("cls_token").empty())
            m_config["bos_token"] = said("cls_token");
        if (said("eos_token").empty() && !said("sep_token").empty())
            m_config["eos_token"] = said("sep_token");
        if (const json *processor = hub::memberOf(fast->rest, "post_processor"))
            readPostProcessor(*processor);
    }
    if (m_hasConfig) {
        static const FastTokenizer kNone;
        readTokenizerConfig(fast != nullptr ? *fast : kNone);
    }
    readConfig(config);
}

std::string SpecialTokens::said(const char *name) const
{
    const json *entry = hub::memberOf(m_config, name);
    if (entry != nullptr && entry->is_string())
        return entry->get<std::string>();
    return entry != nullptr ? hub::textOf(*entry, "content").value_or(std::string()) : std::string();
}

void SpecialTokens::add(const std::string &role, std::int64_t id)
{
    if (id >= 0 && id < (m_vocabulary < 0 ? kMostTokens : m_vocabulary))
        m_ids.emplace(role, id);
}

std::int64_t SpecialTokens::id(const std::string &role) const
{
    const auto found = m_ids.find(role);
    return found == m_ids.end() ? -1 : found->second;
}

void SpecialTokens::readPostProcessor(const json &processor)
{
    const json *several = hub::memberOf(processor, "processors");
    const json one = json::array({processor});
    for (const json &step : several != nullptr && several->is_array() ? *several : one) {
        const auto type = hub::textOf(step, "type");
        if (type == "RobertaProcessing") {
            for (const char *role : {"bos", "eos", "sep"})
                m_isAdded[role] = true;
        } else if (type == "TemplateProcessing") {
            readTemplate(step);
        }
    }
}

// Of simple templates only: a special token before or after the text.
void SpecialTokens::readTemplate(const json &processor)
{
    const json *single = hub::memberOf(processor, "single");
    std::string first;
    std::string last;
    if (single != nullptr && single->is_array() && single->size() > 1) {
        first = partOf(single->front(), "SpecialToken");
        last = partOf(single->back(), "SpecialToken");
    }
    if (!first.empty()) {
        const bool isKnown = first == said("bos_token") || first == said("cls_token");
        if (!m_hasConfig || (!isKnown && said("bos_token").empty()))
            m_config["bos_token"] = first;
        if (m_hasConfig && !isKnown && said("cls_token").empty())
            m_config["cls_token"] = first;
        m_isAdded["bos"] = first == said("bos_token") || first == said("cls_token");
    }
    if (!last.empty()) {
        if (m_hasConfig && last != said("eos_token")) {
            // The one that was named ends a turn, then, and the template's a text.
            const char *role =
                std::find(m_roles.begin(), m_roles.end(), "eot") == m_roles.end() ? "eot" : "eom";
            if (std::find(m_roles.begin(), m_roles.end(), role) == m_roles.end())
                m_roles.emplace_back(role);
            m_config[std::string(role) + "_token"] = said("eos_token");
        }
        m_config["eos_token"] = last;
        m_isAdded["eos"] = true;
    }
    if (const json *pair = hub::memberOf(processor, "pair"))
        readPair(*pair, first, last);
}

// Whether something stands between two texts.
void SpecialTokens::readPair(const json &pair, const std::string &first, const std::string &last)
{
    if (!pair.is_array() || pair.empty())
        return;
    std::size_t begin = !first.empty() && partOf(pair.front(), "SpecialToken") == first ? 1 : 0;
    std::size_t end = pair.size() - (!last.empty() && partOf(pair.back(), "SpecialToken") == last ? 1 : 0);
    if (begin + 2 >= end || partOf(pair[begin], "Sequence") != "A" ||
        partOf(pair[end - 1], "Sequence") != "B")
        return;
    const auto separates = [this](const json &entry) {
        const std::string token = partOf(entry, "SpecialToken");
        return !token.empty() && (token == said("sep_token") || token == said("eos_token"));
    };
    ++begin;
    --end;
    bool isAdded = separates(pair[begin]) && last.empty();
    if (end - begin == 2)
        isAdded = isAdded || separates(pair[begin + 1]);
    m_isAdded["sep"] = isAdded;
    if (isAdded && said("sep_token").empty() && m_hasConfig)
        m_config["sep_token"] = said("eos_token");
}

void SpecialTokens::readTokenizerConfig(const FastTokenizer &fast)
{
    for (const std::string &role : m_roles) {
        const json *isAdded = hub::memberOf(m_config, ("add_" + role + "_token").c_str());
        if (isAdded != nullptr && isAdded->is_boolean())
            m_isAdded[role] = isAdded->get<bool>();
        const std::string text = said((role + "_token").c_str());
        const AddedToken *token = text.empty() ? nullptr : fast.addedToken(text);
        if (token != nullptr)
            add(role, token->id);
    }
}

void SpecialTokens::readConfig(const json &config)
{
    const json *text = hub::memberOf(config, "text_config");
    for (const std::string &role : m_roles) {
        const std::string key = role + "_token_id";
        const json *id = hub::memberOf(config, key.c_str());
        if ((id == nullptr || id->is_null()) && text != nullptr)
            id = hub::memberOf(*text, key.c_str());
        if (id != nullptr && id->is_number_integer())
            add(role, id->get<std::int64_t>());
    }
}

std::vector<gguf::KeyValue> SpecialTokens::keys() const
{
    std::vector<gguf::KeyValue> keys;
    for (const auto &[role, id] : m_ids) {
        // No token of GGUF files has this role.
        if (role != "cls")
            keys.push_back({idKey(role), gguf::Value(static_cast<std::uint32_t>(id))});
    }
    for (const auto &[role, isAdded] : m_isAdded) {
        if (role == "bos" || role == "eos" || role == "sep")
            keys.push_back({"tokenizer.ggml.add_" + role + "_token", gguf::Value(isAdded)});
    }
    return keys;
}

} // namespace snug::convert
