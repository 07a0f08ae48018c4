// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/model_card.h"

#include "core/convert/front_matter.h"
#include "core/convert/model_name.h"
#include "core/hub/json.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <utility>

namespace snug::convert {
namespace {

using nlohmann::json;
using Names = std::initializer_list<const char *>;

constexpr std::string_view kHub = "https://huggingface.co/";

const CardValue *valueOf(const ModelCard &card, const char *name)
{
    const auto found = card.find(name);
    return found != card.end() ? &found->second : nullptr;
}

std::optional<std::string> textOf(const ModelCard &card, Names names)
{
    for (const char *name : names) {
        const CardValue *value = valueOf(card, name);
        if (auto text = value != nullptr ? value->text() : std::nullopt)
            return text;
    }
    return std::nullopt;
}

// Texts of all these keys, one after the other.
std::vector<std::string> textsOf(const ModelCard &card, Names names)
{
    std::vector<std::string> texts;
    for (const char *name : names) {
        const CardValue *value = valueOf(card, name);
        for (const CardEntry &entry : value != nullptr ? value->entries : std::vector<CardEntry>()) {
            if (!entry.text.empty())
                texts.push_back(entry.text);
        }
    }
    return texts;
}

class CardKeys {
public:
    void text(std::string_view name, const std::optional<std::string> &said)
    {
        if (said && !said->empty())
            m_keys.push_back({fmt::format("general.{}", name), gguf::Value(*said)});
    }
    void list(std::string_view name, const std::vector<std::string> &said)
    {
        if (!said.empty())
            m_keys.push_back({fmt::format("general.{}", name), gguf::Value(gguf::Array::ofStrings(said))});
    }
    template <class T> void number(std::string_view name, T said)
    {
        m_keys.push_back({fmt::format("general.{}", name), gguf::Value(said)});
    }
    [[nodiscard]] std::vector<gguf::KeyValue> take() { return std::move(m_keys); }

private:
    std::vector<gguf::KeyValue> m_keys;
};

// Of a base model or a dataset: what its name or address tells, or what is said in so many words.
std::map<std::string, std::string> originOf(const CardEntry &entry, std::int64_t parameters)
{
    if (!entry.fields.empty())
        return entry.fields;
    std::map<std::string, std::string> origin;
    std::string_view id = entry.text;
    const bool isAddress =
        id.starts_with("http://") || id.starts_with("https://") || id.starts_with("ssh://");
    if (isAddress) {
        origin["repo_url"] = entry.text;
        if (!id.starts_with(kHub))
            return origin;
        id.remove_prefix(kHub.size());
        const auto slash = id.find('/');
        if (slash == std::string_view::npos || slash == 0 || slash + 1 == id.size() ||
            id.find('/', slash + 1) != std::string_view::npos)
            return origin;
    }
    const ModelName name = modelNameOf(id, parameters);
    origin["name"] = titleOf(name.full);
    if (name.organization) {
        origin["organization"] = titleOf(*name.organization);
        if (!isAddress)
            origin["repo_url"] = fmt::format("{}{}/{}", kHub, *name.organization, name.full);
    }
    if (name.version)
        origin["version"] = *name.version;
    return origin;
}

void addOrigins(CardKeys &keys, const ModelCard &card, const char *kind, Names names, std::int64_t parameters)
{
    const CardValue *value = nullptr;
    for (const char *name : names)
        value = value == nullptr ? valueOf(card, name) : value;
    if (value == nullptr)
        return;
    keys.number(fmt::format("{}.count", kind), static_cast<std::uint32_t>(value->entries.size()));
    for (std::size_t i = 0; i < value->entries.size(); ++i) {
        const auto origin = originOf(value->entries[i], parameters);
        for (const char *field :
             {"name", "author", "version", "organization", "description", "url", "doi", "uuid", "repo_url"}) {
            const auto said = origin.find(field);
            if (said != origin.end())
                keys.text(fmt::format("{}.{}.{}", kind, i, field), said->second);
        }
    }
}

void addSampling(CardKeys &keys, const json &config)
{
    keys.text("sampling.sequence", hub::textOf(config, "sequence"));
    constexpr std::array<std::pair<const char *, const char *>, 9> kNumbers = {
        {{"top_p", "top_p"},
         {"min_p", "min_p"},
         {"xtc_probability", "xtc_probability"},
         {"xtc_threshold", "xtc_threshold"},
         {"temperature", "temp"},
         {"repetition_penalty", "penalty_repeat"},
         {"penalty_repeat", "penalty_repeat"},
         {"mirostat_tau", "mirostat_tau"},
         {"mirostat_eta", "mirostat_eta"}}};
    for (const auto &[said, written] : kNumbers) {
        const json *number = hub::memberOf(config, said);
        const bool isOverruled =
            said == std::string_view("repetition_penalty") && config.contains("penalty_repeat");
        if (number == nullptr || !number->is_number() || isOverruled)
            continue;
        if (const auto value = number->get<double>(); std::abs(value) <= std::numeric_limits<float>::max())
            keys.number(fmt::format("sampling.{}", written), static_cast<float>(value));
    }
    for (const char *name : {"top_k", "penalty_last_n", "mirostat"}) {
        const json *number = hub::memberOf(config, name);
        if (number == nullptr || !number->is_number())
            continue;
        const auto said = number->get<double>();
        if (said == std::floor(said) && said >= INT32_MIN && said <= INT32_MAX)
            keys.number(fmt::format("sampling.{}", name), static_cast<std::int32_t>(said));
    }
}

// A name that is a path of somebody's machine tells nothing.
std::string publishedName(const json &config)
{
    const std::string name = hub::textOf(config, "_name_or_path").value_or(std::string());
    return std::count(name.begin(), name.end(), '/') <= 1 ? name : std::string();
}

void addNames(CardKeys &keys, const ModelCard &card, const CardSubject &subject)
{
    const ParameterCounts &counts = subject.parameters;
    std::vector<ModelName> known;
    for (const std::string &name : {publishedName(*subject.config), std::string(subject.name)}) {
        if (!name.empty())
            known.push_back(modelNameOf(name, counts.total));
    }
    const auto first = [&known](std::optional<std::string> said, auto part) {
        for (auto name = known.begin(); name != known.end() && !said; ++name)
            said = part(*name);
        return said;
    };
    keys.text("name", first(textOf(card, {"name", "model_name"}),
                            [](const ModelName &name) { return std::optional(titleOf(name.full)); }));
    keys.text("author", textOf(card, {"author", "model_author", "model_creator"}));
    keys.text("version", first(textOf(card, {"version", "model_version"}),
                               [](const ModelName &name) { return name.version; }));
    keys.text("organization",
              first(textOf(card, {"organization", "model_organization"}), [](const ModelName &name) {
                  return name.organization ? std::optional(titleOf(*name.organization)) : std::nullopt;
              }));
    keys.text("finetune", first(textOf(card, {"finetune", "model_finetune"}),
                                [](const ModelName &name) { return name.finetune; }));
    keys.text("basename", first(textOf(card, {"basename", "model_basename", "model_type"}),
                                [](const ModelName &name) { return name.basename; }));
    keys.text("description", textOf(card, {"description", "model_description"}));
    auto size = first(textOf(card, {"size_label", "model_size_label"}),
                      [](const ModelName &name) { return name.sizeLabel; });
    if (!size && counts.total > 0)
        size = sizeLabelOf(counts);
    keys.text("size_label", size);
}

void addLicense(CardKeys &keys, const ModelCard &card)
{
    std::string all;
    for (const std::string &one : textsOf(card, {"license"}))
        all += all.empty() ? one : "," + one;
    keys.text("license", all);
    keys.text("license.name", textOf(card, {"license_name"}));
    keys.text("license.link", textOf(card, {"license_link"}));
}

} // namespace

std::vector<gguf::KeyValue> modelCardKeys(const CardSubject &subject, ModelTexts &texts)
{
    CardKeys keys;
    // A card or a configuration that cannot be read tells nothing; the model is the same without it.
    const auto generation = texts.read("generation_config.json", kMostCardBytes);
    if (generation && *generation)
        addSampling(keys, hub::parseJson(**generation).value_or(json()));
    const auto readme = texts.read("README.md", kMostCardBytes);
    const ModelCard card = readme && *readme ? frontMatter(**readme) : ModelCard();
    addNames(keys, card, subject);
    addLicense(keys, card);
    keys.text("source.url", textOf(card, {"url", "model_url"}));
    keys.text("source.doi", textOf(card, {"doi", "model_doi"}));
    keys.text("source.uuid", textOf(card, {"uuid", "model_uuid"}));
    keys.text("source.repo_url", textOf(card, {"repo_url", "model_repo_url"}));
    addOrigins(keys, card, "base_model", {"base_model", "base_models", "base_model_sources"},
               subject.parameters.total);
    addOrigins(keys, card, "dataset", {"datasets", "dataset", "dataset_sources"}, subject.parameters.total);
    keys.list("tags", textsOf(card, {"tags", "pipeline_tag"}));
    keys.list("languages", textsOf(card, {"languages", "language"}));
    return keys.take();
}

} // namespace snug::convert
