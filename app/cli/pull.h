// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <cstdint>
#include <string>
#include <vector>

namespace snug::cli {

// `pull REPO[@REVISION][:LEVEL|FILE]`: downloads a level into the Hugging Face cache. What was fetched before
// a stop, a crash or a broken network is taken up again by the next call.
class PullVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_reference;
    int m_connections = 5;
    std::uint64_t m_limit = 0; // bytes a second, 0: none
    std::vector<std::string> m_others;
    bool m_check = false;
    bool m_discard = false;
};

} // namespace snug::cli
