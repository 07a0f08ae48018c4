// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/load_options.h"
#include "app/cli/verb.h"

namespace snug::cli {

// What a model takes on each device and whether it fits, by the engine's own allocator going through the
// motions.
class FitVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    LoadOptions m_options;
    bool m_exact = false;
    bool m_levels = false;
};

} // namespace snug::cli
