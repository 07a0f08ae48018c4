// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/list_updates.h"

#include "app/cli/hub_access.h"

#include <algorithm>
#include <map>

namespace snug::cli {
namespace {

using nlohmann::json;
using Branch = std::pair<std::string, std::string>; // repository and branch

// The branch whose state a cached model is; nullopt for one that no branch names any more.
std::optional<Branch> branchOf(const json &model)
{
    const auto refs = model.find("refs");
    if (refs == model.end() || refs->empty())
        return std::nullopt;
    const bool main = std::find(refs->begin(), refs->end(), "main") != refs->end();
    return Branch{model["repository"].get<std::string>(), main ? "main" : refs->front().get<std::string>()};
}

bool endsTheQuestions(ErrorKind kind)
{
    return kind == ErrorKind::Network || kind == ErrorKind::RateLimited;
}

json problemJson(const Error &error)
{
    return {{"kind", std::string(kindName(error.kind))}, {"message", error.message}, {"hint", error.hint}};
}

// What the Hub says of each branch; null where it could not be asked.
Result<std::map<Branch, json>> ask(std::map<Branch, json> branches, json &problem, const VerbContext &context)
{
    const auto hub = openHub();
    if (!hub) {
        problem = problemJson(hub.error());
        return branches;
    }
    std::int64_t done = 0;
    for (auto &[branch, state] : branches) {
        context.progress({"checking", done++, static_cast<std::int64_t>(branches.size()), Unit::Items});
        const auto id = hub::RepoId::parse(branch.first);
        if (!id)
            continue;
        const auto found = hub->client.repository(*id, branch.second, context.stop);
        if (found) {
            state = {{"commit", found->commit}, {"last_modified", modelJson(found->model)["last_modified"]}};
            continue;
        }
        if (found.error().kind == ErrorKind::Cancelled)
            return tl::make_unexpected(found.error());
        if (problem.is_null())
            problem = problemJson(found.error());
        if (endsTheQuestions(found.error().kind))
            break;
    }
    return branches;
}

} // namespace

Result<void> addUpdates(json &result, const VerbContext &context)
{
    std::map<Branch, json> branches;
    for (const json &model : result["models"]) {
        if (const auto branch = branchOf(model))
            branches.emplace(*branch, json());
    }
    json problem;
    if (!branches.empty()) {
        SNUG_TRY(branches, ask(std::move(branches), problem, context));
    }
    for (json &model : result["models"]) {
        const auto branch = branchOf(model);
        const json state = branch ? branches[*branch] : json();
        model["update"] = !state.is_null() && state["commit"] != model["commit"] ? state : json();
    }
    result["updates_problem"] = std::move(problem);
    return {};
}

} // namespace snug::cli
