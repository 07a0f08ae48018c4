// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/chat/conversation.h"

#include <nlohmann/json.hpp>

#include <span>
#include <vector>

// One reader a format, each of JSON that is bounded already. Only for readConversations().
namespace snug::chat {

// {"format":"snug-conversations",...}; fails with Unsupported or Corrupt.
[[nodiscard]] Result<std::vector<ConversationTree>> readSnug(const nlohmann::json &file);

// {"title","create_time","mapping":{ID:{"message","parent","children"}},"current_node"}
[[nodiscard]] ConversationTree readChatGpt(const nlohmann::json &conversation);

// {"name","createdAt","systemPrompt","messages":[{"versions":[...],"currentlySelected"}]}
[[nodiscard]] bool isLmStudio(const nlohmann::json &conversation);
[[nodiscard]] ConversationTree readLmStudio(const nlohmann::json &conversation);

// [{"role","content"}], of OpenAI's interface and of Jan; `about` may hold a title.
[[nodiscard]] bool isMessage(const nlohmann::json &object);
[[nodiscard]] ConversationTree readMessages(const nlohmann::json &messages, const nlohmann::json &about);

} // namespace snug::chat
