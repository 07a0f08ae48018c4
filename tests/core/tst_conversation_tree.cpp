// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/message_tree.h"
#include "tests/core/conversation_file.h"

#include <QElapsedTimer>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

using namespace snug;
using namespace snug::chat;
using snug::test::answered;
using snug::test::asked;

namespace {

std::string texts(const Conversation &conversation)
{
    std::string joined;
    for (const Message &message : conversation.messages)
        joined += (joined.empty() ? "" : " ") + message.text;
    return joined;
}

} // namespace

// A conversation as a tree: edits, other answers, and the way back to each of them.
class TestConversationTree : public QObject {
    Q_OBJECT

    std::unique_ptr<test::ConversationFile> m_file;
    std::unique_ptr<ConversationStore> m_store;
    std::int64_t m_id = 0;
    Message m_question, m_answer;

    [[nodiscard]] Conversation loaded() { return m_store->load(m_id).value(); }
    [[nodiscard]] std::string way() { return texts(loaded()); }

private Q_SLOTS:
    void init()
    {
        m_file = std::make_unique<test::ConversationFile>();
        m_store = m_file->open();
        m_id = m_store->create("x").value().id;
        m_question = m_store->append(m_id, asked("q")).value();
        m_answer = m_store->append(m_id, answered("a")).value();
    }
    void cleanup()
    {
        m_store.reset();
        m_file.reset();
    }

    void messagesFollowOneAnother()
    {
        QCOMPARE(m_question.parent, 0);
        QCOMPARE(m_answer.parent, m_question.id);
        QCOMPARE(way(), std::string("q a"));
        QCOMPARE(loaded().branches[1], Branch());
    }

    void anotherAnswerIsASiblingAndChosen()
    {
        const Message second = m_store->appendBeside(m_answer.id, answered("a2")).value();
        QCOMPARE(second.parent, m_question.id);
        QCOMPARE(way(), std::string("q a2"));
        QCOMPARE(loaded().branches[1], (Branch{2, 2, m_answer.id, 0}));
        QVERIFY(m_store->choose(m_answer.id));
        QCOMPARE(way(), std::string("q a"));
        QCOMPARE(loaded().branches[1], (Branch{1, 2, 0, second.id}));
        // What is said next belongs to the chosen answer.
        QCOMPARE(m_store->append(m_id, asked("q2")).value().parent, m_answer.id);
    }

    void anEditedFirstMessageIsAWayOfItsOwn()
    {
        const Message edited = m_store->appendBeside(m_question.id, asked("Q")).value();
        QCOMPARE(edited.parent, 0);
        QCOMPARE(way(), std::string("Q"));
        QVERIFY(m_store->append(m_id, answered("A")));
        QCOMPARE(way(), std::string("Q A"));
        QVERIFY(m_store->choose(m_question.id));
        QCOMPARE(way(), std::string("q a"));
    }

    void choosingGoesDownToWhatWasUsedLast()
    {
        const Message second = m_store->append(m_id, asked("q2")).value();
        const Message deep = m_store->append(m_id, answered("a2")).value();
        QVERIFY(m_store->appendBeside(deep.id, answered("a3")));
        QVERIFY(m_store->choose(deep.id));
        QVERIFY(m_store->appendBeside(m_answer.id, answered("b")));
        QCOMPARE(way(), std::string("q b"));
        QVERIFY(m_store->choose(m_answer.id));
        QCOMPARE(way(), std::string("q a q2 a2"));
        QVERIFY(m_store->choose(second.id));
        m_store = m_file->open();
        QCOMPARE(way(), std::string("q a q2 a2"));
    }

    void aRemovedMessageTakesWhatFollowsAndComesBack()
    {
        QVERIFY(m_store->append(m_id, asked("q2")));
        const Message other = m_store->appendBeside(m_answer.id, answered("b")).value();
        QVERIFY(m_store->choose(m_answer.id));
        QVERIFY(m_store->removeMessage(m_answer.id));
        QCOMPARE(way(), std::string("q b"));
        QCOMPARE(loaded().branches[1], Branch());
        QCOMPARE(m_store->removeMessage(m_answer.id).error().kind, ErrorKind::NotFound);
        QCOMPARE(m_store->choose(m_answer.id).error().kind, ErrorKind::NotFound);
        QCOMPARE(m_store->appendBeside(m_answer.id, answered("c")).error().kind, ErrorKind::NotFound);
        QVERIFY(m_store->restoreMessage(m_answer.id));
        QCOMPARE(way(), std::string("q a q2"));
        QCOMPARE(loaded().branches[1], (Branch{1, 2, 0, other.id}));
    }

    void theLastMessageCanGoAndTheTalkGoesOn()
    {
        QVERIFY(m_store->removeMessage(m_question.id));
        QCOMPARE(way(), std::string());
        const Message again = m_store->append(m_id, asked("again")).value();
        QCOMPARE(again.parent, 0);
        QCOMPARE(way(), std::string("again"));
    }

    void whatWasRemovedIsGoneAtTheNextStart()
    {
        QVERIFY(m_store->removeMessage(m_answer.id));
        m_store = m_file->open();
        QCOMPARE(m_store->restoreMessage(m_answer.id).error().kind, ErrorKind::NotFound);
        const SQLite::Database raw(toUtf8(m_file->path()));
        QCOMPARE(SQLite::Statement(raw, "PRAGMA integrity_check").executeStep(), true);
        SQLite::Statement count(raw, "SELECT count(*) FROM messages");
        QVERIFY(count.executeStep());
        QCOMPARE(count.getColumn(0).getInt(), 1);
    }

    // Links that lead nowhere, in a circle or into another conversation still show every message once.
    void brokenLinksStillLeadToAnEnd()
    {
        const std::int64_t foreign =
            m_store->append(m_store->create("y").value().id, asked("foreign")).value().id;
        SQLite::Database raw(toUtf8(m_file->path()), SQLite::OPEN_READWRITE);
        raw.exec("UPDATE messages SET parent = id WHERE id = " + std::to_string(m_answer.id));
        QCOMPARE(loaded().branches.back().count, 2);
        raw.exec("UPDATE messages SET parent = " + std::to_string(foreign) +
                 ", next = 12345 WHERE id = " + std::to_string(m_answer.id));
        raw.exec("UPDATE conversations SET leaf = " + std::to_string(foreign));
        QCOMPARE(way(), std::string("a"));
        QCOMPARE(m_store->append(m_id, asked("on")).value().parent, m_answer.id);
        QCOMPARE(way(), std::string("a on"));
    }

    void theTreeOfLinksKnowsItsWays()
    {
        const MessageTree tree({{1, 0, 2}, {2, 1, 0}, {3, 1, 0}, {4, 3, 0}, {5, 9, 0}});
        QCOMPARE(tree.pathTo(4), (std::vector<std::int64_t>{1, 3, 4}));
        QVERIFY(tree.pathTo(9).empty());
        QCOMPARE(tree.leafBelow(1), 2);
        QCOMPARE(tree.leafBelow(3), 4);
        QCOMPARE(tree.leafBelow(0), 5); // its parent is unknown, so it is a first one, the newest
        QCOMPARE(tree.branchOf(1), (Branch{1, 2, 0, 5}));
        QCOMPARE(tree.branchOf(99), Branch());
        QCOMPARE(MessageTree({}).leafBelow(0), 0);
    }

    void aTreeOfThousandsIsQuick()
    {
        for (int i = 0; i < 1000; ++i)
            QVERIFY(m_store->append(m_id, asked("text " + std::to_string(i) + std::string(300, '.'))));
        Message last = m_store->append(m_id, answered("1")).value();
        for (int i = 0; i < 1000; ++i)
            last = m_store->appendBeside(last.id, answered(std::string(300, '-'))).value();
        QElapsedTimer timer;
        timer.start();
        const Conversation all = loaded();
        QVERIFY(m_store->choose(all.branches.back().previous));
        qInfo("2000 messages, 1000 of them answers to one: loaded and switched in %lld ms", timer.elapsed());
        QCOMPARE(all.messages.size(), std::size_t{1003});
        QCOMPARE(all.branches.back().count, 1001);
        QVERIFY2(timer.elapsed() < 150, "too slow");
    }

    void aMegabyteInAMessage()
    {
        const Message large = m_store->append(m_id, asked(std::string(1 << 20, 'x'))).value();
        QVERIFY(m_store->append(m_id, answered("ok")));
        QCOMPARE(loaded().messages[2].text.size(), std::size_t{1 << 20});
        QVERIFY(m_store->removeMessage(large.id));
        QCOMPARE(way(), std::string("q a"));
    }
};

QTEST_GUILESS_MAIN(TestConversationTree)
#include "tst_conversation_tree.moc"
