// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/bounded_json.h"
#include "core/chat/exchange/import_formats.h"
#include "core/chat/exchange/tree_builder.h"

// LM Studio keeps a list of messages, each with its versions; what follows belongs to the selected one. The
// format is its own affair and not promised, so whatever is missing counts as not said.
namespace snug::chat {
namespace {

using nlohmann::json;

const json &listUnder(const json &object, const char *key)
{
    static const json none = json::array();
    const json *list = memberOf(object, key);
    return list != nullptr && list->is_array() ? *list : none;
}

bool isThinking(const json &step)
{
    const json *style = memberOf(step, "style");
    return style != nullptr && textOf(*style, "type") == "thinking";
}

void append(std::string &to, const std::string &words)
{
    if (!to.empty() && !words.empty())
        to += "\n\n";
    to += words;
}

Message versionOf(const json &version)
{
    Message message;
    message.role = roleFromName(textOf(version, "role").value_or(std::string())).value_or(Role::User);
    if (const json *content = memberOf(version, "content"))
        message.text = wordsOfContent(*content);
    for (const json &step : listUnder(version, "steps")) {
        const std::string words = wordsOfContent(listUnder(step, "content"));
        append(isThinking(step) ? message.reasoning : message.text, words);
    }
    if (const json *sender = memberOf(version, "senderInfo"); message.role == Role::Assistant && sender)
        message.model = textOf(*sender, "senderName").value_or(std::string());
    return message;
}

} // namespace

bool isLmStudio(const json &conversation)
{
    const json &messages = listUnder(conversation, "messages");
    return !messages.empty() && memberOf(messages.front(), "versions") != nullptr;
}

ConversationTree readLmStudio(const json &conversation)
{
    TreeBuilder builder;
    builder.setTitle(textOf(conversation, "name").value_or(std::string()));
    builder.setTimes(momentOf(conversation, "createdAt"), 0);
    if (const json *prompt = memberOf(conversation, "systemPrompt"); prompt != nullptr)
        builder.setSystemPrompt(wordsOfContent(*prompt));
    std::int64_t parent = 0;
    for (const json &message : listUnder(conversation, "messages")) {
        const json &versions = listUnder(message, "versions");
        const auto selected = static_cast<std::size_t>(countOf(message, "currentlySelected").value_or(0));
        std::int64_t chosen = parent;
        for (std::size_t at = 0; at < versions.size(); ++at) {
            const std::int64_t added = builder.add(parent, versionOf(versions[at]));
            if (at == selected || chosen == parent)
                chosen = added;
        }
        parent = chosen;
        builder.choose(parent);
    }
    return builder.take();
}

} // namespace snug::chat
