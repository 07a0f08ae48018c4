// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/chat_fixture.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using snug::chat::ConversationStore;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::ChatViewModel;
using snug::ui::EngineSession;
using snug::ui::SettingsFile;

class ChatTest final : public snug::test::ChatFixture {
    Q_OBJECT

private Q_SLOTS:
    void streamsAnAnswerAndItsFigures();
    void sendsSettingsKeyAndSystemPrompt();
    void stopsWithinATenthOfASecondAndKeepsTheText();
    void regeneratesTheLastAnswer();
    void loadsTheLastModelFirst();
    void aFailedLoadKeepsTheQuestion();
    void saysSoWithoutAModel();
    void keepsTheTextWhenTheEngineDies();
    void aBrokenConnectionAloneIsAProblem();
    void tellsAnExceededContextWithItsNumbers();
    void tellsThatTheContextIsFull();
    void countsWhatIsBeingTyped();
    void keepsSamplingSettings();
};

void ChatTest::streamsAnAnswerAndItsFigures()
{
    Setup setup(*m_home);
    const QAbstractItemModelTester tester(setup.chat.messages(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    load(setup);
    QVERIFY(setup.chat.canSend());
    QVERIFY(!setup.chat.canRegenerate());
    setup.chat.send(u"Hi"_s);
    QVERIFY(setup.chat.busy());
    QVERIFY(!setup.chat.canSend());
    QCOMPARE(setup.chat.messages()->rowCount(), 2);
    QCOMPARE(setup.lastState(), u"writing"_s);
    QVERIFY(!setup.chat.waitingText().isEmpty());
    QTRY_VERIFY(!setup.chat.busy());
    QCOMPARE(setup.cell(0, "role").toString(), u"user"_s);
    QCOMPARE(setup.cell(0, "text").toString(), u"Hi"_s);
    QCOMPARE(setup.cell(1, "role").toString(), u"assistant"_s);
    QCOMPARE(setup.cell(1, "text").toString(), u"Hello, you"_s);
    QCOMPARE(setup.cell(1, "state").toString(), u"done"_s);
    QCOMPARE(setup.cell(1, "tokens").toInt(), 3);
    QVERIFY(
        setup.cell(1, "statsText").toString().startsWith(u"3 tokens · 40.0 tokens/s · first token after "));
    QCOMPARE(setup.cell(0, "statsText").toString(), QString());
    QCOMPARE(setup.chat.contextSize(), 4096);
    QVERIFY(setup.chat.contextUsed() > 0);
    QCOMPARE(setup.chat.currentTitle(), u"Hi"_s);
    QCOMPARE(setup.chat.conversations()->rowCount(), 1);
    QVERIFY(!setup.chat.problem().present);
}

void ChatTest::sendsSettingsKeyAndSystemPrompt()
{
    Setup setup(*m_home);
    load(setup);
    setup.chat.setSystemPrompt(u"Be brief."_s);
    setup.chat.setTemperature(0.25);
    setup.chat.setTopK(7);
    setup.chat.setSeed(11);
    setup.chat.setMaxTokens(99);
    ask(setup, u"One"_s);
    ask(setup, u"Two"_s);
    QCOMPARE(m_server->requests.size(), 2);
    QCOMPARE(m_server->keys.constFirst(), setup.engine.endpoint().apiKey.toLatin1());
    const QJsonObject request = m_server->requests.constLast();
    const QJsonArray messages = request["messages"_L1].toArray();
    QStringList roles;
    for (const auto &message : messages)
        roles.append(message.toObject()["role"_L1].toString());
    QCOMPARE(roles, (QStringList{u"system"_s, u"user"_s, u"assistant"_s, u"user"_s}));
    QCOMPARE(messages.first().toObject()["content"_L1].toString(), u"Be brief."_s);
    QCOMPARE(request["temperature"_L1].toDouble(), 0.25);
    QCOMPARE(request["top_k"_L1].toInt(), 7);
    QCOMPARE(request["seed"_L1].toInt(), 11);
    QCOMPARE(request["max_tokens"_L1].toInt(), 99);
}

void ChatTest::stopsWithinATenthOfASecondAndKeepsTheText()
{
    m_server->holdAfter = 2;
    Setup setup(*m_home);
    load(setup);
    setup.chat.send(u"Hi"_s);
    QTRY_COMPARE(setup.cell(1, "text").toString(), u"Hello, "_s);
    QTRY_VERIFY(!setup.chat.liveStats().isEmpty());
    QVERIFY(setup.chat.waitingText().isEmpty());
    QElapsedTimer clock;
    clock.start();
    setup.chat.stop();
    QTRY_VERIFY(!setup.chat.busy());
    QVERIFY2(clock.elapsed() < 250, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(setup.lastState(), u"stopped"_s);
    QCOMPARE(setup.cell(1, "notice").toString(), u"Stopped"_s);
    QCOMPARE(setup.cell(1, "text").toString(), u"Hello, "_s);
    QTRY_COMPARE(m_server->openStreams(), 0);
    QVERIFY(!setup.chat.problem().present);
}

void ChatTest::regeneratesTheLastAnswer()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"Hi"_s);
    m_server->pieces = {u"Other"_s};
    QVERIFY(setup.chat.canRegenerate());
    setup.chat.regenerate();
    QTRY_VERIFY(!setup.chat.busy());
    QCOMPARE(setup.chat.messages()->rowCount(), 2);
    QCOMPARE(setup.cell(1, "text").toString(), u"Other"_s);
    const QJsonArray messages = m_server->requests.constLast()["messages"_L1].toArray();
    QCOMPARE(messages.size(), 1);
}

void ChatTest::loadsTheLastModelFirst()
{
    {
        Setup before(*m_home);
        load(before);
    }
    Setup setup(*m_home);
    QCOMPARE(setup.engine.state(), u"none"_s);
    QVERIFY(setup.chat.canSend());
    setup.chat.send(u"Hi"_s);
    QCOMPARE(setup.engine.state(), u"loading"_s);
    QVERIFY(setup.chat.waitingText().startsWith(u"Loading starter"));
    QTRY_VERIFY(!setup.chat.busy());
    QCOMPARE(setup.cell(1, "text").toString(), u"Hello, you"_s);
}

void ChatTest::aFailedLoadKeepsTheQuestion()
{
    Setup setup(*m_home);
    load(setup);
    setup.engine.unload();
    QTRY_COMPARE(setup.engine.state(), u"none"_s);
    {
        const FakeChild broken("serve", "abort");
        setup.chat.send(u"Hi"_s);
        QTRY_COMPARE(setup.engine.state(), u"failed"_s);
    }
    QVERIFY(!setup.chat.busy());
    QCOMPARE(setup.chat.messages()->rowCount(), 1);
    QCOMPARE(setup.cell(0, "text").toString(), u"Hi"_s);
    init();
    QVERIFY(setup.chat.canRegenerate());
}

void ChatTest::saysSoWithoutAModel()
{
    Setup setup(*m_home);
    QVERIFY(!setup.chat.canSend());
    setup.chat.setDraft(u"Hi"_s);
    setup.chat.send(u"Hi"_s);
    QVERIFY(!setup.chat.busy());
    QVERIFY(setup.chat.problem().present);
    QVERIFY(!setup.chat.problem().hint.isEmpty());
    QCOMPARE(setup.chat.draft(), u"Hi"_s);
    QCOMPARE(setup.chat.messages()->rowCount(), 0);
    setup.chat.dismissProblem();
    QVERIFY(!setup.chat.problem().present);
}

void ChatTest::keepsTheTextWhenTheEngineDies()
{
#if !defined(Q_OS_UNIX)
    QSKIP("Kills by a POSIX call.");
#else
    m_server->holdAfter = 2;
    Setup setup(*m_home);
    load(setup);
    setup.chat.send(u"Hi"_s);
    QTRY_COMPARE(setup.cell(1, "text").toString(), u"Hello, "_s);
    ::kill(static_cast<pid_t>(setup.engine.processId()), SIGKILL);
    m_server->breakConnections();
    QTRY_VERIFY(!setup.chat.busy());
    QTRY_COMPARE(setup.engine.state(), u"failed"_s);
    QCOMPARE(setup.lastState(), u"interrupted"_s);
    QCOMPARE(setup.cell(1, "text").toString(), u"Hello, "_s);
    QCOMPARE(setup.cell(1, "notice").toString(), u"The engine stopped here"_s);
    // The engine's own words are enough.
    QTest::qWait(1200);
    QVERIFY(!setup.chat.problem().present);
    setup.engine.reload();
    QTRY_COMPARE(setup.engine.state(), u"ready"_s);
    m_server->holdAfter = -1;
    setup.chat.regenerate();
    QTRY_COMPARE(setup.lastState(), u"done"_s);
    QCOMPARE(setup.cell(1, "text").toString(), u"Hello, you"_s);
#endif
}

void ChatTest::aBrokenConnectionAloneIsAProblem()
{
    m_server->holdAfter = 2;
    Setup setup(*m_home);
    load(setup);
    setup.chat.send(u"Hi"_s);
    QTRY_COMPARE(setup.cell(1, "text").toString(), u"Hello, "_s);
    m_server->breakConnections();
    QTRY_COMPARE(setup.lastState(), u"interrupted"_s);
    QTRY_VERIFY(setup.chat.problem().present);
    QCOMPARE(setup.chat.problem().kind, u"network"_s);
}

void ChatTest::tellsAnExceededContextWithItsNumbers()
{
    m_server->status = 400;
    m_server->errorBody = R"({"error":{"code":400,"message":"too long","type":"exceed_context_size_error",)"
                          R"("n_prompt_tokens":5000,"n_ctx":4096}})";
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"Hi"_s);
    // The question stays, and can be asked again.
    QCOMPARE(setup.chat.messages()->rowCount(), 1);
    QVERIFY(setup.chat.unanswered());
    QCOMPARE(setup.chat.problem().kind, u"too_large"_s);
    QVERIFY2(setup.chat.problem().message.contains(u"5000"), qPrintable(setup.chat.problem().message));
    QVERIFY(setup.chat.problem().message.contains(u"4096"));
    QVERIFY(!setup.chat.problem().hint.isEmpty());
}

void ChatTest::tellsThatTheContextIsFull()
{
    m_server->finishReason = u"length"_s;
    m_server->promptTokens = 4093;
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"Hi"_s);
    QCOMPARE(setup.lastState(), u"done"_s);
    QVERIFY(setup.chat.problem().present);
    QVERIFY(setup.chat.problem().message.contains(u"4\u202F096"));
}

void ChatTest::countsWhatIsBeingTyped()
{
    m_server->countedTokens = 123;
    Setup setup(*m_home);
    load(setup);
    QCOMPARE(setup.chat.contextUsed(), 0);
    setup.chat.setDraft(u"How long is this?"_s);
    QTRY_COMPARE(setup.chat.contextUsed(), 123);
}

void ChatTest::keepsSamplingSettings()
{
    {
        Setup setup(*m_home);
        QVERIFY(!setup.chat.settingsChanged());
        setup.chat.setTemperature(1.25);
        setup.chat.setTopP(7); // nearest possible
        QVERIFY(setup.chat.settingsChanged());
    }
    Setup setup(*m_home);
    QCOMPARE(setup.chat.temperature(), 1.25);
    QCOMPARE(setup.chat.topP(), 1.0);
    setup.chat.resetSettings();
    QVERIFY(!setup.chat.settingsChanged());
}

QTEST_MAIN(ChatTest)
#include "tst_chat_view_model.moc"
