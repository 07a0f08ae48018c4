// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

namespace snug::cli {

// Lists every device of every plugin and says, for a plugin that has none, why. Each plugin is tried in a
// child process.
class DevicesVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    int m_timeoutSeconds = 20; // for each driver
};

} // namespace snug::cli
