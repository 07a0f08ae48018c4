// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/sse_parser.h"

#include <utility>

namespace snug::chat {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kDefaultName = "message";

tl::unexpected<Error> tooLarge(std::string_view what, std::size_t limit)
{
    return fail(ErrorKind::TooLarge, "The server sent " + std::string(what) + " that is too long.",
                {{"limit", static_cast<std::int64_t>(limit)}},
                "Check that the address is that of a chat server.");
}

} // namespace

SseParser::SseParser(Limits limits) : m_limits(limits) {}

Result<std::vector<SseEvent>> SseParser::feed(std::string_view bytes)
{
    std::vector<SseEvent> events;
    if (std::exchange(m_afterReturn, m_afterReturn && bytes.empty()) && bytes.starts_with('\n'))
        bytes.remove_prefix(1);
    while (!bytes.empty()) {
        const std::size_t end = bytes.find_first_of("\r\n");
        const std::string_view piece = bytes.substr(0, end);
        if (piece.size() > m_limits.lineBytes - m_line.size())
            return tooLarge("a line", m_limits.lineBytes);
        m_line += piece;
        if (end == std::string_view::npos)
            break;
        if (auto ended = endLine(events); !ended)
            return tl::make_unexpected(ended.error());
        const bool carriageReturn = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        m_afterReturn = carriageReturn && bytes.empty();
        if (carriageReturn && bytes.starts_with('\n'))
            bytes.remove_prefix(1);
    }
    return events;
}

std::string_view SseParser::withoutMark(std::string_view line)
{
    if (std::exchange(m_firstLine, false) && line.starts_with(kByteOrderMark))
        line.remove_prefix(kByteOrderMark.size());
    return line;
}

Result<void> SseParser::endLine(std::vector<SseEvent> &events)
{
    const std::string whole = std::exchange(m_line, {});
    const std::string_view line = withoutMark(whole);
    if (line.empty()) {
        if (std::exchange(m_hasData, false)) {
            if (m_event.name.empty())
                m_event.name = kDefaultName;
            events.push_back(std::move(m_event));
        }
        m_event = {};
        return {};
    }
    const std::size_t colon = line.find(':');
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' '))
        value.remove_prefix(1);
    return takeField(line.substr(0, colon), value);
}

Result<void> SseParser::takeField(std::string_view name, std::string_view value)
{
    if (name == "event") {
        m_event.name = value;
    } else if (name == "data") {
        if (value.size() + 1 > m_limits.eventBytes - m_event.data.size())
            return tooLarge("an event", m_limits.eventBytes);
        if (std::exchange(m_hasData, true))
            m_event.data += '\n';
        m_event.data += value;
    }
    return {};
}

} // namespace snug::chat
