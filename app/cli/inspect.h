// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <string>

namespace snug::cli {

// `inspect PATH|FOLDER|REPO[@REVISION][:LEVEL|FILE]`: what a model file or a checkpoint tells about itself,
// read from its header without starting an engine. Of files at the Hub only the headers are fetched.
class InspectVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_model;    // UTF-8
    std::string m_template; // see chooseTemplate
};

} // namespace snug::cli
