// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/chat_commands.h"

#include <algorithm>
#include <array>
#include <utility>

namespace snug::cli {
namespace {

constexpr std::array<std::pair<std::string_view, ChatCommand>, 6> kCommands = {{
    {"/quit", ChatCommand::Quit},
    {"/exit", ChatCommand::Quit},
    {"/reset", ChatCommand::Reset},
    {"/system", ChatCommand::System},
    {"/regenerate", ChatCommand::Regenerate},
    {"/help", ChatCommand::Help},
}};

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

} // namespace

ChatLine parseChatLine(std::string_view line)
{
    if (!line.starts_with('/'))
        return {ChatCommand::Say, std::string(line)};
    if (line.starts_with("//"))
        return {ChatCommand::Say, std::string(line.substr(1))};
    const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
    const auto known = std::find_if(kCommands.begin(), kCommands.end(),
                                    [word](const auto &entry) { return entry.first == word; });
    if (known == kCommands.end())
        return {ChatCommand::Unknown, std::string(word)};
    return {known->second, std::string(trimmed(line.substr(word.size())))};
}

std::string_view chatHelp()
{
    return "  /regenerate    answer the last question anew\n"
           "  /system TEXT   set the system prompt; without TEXT, remove it\n"
           "  /reset         forget the conversation, keep the system prompt\n"
           "  /quit          leave; so does the end of the input\n"
           "  //TEXT         say something that begins with a slash\n"
           "  Ctrl+C         stop the answer; when none is being given, leave\n";
}

} // namespace snug::cli
