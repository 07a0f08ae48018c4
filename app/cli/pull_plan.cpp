// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/pull_plan.h"

#include "core/base/stop_wait.h"
#include "core/hub/levels.h"
#include "core/library/hub_cache.h"

#include <algorithm>
#include <chrono>
#include <optional>

namespace snug::cli {
namespace {

using namespace std::chrono_literals;

template <class T> std::optional<T> detailOf(const Error &error, std::string_view key)
{
    for (const auto &[name, value] : error.detail) {
        if (const T *found = std::get_if<T>(&value); found != nullptr && name == key)
            return *found;
    }
    return std::nullopt;
}

// How long to wait before the same is asked again; nullopt: there is no use in it.
std::optional<std::chrono::seconds> waitAfter(const Error &error, std::chrono::seconds backoff)
{
    constexpr std::int64_t kMostSeconds = 600;
    if (error.kind == ErrorKind::RateLimited)
        return std::chrono::seconds(
            std::min(detailOf<std::int64_t>(error, "retry_after_s").value_or(backoff.count()), kMostSeconds));
    // A sign-in page and a person's wish to be offline do not pass by themselves.
    if (error.kind == ErrorKind::Network && !detailOf<std::string>(error, "reason"))
        return backoff;
    return std::nullopt;
}

// `ask` until it answers, or fails for good.
template <class Ask> auto patiently(const VerbContext &context, Ask ask) -> decltype(ask())
{
    constexpr auto kLongest = 60s;
    for (auto backoff = 1s;; backoff = std::min<std::chrono::seconds>(backoff * 2, kLongest)) {
        context.progress({"resolving", 0, -1, Unit::Items});
        auto answer = ask();
        if (answer)
            return answer;
        const auto wait = waitAfter(answer.error(), backoff);
        if (!wait)
            return answer;
        context.log("warning", answer.error().message);
        const bool limited = answer.error().kind == ErrorKind::RateLimited;
        context.progress({limited ? "waiting for rate limit" : "waiting for network", 0, -1, Unit::Items});
        if (waitForStop(context.stop, *wait))
            return fail(ErrorKind::Cancelled, "The download was stopped.");
    }
}

// The level as the cache has it, if it has all of it.
Result<PullPlan> cachedPlan(const HubAccess &hub, const hub::RepoReference &reference,
                            const std::stop_token &stop)
{
    const std::string revision = reference.revision.value_or("main");
    const auto &root = hub.environment.cache;
    const auto commit = hub::isCommit(revision)
                            ? std::optional(revision)
                            : library::cachedCommit(root, reference.repo.text(), revision);
    SNUG_TRY(const library::CachedRepository cached,
             library::listRepository(root, reference.repo.text(), stop));
    const auto snapshot =
        std::find_if(cached.snapshots.begin(), cached.snapshots.end(),
                     [&](const library::CachedSnapshot &one) { return commit && one.commit == *commit; });
    if (snapshot == cached.snapshots.end())
        return fail(ErrorKind::NotFound, "This version of the model is not in the cache.");
    std::vector<hub::RemoteFile> files;
    for (const library::CachedFile &file : snapshot->files)
        files.push_back({file.path, file.bytes,
                         file.sha256.empty() ? std::nullopt : std::optional(file.sha256), std::nullopt});
    SNUG_TRY(hub::Level level, hub::chooseLevel(files, reference.selector));
    return PullPlan{reference.repo, *commit, {}, level.label, std::move(level.files), true};
}

// The branch for which the cache shall remember the commit.
std::string branchOf(const HubAccess &hub, const hub::RepoReference &reference, const std::string &commit,
                     const std::stop_token &stop)
{
    const std::string asked = reference.revision.value_or("main");
    if (!hub::isCommit(asked))
        return asked;
    const auto main = hub.client.repository(reference.repo, "", stop);
    return main && main->commit == commit ? "main" : "";
}

} // namespace

Result<PullPlan> planPull(const HubAccess &hub, std::string_view text, const VerbContext &context)
{
    SNUG_TRY(const hub::RepoReference reference, hub::parseReference(text, hub.environment.endpoint));
    const auto ask = [&] {
        return hub.client.repository(reference.repo, reference.revision.value_or(""), context.stop);
    };
    Result<hub::Repository> repository = ask();
    if (!repository && repository.error().kind == ErrorKind::Network) {
        if (auto plan = cachedPlan(hub, reference, context.stop)) {
            context.log("warning", repository.error().message + " What is here already is used.");
            return plan;
        }
    }
    if (!repository)
        repository = patiently(context, ask);
    if (!repository)
        return tl::make_unexpected(std::move(repository).error());
    SNUG_TRY(const hub::Listing listing, patiently(context, [&] {
                 return hub.client.files(repository->model.id, repository->commit, context.stop);
             }));
    SNUG_TRY(hub::Level level, hub::chooseLevel(listing.files, reference.selector));
    return PullPlan{repository->model.id, repository->commit,
                    branchOf(hub, reference, repository->commit, context.stop), level.label,
                    std::move(level.files)};
}

} // namespace snug::cli
