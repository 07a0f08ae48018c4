// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <string>

namespace snug::cli {

// `verify [REPO]`: reads the files of one repository, or of all, in the Hugging Face cache again and compares
// them with the hashes that the Hub promised.
class VerifyVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_repository; // empty: all
};

} // namespace snug::cli
