// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/compare_fixture.h"

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using snug::ui::CompareViewModel;

// How the sides of a comparison are asked, and what they leave behind.
class CompareTest final : public snug::test::CompareFixture {
    Q_OBJECT

private Q_SLOTS:
    void asksOneAfterAnother();
    void asksAtTheSameTime();
    void eachGoesOnWithItsOwnConversation();
    void anErrorLeavesTheOthersGoing();
    void aDeathWhileAnsweringLeavesTheOthersGoing();
    void theChatsModelLeavesTheMemoryFirst();
    void aChatThatAnswersIsNotDisturbed();
    void stopEndsThoseThatWaitToo();
    void leavingUnloads();
    void modelsAreChosenBeforeTheFirstQuestion();
};

void CompareTest::asksOneAfterAnother()
{
    Sitting sitting(*m_home);
    CompareViewModel &compare = sitting.compare;
    const QAbstractItemModelTester tester(compare.columns(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(!compare.canSend());
    QVERIFY(!compare.hint().isEmpty());
    sitting.chat.setSystemPrompt(u"Be brief."_s);
    sitting.choose({u"one"_s, u"two"_s});
    QVERIFY(compare.canSend());
    compare.send(u"Hi"_s);
    QVERIFY(compare.busy());
    QCOMPARE(compare.column(1)->stateText(), u"Waits for its turn"_s);
    QTRY_VERIFY(!compare.busy());
    QCOMPARE(sitting.answer(0), u"Hello, you"_s);
    QCOMPARE(sitting.answer(1), u"Good day"_s);
    QCOMPARE(compare.column(0)->heading(), u"Model one"_s);
    QCOMPARE(compare.column(1)->level(), u"Q4_K_M"_s);
    QCOMPARE(compare.column(0)->stateText(), u"Done"_s);
    QVERIFY(compare.column(0)->figures().startsWith(u"3 tokens · 40.0 tokens/s · first token after "));

    // The first has left the memory before the second came, and the second has left it, too.
    QTRY_COMPARE(m_log->text().count(u"ended"), 2);
    const QStringList lines = m_log->text().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 4);
    QVERIFY2(lines[0].startsWith(u"began serve one") && lines[1].startsWith(u"ended serve one") &&
                 lines[2].startsWith(u"began serve two") && lines[3].startsWith(u"ended serve two"),
             qPrintable(m_log->text()));

    // The same question, with the same seed although the chat draws a new one each time.
    QCOMPARE(m_first->requests.size(), 1);
    QCOMPARE(m_second->requests.size(), 1);
    QCOMPARE(m_first->requests[0], m_second->requests[0]);
    QVERIFY(m_first->requests[0]["seed"_L1].isDouble());
    QCOMPARE(m_first->requests[0]["messages"_L1].toArray().size(), 2);
    // What the chat loads next time is none of our business.
    QCOMPARE(sitting.engine.lastModelPath(), QString());
}

void CompareTest::asksAtTheSameTime()
{
    m_first->holdAfter = 1;
    m_second->holdAfter = 1;
    Sitting sitting(*m_home);
    sitting.compare.setTogether(true);
    sitting.choose({u"one"_s, u"two"_s});
    sitting.compare.send(u"Hi"_s);
    QTRY_COMPARE(sitting.answer(0), u"Hello"_s);
    QTRY_COMPARE(sitting.answer(1), u"Good"_s);
    QVERIFY(!m_log->text().contains(u"ended"));
    sitting.compare.column(0)->stop();
    QTRY_COMPARE(sitting.compare.column(0)->stateText(), u"Stopped"_s);
    QVERIFY(sitting.compare.column(1)->busy());
    sitting.compare.stop();
    QTRY_VERIFY(!sitting.compare.busy());
    // They stay for the follow-up.
    QVERIFY(sitting.compare.column(0)->holdsEngine() && sitting.compare.column(1)->holdsEngine());
}

void CompareTest::eachGoesOnWithItsOwnConversation()
{
    Sitting sitting(*m_home);
    sitting.choose({u"one"_s, u"two"_s});
    QVERIFY(sitting.ask(u"Hi"_s));
    QVERIFY(sitting.ask(u"And then?"_s));
    QCOMPARE(m_second->requests.size(), 2);
    const QJsonArray messages = m_second->requests[1]["messages"_L1].toArray();
    QCOMPARE(messages.size(), 3);
    QCOMPARE(messages[1]["content"_L1].toString(), u"Good day"_s);
    QCOMPARE(m_first->requests[1]["messages"_L1].toArray()[1]["content"_L1].toString(), u"Hello, you"_s);
    QVERIFY(m_first->requests[1]["seed"_L1] != m_first->requests[0]["seed"_L1]);
    sitting.compare.startOver();
    QVERIFY(!sitting.compare.begun());
    QCOMPARE(sitting.compare.column(0)->messages()->rowCount(), 0);
    QCOMPARE(sitting.compare.column(0)->path(), u"one"_s);
}

void CompareTest::anErrorLeavesTheOthersGoing()
{
    m_second->status = 500;
    m_second->errorBody = R"({"error":{"message":"Out of luck"}})";
    Sitting sitting(*m_home);
    sitting.choose({u"none"_s, u"two"_s, u"one"_s});
    QVERIFY(sitting.ask(u"Hi"_s));
    QCOMPARE(sitting.compare.column(0)->stateText(), u"No answer"_s);
    QCOMPARE(sitting.compare.column(0)->problem().kind, u"out_of_memory"_s);
    QVERIFY(!sitting.compare.column(0)->hasAnswer());
    QCOMPARE(sitting.compare.column(1)->stateText(), u"No answer"_s);
    QVERIFY(sitting.compare.column(1)->problem().message.contains(u"Out of luck"));
    QCOMPARE(sitting.answer(2), u"Hello, you"_s);
    QVERIFY(sitting.compare.column(2)->hasAnswer());
    QVERIFY(sitting.compare.canSend());
}

void CompareTest::aDeathWhileAnsweringLeavesTheOthersGoing()
{
    m_first->holdAfter = 1;
    Sitting sitting(*m_home);
    sitting.choose({u"one"_s, u"two"_s});
    sitting.compare.send(u"Hi"_s);
    QTRY_COMPARE(sitting.answer(0), u"Hello"_s);
    ::kill(static_cast<pid_t>(sitting.compare.column(0)->processId()), SIGKILL);
    m_first->breakConnections();
    QTRY_VERIFY(!sitting.compare.busy());
    QCOMPARE(sitting.answer(0), u"Hello"_s);
    QCOMPARE(sitting.compare.column(0)->stateText(), u"The engine stopped here"_s);
    QCOMPARE(sitting.compare.column(0)->problem().kind, u"worker_crashed"_s);
    QVERIFY(!sitting.compare.column(0)->problem().hint.contains(u"Reload")); // there is no such button
    QCOMPARE(sitting.answer(1), u"Good day"_s);
    m_first->holdAfter = -1;
    sitting.compare.send(u"Again"_s);
    QTRY_VERIFY(!sitting.compare.busy());
    QCOMPARE(sitting.answer(0), u"Hello, you"_s);
    QVERIFY(!sitting.compare.column(0)->problem().present);
}

void CompareTest::theChatsModelLeavesTheMemoryFirst()
{
    Sitting sitting(*m_home);
    sitting.engine.load(u"one"_s);
    QTRY_COMPARE(sitting.engine.state(), u"ready"_s);
    sitting.choose({u"two"_s, u"one"_s});
    QVERIFY2(sitting.compare.hint().contains(u"Model one"), qPrintable(sitting.compare.hint()));
    QVERIFY(sitting.ask(u"Hi"_s));
    QCOMPARE(sitting.engine.state(), u"none"_s);
    const QString log = m_log->text();
    QVERIFY2(log.indexOf(u"ended serve one") < log.indexOf(u"began serve two"), qPrintable(log));
    // The chat finds its model again.
    QCOMPARE(sitting.engine.lastModelPath(), u"one"_s);
    QVERIFY(sitting.chat.canSend());
}

void CompareTest::aChatThatAnswersIsNotDisturbed()
{
    m_first->holdAfter = 1;
    Sitting sitting(*m_home);
    sitting.engine.load(u"one"_s);
    QTRY_COMPARE(sitting.engine.state(), u"ready"_s);
    sitting.choose({u"two"_s, u"one"_s});
    sitting.chat.send(u"Tell me"_s);
    QVERIFY(!sitting.compare.canSend());
    QVERIFY(sitting.compare.hint().contains(u"still answering"));
    sitting.compare.send(u"Hi"_s);
    QVERIFY(!sitting.compare.begun());
    QCOMPARE(sitting.engine.state(), u"ready"_s);
    sitting.chat.stop();
    QTRY_VERIFY(sitting.compare.canSend());
}

void CompareTest::stopEndsThoseThatWaitToo()
{
    m_first->holdAfter = 1;
    Sitting sitting(*m_home);
    sitting.choose({u"one"_s, u"two"_s, u"one"_s});
    sitting.compare.send(u"Hi"_s);
    QTRY_COMPARE(sitting.answer(0), u"Hello"_s);
    sitting.compare.stop();
    QTRY_VERIFY(!sitting.compare.busy());
    QCOMPARE(sitting.compare.column(0)->stateText(), u"Stopped"_s);
    QCOMPARE(sitting.compare.column(1)->stateText(), u"Stopped"_s);
    QCOMPARE(sitting.answer(1), QString());
    QVERIFY(!m_log->text().contains(u"serve two"));
    // While a model loads, too.
    sitting.compare.startOver();
    sitting.compare.send(u"Hi"_s);
    QVERIFY(sitting.compare.column(0)->loading());
    sitting.compare.stop();
    QTRY_VERIFY(!sitting.compare.busy());
    QVERIFY(!sitting.compare.column(0)->holdsEngine());
}

void CompareTest::leavingUnloads()
{
    Sitting sitting(*m_home);
    sitting.compare.setTogether(true);
    sitting.choose({u"one"_s, u"two"_s});
    QVERIFY(sitting.ask(u"Hi"_s));
    QVERIFY(sitting.compare.column(0)->holdsEngine());
    sitting.compare.setShown(false);
    QTRY_VERIFY(!sitting.compare.column(0)->holdsEngine() && !sitting.compare.column(1)->holdsEngine());
    QCOMPARE(sitting.answer(0), u"Hello, you"_s);
}

void CompareTest::modelsAreChosenBeforeTheFirstQuestion()
{
    {
        Sitting sitting(*m_home);
        CompareViewModel &compare = sitting.compare;
        QCOMPARE(compare.count(), 2);
        compare.removeColumn(compare.column(0)); // two at least
        QCOMPARE(compare.count(), 2);
        sitting.choose({u"one"_s, u"two"_s, u"one"_s});
        compare.addColumn(); // three at most
        QCOMPARE(compare.count(), 3);
        compare.removeColumn(compare.column(0));
        QCOMPARE(compare.column(0)->path(), u"two"_s);
        compare.send(u"Hi"_s);
        QTRY_VERIFY(!compare.busy());
        compare.choose(compare.column(0), u"one"_s);
        compare.addColumn();
        compare.setBlind(true);
        QCOMPARE(compare.column(0)->path(), u"two"_s);
        QCOMPARE(compare.count(), 2);
        QVERIFY(!compare.blind());
    }
    const Sitting next(*m_home);
    QCOMPARE(next.compare.column(0)->path(), u"two"_s);
    QCOMPARE(next.compare.column(1)->path(), u"one"_s);
}

QTEST_MAIN(CompareTest)
#include "tst_compare.moc"
