// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/answer_stream.h"
#include "tests/fuzz/demand.h"

// Any bytes as the stream of an answer, in one piece and byte by byte: the same events and the same answer or
// the same kind of error, and never more text than arrived.

namespace {

using namespace snug;
using namespace snug::chat;
using fuzz::demand;

void checkEvents(std::string_view bytes)
{
    const SseParser::Limits limits{64, 256};
    SseParser whole(limits);
    const auto expected = whole.feed(bytes);
    SseParser single(limits);
    std::vector<SseEvent> events;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto some = single.feed(bytes.substr(i, 1));
        if (!some) {
            demand(!expected, "a split makes no error");
            return;
        }
        events.insert(events.end(), some->begin(), some->end());
    }
    demand(expected.has_value() && *expected == events, "a split changes no event");
    for (const SseEvent &event : events)
        demand(event.data.size() <= limits.eventBytes, "events are bounded");
}

void checkAnswer(std::string_view bytes)
{
    std::string text;
    const ChatCallbacks callbacks{[&text](std::string_view added, std::string_view) { text += added; }, {}};
    AnswerStream stream(callbacks);
    const auto fed = stream.feed(bytes);
    demand(fed || !fed.error().message.empty(), "errors say what happened");
    demand(stream.answer().text == text, "the answer is what was shown");
    demand(text.size() <= 3 * bytes.size(), "text comes from bytes");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string bytes(data, data + size);
    checkEvents(bytes);
    checkAnswer(bytes);
    return 0;
}
