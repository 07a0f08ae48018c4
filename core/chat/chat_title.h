// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/chat_request.h"
#include "core/chat/conversation.h"

#include <span>
#include <string>
#include <string_view>

namespace snug::chat {

// Asks a model for a title of a conversation: its messages up to the first answer, of each at most the
// beginning, then the wish. The likeliest words, few of them, and no thinking where the server can be told
// so.
[[nodiscard]] ChatRequest titleRequest(std::span<const Message> messages, Dialect dialect);

// The title in what the model answered, whatever that is: one line without thoughts, quotation marks, markup
// and control characters, at most eight words and 60 bytes. Empty if nothing is left.
[[nodiscard]] std::string titleFromAnswer(std::string_view answer);

} // namespace snug::chat
