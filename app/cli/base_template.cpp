// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/base_template.h"

#include "core/base/atomic_file.h"
#include "core/convert/model_texts.h"
#include "core/convert/tokenizer/chat_templates.h"
#include "core/gguf/random_reader.h"
#include "core/gguf/reader.h"
#include "core/gguf/text.h"
#include "core/hub/environment.h"
#include "core/hub/names.h"
#include "core/library/hub_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostConfigBytes = std::int64_t{16} << 20; // some list every added token
constexpr const char *kTemplate = "tokenizer.chat_template";

// The files of a repository at a commit, as the cache holds them.
class CachedTexts final : public convert::ModelTexts {
public:
    CachedTexts(std::filesystem::path cache, std::string repository, std::string commit)
        : m_cache(std::move(cache)), m_repository(std::move(repository)), m_commit(std::move(commit))
    {
    }

    Result<std::optional<std::string>> read(std::string_view name, std::int64_t mostBytes) override
    {
        const auto file = library::findFile(m_cache, m_repository, m_commit, name);
        if (!file)
            return std::nullopt;
        SNUG_TRY(std::string text, readSmallFile(file->snapshotPath, mostBytes));
        return text;
    }
    // Only the default template is compared.
    Result<std::vector<std::string>> namesIn(std::string_view) override { return std::vector<std::string>(); }

private:
    std::filesystem::path m_cache;
    std::string m_repository;
    std::string m_commit;
};

std::string textOf(const gguf::Header &header, std::string_view key)
{
    const gguf::Value *value = header.find(key);
    const std::string *text = value == nullptr ? nullptr : value->text();
    return text == nullptr ? std::string() : *text;
}

// Empty if it has none.
std::string templateOf(CachedTexts &texts)
{
    const auto config = texts.read("tokenizer_config.json", kMostConfigBytes);
    if (!config)
        return {};
    const json parsed = *config ? json::parse(**config, nullptr, false) : json();
    const auto keys = convert::chatTemplateKeys(parsed.is_object() ? parsed : json(), texts);
    if (!keys)
        return {};
    const auto found =
        std::find_if(keys->begin(), keys->end(), [](const auto &pair) { return pair.key == kTemplate; });
    const std::string *text = found == keys->end() ? nullptr : found->value.text();
    return text == nullptr ? std::string() : *text;
}

// Without what makes no difference to a person.
std::string plain(std::string text)
{
    std::erase(text, '\r');
    constexpr std::string_view kWhite = " \t\n";
    const std::size_t first = text.find_first_not_of(kWhite);
    return first == std::string::npos ? std::string()
                                      : text.substr(first, text.find_last_not_of(kWhite) - first + 1);
}

} // namespace

std::optional<chat::TemplateFinding> differsFromBase(const std::filesystem::path &model)
{
    const auto reader = gguf::FileReader::open(model);
    const auto header =
        reader ? gguf::readHeader(**reader) : Result<gguf::Header>(tl::make_unexpected(reader.error()));
    const auto environment = hub::readEnvironment(&hub::processVariable);
    if (!header || !environment)
        return std::nullopt;
    const std::string own = plain(textOf(*header, kTemplate));
    const auto base =
        hub::parseReference(textOf(*header, "general.base_model.0.repo_url"), environment->endpoint);
    if (own.empty() || !base || !base->selector.empty())
        return std::nullopt;
    const std::string id = base->repo.text();
    const auto commit = library::cachedCommit(environment->cache, id, base->revision.value_or("main"));
    if (!commit)
        return std::nullopt;
    CachedTexts texts(environment->cache, id, *commit);
    const std::string theirs = plain(templateOf(texts));
    if (theirs.empty() || theirs == own)
        return std::nullopt;
    return chat::TemplateFinding{
        "differs_from_base",
        fmt::format("The chat template is another one than that of its base model {}.", gguf::escaped(id)),
        "That is right if the model was trained with a template of its own; a mere conversion has the "
        "base's. "
        "Compare the two, and load the model with the other one if answers are odd."};
}

} // namespace snug::cli
