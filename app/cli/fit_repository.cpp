// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit_repository.h"

#include "app/cli/hub_header.h"
#include "core/hub/checkpoints.h"
#include "core/hub/levels.h"
#include "core/quant/catalogue.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

namespace snug::cli {
namespace {

bool isFloat(const hub::Level &level)
{
    return level.label == "F32" || level.label == "F16" || level.label == "BF16";
}

class RepositorySubject final : public FitSubject {
public:
    RepositorySubject(HubAccess hub, const hub::Repository &repository, hub::Offer offer)
        : m_hub(std::move(hub))
        , m_id(repository.model.id)
        , m_commit(repository.commit)
        , m_offer(std::move(offer))
    {
        m_repository = m_id.text();
        if (repository.model.gguf)
            m_parameters = repository.model.gguf->parameters;
    }

    [[nodiscard]] Result<void> look(const std::string &asked, const VerbContext &context)
    {
        const hub::Level *const level = lookedAt(asked);
        const bool wantsCheckpoint = asked.empty() || asked == hub::kCheckpointLabel;
        const bool fromCheckpoint =
            wantsCheckpoint && !m_offer.checkpoints.empty() && (level == nullptr || !isFloat(*level));
        m_mustDo = level == nullptr;
        const auto taken = fromCheckpoint ? takeCheckpoint(context) : Result<void>();
        const bool useLevel = !fromCheckpoint || (!taken && mayFallBack(taken.error()) && level != nullptr);
        if (useLevel && level == nullptr)
            return fail(ErrorKind::NotFound, "This repository holds no model that Snug can read.",
                        {{"repo", m_id.text()}});
        if (!useLevel && !taken)
            return tl::make_unexpected(taken.error());
        if (!taken)
            m_warning =
                "No level can be made of the checkpoint beside the GGUF files. " + taken.error().message;
        if (useLevel) {
            m_chosen = asked.empty() ? std::string() : level->label;
            m_level = level;
            SNUG_CHECK(takeLevel(context));
        }
        for (const hub::Level &there : m_offer.levels) {
            if (there.complete)
                m_there.push_back({there.label, there.bytes, useLevel && &there == level});
        }
        return {};
    }

    // The rest of what was begun; else, or where the address has become too old, all of it.
    [[nodiscard]] Result<void> complete(const VerbContext &context) override
    {
        if (!m_look)
            return {};
        std::span<const hub::RemoteFile> files = m_level->files;
        std::vector<gguf::Header> parts;
        auto first = secondLookAtHub(*m_look, files.front(), context);
        if (!first && first.error().kind == ErrorKind::Cancelled)
            return tl::make_unexpected(first.error());
        if (first) {
            parts.push_back(*std::move(first));
            files = files.subspan(1);
        }
        SNUG_TRY(auto others, headersAtHub(m_hub, m_id, m_commit, {files.begin(), files.end()}, context));
        std::move(others.begin(), others.end(), std::back_inserter(parts));
        takeParts(std::move(parts));
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
        auto taken = take(checkpoint, m_id.name());
        if (!taken && m_mustDo && taken.error().kind == ErrorKind::Unsupported) {
            takeUnconverted(checkpoint, m_id.name(), taken.error());
            return {};
        }
        return taken;
    }

    // Its shape is enough for a first answer, and of most files that is a small part of the header.
    [[nodiscard]] Result<void> takeLevel(const VerbContext &context)
    {
        if (auto kept = keptHeaders(m_level->files, context)) {
            takeParts(*std::move(kept));
            return {};
        }
        SNUG_TRY(m_look, firstLookAtHub(m_hub, m_id, m_commit, m_level->files.front(), context));
        if (!m_look) {
            SNUG_TRY(auto parts, headersAtHub(m_hub, m_id, m_commit, m_level->files, context));
            takeParts(std::move(parts));
            return {};
        }
        m_first = m_look->keys;
        m_facts = factsOf(*m_first, m_level->name);
        m_facts.fileBytes = m_level->bytes.value_or(0);
        m_facts.parameters = m_parameters;
        if (quant::levelFromName(m_level->label) != nullptr)
            m_facts.level = m_level->label;
        warn();
        return {};
    }

    void takeParts(std::vector<gguf::Header> parts)
    {
        m_parts = std::move(parts);
        m_first.reset();
        m_look.reset();
        m_facts = factsOf(m_parts, m_level->name);
        warn();
    }

    void warn()
    {
        if (!m_warning.empty())
            m_facts.warnings.push_back(m_warning);
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
    std::optional<std::int64_t> m_parameters; // as the Hub counts them
    const hub::Level *m_level = nullptr;      // that is looked at, of m_offer
    std::optional<FirstLook> m_look;          // while no more was read of it
    std::string m_warning;                    // about what was looked at in vain
    bool m_mustDo = false;                    // there is nothing but the checkpoint
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
    auto subject =
        std::make_unique<RepositorySubject>(std::move(hub), repository, hub::offerOf(listing.files));
    SNUG_CHECK(subject->look(asked, context));
    return subject;
}

} // namespace snug::cli
