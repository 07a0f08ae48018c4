// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/chat_fixture.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::fakeWorker;
using snug::ui::ChatViewModel;
using snug::ui::EngineSession;
using snug::ui::SettingsFile;

class ConversationsTest final : public snug::test::ChatFixture {
    Q_OBJECT

private Q_SLOTS:
    void opensTheLastConversationAgain();
    void keepsOneDraftForEachConversation();
    void renamesDeletesAndRestores();
    void filtersConversations();
    void worksWithoutAStore();
    void copiesAMessage();
};

void ConversationsTest::opensTheLastConversationAgain()
{
    {
        Setup setup(*m_home);
        load(setup);
        setup.chat.setSystemPrompt(u"Be brief."_s);
        ask(setup, u"Do you remember me?"_s);
    }
    Setup setup(*m_home);
    QCOMPARE(setup.chat.currentTitle(), u"Do you remember me?"_s);
    QCOMPARE(setup.chat.systemPrompt(), u"Be brief."_s);
    QCOMPARE(setup.chat.messages()->rowCount(), 2);
    QCOMPARE(setup.cell(1, "text").toString(), u"Hello, you"_s);
    QCOMPARE(setup.cell(1, "state").toString(), u"done"_s);
}

void ConversationsTest::keepsOneDraftForEachConversation()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"First"_s);
    const QString first = setup.chat.currentId();
    setup.chat.setDraft(u"half a thought"_s);
    setup.chat.newChat();
    QCOMPARE(setup.chat.currentId(), QString());
    QCOMPARE(setup.chat.draft(), QString());
    QCOMPARE(setup.chat.messages()->rowCount(), 0);
    setup.chat.setDraft(u"another"_s);
    setup.chat.openChat(first);
    QCOMPARE(setup.chat.draft(), u"half a thought"_s);
    setup.chat.newChat();
    QCOMPARE(setup.chat.draft(), u"another"_s);
}

void ConversationsTest::renamesDeletesAndRestores()
{
    Setup setup(*m_home);
    const QAbstractItemModelTester tester(setup.chat.conversations(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    load(setup);
    ask(setup, u"First"_s);
    const QString id = setup.chat.currentId();
    setup.chat.renameChat(id, u"  A better   title "_s);
    QCOMPARE(setup.chat.currentTitle(), u"A better title"_s);
    setup.chat.renameChat(id, u"   "_s);
    QCOMPARE(setup.chat.currentTitle(), u"A better title"_s);
    setup.chat.deleteChat(id);
    QCOMPARE(setup.chat.currentId(), QString());
    QCOMPARE(setup.chat.conversations()->rowCount(), 0);
    QCOMPARE(setup.chat.messages()->rowCount(), 0);
    setup.chat.undoDelete();
    QCOMPARE(setup.chat.currentId(), id);
    QCOMPARE(setup.chat.messages()->rowCount(), 2);
    setup.chat.undoDelete(); // nothing more to bring back
    QCOMPARE(setup.chat.conversations()->rowCount(), 1);
}

void ConversationsTest::filtersConversations()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"About apples"_s);
    setup.chat.newChat();
    ask(setup, u"About pears"_s);
    QAbstractItemModel *list = setup.chat.conversations();
    QCOMPARE(list->rowCount(), 2);
    const int current = list->roleNames().key("current");
    QCOMPARE(list->match(list->index(0, 0), current, true, -1).size(), 1);
    QCOMPARE(list->index(0, 0).data(list->roleNames().key("section")).toString(), u"Today"_s);
    setup.chat.setConversationFilter(u"APPLES"_s);
    QCOMPARE(list->rowCount(), 1);
    setup.chat.setConversationFilter({});
    QCOMPARE(list->rowCount(), 2);
}

void ConversationsTest::worksWithoutAStore()
{
    SettingsFile settings(m_home->filePath(u"settings.json"_s).toStdString());
    EngineSession engine(fakeWorker(), settings);
    ChatViewModel chat(engine, settings, snug::fail(snug::ErrorKind::Io, "The disk is read-only."));
    QCOMPARE(chat.problem().message, u"The disk is read-only."_s);
    engine.load(u"starter.gguf"_s);
    QTRY_COMPARE(engine.state(), u"ready"_s);
    chat.send(u"Hi"_s);
    QTRY_VERIFY(!chat.busy());
    QCOMPARE(chat.messages()->rowCount(), 2);
    chat.regenerate();
    QTRY_VERIFY(!chat.busy());
    QCOMPARE(chat.messages()->rowCount(), 2);
    chat.newChat();
    QCOMPARE(chat.messages()->rowCount(), 0);
}

void ConversationsTest::copiesAMessage()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"Hi"_s);
    setup.chat.copyMessage(1);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"Hello, you"_s);
    setup.chat.copyMessage(99);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"Hello, you"_s);
}

QTEST_MAIN(ConversationsTest)
#include "tst_chat_conversations.moc"
