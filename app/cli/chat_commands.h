// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace snug::cli {

enum class ChatCommand { Say, Quit, Reset, System, Regenerate, Help, Unknown };

// One line of a conversation: a command such as "/reset", or something to say. "//" says a line that begins
// with "/".
struct ChatLine {
    ChatCommand command = ChatCommand::Say;
    std::string text; // what to say, the system prompt, or the unknown command

    bool operator==(const ChatLine &) const = default;
};

[[nodiscard]] ChatLine parseChatLine(std::string_view line);

// What /help shows.
[[nodiscard]] std::string_view chatHelp();

} // namespace snug::cli
