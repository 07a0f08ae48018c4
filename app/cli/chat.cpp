// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/chat.h"

#include "app/cli/chat_commands.h"
#include "app/cli/line_reader.h"
#include "app/cli/pace_record.h"
#include "app/cli/serve.h"
#include "app/cli/worker_devices.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/probe.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <cstdio>
#include <limits>
#include <thread>
#include <utility>

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

namespace snug::cli {
namespace {

using nlohmann::json;

constexpr int kMostTokens = 1 << 30;
constexpr std::int64_t kMostSeed = std::numeric_limits<std::uint32_t>::max();

bool personTypes()
{
#if defined(_WIN32)
    return _isatty(0) != 0;
#else
    return isatty(STDIN_FILENO) != 0;
#endif
}

void say(std::string_view text)
{
    fmt::print(stderr, "{}\n", terminalText(text));
}

std::string whereItRuns(const llama::ServerReady &ready)
{
    const std::string model = ready.level.empty() ? ready.modelName : ready.modelName + " " + ready.level;
    const fit::Allocation &engine = ready.allocation;
    const std::string place = ready.cpuReason.empty()
                                  ? fmt::format("GPU {}/{} layers", engine.gpuLayers, engine.layers)
                                  : "CPU, because " + ready.cpuReason;
    return fmt::format("{} \u00b7 {} \u00b7 context {}", model, place, formatCount(engine.contextTokens));
}

json answerFields(const chat::ChatAnswer &answer, const ChatSession &session)
{
    json fields = {{"text", answer.text},
                   {"finish_reason", answer.finishReason},
                   {"first_token_ms", answer.firstTokenSeconds < 0 ? -1.0 : answer.firstTokenSeconds * 1000},
                   {"context_used", session.usedTokens(answer)},
                   {"tokens", -1},
                   {"tokens_per_second", -1.0}};
    if (!answer.reasoning.empty())
        fields["reasoning"] = answer.reasoning;
    if (answer.timings) {
        fields["tokens"] = answer.timings->predictedTokens;
        fields["tokens_per_second"] = answer.timings->predictedPerSecond;
        fields["prompt_tokens"] = answer.timings->promptTokens + answer.timings->cachedTokens;
        fields["prompt_ms"] = answer.timings->promptMs;
    }
    return fields;
}

// The engine answering on a thread of its own while this lives.
class RunningEngine {
public:
    explicit RunningEngine(llama::EngineServer &server)
        : m_thread([this, &server](const std::stop_token &stop) { m_ended = server.run(stop); })
    {
    }

    // Ends it; what went wrong with the engine itself, if anything did.
    Result<void> stop()
    {
        m_thread.request_stop();
        m_thread.join();
        return m_ended;
    }

private:
    Result<void> m_ended;
    std::jthread m_thread;
};

// A failed question that leaves the conversation usable.
bool canGoOn(ErrorKind kind)
{
    return kind == ErrorKind::TooLarge || kind == ErrorKind::InvalidArgument || kind == ErrorKind::Http;
}

// Nothing if the line asked for no answer.
Result<std::optional<chat::ChatAnswer>> respond(ChatSession &session, const ChatLine &line,
                                                const VerbContext &context)
{
    switch (line.command) {
    case ChatCommand::Say:
        if (line.text.find_first_not_of(" \t") == std::string::npos)
            break;
        return session.ask(line.text);
    case ChatCommand::Regenerate:
        return session.regenerate();
    case ChatCommand::Reset:
        session.reset();
        break;
    case ChatCommand::System:
        session.setSystemPrompt(line.text);
        break;
    case ChatCommand::Help:
        say(chatHelp());
        break;
    case ChatCommand::Unknown:
        context.log("warning", "There is no command " + line.text + "; /help shows them.");
        break;
    case ChatCommand::Quit:
        break;
    }
    return std::optional<chat::ChatAnswer>();
}

void report(const chat::ChatAnswer &answer, const ChatSession &session, const VerbContext &context)
{
    if (!context.json) {
        say(session.statusOf(answer));
        return;
    }
    json event = answerFields(answer, session);
    event["event"] = "answer";
    context.event(std::move(event));
}

} // namespace

void ChatVerb::define(CLI::App &app)
{
    m_options.define(app);
    app.add_option("-p,--prompt", m_prompt, "Ask this, print the answer and exit");
    app.add_option("--system", m_system, "System prompt");
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
}

bool ChatVerb::readsStdin() const
{
    return !m_prompt.has_value();
}

Result<json> ChatVerb::run(const VerbContext &context)
{
    const ApiKey key = takeApiKey();
    llama::installEngineLog(context.json ? llama::EngineNoise::All : llama::EngineNoise::Errors);
    SNUG_TRY(const fit::LoadRequest load, m_options.request());
    SNUG_TRY(const auto usable, loadUsableDevices(context));
    for (const std::string &note : usable.notes)
        context.log("warning", note);
    const auto &devices = usable.devices;
    llama::EngineServer server;
    const fit::DeviceOverheads overheads(context.paths, devices, llama::engineVersion());
    SNUG_TRY(const auto ready, server.load({load, key.text, 0, overheads}, context.progress, context.stop));
    rememberLoad(context, devices, ready);
    RunningEngine engine(server);
    const chat::OpenAiClient client({ready.url, key.text});
    ChatSession session(client, context, {m_system, m_sampling, ready.allocation.contextTokens});
    if (!context.json)
        say(whereItRuns(ready));

    const auto answer = m_prompt ? session.ask(*m_prompt) : converse(session, context);
    const auto ended = engine.stop();
    if (ended)
        rememberPace(context, devices, load, ready, server.paces());
    if (!answer) // an engine that gave up is the cause, the broken connection its effect
        return tl::make_unexpected(ended ? answer.error() : ended.error());
    if (m_prompt && !context.json)
        say(session.statusOf(*answer));
    json result = readyFields(ready, load);
    result.erase("url");
    result.update(answerFields(*answer, session));
    return result;
}

Result<chat::ChatAnswer> ChatVerb::converse(ChatSession &session, const VerbContext &context) const
{
    LineReader lines;
    const bool person = personTypes() && !context.json;
    context.onInterrupt([&session] { return session.interrupt(); });
    chat::ChatAnswer last;
    if (person)
        say("Type a message and press Enter. /help shows what else there is.");
    for (;;) {
        if (person)
            fmt::print(stderr, "> ");
        const auto line = lines.next(context.stop);
        if (context.stop.stop_requested())
            return fail(ErrorKind::Cancelled, "The conversation was cancelled.");
        if (!line)
            return tl::make_unexpected(line.error());
        const ChatLine command = *line ? parseChatLine(**line) : ChatLine{ChatCommand::Quit, {}};
        if (command.command == ChatCommand::Quit)
            return last;
        auto answer = respond(session, command, context);
        if (!answer && !canGoOn(answer.error().kind))
            return tl::make_unexpected(answer.error());
        if (!answer)
            context.log("error", answer.error().message +
                                     (answer.error().hint.empty() ? "" : " " + answer.error().hint));
        else if (*answer)
            report(last = **std::move(answer), session, context);
    }
}

void ChatVerb::print(const json &, const VerbContext &) const {}

} // namespace snug::cli
