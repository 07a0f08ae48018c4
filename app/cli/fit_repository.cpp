// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit_repository.h"

#include "app/cli/hub_header.h"
#include "core/hub/checkpoints.h"
#include "core/hub/levels.h"

#include <algorithm>
#include <utility>

namespace snug::cli {
namespace {

bool isFloat(const hub::Level &level)
{
    return level.label == "F32" || level.label == "F16" || level.label == "BF16";
}

class RepositorySubject final : public FitSubject {
public:
    RepositorySubject(HubAccess hub, hub::RepoId id, std::string commit, hub::Offer offer)
        : m_hub(std::move(hub)), m_id(std::move(id)), m_commit(std::move(commit)), m_offer(std::move(offer))
    {
        m_repository = m_id.text();
    }

    [[nodiscard]] Result<void> look(const std::string &asked, const VerbContext &context)
    {
        const hub::Level *const level = lookedAt(asked);
        const bool wantsCheckpoint = asked.empty() || asked == hub::kCheckpointLabel;
        const bool fromCheckpoint =
            wantsCheckpoint && !m_offer.checkpoints.empty() && (level == nullptr || !isFloat(*level));
        const auto taken = fromCheckpoint ? takeCheckpoint(context) : Result<void>();
        const bool useLevel = !fromCheckpoint || (!taken && mayFallBack(taken.error()) && level != nullptr);
        if (useLevel && level == nullptr)
            return fail(ErrorKind::NotFound, "This repository holds no model that Snug can read.",
                        {{"repo", m_id.text()}});
        if (!useLevel && !taken)
            return tl::make_unexpected(taken.error());
        if (useLevel) {
            SNUG_TRY(m_parts, headersAtHub(m_hub, m_id, m_commit, level->files, context));
            m_facts = factsOf(m_parts, level->name);
            m_chosen = asked.empty() ? std::string() : level->label;
            if (!taken)
                m_facts.warnings.push_back("No level can be made of the checkpoint beside the GGUF files. " +
                                           taken.error().message);
        }
        for (const hub::Level &there : m_offer.levels) {
            if (there.complete)
                m_there.push_back({there.label, there.bytes, useLevel && &there == level});
        }
        return {};
    }

    [[nodiscard]] Result<std::vector<gguf::Header>> headersOf(const std::string &label,
                                                              const VerbContext &context) override
    {
        for (const hub::Level &level : m_offer.levels) {
            if (level.label == label)
                return headersAtHub(m_hub, m_id, m_commit, level.files, context);
        }
        return fail(ErrorKind::NotFound, "There is no such level.", {{"level", label}});
    }

private:
    [[nodiscard]] Result<void> takeCheckpoint(const VerbContext &context)
    {
        SNUG_TRY(const convert::Checkpoint checkpoint,
                 checkpointAtHub(m_hub, m_id, m_commit, m_offer.checkpoints.front(), context));
        return take(checkpoint, m_id.name());
    }

    // It is the checkpoint that is at fault.
    [[nodiscard]] static bool mayFallBack(const Error &error)
    {
        return error.kind == ErrorKind::Unsupported || error.kind == ErrorKind::Corrupt ||
               error.kind == ErrorKind::NotFound || error.kind == ErrorKind::TooLarge ||
               error.kind == ErrorKind::Truncated;
    }

    [[nodiscard]] const hub::Level *lookedAt(const std::string &asked) const
    {
        const auto &levels = m_offer.levels;
        const auto found = std::find_if(levels.begin(), levels.end(), [&asked](const hub::Level &level) {
            return level.complete && (asked.empty() ? isFloat(level) : level.label == asked);
        });
        if (found != levels.end())
            return &*found;
        const auto whole = std::find_if(levels.begin(), levels.end(),
                                        [](const hub::Level &level) { return level.complete; });
        return whole == levels.end() || !asked.empty() ? nullptr : &*whole;
    }

    HubAccess m_hub;
    hub::RepoId m_id;
    std::string m_commit;
    hub::Offer m_offer;
};

} // namespace

Result<std::unique_ptr<FitSubject>> openRepository(HubAccess hub, const hub::RepoReference &reference,
                                                   const VerbContext &context)
{
    context.progress({"resolving", 0, -1, Unit::Items});
    SNUG_TRY(const hub::Repository repository,
             hub.client.repository(reference.repo, reference.revision.value_or(""), context.stop));
    SNUG_TRY(const hub::Listing listing,
             hub.client.files(repository.model.id, repository.commit, context.stop));
    std::string asked;
    if (!reference.selector.empty()) {
        SNUG_TRY(const hub::Level level, hub::chooseLevel(listing.files, reference.selector));
        asked = level.label;
    }
    auto subject = std::make_unique<RepositorySubject>(std::move(hub), repository.model.id, repository.commit,
                                                       hub::offerOf(listing.files));
    SNUG_CHECK(subject->look(asked, context));
    return subject;
}

} // namespace snug::cli
