// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <string>
#include <vector>

namespace snug::cli {

// `search [WORDS...]`: repositories of the Hub, a page at a time; `next` of the result goes into --next.
class SearchVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::vector<std::string> m_words;
    std::string m_author;
    std::string m_license;
    std::string m_format = "gguf";
    std::string m_sort = "downloads";
    std::string m_least;
    std::string m_most;
    std::string m_next;
    int m_limit = 50;
};

} // namespace snug::cli
