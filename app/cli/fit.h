// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/companion_options.h"
#include "app/cli/fit_query.h"
#include "app/cli/fit_session.h"
#include "app/cli/load_options.h"
#include "app/cli/verb.h"

#include <string>
#include <vector>

namespace snug::cli {

// What a model takes on each device and whether it fits, at every level that it has or could have: roughly by
// our own arithmetic, exactly by the engine's own allocator going through the motions.
class FitVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] bool readsStdin() const override { return m_follow; }
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    [[nodiscard]] Result<nlohmann::json> answerOnce(FitSession &session, const FitQuery &query,
                                                    const VerbContext &context) const;

    LoadOptions m_options;
    CompanionOptions m_companions;
    std::string m_projector; // UTF-8
    std::vector<std::string> m_freed;
    bool m_exact = false;
    bool m_levels = false;
    bool m_follow = false;
};

} // namespace snug::cli
