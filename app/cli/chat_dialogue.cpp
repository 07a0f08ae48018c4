// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/chat_dialogue.h"

#include "app/cli/terminal_text.h"
#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/chat/attachment_tokens.h"
#include "core/chat/exchange/export.h"
#include "core/chat/utf8_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace snug::cli {
namespace {

using chat::ChatCommand;
using nlohmann::json;
using Answer = std::optional<chat::ChatAnswer>;

void say(std::string_view text)
{
    fmt::print(stderr, "{}\n", terminalText(text));
}

std::optional<double> scaleOf(std::string_view text)
{
    double scale = 0;
    const char *end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, scale);
    if (problem != std::errc() || stop != end || !std::isfinite(scale))
        return std::nullopt;
    return scale;
}

json adaptersJson(std::span<const chat::LoraAdapter> adapters)
{
    json list = json::array();
    for (const chat::LoraAdapter &adapter : adapters)
        list.push_back({{"id", adapter.id}, {"path", adapter.path}, {"scale", adapter.scale}});
    return list;
}

chat::Conversation asConversation(std::span<const chat::ChatMessage> messages, const std::string &model)
{
    chat::Conversation conversation;
    conversation.info.title = "A conversation with " + model;
    for (const chat::ChatMessage &said : messages) {
        chat::Message message;
        message.role = said.role;
        message.text = chat::validUtf8(said.text);
        message.attachments = said.attachments;
        message.model = said.role == chat::Role::Assistant ? model : std::string();
        if (said.role == chat::Role::System)
            conversation.systemPrompt = message.text;
        else
            conversation.messages.push_back(std::move(message));
    }
    return conversation;
}

} // namespace

json promptFields(const chat::ExactPrompt &prompt)
{
    json ids = json::array();
    for (const chat::PromptToken &token : prompt.tokens)
        ids.push_back(token.id);
    return {{"text", chat::validUtf8(prompt.pieces())},
            {"tokens", prompt.tokens.size()},
            {"ids", std::move(ids)}};
}

ChatDialogue::ChatDialogue(ChatSession &session, const chat::Endpoint &endpoint, const VerbContext &context,
                           Model model)
    : m_session(session)
    , m_client(endpoint)
    , m_engine(endpoint)
    , m_context(context)
    , m_model(std::move(model))
{
}

Result<Answer> ChatDialogue::respond(const chat::ChatLine &line)
{
    switch (line.command) {
    case ChatCommand::Say:
        if (line.text.find_first_not_of(" \t\r") == std::string::npos && m_session.attached().empty())
            return Answer();
        return m_session.ask(line.text);
    case ChatCommand::Regenerate:
        return m_session.regenerate();
    case ChatCommand::Edit:
        return edit(line.text);
    default:
        SNUG_CHECK(obey(line));
        return Answer();
    }
}

// Those that ask for no answer.
Result<void> ChatDialogue::obey(const chat::ChatLine &line)
{
    switch (line.command) {
    case ChatCommand::Undo:
        return m_session.undo();
    case ChatCommand::Reset:
        m_session.reset();
        return {};
    case ChatCommand::System:
        m_session.setSystemPrompt(line.text);
        return {};
    case ChatCommand::Prompt:
        return showPrompt(line.text);
    case ChatCommand::Template:
        return showTemplate();
    case ChatCommand::Context:
        return showContext();
    case ChatCommand::Lora:
        return scaleAdapter(line.text);
    case ChatCommand::Attach:
        return attach(line.text);
    case ChatCommand::Save:
        return save(line.text);
    case ChatCommand::Help:
        say(chat::chatHelp());
        return {};
    case ChatCommand::Unknown:
        m_context.log("warning", "There is no command " + line.text + "; /help shows them.");
        return {};
    case ChatCommand::Say:
    case ChatCommand::Regenerate:
    case ChatCommand::Edit:
    case ChatCommand::Quit:
        return {};
    }
    return {};
}

Result<Answer> ChatDialogue::edit(const std::string &arguments)
{
    const auto asked = chat::parseNumbered(arguments);
    if (!asked || asked->text.empty())
        return fail(ErrorKind::InvalidArgument, "/edit needs the number of a question and a new text.");
    return m_session.edit(asked->number, asked->text);
}

Result<void> ChatDialogue::showPrompt(const std::string &question) const
{
    const chat::ChatRequest request = m_session.requestFor(question);
    if (request.messages.empty())
        return fail(ErrorKind::InvalidArgument, "Nothing was asked yet.", {}, "Try /prompt TEXT.");
    SNUG_TRY(const chat::ExactPrompt prompt, m_engine.exactPrompt(request, m_context.stop));
    json event = promptFields(prompt);
    event["event"] = "prompt";
    m_context.event(std::move(event));
    if (!m_context.json)
        say(fmt::format("{}\n--- {} of {} tokens ---", prompt.pieces(),
                        formatCount(static_cast<std::int64_t>(prompt.tokens.size())),
                        formatCount(m_session.setup().contextTokens)));
    return {};
}

Result<void> ChatDialogue::showTemplate() const
{
    SNUG_TRY(const chat::ServerProperties properties, m_client.properties(m_context.stop));
    json event = toJson(m_model.chatTemplate);
    event["event"] = "template";
    event["text"] = properties.chatTemplate;
    m_context.event(std::move(event));
    if (m_context.json)
        return {};
    say(fmt::format("{}\n--- source: {} ---", properties.chatTemplate,
                    chat::sourceName(m_model.chatTemplate.source)));
    for (const chat::TemplateFinding &finding : m_model.chatTemplate.findings)
        say(fmt::format("{} {}", finding.message, finding.hint));
    return {};
}

Result<void> ChatDialogue::showContext() const
{
    SNUG_TRY(const std::int64_t tokens, m_session.contextTokens());
    const std::int64_t limit = m_session.setup().contextTokens;
    m_context.event({{"event", "context"},
                     {"tokens", tokens},
                     {"limit", limit},
                     {"cut_messages", m_session.cut().messages},
                     {"summary", m_session.cut().summary}});
    if (m_context.json)
        return {};
    say(fmt::format("{} of {} tokens, {} %", formatCount(tokens), formatCount(limit),
                    limit > 0 ? tokens * 100 / limit : 0));
    if (m_session.cut().messages > 0)
        say(fmt::format("The oldest {} messages are no longer sent.", m_session.cut().messages));
    if (!m_session.cut().summary.empty())
        say("Their summary: " + m_session.cut().summary);
    return {};
}

Result<void> ChatDialogue::scaleAdapter(const std::string &arguments) const
{
    SNUG_TRY(auto adapters, m_engine.adapters(m_context.stop));
    if (!arguments.empty()) {
        const auto asked = chat::parseNumbered(arguments);
        const auto scale = asked ? scaleOf(asked->text) : std::nullopt;
        const auto count = static_cast<std::int64_t>(adapters.size());
        if (!scale || asked->number > count)
            return fail(ErrorKind::InvalidArgument,
                        "/lora needs the number of an adapter and a scale, such as 1 0.5.",
                        {{"adapters", count}});
        adapters[static_cast<std::size_t>(asked->number - 1)].scale = *scale;
        SNUG_CHECK(m_engine.setScales(adapters, m_context.stop));
    }
    m_context.event({{"event", "loras"}, {"loras", adaptersJson(adapters)}});
    if (m_context.json)
        return {};
    if (adapters.empty())
        say("No adapter is loaded; --lora FILE loads one.");
    for (std::size_t i = 0; i < adapters.size(); ++i)
        say(fmt::format("{}  {:g}  {}", i + 1, adapters[i].scale, adapters[i].path));
    return {};
}

Result<void> ChatDialogue::attach(const std::string &file)
{
    if (file.empty())
        return fail(ErrorKind::InvalidArgument, "/attach needs the name of a file.");
    const auto read = chat::readAttachment(fromUtf8(file));
    const auto attached = read ? m_session.attach(*read) : tl::make_unexpected(read.error());
    if (!attached) { // the conversation goes on
        m_context.log("error", attached.error().message + " " + attached.error().hint);
        return {};
    }
    const auto tokens = chat::attachmentTokens(m_client, {}, *read, m_context.stop);
    const std::int64_t count = tokens ? *tokens : -1;
    m_context.event({{"event", "attached"},
                     {"name", read->name},
                     {"kind", chat::attachmentKindName(read->kind)},
                     {"tokens", count}});
    if (!m_context.json)
        say(count < 0 ? fmt::format("Attached {}", read->name)
                      : fmt::format("Attached {}, {} tokens", read->name, formatCount(count)));
    return {};
}

Result<void> ChatDialogue::save(const std::string &file) const
{
    if (file.empty())
        return fail(ErrorKind::InvalidArgument, "/save needs the name of a file.");
    const std::filesystem::path path = fromUtf8(file);
    std::error_code code;
    if (std::filesystem::exists(path, code))
        return fail(ErrorKind::InvalidArgument, fmt::format("{} exists already.", file), {{"path", file}},
                    "Choose another name; nothing is overwritten.");
    const auto saved =
        writeFileAtomically(path, chat::markdownOf(asConversation(m_session.conversation(), m_model.name)));
    if (!saved) { // the conversation goes on
        m_context.log("error", saved.error().message);
        return {};
    }
    m_context.event({{"event", "saved"}, {"path", file}});
    if (!m_context.json)
        say("Saved to " + file);
    return {};
}

} // namespace snug::cli
