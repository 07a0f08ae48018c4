// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace snug::chat {

// One server-sent event: the name of its "event" field, "message" without one, and its data lines joined.
struct SseEvent {
    std::string name;
    std::string data;

    bool operator==(const SseEvent &) const = default;
};

// Reads a stream of server-sent events that arrives in arbitrary pieces:
//
//   field ":" [" "] value, lines end by CR, LF or CRLF; an empty line ends the event; ":" begins a comment
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream. Fields other than
// "event" and "data" mean nothing here. Memory is bounded by the limits, whatever arrives.
class SseParser {
public:
    struct Limits {
        std::size_t lineBytes = std::size_t{1} << 20;
        std::size_t eventBytes = std::size_t{4} << 20;
    };

    SseParser() = default;
    explicit SseParser(Limits limits);

    // The events that these bytes complete. Fails with TooLarge; the parser is of no use after that.
    [[nodiscard]] Result<std::vector<SseEvent>> feed(std::string_view bytes);

private:
    [[nodiscard]] Result<void> endLine(std::vector<SseEvent> &events);
    [[nodiscard]] Result<void> takeField(std::string_view name, std::string_view value);
    [[nodiscard]] std::string_view withoutMark(std::string_view line);

    Limits m_limits;
    std::string m_line; // without its end
    SseEvent m_event;
    bool m_hasData = false;
    bool m_firstLine = true;
    bool m_afterReturn = false; // a line feed now belongs to the carriage return before it
};

} // namespace snug::chat
