// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/answer_options.h"

#include "core/base/atomic_file.h"
#include "core/base/paths.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;

constexpr int kMostTokens = 1 << 30;
constexpr std::int64_t kMostSeed = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t kMostFileBytes = std::int64_t{1} << 20;

} // namespace

void AnswerOptions::define(CLI::App &app)
{
    app.add_option("--temperature", m_sampling.temperature, "0: always the most likely token")
        ->check(CLI::Range(0.0, 100.0));
    app.add_option("--top-p", m_sampling.topP, "Smallest set of tokens with this probability")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--top-k", m_sampling.topK, "Only so many likely tokens, 0: all")
        ->check(CLI::Range(0, kMostTokens));
    app.add_option("--min-p", m_sampling.minP, "Least probability beside the likeliest token's")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--repeat-penalty", m_sampling.repeatPenalty, "1: none")->check(CLI::Range(0.0, 10.0));
    app.add_option("--max-tokens", m_sampling.maxTokens, "Longest answer")->check(CLI::Range(1, kMostTokens));
    app.add_option("--seed", m_sampling.seed, "Same seed, same answer")
        ->check(CLI::Range(std::int64_t{0}, kMostSeed));
    app.add_option("--stop", m_stops, "A text that ends an answer; may be given more than once")
        ->allow_extra_args(false);
    CLI::Option *grammar =
        app.add_option("--grammar", m_grammar, "A file with a GBNF grammar that answers follow");
    app.add_option("--json-schema", m_schema, "A file with a JSON schema that answers follow")
        ->excludes(grammar);
    app.add_option("--at-edge", m_atEdge,
                   "When the context is full: stop, drop the oldest messages, or summarise them")
        ->check(CLI::IsMember(chat::atEdgeNames()));
}

Result<json> AnswerOptions::extra() const
{
    json extra = json::object();
    if (!m_stops.empty())
        extra["stop"] = m_stops;
    if (!m_grammar.empty()) {
        SNUG_TRY(extra["grammar"], readSmallFile(fromUtf8(m_grammar), kMostFileBytes));
    }
    if (!m_schema.empty()) {
        SNUG_TRY(const std::string text, readSmallFile(fromUtf8(m_schema), kMostFileBytes));
        json schema = json::parse(text, nullptr, false);
        if (!schema.is_object())
            return fail(ErrorKind::InvalidArgument,
                        fmt::format("{} is no JSON schema: it is no JSON object.", m_schema));
        extra["json_schema"] = std::move(schema);
    }
    return extra;
}

} // namespace snug::cli
