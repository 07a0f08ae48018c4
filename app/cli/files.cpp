// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/files.h"

#include "app/cli/hub_access.h"
#include "app/cli/terminal_text.h"
#include "core/base/units.h"
#include "core/hub/levels.h"

#include <fmt/format.h>

namespace snug::cli {
namespace {

using nlohmann::json;

json fileJson(const hub::RemoteFile &file)
{
    return {{"path", file.path},
            {"bytes", file.bytes ? json(*file.bytes) : json()},
            {"sha256", file.sha256 ? json(*file.sha256) : json()}};
}

json levelJson(const hub::Level &level, std::string_view format)
{
    json files = json::array();
    for (const hub::RemoteFile &file : level.files)
        files.push_back(fileJson(file));
    return {{"label", level.label},       {"name", level.name},
            {"format", format},           {"bytes", level.bytes ? json(*level.bytes) : json()},
            {"complete", level.complete}, {"files", std::move(files)}};
}

std::string_view kindName(hub::CompanionKind kind)
{
    switch (kind) {
    case hub::CompanionKind::Projector:
        return "projector";
    case hub::CompanionKind::DraftHead:
        return "draft head";
    case hub::CompanionKind::ImportanceMatrix:
        return "importance matrix";
    }
    return "companion";
}

void addOffer(json &result, const hub::Listing &listing)
{
    const hub::Offer offer = hub::offerOf(listing.files);
    result["levels"] = json::array();
    for (const hub::Level &level : offer.levels)
        result["levels"].push_back(levelJson(level, "gguf"));
    for (const hub::Level &level : offer.checkpoints)
        result["levels"].push_back(levelJson(level, "safetensors"));
    result["companions"] = json::array();
    for (const hub::Companion &companion : offer.companions)
        result["companions"].push_back(
            {{"kind", kindName(companion.kind)},
             {"path",
              companion.level.files.empty() ? companion.level.name : companion.level.files.front().path},
             {"bytes", companion.level.bytes ? json(*companion.level.bytes) : json()}});
    result["refused"] = json::array();
    for (const hub::RefusedFile &refused : listing.refused)
        result["refused"].push_back({{"path", refused.name}, {"reason", refused.reason}});
}

std::string sizeText(const json &bytes)
{
    return bytes.is_number_integer() ? formatBytes(bytes.get<std::int64_t>()) : std::string("unknown");
}

} // namespace

void FilesVerb::define(CLI::App &app)
{
    app.add_option("REPO", m_reference, "ORG/NAME[@REVISION], or the address of its page")->required();
    app.add_flag("--card", m_card, "Also its description");
}

Result<json> FilesVerb::run(const VerbContext &context)
{
    SNUG_TRY(const HubAccess hub, openHub());
    SNUG_TRY(const hub::RepoReference reference, hub::parseReference(m_reference, hub.environment.endpoint));
    SNUG_TRY(const hub::Repository repository,
             hub.client.repository(reference.repo, reference.revision.value_or(""), context.stop));
    SNUG_TRY(const hub::Listing listing,
             hub.client.files(repository.model.id, repository.commit, context.stop));
    json result = modelJson(repository.model);
    result["commit"] = repository.commit;
    if (const auto page = hub.client.page(repository.model.id))
        result["page"] = page->text();
    addOffer(result, listing);
    if (m_card) {
        const auto card = hub.client.card(repository.model.id, repository.commit, context.stop);
        if (!card && card.error().kind == ErrorKind::Cancelled)
            return tl::make_unexpected(card.error());
        // A model without a card, or with one that cannot be had, is still a model.
        result["card"] = card ? card->text : std::string();
    }
    return result;
}

void FilesVerb::print(const json &result, const VerbContext &) const
{
    const auto text = [](const json &value) { return terminalLine(value.get<std::string>()); };
    fmt::print("{} at {}\n", text(result["id"]), text(result["commit"]));
    if (result["levels"].empty())
        fmt::print("It has no files that Snug can use.\n");
    for (const json &level : result["levels"])
        fmt::print("{:<12} {:>9}  {}{}\n", text(level["label"]), sizeText(level["bytes"]),
                   text(level["name"]), level["complete"].get<bool>() ? "" : "  (parts are missing)");
    for (const json &companion : result["companions"])
        fmt::print("{:<12} {:>9}  {}\n", text(companion["kind"]), sizeText(companion["bytes"]),
                   text(companion["path"]));
    for (const json &refused : result["refused"])
        fmt::print("left out: {} ({})\n", text(refused["path"]), text(refused["reason"]));
}

} // namespace snug::cli
