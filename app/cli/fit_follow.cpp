// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit_follow.h"

#include "app/cli/line_reader.h"
#include "core/base/events.h"

#include <algorithm>
#include <map>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;

json event(const char *name, std::int64_t id, json fields = json::object())
{
    fields["event"] = name;
    fields["id"] = id;
    return fields;
}

json refusal(std::int64_t id, const Error &error)
{
    json what = events::error(error);
    what.erase("event");
    return event("refused", id, {{"error", std::move(what)}});
}

// The id of a question that is refused, so that whoever asked knows which.
std::int64_t idIn(const std::string &line)
{
    const json object = json::parse(line, nullptr, false);
    const auto found = object.is_object() ? object.find("id") : object.end();
    return object.is_object() && found != object.end() && found->is_number_integer()
               ? found->get<std::int64_t>()
               : 0;
}

// A question, and how far its answer is.
struct Open {
    FitQuery query;
    bool told = false;      // there was a first answer,
    bool whole = false;     // and one from all of the model, or that cannot be had
    std::size_t levels = 0; // answered exactly
    bool suggested = false;

    // Only this computer's engine can be asked.
    [[nodiscard]] bool wantsEngine() const { return query.machine.empty() && !query.levels.empty(); }
};

class Conversation {
public:
    Conversation(FitSession &session, const FitQuery &usual, const VerbContext &context)
        : m_session(session), m_usual(usual), m_context(context)
    {
    }

    // The number of questions that were answered to their end.
    [[nodiscard]] std::int64_t run()
    {
        m_context.ready(m_session.ready());
        while (m_context.written() && !m_context.stop.stop_requested()) {
            const bool more = takeLines();
            if (m_open.empty() && !more)
                break;
            if (!m_open.empty())
                goOn();
        }
        return m_answered;
    }

private:
    static constexpr std::size_t kMostAskers = 16;

    // Waits for a line only where there is nothing else to do. False at their end.
    [[nodiscard]] bool takeLines()
    {
        while (m_context.written() && (m_open.empty() || m_lines.hasLine())) {
            const auto line = m_lines.next(m_context.stop);
            if (!line)
                say(refusal(0, line.error()));
            else if (!*line)
                return false;
            else
                take(**line);
        }
        return true;
    }

    void take(const std::string &line)
    {
        auto query = parseFitQuery(line, m_usual);
        if (!query)
            return say(refusal(idIn(line), query.error()));
        if (!m_open.contains(query->asker) && m_open.size() >= kMostAskers)
            return say(
                refusal(query->id, Error{ErrorKind::InvalidArgument, "Too many ask at once.", {}, {}}));
        Open &open = m_open[query->asker];
        open = Open{*std::move(query)};
    }

    // One step of one answer.
    void goOn()
    {
        const auto next = std::min_element(m_open.begin(), m_open.end(), [](const auto &a, const auto &b) {
            return cost(a.second) < cost(b.second);
        });
        if (step(next->second))
            return;
        m_open.erase(next);
        ++m_answered;
    }

    // A first answer for everybody, then what is ready, then the network, then the engine.
    [[nodiscard]] static int cost(const Open &open)
    {
        if (!open.told)
            return 0;
        if (!open.whole)
            return 2;
        return open.wantsEngine() ? 3 : 1;
    }

    // False once there is nothing more to say.
    [[nodiscard]] bool step(Open &open)
    {
        if (!open.told)
            return tell(open);
        if (!open.whole)
            return completeFor(open);
        if (open.wantsEngine() && open.levels < open.query.levels.size())
            return tellLevel(open);
        if (open.wantsEngine() && !open.suggested)
            return tellSuggestions(open);
        say(event("answered", open.query.id));
        return false;
    }

    [[nodiscard]] bool tell(Open &open)
    {
        auto overview = m_session.overview(open.query);
        if (!overview) {
            say(refusal(open.query.id, overview.error()));
            if (open.told)
                say(event("answered", open.query.id));
            return false;
        }
        say(event("fit", open.query.id, *std::move(overview)));
        open.told = true;
        open.whole = !m_session.isPreliminary();
        return true;
    }

    // A line ends the step, which is taken again if its question still stands.
    template <class Step> auto interruptibly(const Step &step)
    {
        std::stop_source stop;
        const auto request = [&stop] { stop.request_stop(); };
        const std::stop_callback asked(m_context.stop, request);
        const std::stop_callback come(m_lines.untilLine(), request);
        VerbContext context = m_context;
        context.stop = stop.get_token();
        return step(context);
    }

    // Another question may have completed it meanwhile.
    [[nodiscard]] bool completeFor(Open &open)
    {
        const auto completed =
            interruptibly([this](const VerbContext &context) { return m_session.complete(context); });
        if (completed)
            return tell(open);
        if (completed.error().kind == ErrorKind::Cancelled)
            return true;
        say(refusal(open.query.id, completed.error()));
        open.whole = true;
        open.query.levels.clear();
        return true;
    }

    [[nodiscard]] bool tellLevel(Open &open)
    {
        const std::string &label = open.query.levels[open.levels];
        auto level = interruptibly([&](const VerbContext &context) {
            return m_session.exact(open.query, label, context, overtaken());
        });
        if (!level && level.error().kind == ErrorKind::Cancelled)
            return true;
        ++open.levels;
        say(level ? event("level", open.query.id, {{"level", *std::move(level)}})
                  : refusal(open.query.id, level.error()));
        return true;
    }

    [[nodiscard]] bool tellSuggestions(Open &open)
    {
        auto found = interruptibly([&](const VerbContext &context) {
            return m_session.suggestions(open.query, open.query.levels.front(), context, overtaken());
        });
        if (!found && found.error().kind == ErrorKind::Cancelled)
            return true;
        open.suggested = true;
        if (found)
            say(event("suggestions", open.query.id, *std::move(found)));
        return true;
    }

    [[nodiscard]] FitSession::Overtaken overtaken() const
    {
        return [this] { return m_lines.hasLine() || m_context.stop.stop_requested(); };
    }

    void say(json what) const { m_context.event(std::move(what)); }

    FitSession &m_session;
    const FitQuery &m_usual;
    const VerbContext &m_context;
    LineReader m_lines;
    std::map<std::string, Open> m_open; // by asker
    std::int64_t m_answered = 0;
};

} // namespace

Result<json> followQuestions(FitSession &session, const FitQuery &usual, const VerbContext &context)
{
    const std::int64_t answered = Conversation(session, usual, context).run();
    if (context.stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    return json{{"answered", answered}};
}

} // namespace snug::cli
