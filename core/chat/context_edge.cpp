// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/context_edge.h"

#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace snug::chat {
namespace {

constexpr std::string_view kSummaryHeading = "Summary of the conversation so far:";
constexpr std::string_view kSummaryRequest =
    "Sum up our conversation so far in a few sentences, so that it can go on without it: what was asked, "
    "what "
    "was answered, names, figures and decisions. Write the summary only.";

tl::unexpected<Error> tooLong(std::int64_t wanted, std::int64_t limit, AtEdge choice)
{
    return fail(ErrorKind::TooLarge,
                fmt::format("The conversation has {} tokens, but the context holds only {}.",
                            formatCount(wanted), formatCount(limit)),
                {{"reason", std::string("context")}, {"wanted_tokens", wanted}, {"limit", limit}},
                choice == AtEdge::Stop
                    ? "Start a new conversation, let the oldest messages be left out, or load the model with "
                      "a larger context."
                    : "Shorten the question, or load the model with a larger context.");
}

bool hasSystem(std::span<const ChatMessage> messages)
{
    return !messages.empty() && messages.front().role == Role::System;
}

// Where a cut may be: before every question, counted in messages after the system prompt.
std::vector<std::size_t> placesOf(std::span<const ChatMessage> spoken)
{
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < spoken.size(); ++i) {
        if (spoken[i].role == Role::User)
            places.push_back(i);
    }
    return places;
}

// The first place after `from`, of those that remain, at which no more than `most` tokens are sent; the last
// one if there is none. More cut is fewer tokens, so that halving finds it.
struct Found {
    std::size_t place = 0;
    std::int64_t tokens = 0;
};

class Search {
public:
    Search(std::span<const ChatMessage> messages, std::string summary, const CountTokens &count)
        : m_messages(messages), m_summary(std::move(summary)), m_count(count)
    {
    }

    [[nodiscard]] Result<std::int64_t> tokensAt(std::size_t cut) const
    {
        return m_count(sentWith(m_messages, {cut, m_summary}));
    }

    [[nodiscard]] Result<Found> firstWithin(std::span<const std::size_t> places, std::int64_t most) const
    {
        std::size_t low = 0;
        std::size_t high = places.size() - 1;
        std::int64_t atHigh = -1;
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            SNUG_TRY(const std::int64_t tokens, tokensAt(places[middle]));
            if (tokens <= most) {
                high = middle;
                atHigh = tokens;
            } else {
                low = middle + 1;
            }
        }
        if (atHigh < 0) {
            SNUG_TRY(atHigh, tokensAt(places[high]));
        }
        return Found{places[high], atHigh};
    }

private:
    std::span<const ChatMessage> m_messages;
    std::string m_summary;
    const CountTokens &m_count;
};

// The messages that a cut leaves out, behind the summary of those before, and the request to sum them up.
// Where they are too many for the context themselves, the newest of them.
Result<std::vector<ChatMessage>> summaryQuestion(const EdgeQuestion &question, std::size_t newCut,
                                                 std::int64_t room, const CountTokens &count)
{
    const std::size_t system = hasSystem(question.messages) ? 1 : 0;
    std::vector<ChatMessage> left(question.messages.begin(),
                                  question.messages.begin() + static_cast<std::ptrdiff_t>(system + newCut));
    left.push_back({Role::User, std::string(kSummaryRequest)});
    const Search search(left, question.cut.summary, count);
    std::vector<std::size_t> places = placesOf(std::span(left).subspan(system));
    std::erase_if(places, [&question](std::size_t place) { return place < question.cut.messages; });
    SNUG_TRY(const Found found, search.firstWithin(places, room));
    if (found.place == left.size() - system - 1)
        return std::vector<ChatMessage>(); // not one turn fits
    return sentWith(left, {found.place, question.cut.summary});
}

} // namespace

const std::vector<std::string> &atEdgeNames()
{
    static const std::vector<std::string> names = {"stop", "drop", "summarise"};
    return names;
}

AtEdge atEdgeFromName(std::string_view name)
{
    if (name == "drop")
        return AtEdge::DropOldest;
    return name == "summarise" ? AtEdge::Summarise : AtEdge::Stop;
}

std::vector<ChatMessage> sentWith(std::span<const ChatMessage> messages, const ContextCut &cut)
{
    const std::size_t system = hasSystem(messages) ? 1 : 0;
    std::vector<ChatMessage> sent;
    std::string rules = system == 1 ? messages.front().text : std::string();
    if (!cut.summary.empty())
        rules += fmt::format("{}{}\n{}", rules.empty() ? "" : "\n\n", kSummaryHeading, cut.summary);
    if (!rules.empty() || system == 1)
        sent.push_back({Role::System, std::move(rules)});
    const auto spoken = messages.subspan(system);
    const auto kept = spoken.subspan(std::min(cut.messages, spoken.size()));
    sent.insert(sent.end(), kept.begin(), kept.end());
    return sent;
}

Result<EdgePlan> planAtEdge(const EdgeQuestion &question, const CountTokens &count)
{
    const auto spoken = question.messages.subspan(hasSystem(question.messages) ? 1 : 0);
    EdgePlan plan;
    plan.cut = question.cut;
    plan.sent = sentWith(question.messages, plan.cut);
    SNUG_TRY(plan.tokens, count(plan.sent));
    const bool stops = question.choice == AtEdge::Stop;
    const std::int64_t room = question.limit - (stops ? 1 : question.reserve);
    if (plan.tokens <= room)
        return plan;
    std::vector<std::size_t> places = placesOf(spoken);
    std::erase_if(places, [&question](std::size_t place) { return place <= question.cut.messages; });
    if (stops || places.empty())
        return tooLong(plan.tokens, question.limit, question.choice);

    if (question.choice == AtEdge::Summarise)
        plan.summaryTokens = room / 8;
    const std::int64_t most = room - plan.summaryTokens;
    const Search search(question.messages, question.cut.summary, count);
    // A quarter stays free for the next questions.
    SNUG_TRY(const Found found, search.firstWithin(places, most * 3 / 4));
    if (found.tokens > most)
        return tooLong(found.tokens + question.reserve, question.limit, question.choice);
    plan.cut.messages = found.place;
    plan.tokens = found.tokens;
    plan.sent = sentWith(question.messages, plan.cut);
    if (question.choice == AtEdge::Summarise) {
        SNUG_TRY(plan.toSummarise,
                 summaryQuestion(question, found.place, question.limit - plan.summaryTokens, count));
    }
    return plan;
}

} // namespace snug::chat
