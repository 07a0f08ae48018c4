// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <string>
#include <vector>

namespace snug::cli {

// `import SOURCE...`: brings models that lie elsewhere, also in the stores of other programs, into Snug's
// folder: as a second name of the same data, as data that is shared until it is changed, or as a copy,
// whichever works first; with --copy only as a copy. The originals stay.
//
//   files  source, path, bytes, transfer ("hard_link", "reflink", "copy"), already_there
//   bytes  of all of them
//
// What was imported before a later source failed stays imported.
class ImportVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::vector<std::string> m_sources;
    bool m_copy = false;
};

} // namespace snug::cli
