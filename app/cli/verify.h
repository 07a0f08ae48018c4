// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <string>
#include <vector>

namespace snug::cli {

// `verify [REPO|PATH...]`: reads files of the Hugging Face cache and of Snug's own folder again and compares
// them with the hashes that the Hub promised or that were found before.
//
//   files    path, bytes, sha256, state: "verified"; "first" (nothing was known to compare with, from now on
//            there is); "unknown" (the cache does not tell a hash); "damaged", "changed" (also found)
//   unknown  how many
//
// One that is damaged or was changed makes it fail with Checksum (detail of the first: path, reason, wanted,
// found; and damaged, how many).
class VerifyVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::vector<std::string> m_targets; // empty: all
};

} // namespace snug::cli
