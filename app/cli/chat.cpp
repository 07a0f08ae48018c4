// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/chat.h"

#include "app/cli/chosen_projector.h"
#include "app/cli/last_resort.h"
#include "app/cli/line_reader.h"
#include "app/cli/pace_record.h"
#include "app/cli/probe_template.h"
#include "app/cli/running_engine.h"
#include "app/cli/serve.h"
#include "app/cli/worker_devices.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/probe.h"
#include "core/base/paths.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <utility>

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

namespace snug::cli {
namespace {

using nlohmann::json;

// What the engine computes cannot be stopped, nor a template that comes to no end.
constexpr std::chrono::milliseconds kPatience(1200);

Error stopped()
{
    return {ErrorKind::Cancelled, "The conversation was cancelled.", {}, {}};
}

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

void tellStart(const llama::ServerReady &ready, const chat::TemplateReport &chatTemplate)
{
    say(whereItRuns(ready));
    for (const std::string &note : ready.notes)
        say("Note: " + note);
    for (const chat::TemplateFinding &finding : chatTemplate.findings)
        say("Note: " + finding.message);
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
        fields["draft_tokens"] = answer.timings->draftTokens;
        fields["draft_accepted"] = answer.timings->draftAccepted;
    }
    return fields;
}

// A failed question that leaves the conversation usable.
bool canGoOn(ErrorKind kind)
{
    return kind == ErrorKind::TooLarge || kind == ErrorKind::InvalidArgument || kind == ErrorKind::Http;
}

Result<void> attach(const std::vector<chat::Attachment> &attachments, ChatSession &session)
{
    for (const chat::Attachment &attachment : attachments)
        SNUG_CHECK(session.attach(attachment));
    return {};
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
    app.add_option("--image", m_images, "An image for the first question; may be given more than once")
        ->allow_extra_args(false);
    app.add_option("--file", m_files,
                   "A text or an image for the first question; may be given more than once")
        ->allow_extra_args(false);
    app.add_flag("--show-prompt", m_showPrompt,
                 "Print exactly what the model would be given for -p, special tokens included, and exit");
    m_answers.define(app);
}

Result<std::vector<chat::Attachment>> ChatVerb::attachments() const
{
    std::vector<chat::Attachment> read;
    for (const std::string &file : m_images) {
        SNUG_TRY(chat::Attachment image, chat::readAttachment(fromUtf8(file)));
        if (image.kind != chat::AttachmentKind::Image)
            return fail(ErrorKind::InvalidArgument, fmt::format("{} is no image.", image.name),
                        {{"path", file}}, "--file attaches a text.");
        read.push_back(std::move(image));
    }
    for (const std::string &file : m_files) {
        SNUG_TRY(chat::Attachment attachment, chat::readAttachment(fromUtf8(file)));
        read.push_back(std::move(attachment));
    }
    return read;
}

bool ChatVerb::readsStdin() const
{
    return !m_prompt.has_value() && !m_showPrompt;
}

Result<json> ChatVerb::run(const VerbContext &context)
{
    const ApiKey key = takeApiKey();
    llama::installEngineLog(context.json ? llama::EngineNoise::All : llama::EngineNoise::Errors);
    SNUG_TRY(fit::LoadRequest load, m_options.request());
    SNUG_TRY(json extra, m_answers.extra());
    SNUG_TRY(const auto attached, attachments());
    const ChosenProjector projector = chooseProjector(m_options.projector(), load.model, context.stop);
    load.projector = projector.path;
    if (load.projector.empty() && chat::hasImage(attached))
        return tl::make_unexpected(noVision());
    std::optional<LastResort> lastResort;
    lastResort.emplace(context, kPatience, stopped());
    SNUG_TRY(const auto usable, loadUsableDevices(context));
    if (!projector.note.empty())
        context.log("info", projector.note);
    for (const std::string &note : usable.notes)
        context.log("warning", note);
    const auto &devices = usable.devices;
    SNUG_TRY(const ChosenTemplate chosen, chooseTemplate(load.model, m_options.chatTemplate(), context.stop));
    llama::EngineServer server;
    const fit::DeviceOverheads overheads(context.paths, devices, llama::engineVersion());
    SNUG_TRY(const auto ready,
             server.load({load, key.text, 0, overheads, chosen.text, usableProjectors(context.stop)},
                         context.progress, context.stop));
    lastResort.reset();
    rememberLoad(context, devices, ready);
    RunningEngine engine(server);
    const chat::Endpoint endpoint{ready.url, key.text};
    const chat::OpenAiClient client(endpoint);
    ChatSession session(client, context,
                        {m_system, m_answers.sampling(), std::move(extra), ready.allocation.contextTokens,
                         m_answers.atEdge(), ready.vision});
    ChatDialogue dialogue(session, endpoint, context, {ready.modelName, chosen.report});
    if (!context.json)
        tellStart(ready, chosen.report);

    auto answered = attach(attached, session).and_then([&] {
        return m_showPrompt ? exactPrompt(session, endpoint, context) : answers(session, dialogue, context);
    });
    lastResort.emplace(context, kPatience, stopped());
    const auto ended = engine.stop();
    lastResort.reset();
    if (ended)
        rememberPace(context, devices, load, ready, server.paces());
    if (!answered) // an engine that gave up is the cause, the broken connection its effect
        return tl::make_unexpected(ended ? answered.error() : ended.error());
    json result = readyFields(ready, load, chosen.report);
    result.erase("url");
    result.update(*answered);
    return result;
}

Result<json> ChatVerb::exactPrompt(const ChatSession &session, const chat::Endpoint &endpoint,
                                   const VerbContext &context) const
{
    chat::ChatRequest request = session.requestFor(m_prompt.value_or(""));
    if (!m_prompt && session.attached().empty())
        request.messages.push_back({chat::Role::User, {}});
    SNUG_TRY(const chat::ExactPrompt prompt, chat::EngineClient(endpoint).exactPrompt(request, context.stop));
    json fields = promptFields(prompt);
    if (!context.json) {
        const std::string text = fields["text"].get<std::string>();
        fmt::print("{}\n", context.terminal ? terminalText(text) : text);
        say(fmt::format("{} of {} tokens", formatCount(static_cast<std::int64_t>(prompt.tokens.size())),
                        formatCount(session.setup().contextTokens)));
    }
    return json{{"prompt", std::move(fields)}};
}

Result<json> ChatVerb::answers(ChatSession &session, ChatDialogue &dialogue, const VerbContext &context) const
{
    SNUG_TRY(const chat::ChatAnswer last,
             m_prompt ? session.ask(*m_prompt) : converse(session, dialogue, context));
    if (m_prompt && !context.json)
        say(session.statusOf(last));
    return answerFields(last, session);
}

Result<chat::ChatAnswer> ChatVerb::converse(ChatSession &session, ChatDialogue &dialogue,
                                            const VerbContext &context) const
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
            return tl::make_unexpected(stopped());
        if (!line)
            return tl::make_unexpected(line.error());
        const chat::ChatLine command =
            *line ? chat::parseChatLine(**line) : chat::ChatLine{chat::ChatCommand::Quit, {}};
        if (command.command == chat::ChatCommand::Quit)
            return last;
        auto answer = dialogue.respond(command);
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
