// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/chat_templates.h"

#include "core/convert/tokenizer/failure.h"
#include "core/gguf/text.h"
#include "core/hub/json.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace snug::convert {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostBytes = std::int64_t{1} << 20;
// Of one model; real ones have two or three.
constexpr std::size_t kMostTemplates = 64;
constexpr std::string_view kFolder = "additional_chat_templates";

// By name; the one for everything is "default".
using Templates = std::vector<std::pair<std::string, std::string>>;

// GGUF keys take letters and digits.
std::string keyName(std::string name)
{
    std::replace_if(
        name.begin(), name.end(),
        [](char c) { return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')); },
        '_');
    return name;
}

// A text, or a list of {"name", "template"}.
std::optional<Templates> templatesOf(const json &said)
{
    if (said.is_string())
        return Templates{{"default", said.get<std::string>()}};
    if (!said.is_array())
        return std::nullopt;
    Templates found;
    for (const json &one : said) {
        if (found.size() >= kMostTemplates)
            break;
        const auto name = hub::textOf(one, "name");
        const auto text = hub::textOf(one, "template", static_cast<std::size_t>(kMostBytes));
        if (name && !name->empty() && text)
            found.emplace_back(keyName(*name), *text);
    }
    return found;
}

// A template in a file of its own.
Result<std::optional<std::string>> templateIn(ModelTexts &texts, const std::string &name)
{
    SNUG_TRY(auto text, texts.read(name, kMostBytes));
    if (text && !gguf::isUtf8(*text))
        return badTokenizer(gguf::escaped(name), "it is no text in UTF-8");
    return text;
}

Result<Templates> templateFiles(ModelTexts &texts)
{
    SNUG_TRY(auto jinja, templateIn(texts, "chat_template.jinja"));
    if (jinja) {
        Templates found = {{"default", *std::move(jinja)}};
        SNUG_TRY(const auto names, texts.namesIn(kFolder));
        for (const std::string &name : names) {
            constexpr std::string_view kEnding = ".jinja";
            if (!name.ends_with(kEnding) || found.size() >= kMostTemplates)
                continue;
            SNUG_TRY(auto text, templateIn(texts, std::string(kFolder) + "/" + name));
            if (text)
                found.emplace_back(keyName(name.substr(0, name.size() - kEnding.size())), *std::move(text));
        }
        return found;
    }
    SNUG_TRY(const auto text, texts.read("chat_template.json", kMostBytes));
    const auto document = hub::parseJson(text.value_or("null"));
    const json *said = document ? hub::memberOf(*document, "chat_template") : nullptr;
    return said != nullptr ? templatesOf(*said).value_or(Templates()) : Templates();
}

} // namespace

Result<std::vector<gguf::KeyValue>> chatTemplateKeys(const json &tokenizerConfig, ModelTexts &texts)
{
    Templates templates;
    const json *said = hub::memberOf(tokenizerConfig, "chat_template");
    if (said != nullptr && !said->is_null()) {
        templates = templatesOf(*said).value_or(Templates());
    } else {
        SNUG_TRY(templates, templateFiles(texts));
    }
    std::vector<gguf::KeyValue> keys;
    std::vector<std::string> names;
    for (auto &[name, text] : templates) {
        const bool isDefault = name == "default";
        const std::string key =
            isDefault ? std::string("tokenizer.chat_template") : "tokenizer.chat_template." + name;
        // Of two with one name the later counts.
        const auto before =
            std::find_if(keys.begin(), keys.end(), [&key](const auto &pair) { return pair.key == key; });
        if (before != keys.end()) {
            before->value = gguf::Value(std::move(text));
            continue;
        }
        keys.push_back({key, gguf::Value(std::move(text))});
        if (!isDefault)
            names.push_back(name);
    }
    if (!names.empty())
        keys.push_back({"tokenizer.chat_templates", gguf::Value(gguf::Array::ofStrings(names))});
    return keys;
}

} // namespace snug::convert
