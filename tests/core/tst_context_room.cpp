// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/context_room.h"

#include <QTest>

using namespace snug;
using namespace snug::chat;

namespace {

RoomQuestion questionOf(std::size_t bytes, std::int64_t context)
{
    RoomQuestion question;
    question.request.messages = {{Role::User, "an older question"},
                                 {Role::Assistant, "its answer"},
                                 {Role::User, std::string(bytes, 'a')}};
    question.contextTokens = context;
    return question;
}

// Nobody listens there.
OpenAiClient nowhere()
{
    return OpenAiClient({"http://127.0.0.1:9", ""});
}

} // namespace

// Counting and cutting with a real engine: tests/cli/tst_cli_chat and tests/ui/tst_window_context.
class TestContextRoom : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatSurelyFits_data()
    {
        QTest::addColumn<int>("bytes");
        QTest::addColumn<int>("context");
        QTest::addColumn<bool>("fits");
        QTest::newRow("short") << 100 << 4096 << true;
        QTest::newRow("as many bytes as tokens") << 4096 << 4096 << false;
        QTest::newRow("tiny context") << 10 << 256 << false;
        QTest::newRow("a megabyte") << 1'000'000 << 131'072 << false;
        QTest::newRow("a megabyte in a huge context") << 1'000'000 << 2'000'000 << true;
        QTest::newRow("unknown context") << 10 << 0 << false;
    }
    void whatSurelyFits()
    {
        QFETCH(const int, bytes);
        QFETCH(const int, context);
        QFETCH(const bool, fits);
        QCOMPARE(surelyFits(questionOf(static_cast<std::size_t>(bytes), context)), fits);
    }

    // Each byte may be a token; so may those of the summary that goes along.
    void countsTheSummaryAndTheAnswer()
    {
        RoomQuestion question = questionOf(100, 1024);
        QVERIFY(surelyFits(question));
        question.request.sampling.maxTokens = 1'000'000; // at most a quarter is reserved
        QVERIFY(surelyFits(question));
        question.cut.summary = std::string(700, 's');
        QVERIFY(!surelyFits(question));
    }

    void nobodyIsAskedWhereItSurelyFits()
    {
        const auto room = makeRoom(nowhere(), questionOf(100, 4096), {}, {});
        QVERIFY(room);
        QCOMPARE(room->sent.size(), std::size_t{3});
        QCOMPARE(room->tokens, std::int64_t{-1});
        QVERIFY(!room->moved);
    }

    void aServerThatCannotCountGetsWhatTheCutLeaves()
    {
        RoomQuestion question = questionOf(8000, 4096);
        question.request.dialect = Dialect::Standard;
        question.cut = {2, "what was said"};
        const auto room = makeRoom(nowhere(), question, {}, {});
        QVERIFY(room);
        QCOMPARE(room->sent.size(), std::size_t{2});
        QVERIFY(room->sent.front().text.find("what was said") != std::string::npos);
        QCOMPARE(room->cut, question.cut);
    }

    void whatMayBeCutIsCounted()
    {
        RoomQuestion question = questionOf(8000, 4096);
        QVERIFY(makeRoom(nowhere(), question, {}, {})); // the server refuses by itself
        question.atEdge = AtEdge::DropOldest;
        const auto room = makeRoom(nowhere(), question, {}, {});
        QVERIFY(!room);
        QCOMPARE(room.error().kind, ErrorKind::Network);
    }
};

QTEST_GUILESS_MAIN(TestContextRoom)
#include "tst_context_room.moc"
