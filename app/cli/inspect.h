// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <string>

namespace snug::cli {

// `inspect PATH|REPO[@REVISION]:LEVEL|FILE`: what a model file tells about itself, read from its header
// without starting an engine. Of a file at the Hub only the header is fetched.
class InspectVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_model; // UTF-8
};

} // namespace snug::cli
