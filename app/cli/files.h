// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <string>

namespace snug::cli {

// `files REPO[@REVISION]`: what a repository of the Hub is and the levels in it, with sizes; --card adds its
// description.
class FilesVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_reference;
    bool m_card = false;
};

} // namespace snug::cli
