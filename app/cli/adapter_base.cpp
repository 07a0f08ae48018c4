// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/adapter_base.h"

#include "app/cli/hub_access.h"
#include "core/base/atomic_file.h"
#include "core/convert/config.h"
#include "core/download/prefix_reader.h"
#include "core/gguf/failure.h"
#include "core/gguf/text.h"
#include "core/library/hub_cache.h"

#include <fmt/format.h>

#include <span>
#include <system_error>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char *kConfigName = "config.json";
constexpr const char *kHint = "Give the folder of the model that the adapter was trained on with --base.";

Result<json> readConfig(const fs::path &path)
{
    SNUG_TRY(const std::string text, readSmallFile(path, convert::kMostConfigBytes));
    return convert::parseConfig(text);
}

Result<json> fetchConfig(const HubAccess &hub, const hub::RepoReference &reference,
                         const VerbContext &context)
{
    SNUG_TRY(const hub::Repository repository,
             hub.client.repository(reference.repo, reference.revision.value_or(""), context.stop));
    SNUG_TRY(hub::Location location,
             hub.client.resolve(repository.model.id, repository.commit, kConfigName, context.stop));
    download::Source source = sourceAt(hub, std::move(location));
    if (source.bytes == download::kUnknown)
        return fail(ErrorKind::Protocol, "The Hub does not tell how long the file is.");
    if (source.bytes > convert::kMostConfigBytes)
        return gguf::beyondLimit("large_config", convert::kMostConfigBytes,
                                 "The model's config.json is larger than Snug reads.");
    download::PrefixReader reader(std::move(source));
    SNUG_CHECK(reader.fetch(reader.size(), context.stop));
    std::string text(static_cast<std::size_t>(reader.available()), '\0');
    SNUG_TRY(const std::size_t got, reader.readAt(0, std::as_writable_bytes(std::span(text))));
    text.resize(got);
    return convert::parseConfig(text);
}

Result<json> configNamed(const std::string &name, const VerbContext &context)
{
    SNUG_TRY(const HubAccess hub, openHub());
    const auto reference = hub::parseReference(name, hub.environment.endpoint);
    if (!reference || !reference->selector.empty())
        return fail(
            ErrorKind::NotFound,
            fmt::format("The adapter belongs to {}, which is no model at the Hub.", gguf::escaped(name)),
            {{"reason", std::string("no_base")}, {"name", gguf::escaped(name)}}, kHint);
    const std::string id = reference->repo.text();
    const auto commit =
        library::cachedCommit(hub.environment.cache, id, reference->revision.value_or("main"));
    if (commit) {
        if (const auto file = library::findFile(hub.environment.cache, id, *commit, kConfigName))
            return readConfig(file->snapshotPath);
    }
    auto fetched = fetchConfig(hub, *reference, context);
    if (!fetched && fetched.error().kind != ErrorKind::Cancelled) {
        std::string &hint = fetched.error().hint;
        hint += hint.empty() ? kHint : std::string(" ") + kHint;
    }
    return fetched;
}

} // namespace

Result<json> baseConfig(const convert::AdapterConfig &adapter, const std::string &said,
                        const VerbContext &context)
{
    std::error_code error;
    if (const fs::path folder = fromUtf8(said); !said.empty() && fs::is_directory(folder, error))
        return readConfig(folder / kConfigName);
    if (said.empty() && adapter.baseModel().empty())
        return fail(ErrorKind::NotFound, "The adapter does not tell which model it was trained on.",
                    {{"reason", std::string("no_base")}}, kHint);
    return configNamed(said.empty() ? adapter.baseModel() : said, context);
}

} // namespace snug::cli
