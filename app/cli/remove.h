// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <string>
#include <vector>

namespace snug::cli {

// `remove REPO [FILE...]`: tells what files of the Hugging Face cache would go and how many bytes that frees;
// with
// --yes removes them.
class RemoveVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_repository;
    std::vector<std::string> m_files;
    std::string m_commit; // empty: every snapshot
    bool m_yes = false;
};

} // namespace snug::cli
