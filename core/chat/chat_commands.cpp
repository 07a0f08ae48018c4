// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/chat_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace snug::chat {
namespace {

constexpr std::array<CommandEntry, 14> kCommands = {{
    {ChatCommand::Regenerate, "/regenerate", "", "answer the last question anew"},
    {ChatCommand::Edit, "/edit", "N TEXT", "ask TEXT instead of question N; what came after it is forgotten"},
    {ChatCommand::Undo, "/undo", "", "forget the last question and its answer"},
    {ChatCommand::System, "/system", "TEXT", "set the system prompt; without TEXT, remove it"},
    {ChatCommand::Reset, "/reset", "", "forget the conversation, keep the system prompt"},
    {ChatCommand::Prompt, "/prompt", "TEXT",
     "show exactly what the model is given, with special tokens; with TEXT, as if that were asked now"},
    {ChatCommand::Template, "/template", "", "show the chat template and what is wrong with it"},
    {ChatCommand::Context, "/context", "", "show how full the context is, and where it was cut"},
    {ChatCommand::Lora, "/lora", "N SCALE",
     "set the scale of adapter N, 0 switches it off; alone: list them"},
    {ChatCommand::Attach, "/attach", "FILE", "send a text or an image along with the next question"},
    {ChatCommand::Save, "/save", "FILE", "write the conversation to a new Markdown file"},
    {ChatCommand::Help, "/help", "", "show the commands"},
    {ChatCommand::Quit, "/quit", "", "leave; so does the end of the input", CommandPlace::Terminal},
    {ChatCommand::Quit, "/exit", "", "the same", CommandPlace::Terminal},
}};

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string usageOf(const CommandEntry &entry)
{
    return fmt::format("{}{}{}", entry.name, entry.arguments.empty() ? "" : " ", entry.arguments);
}

} // namespace

std::span<const CommandEntry> chatCommands()
{
    return kCommands;
}

ChatLine parseChatLine(std::string_view line)
{
    if (!line.starts_with('/'))
        return {ChatCommand::Say, std::string(line)};
    if (line.starts_with("//"))
        return {ChatCommand::Say, std::string(line.substr(1))};
    const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
    const auto *known = std::find_if(kCommands.begin(), kCommands.end(),
                                     [word](const CommandEntry &entry) { return entry.name == word; });
    if (known == kCommands.end())
        return {ChatCommand::Unknown, std::string(word)};
    return {known->command, std::string(trimmed(line.substr(word.size())))};
}

std::optional<NumberedText> parseNumbered(std::string_view arguments)
{
    NumberedText parsed;
    const char *end = arguments.data() + arguments.size();
    const auto [stop, problem] = std::from_chars(arguments.data(), end, parsed.number);
    const bool whole = stop == end || kBlanks.find(*stop) != std::string_view::npos;
    if (problem != std::errc() || !whole || parsed.number < 1)
        return std::nullopt;
    parsed.text = trimmed(arguments.substr(static_cast<std::size_t>(stop - arguments.data())));
    return parsed;
}

std::string chatHelp()
{
    std::string help;
    for (const CommandEntry &entry : kCommands)
        help += fmt::format("  {:<15} {}\n", usageOf(entry), entry.description);
    return help + fmt::format("  {:<15} {}\n  {:<15} {}\n", "//TEXT",
                              "say something that begins with a slash", "Ctrl+C",
                              "stop the answer; when none is being given, leave");
}

std::string chatCommandsTable()
{
    std::string table = "| command | does | where |\n|---|---|---|\n";
    for (const CommandEntry &entry : kCommands)
        table += fmt::format("| `{}` | {} | {} |\n", usageOf(entry), entry.description,
                             entry.place == CommandPlace::Terminal ? "terminal" : "terminal, window");
    return table;
}

} // namespace snug::chat
