// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation.h"

#include <span>
#include <string>

namespace snug::chat {

// The chosen way for people: a heading for the title and for each message.
[[nodiscard]] std::string markdownOf(const Conversation &conversation);
// The chosen way as {"title","messages":[{"role","content"}]}, which programs of OpenAI's interface take.
[[nodiscard]] std::string openAiJsonOf(const Conversation &conversation);
// Everything, every branch with all its fields, as docs/conversations.md describes it. What readConversations
// makes of it is the same again.
[[nodiscard]] std::string snugJsonOf(std::span<const ConversationTree> conversations);

} // namespace snug::chat
