// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/sse_parser.h"
#include "core/chat/utf8_stream.h"

#include <QTest>

#include <random>

using namespace snug;
using chat::SseEvent;
using chat::SseParser;

namespace {

std::vector<SseEvent> parsed(std::string_view bytes)
{
    return SseParser().feed(bytes).value();
}

const std::string kStream = "\xEF\xBB\xBF: a comment\r\n"
                            "event: greeting\ndata: hello\ndata:  two\n\n"
                            "id: 7\rdata:x\r\r"
                            "retry: 5\r\n\r\n"
                            "data\n\n"
                            "data: {\"a\":\"b: c\"}\r\n\r\n"
                            "data: never ended\n";
const std::vector<SseEvent> kEvents = {
    {"greeting", "hello\n two"}, {"message", "x"}, {"message", ""}, {"message", "{\"a\":\"b: c\"}"}};

} // namespace

class TestSseParser : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fieldsCommentsAndAllLineEnds() { QVERIFY(parsed(kStream) == kEvents); }

    void everySplitGivesTheSame()
    {
        for (std::size_t first = 0; first <= kStream.size(); ++first) {
            for (std::size_t second = first; second <= kStream.size(); ++second) {
                SseParser parser;
                std::vector<SseEvent> events;
                const std::string_view all = kStream;
                for (const auto piece :
                     {all.substr(0, first), all.substr(first, second - first), all.substr(second)}) {
                    const auto some = parser.feed(piece);
                    QVERIFY(some);
                    events.insert(events.end(), some->begin(), some->end());
                }
                QVERIFY2(events == kEvents, qPrintable(QString::number(first)));
            }
        }
    }

    void aLineWithoutEndIsRefused()
    {
        SseParser parser({16, 64});
        QVERIFY(parser.feed("data: 0123456789"));
        const auto more = parser.feed("!");
        QVERIFY(!more);
        QCOMPARE(more.error().kind, ErrorKind::TooLarge);
    }

    void anEventWithoutEndIsRefused()
    {
        SseParser parser({16, 64});
        for (int i = 0; i < 1000; ++i) {
            const auto fed = parser.feed("data: 0123456\n");
            if (!fed) {
                QCOMPARE(fed.error().kind, ErrorKind::TooLarge);
                return;
            }
        }
        QFAIL("data lines without an empty line were collected without limit");
    }

    void commentsWithoutEndCostNothing()
    {
        SseParser parser({16, 64});
        for (int i = 0; i < 10'000; ++i)
            QVERIFY(parser.feed(": ping\n")->empty());
        QCOMPARE(parser.feed("data: x\n\n")->size(), std::size_t{1});
    }

    void randomBytesNeverBreakIt()
    {
        std::mt19937 random(7);
        constexpr std::string_view kBytes = "dat:event \r\n\xEF\xBB\xBF{}\0x";
        for (int round = 0; round < 2000; ++round) {
            std::string bytes;
            for (int i = 0; i < 60; ++i)
                bytes += kBytes[random() % kBytes.size()];
            SseParser whole;
            const auto expected = whole.feed(bytes);
            SseParser single;
            std::vector<SseEvent> events;
            for (const char c : bytes) {
                const auto some = single.feed({&c, 1});
                events.insert(events.end(), some->begin(), some->end());
            }
            QVERIFY(events == *expected);
        }
    }

    void halfCharactersWaitForTheirOtherHalf()
    {
        const std::string text = "a\u00e4\u20ac\U0001F600z";
        for (std::size_t split = 0; split <= text.size(); ++split) {
            chat::Utf8Stream stream;
            const std::string first = stream.feed(std::string_view(text).substr(0, split));
            QCOMPARE(chat::validUtf8(first), first);
            QVERIFY(first.find("\uFFFD") == std::string::npos);
            const std::string second = stream.feed(std::string_view(text).substr(split));
            QCOMPARE(first + second, text);
            QCOMPARE(stream.finish(), std::string());
        }
    }

    void whatIsNoUtf8IsReplaced()
    {
        QCOMPARE(chat::validUtf8("a\xFFz"), std::string("a\uFFFDz"));
        QCOMPARE(chat::validUtf8("\xC0\x80"), std::string("\uFFFD\uFFFD"));
        QCOMPARE(chat::validUtf8("\xED\xA0\x80"), std::string("\uFFFD\uFFFD\uFFFD"));
        QCOMPARE(chat::validUtf8("\xF0\x9F\x98"), std::string("\uFFFD"));
        QCOMPARE(chat::validUtf8("\xF5"), std::string("\uFFFD"));
        QCOMPARE(std::string(chat::cutUtf8("a\u20ac", 3)), std::string("a"));
        QCOMPARE(std::string(chat::cutUtf8("a\u20ac", 4)), std::string("a\u20ac"));
    }
};

QTEST_GUILESS_MAIN(TestSseParser)
#include "tst_sse_parser.moc"
