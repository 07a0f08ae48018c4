// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <string>
#include <vector>

namespace snug::cli {

// `remove REPO [FILE...]` or `remove PATH...`: tells which files of the Hugging Face cache or of Snug's own
// folder would go and how many bytes that frees; with --yes removes them.
//
//   files        path, bytes, freed_bytes (0 while other names keep the data), kept_by (those that are
//                known), other_hard_links (how many names of the data stay, known or not)
//   freed_bytes  of all files together: what would be free, or is
//   removed      whether it was done
class RemoveVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_target;
    std::vector<std::string> m_more; // files of the repository, or further paths
    std::string m_commit;            // empty: every snapshot
    bool m_yes = false;
};

} // namespace snug::cli
