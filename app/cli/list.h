// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

namespace snug::cli {

// `list`: the models on this machine: Snug's own folder, the Hugging Face cache, LM Studio, Ollama and Jan.
//
//   models           store, name, path, bytes, files, format; where it is known: sha256, repository, commit.
//                    Of Snug's folder also how ("found", "downloaded", "made", "imported"), at, verified_at
//                    (times or null), level, imported_from, recipe; of the cache also refs and at
//   hub_cache        its folder
//   ignored          entries of the stores that are not what they should be
//   complete         false if there was more than a limit
//   updates_problem  --updates: null, or kind, message and hint of the first question that failed; then each
//                    model has update, null or commit and last_modified
//
// `list --duplicates`: what findDuplicates says of all stores: groups (sha256, bytes, copies: the names of
// each, reclaimable_bytes), reclaimable_bytes, unreadable.
class ListVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    bool m_duplicates = false;
    bool m_updates = false;
};

} // namespace snug::cli
