// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/chat_request.h"

#include <span>
#include <string>

namespace snug::chat {

// A conversation as Markdown, a heading for each message; texts stay as they are, they may be Markdown
// themselves.
[[nodiscard]] std::string transcript(std::span<const ChatMessage> messages, const std::string &model);

} // namespace snug::chat
