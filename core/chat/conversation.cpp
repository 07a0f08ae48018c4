// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/conversation.h"

#include "core/chat/utf8_stream.h"

#include <array>

namespace snug::chat {
namespace {

constexpr std::array kStates = {MessageState::Complete, MessageState::Streaming, MessageState::Stopped,
                                MessageState::Interrupted, MessageState::Failed};
constexpr std::size_t kTitleBytes = 60;
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

} // namespace

std::string_view stateName(MessageState state)
{
    switch (state) {
    case MessageState::Complete:
        return "complete";
    case MessageState::Streaming:
        return "streaming";
    case MessageState::Stopped:
        return "stopped";
    case MessageState::Interrupted:
        return "interrupted";
    case MessageState::Failed:
        return "failed";
    }
    return "complete";
}

std::optional<MessageState> stateFromName(std::string_view name)
{
    for (const MessageState state : kStates) {
        if (stateName(state) == name)
            return state;
    }
    return std::nullopt;
}

std::string titleFrom(std::string_view firstMessage)
{
    const std::string text = validUtf8(firstMessage);
    const std::string_view body = trimmed(text);
    const std::string_view line = trimmed(body.substr(0, body.find('\n')));
    if (line.size() <= kTitleBytes)
        return std::string(line);
    std::string_view cut = cutUtf8(line, kTitleBytes);
    if (const std::size_t blank = cut.find_last_of(kBlanks); blank > kTitleBytes / 2 && blank < cut.size())
        cut = trimmed(cut.substr(0, blank));
    return std::string(cut) + "\u2026";
}

} // namespace snug::chat
