// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/config.h"

#include "core/gguf/failure.h"
#include "core/hub/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace snug::convert {
namespace {

using nlohmann::json;

// The part that describes the language model, under the names that families gave it.
const json *textPart(const json &config)
{
    for (const char *name : {"text_config", "llm_config", "language_config"}) {
        if (const json *part = hub::memberOf(config, name); part != nullptr && part->is_object())
            return part;
    }
    return nullptr;
}

const json *valueOf(const json &object, const char *name)
{
    const json *value = hub::memberOf(object, name);
    return value != nullptr && !value->is_null() ? value : nullptr;
}

const json *firstOf(const json &object, Config::Names names)
{
    for (const char *name : names) {
        if (const json *value = valueOf(object, name))
            return value;
    }
    return nullptr;
}

std::optional<double> finite(const json *value)
{
    if (value == nullptr || !value->is_number())
        return std::nullopt;
    const auto number = value->get<double>();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

void fill(json &object, const char *name, const json *value)
{
    if (value != nullptr && valueOf(object, name) == nullptr)
        object[name] = *value;
}

// What the published layout spreads over the configuration, gathered as transformers 5 has it.
json ropeOf(const json &values)
{
    const json *found = firstOf(values, {"rope_parameters", "rope_scaling"});
    json rope = found != nullptr && found->is_object() ? *found : json::object();
    if (rope.contains("full_attention") || rope.contains("sliding_attention"))
        return rope;
    const json *local = firstOf(values, {"local_rope_theta", "rope_local_theta", "rope_theta_local",
                                         "swa_rope_theta", "rope_local_base_freq"});
    if (local != nullptr)
        rope["sliding_attention"] = {{"rope_theta", *local}};
    fill(rope, "rope_theta",
         firstOf(values, {"global_rope_theta", "rope_global_theta", "rope_theta_global", "rope_theta",
                          "rotary_emb_base"}));
    if (const json *type = valueOf(rope, "type")) {
        const json copy = *type;
        fill(rope, "rope_type", &copy);
    }
    fill(rope, "partial_rotary_factor",
         firstOf(values, {"partial_rotary_factor", "rope_pct", "rope_percent"}));
    fill(rope, "original_max_position_embeddings", firstOf(values, {"original_max_position_embeddings"}));
    return rope;
}

const json &mainRope(const json &rope)
{
    const json *full = valueOf(rope, "full_attention");
    return full != nullptr && full->is_object() ? *full : rope;
}

} // namespace

Result<json> parseConfig(std::string_view text)
{
    auto parsed = hub::parseJson(text, {static_cast<std::size_t>(kMostConfigBytes), 64, 500'000});
    if (!parsed && parsed.error().kind == ErrorKind::TooLarge)
        return gguf::beyondLimit("large_config", kMostConfigBytes,
                                 "The model's config.json is larger than Snug reads.");
    if (!parsed || !parsed->is_object())
        return gguf::corrupt("bad_config", -1,
                             "The model's config.json cannot be understood: it is no JSON object.");
    return *std::move(parsed);
}

std::string className(const json &config)
{
    const auto classIn = [](const json &object) -> std::string {
        const json *names = valueOf(object, "architectures");
        if (names == nullptr || !names->is_array() || names->empty())
            return {};
        const auto *name = names->front().get_ptr<const json::string_t *>();
        return name != nullptr ? *name : std::string();
    };
    if (const json *part = textPart(config)) {
        if (std::string name = classIn(*part); !name.empty())
            return name;
    }
    return classIn(config);
}

Config::Config(const json &config, const std::vector<Default> &defaults)
{
    json values = config;
    if (const json *part = textPart(config))
        values.update(*part);
    for (const Default &entry : defaults) {
        const json value = std::visit([](auto plain) { return json(plain); }, entry.value);
        fill(values, entry.key, &value);
    }
    m_rope = std::make_shared<const json>(ropeOf(values));
    m_values = std::make_shared<const json>(std::move(values));
}

std::optional<std::int64_t> Config::count(Names names) const
{
    for (const char *name : names) {
        const json *value = valueOf(*m_values, name);
        if (value == nullptr)
            continue;
        constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
        if (const auto found = hub::countOf(*m_values, name, kMost))
            return found;
        // Written with a fraction that is none.
        const auto number = finite(value);
        if (number && *number >= 0 && *number <= static_cast<double>(kMost) && *number == std::floor(*number))
            return static_cast<std::int64_t>(*number);
    }
    return std::nullopt;
}

std::optional<double> Config::number(Names names) const
{
    return finite(firstOf(*m_values, names));
}

std::optional<bool> Config::flag(Names names) const
{
    const json *value = firstOf(*m_values, names);
    return value != nullptr && value->is_boolean() ? std::optional(value->get<bool>()) : std::nullopt;
}

std::optional<std::string> Config::text(Names names) const
{
    const json *value = firstOf(*m_values, names);
    return value != nullptr && value->is_string() ? std::optional(value->get<std::string>()) : std::nullopt;
}

std::vector<std::string> Config::texts(Names names) const
{
    std::vector<std::string> found;
    const json *list = firstOf(*m_values, names);
    if (list == nullptr || !list->is_array())
        return found;
    for (const json &entry : *list)
        found.push_back(entry.is_string() ? entry.get<std::string>() : std::string());
    return found;
}

std::optional<double> Config::ropeNumber(const char *name) const
{
    return finite(valueOf(mainRope(*m_rope), name));
}

std::vector<double> Config::ropeNumbers(const char *name) const
{
    std::vector<double> found;
    const json *list = valueOf(mainRope(*m_rope), name);
    if (list == nullptr || !list->is_array())
        return found;
    for (const json &entry : *list) {
        const auto number = finite(&entry);
        if (!number)
            return {};
        found.push_back(*number);
    }
    return found;
}

std::optional<double> Config::slidingRopeTheta() const
{
    const json *sliding = valueOf(*m_rope, "sliding_attention");
    return sliding != nullptr ? finite(valueOf(*sliding, "rope_theta")) : std::nullopt;
}

std::string Config::ropeType() const
{
    std::string type = hub::textOf(mainRope(*m_rope), "rope_type").value_or(std::string());
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return type;
}

std::int64_t Config::headWidth() const
{
    if (const auto width = count({"head_dim"}))
        return *width;
    const auto width = count({"hidden_size", "n_embd", "dim"});
    const auto heads = count({"num_attention_heads", "n_head", "n_heads"});
    return width && heads && *heads > 0 ? *width / *heads : 0;
}

} // namespace snug::convert
