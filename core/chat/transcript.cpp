// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/transcript.h"

#include "core/chat/utf8_stream.h"

#include <fmt/format.h>

namespace snug::chat {
namespace {

std::string_view headingOf(Role role)
{
    switch (role) {
    case Role::System:
        return "System prompt";
    case Role::User:
        return "You";
    case Role::Assistant:
        return "Model";
    }
    return "You";
}

} // namespace

std::string transcript(std::span<const ChatMessage> messages, const std::string &model)
{
    std::string text = fmt::format("# A conversation with {}\n", validUtf8(model));
    for (const ChatMessage &message : messages)
        text += fmt::format("\n## {}\n\n{}\n", headingOf(message.role), validUtf8(message.text));
    return text;
}

} // namespace snug::chat
