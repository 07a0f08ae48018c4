// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/chat_fixture.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::ui::ChatTitles;
using snug::ui::EngineSession;

// Titles that the model gives, and when it is not asked for any.
class ChatTitlesTest final : public snug::test::ChatFixture {
    Q_OBJECT

private Q_SLOTS:
    void isOffAtFirst();
    void theFirstAnswerGetsATitle();
    void aTitleOfSomebodyStays();
    void aNewQuestionGoesFirst();
    void aRemoteEngineIsAskedOnlyIfAllowed();
    void oneIsSuggestedOnDemand();
    void anEmptySuggestionIsAProblem();

private:
    // An answer that is done, and a server at rest.
    void settle(Setup &setup, const QString &question);
};

void ChatTitlesTest::settle(Setup &setup, const QString &question)
{
    ask(setup, question);
    QTRY_VERIFY(!setup.chat.titles()->asking());
}

void ChatTitlesTest::isOffAtFirst()
{
    Setup setup(*m_home);
    load(setup);
    QVERIFY(!setup.chat.titles()->automatic());
    settle(setup, u"Hi"_s);
    QTest::qWait(100);
    QCOMPARE(m_server->requests.size(), 1);
    QCOMPARE(setup.chat.currentTitle(), u"Hi"_s);
}

void ChatTitlesTest::theFirstAnswerGetsATitle()
{
    Setup setup(*m_home);
    load(setup);
    setup.chat.titles()->setAutomatic(true);
    m_server->first = {{u"Hello"_s}, {u"<think>hm</think>**A fine"_s, u" greeting**\nMore"_s}};
    settle(setup, u"Hi"_s);
    QTRY_COMPARE(setup.chat.currentTitle(), u"A fine greeting"_s);
    QCOMPARE(setup.chat.conversations()->rowCount(), 1);
    QCOMPARE(m_server->requests.size(), 2);
    const QJsonObject asked = m_server->requests[1];
    QCOMPARE(asked["temperature"_L1].toDouble(), 0.0);
    QVERIFY(asked["max_tokens"_L1].toInt() <= 64);
    QCOMPARE(asked["chat_template_kwargs"_L1].toObject()["enable_thinking"_L1].toBool(true), false);
    QCOMPARE(asked["messages"_L1].toArray().size(), 3);
    // It is no message of the conversation, and what follows asks for no other title.
    QCOMPARE(setup.chat.messages()->rowCount(), 2);
    settle(setup, u"More"_s);
    setup.chat.regenerateAt(1);
    QTRY_VERIFY(!setup.chat.busy());
    QTest::qWait(100);
    QCOMPARE(m_server->requests.size(), 4);
    QCOMPARE(setup.chat.currentTitle(), u"A fine greeting"_s);
}

void ChatTitlesTest::aTitleOfSomebodyStays()
{
    Setup setup(*m_home);
    load(setup);
    ChatTitles *titles = setup.chat.titles();
    titles->setAutomatic(true);
    m_server->first = {{u"Hello"_s}, {u"Of the model"_s}};
    // Written while the model is thinking of one.
    connect(titles, &ChatTitles::changed, &setup.chat, [&setup, titles] {
        if (titles->asking())
            setup.chat.renameChat(setup.chat.currentId(), u"My own"_s);
    });
    settle(setup, u"Hi"_s);
    QCOMPARE(m_server->requests.size(), 2);
    QCOMPARE(setup.chat.currentTitle(), u"My own"_s);
}

void ChatTitlesTest::aNewQuestionGoesFirst()
{
    Setup setup(*m_home);
    load(setup);
    setup.chat.titles()->setAutomatic(true);
    m_server->first = {{u"Hello"_s}};
    m_server->holdAfter = 0;
    ask(setup, u"Hi"_s);
    QTRY_COMPARE(m_server->requests.size(), 2);
    QVERIFY(setup.chat.titles()->asking());
    QVERIFY(setup.chat.canSend());
    m_server->holdAfter = -1;
    setup.chat.send(u"And?"_s);
    QVERIFY(!setup.chat.titles()->asking());
    QTRY_VERIFY(!setup.chat.busy());
    QCOMPARE(setup.lastState(), u"done"_s);
    QTRY_COMPARE(m_server->openStreams(), 0);
    QCOMPARE(setup.chat.currentTitle(), u"Hi"_s);
}

void ChatTitlesTest::aRemoteEngineIsAskedOnlyIfAllowed()
{
    Setup setup(*m_home);
    setup.engine.setOpenRemote([this](const QString &, const auto &done) {
        snug::ui::RemoteSession session;
        session.endpoint = {m_server->url(), {}, u"far"_s, snug::chat::Dialect::Standard};
        done(session);
    });
    setup.engine.load(EngineSession::remotePath(u"x"_s));
    QTRY_COMPARE(setup.engine.state(), u"ready"_s);
    setup.chat.titles()->setAutomatic(true);
    settle(setup, u"Hi"_s);
    QTest::qWait(100);
    QCOMPARE(m_server->requests.size(), 1);
    setup.chat.titles()->setRemoteToo(true);
    setup.chat.newChat();
    m_server->first = {{u"Hello"_s}, {u"From afar"_s}};
    settle(setup, u"Hi"_s);
    QTRY_COMPARE(setup.chat.currentTitle(), u"From afar"_s);
    QVERIFY(!m_server->requests[2].contains("chat_template_kwargs"_L1));
    QCOMPARE(m_server->requests[2]["model"_L1].toString(), u"far"_s);
}

void ChatTitlesTest::oneIsSuggestedOnDemand()
{
    Setup setup(*m_home);
    load(setup);
    settle(setup, u"Hi"_s);
    const QString id = setup.chat.currentId();
    setup.chat.renameChat(id, u"My own"_s);
    setup.chat.newChat();
    m_server->first = {{u"Suggested"_s}};
    setup.chat.titles()->suggest(id);
    const auto title = [&setup] {
        QAbstractItemModel *list = setup.chat.conversations();
        return list->index(0, 0).data(list->roleNames().key("title")).toString();
    };
    QTRY_COMPARE(title(), u"Suggested"_s);
    setup.chat.undoDelete();
    QCOMPARE(title(), u"My own"_s);
}

void ChatTitlesTest::anEmptySuggestionIsAProblem()
{
    Setup setup(*m_home);
    load(setup);
    settle(setup, u"Hi"_s);
    m_server->first = {{u"<think>I cannot stop"_s}};
    setup.chat.titles()->suggest(setup.chat.currentId());
    QTRY_VERIFY(setup.chat.problem().present);
    QCOMPARE(setup.chat.currentTitle(), u"Hi"_s);
    m_server->status = 500;
    m_server->errorBody = R"({"error":{"message":"Out of luck"}})";
    setup.chat.titles()->suggest(setup.chat.currentId());
    QTRY_VERIFY(setup.chat.problem().message.contains(u"Out of luck"));
}

QTEST_MAIN(ChatTitlesTest)
#include "tst_chat_titles.moc"
