// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/model_card.h"

#include "core/hub/json.h"

#include <array>
#include <utility>

namespace snug::convert {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostCardBytes = std::int64_t{4} << 20;
constexpr std::size_t kMostEntries = 256;
constexpr std::size_t kMostText = 256;

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r";
    const auto begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::string unquoted(std::string_view text)
{
    text = trimmed(text);
    const bool isQuoted =
        text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
    if (isQuoted)
        text = text.substr(1, text.size() - 2);
    return std::string(text.substr(0, kMostText));
}

void add(std::vector<std::string> &values, std::string_view text)
{
    std::string value = unquoted(text);
    if (!value.empty() && values.size() < kMostEntries)
        values.push_back(std::move(value));
}

// What stands behind "key:": nothing (a list follows), "[a, b]", or a text.
void addInline(std::vector<std::string> &values, std::string_view text)
{
    text = trimmed(text);
    if (!text.starts_with('[') || !text.ends_with(']'))
        return add(values, text);
    text = text.substr(1, text.size() - 2);
    for (std::size_t at = 0; at <= text.size();) {
        const auto comma = std::min(text.find(',', at), text.size());
        add(values, text.substr(at, comma - at));
        at = comma + 1;
    }
}

std::string nameFor(std::string_view said)
{
    std::string name(said);
    for (char &c : name)
        c = c == '-' || c == '_' ? ' ' : c;
    return name;
}

void addSampling(std::vector<gguf::KeyValue> &keys, const json &config)
{
    // As gguf-py's metadata.py takes them over.
    constexpr std::array<std::pair<const char *, const char *>, 5> kNumbers = {
        {{"top_p", "top_p"},
         {"min_p", "min_p"},
         {"temperature", "temp"},
         {"repetition_penalty", "penalty_repeat"},
         {"xtc_probability", "xtc_probability"}}};
    for (const auto &[said, written] : kNumbers) {
        const json *number = hub::memberOf(config, said);
        if (number != nullptr && number->is_number())
            keys.push_back({std::string("general.sampling.") + written,
                            gguf::Value(static_cast<float>(number->get<double>()))});
    }
    if (const auto count = hub::countOf(config, "top_k", INT32_MAX))
        keys.push_back({"general.sampling.top_k", gguf::Value(static_cast<std::int32_t>(*count))});
}

} // namespace

std::map<std::string, std::vector<std::string>> frontMatter(std::string_view readme)
{
    std::map<std::string, std::vector<std::string>> found;
    std::vector<std::string> *list = nullptr;
    bool inside = false;
    for (std::size_t at = 0; at < readme.size() && found.size() < kMostEntries;) {
        const auto end = std::min(readme.find('\n', at), readme.size());
        const std::string_view line = readme.substr(at, end - at);
        at = end + 1;
        if (trimmed(line) == "---") {
            if (inside)
                return found;
            inside = true;
            continue;
        }
        if (!inside)
            return {};
        const std::string_view text = trimmed(line);
        const auto colon = line.find(':');
        if (text.starts_with("- ")) {
            if (list != nullptr)
                add(*list, text.substr(2));
        } else if (colon != std::string_view::npos && !line.starts_with(' ') && !line.starts_with('#')) {
            list = &found[std::string(line.substr(0, colon))];
            addInline(*list, line.substr(colon + 1));
        } else {
            list = nullptr;
        }
    }
    return {};
}

std::vector<gguf::KeyValue> modelCardKeys(std::string_view name, ModelTexts &texts)
{
    std::vector<gguf::KeyValue> keys;
    if (!name.empty())
        keys.push_back({"general.name", gguf::Value(nameFor(name))});
    // A card or a configuration that cannot be read tells nothing; the model is the same without it.
    const auto readme = texts.read("README.md", kMostCardBytes);
    const auto said =
        readme && *readme ? frontMatter(**readme) : std::map<std::string, std::vector<std::string>>();
    if (const auto license = said.find("license"); license != said.end() && license->second.size() == 1)
        keys.push_back({"general.license", gguf::Value(license->second.front())});
    constexpr std::array<std::pair<const char *, const char *>, 2> kLists = {
        {{"tags", "general.tags"}, {"language", "general.languages"}}};
    for (const auto &[list, key] : kLists) {
        const auto values = said.find(list);
        if (values != said.end() && !values->second.empty())
            keys.push_back({key, gguf::Value(gguf::Array::ofStrings(values->second))});
    }
    const auto generation = texts.read("generation_config.json", kMostCardBytes);
    if (generation && *generation)
        addSampling(keys, json::parse(**generation, nullptr, false));
    return keys;
}

} // namespace snug::convert
