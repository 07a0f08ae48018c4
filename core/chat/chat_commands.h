// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// The commands that a line of a chat may be instead of a message: one table for the terminal, the window and
// docs/chat-commands.md.
namespace snug::chat {

enum class ChatCommand {
    Say, // no command: something to say
    Regenerate,
    Edit,
    Undo,
    System,
    Reset,
    Prompt,
    Template,
    Context,
    Lora,
    Attach,
    Save,
    Help,
    Quit,
    Unknown,
};

enum class CommandPlace { Both, Terminal };

struct CommandEntry {
    ChatCommand command = ChatCommand::Unknown;
    std::string_view name;      // "/edit"
    std::string_view arguments; // "N TEXT"; empty: none
    std::string_view description;
    CommandPlace place = CommandPlace::Both;
};

// In the order in which they are shown. A command may have two names.
[[nodiscard]] std::span<const CommandEntry> chatCommands();

// One line: a command, or something to say; "//" says a line that begins with "/".
struct ChatLine {
    ChatCommand command = ChatCommand::Say;
    std::string text; // what to say, the command's arguments, or the unknown command

    bool operator==(const ChatLine &) const = default;
};

[[nodiscard]] ChatLine parseChatLine(std::string_view line);

// "3 more text": a number from 1 on and what follows it; nullopt for another beginning.
struct NumberedText {
    std::int64_t number = 0;
    std::string text;

    bool operator==(const NumberedText &) const = default;
};
[[nodiscard]] std::optional<NumberedText> parseNumbered(std::string_view arguments);

// What /help shows in a terminal.
[[nodiscard]] std::string chatHelp();
// The table of docs/chat-commands.md, in Markdown.
[[nodiscard]] std::string chatCommandsTable();

} // namespace snug::chat
