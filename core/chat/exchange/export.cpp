// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/exchange/export.h"

#include "core/base/base64.h"
#include "core/chat/exchange/snug_format.h"

#include <nlohmann/json.hpp>

namespace snug::chat {
namespace {

using nlohmann::ordered_json;

constexpr int kIndent = 2;

std::string written(const ordered_json &json)
{
    return json.dump(kIndent, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

// A title is one line, and what stands in it no heading of its own.
std::string heading(const char *level, const std::string &text)
{
    std::string line = level;
    for (const char c : text)
        line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    return line + "\n\n";
}

std::string speaker(const Message &message)
{
    if (message.role == Role::User)
        return "You";
    if (message.role == Role::System)
        return "System";
    const std::string name = message.model.empty() ? "Assistant" : message.model;
    return message.level.empty() ? name : name + " (" + message.level + ")";
}

ordered_json openAiMessage(Role role, const std::string &text, std::span<const Attachment> attachments = {})
{
    return {{"role", std::string(roleName(role))}, {"content", ordered_json(contentOf(text, attachments))}};
}

ordered_json snugAttachment(const Attachment &attachment)
{
    ordered_json json = {{"name", attachment.name}, {"media_type", attachment.mediaType}};
    if (attachment.kind == AttachmentKind::Text)
        json["text"] = std::string(attachment.content());
    else
        json["base64"] = base64Of(attachment.content());
    return json;
}

// A text as the model was given it; of an image its name.
std::string markdownAttachment(const Attachment &attachment)
{
    if (attachment.kind == AttachmentKind::Text)
        return fenced(attachment) + "\n";
    return "Attached image: " + attachment.name + "\n\n";
}

ordered_json snugMessage(const TreeMessage &from)
{
    const Message &message = from.message;
    ordered_json json = {{"id", message.id},
                         {"parent", message.parent},
                         {"next", from.next},
                         {"role", std::string(roleName(message.role))},
                         {"state", std::string(stateName(message.state))},
                         {"created_ms", message.createdMs}};
    for (const auto &[key, field] : kTextFields)
        json[key] = message.*field;
    for (const auto &[key, field] : kCountFields)
        json[key] = message.*field;
    for (const auto &[key, field] : kNumberFields)
        json[key] = message.*field;
    for (const Attachment &attachment : message.attachments)
        json["attachments"].push_back(snugAttachment(attachment));
    return json;
}

// What nothing is attached to is written as before, so that an older program reads it.
int formatVersionFor(std::span<const ConversationTree> conversations)
{
    for (const ConversationTree &tree : conversations) {
        for (const TreeMessage &message : tree.messages) {
            if (!message.message.attachments.empty())
                return kSnugFormatVersion;
        }
    }
    return kSnugFormatWithoutAttachments;
}

ordered_json snugConversation(const ConversationTree &tree)
{
    ordered_json messages = ordered_json::array();
    for (const TreeMessage &message : tree.messages)
        messages.push_back(snugMessage(message));
    return {{"title", tree.info.title},
            {"created_ms", tree.info.createdMs},
            {"changed_ms", tree.info.changedMs},
            {"pinned", tree.info.pinned},
            {"folder", tree.folder},
            {"system_prompt", tree.systemPrompt},
            {"leaf", tree.leaf},
            {"messages", std::move(messages)}};
}

} // namespace

std::string markdownOf(const Conversation &conversation)
{
    std::string text = heading("# ", conversation.info.title);
    if (!conversation.systemPrompt.empty())
        text += heading("## ", "System") + conversation.systemPrompt + "\n\n";
    for (const Message &message : conversation.messages) {
        text += heading("## ", speaker(message));
        if (!message.reasoning.empty())
            text += "<details><summary>Reasoning</summary>\n\n" + message.reasoning + "\n\n</details>\n\n";
        for (const Attachment &attachment : message.attachments)
            text += markdownAttachment(attachment);
        text += message.text + "\n\n";
    }
    text.pop_back();
    return text;
}

std::string openAiJsonOf(const Conversation &conversation)
{
    ordered_json messages = ordered_json::array();
    if (!conversation.systemPrompt.empty())
        messages.push_back(openAiMessage(Role::System, conversation.systemPrompt));
    for (const Message &message : conversation.messages)
        messages.push_back(openAiMessage(message.role, message.text, message.attachments));
    return written({{"title", conversation.info.title}, {"messages", std::move(messages)}});
}

std::string snugJsonOf(std::span<const ConversationTree> conversations)
{
    ordered_json list = ordered_json::array();
    for (const ConversationTree &tree : conversations)
        list.push_back(snugConversation(tree));
    return written({{"format", std::string(kSnugFormat)},
                    {"version", formatVersionFor(conversations)},
                    {"conversations", std::move(list)}});
}

} // namespace snug::chat
