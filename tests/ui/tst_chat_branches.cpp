// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/chat_fixture.h"

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeChild;

// Other wordings, other answers, and going on with one.
class BranchesTest final : public snug::test::ChatFixture {
    Q_OBJECT

private Q_SLOTS:
    void anotherAnswerStaysBesideTheFirst();
    void anEditedQuestionIsAskedAnew();
    void anEditedAnswerIsAVersion();
    void goesOnWithAStoppedAnswer();
    void aRefusedContinuationChangesNothing();
    void answersWithAnotherModel();
    void aCancelledAnswerLeavesTheOneBefore();
    void deletesAMessageAndBringsItBack();
    void goesToTheMessageThatWasFound();
    void remembersHowAnAnswerCameToBe();
    void editsWithoutAStore();

private:
    static QStringList texts(Setup &setup)
    {
        QStringList all;
        for (int row = 0; row < setup.chat.messages()->rowCount(); ++row)
            all.append(setup.cell(row, "text").toString());
        return all;
    }
    static QString branch(Setup &setup, int row)
    {
        return u"%1/%2"_s.arg(setup.cell(row, "branchNumber").toInt())
            .arg(setup.cell(row, "branchCount").toInt());
    }
    [[nodiscard]] QStringList lastAsked() const
    {
        QStringList said;
        const QJsonArray messages = m_server->requests.constLast()["messages"_L1].toArray();
        for (const auto &message : messages)
            said.append(message["content"_L1].toString());
        return said;
    }
};

void BranchesTest::anotherAnswerStaysBesideTheFirst()
{
    Setup setup(*m_home);
    const QAbstractItemModelTester tester(setup.chat.messages(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    load(setup);
    ask(setup, u"Hi"_s);
    QCOMPARE(branch(setup, 1), u"1/1"_s);
    m_server->pieces = {u"Other"_s};
    setup.chat.regenerate();
    QTRY_VERIFY(!setup.chat.busy());
    QCOMPARE(texts(setup), (QStringList{u"Hi"_s, u"Other"_s}));
    QCOMPARE(branch(setup, 1), u"2/2"_s);
    QCOMPARE(lastAsked(), QStringList{u"Hi"_s});
    setup.chat.step(1, -1);
    QCOMPARE(texts(setup), (QStringList{u"Hi"_s, u"Hello, you"_s}));
    QCOMPARE(branch(setup, 1), u"1/2"_s);
    setup.chat.step(1, -1); // there is none before
    QCOMPARE(branch(setup, 1), u"1/2"_s);
    setup.chat.step(1, 1);
    QCOMPARE(branch(setup, 1), u"2/2"_s);
}

void BranchesTest::anEditedQuestionIsAskedAnew()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"One"_s);
    ask(setup, u"Two"_s);
    m_server->pieces = {u"New"_s};
    setup.chat.edit(0, u"Uno"_s);
    QTRY_VERIFY(!setup.chat.busy());
    QCOMPARE(texts(setup), (QStringList{u"Uno"_s, u"New"_s}));
    QCOMPARE(lastAsked(), QStringList{u"Uno"_s});
    QCOMPARE(branch(setup, 0), u"2/2"_s);
    setup.chat.step(0, -1);
    QCOMPARE(texts(setup), (QStringList{u"One"_s, u"Hello, you"_s, u"Two"_s, u"Hello, you"_s}));
    setup.chat.edit(2, u"  "_s);  // no words
    setup.chat.edit(2, u"Two"_s); // no other words
    setup.chat.edit(9, u"nobody"_s);
    QCOMPARE(branch(setup, 2), u"1/1"_s);
}

void BranchesTest::anEditedAnswerIsAVersion()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"Hi"_s);
    const qsizetype asked = m_server->requests.size();
    setup.chat.edit(1, u"Better"_s);
    QVERIFY(!setup.chat.busy());
    QCOMPARE(m_server->requests.size(), asked);
    QCOMPARE(texts(setup), (QStringList{u"Hi"_s, u"Better"_s}));
    QCOMPARE(setup.lastState(), u"done"_s);
    ask(setup, u"On"_s);
    QCOMPARE(lastAsked(), (QStringList{u"Hi"_s, u"Better"_s, u"On"_s}));
}

void BranchesTest::goesOnWithAStoppedAnswer()
{
    m_server->holdAfter = 2;
    Setup setup(*m_home);
    load(setup);
    setup.chat.send(u"Hi"_s);
    QTRY_COMPARE(setup.cell(1, "text").toString(), u"Hello, "_s);
    QVERIFY(!setup.cell(1, "canContinue").toBool());
    setup.chat.stop();
    QTRY_VERIFY(!setup.chat.busy());
    QVERIFY(setup.cell(1, "canContinue").toBool());
    m_server->holdAfter = -1;
    m_server->pieces = {u"wor"_s, u"ld"_s};
    setup.chat.continueAnswer();
    QVERIFY(setup.chat.busy());
    QCOMPARE(setup.cell(1, "text").toString(), u"Hello, "_s);
    QTRY_VERIFY(!setup.chat.busy());
    QCOMPARE(texts(setup), (QStringList{u"Hi"_s, u"Hello, world"_s}));
    QCOMPARE(setup.lastState(), u"done"_s);
    QVERIFY(!setup.cell(1, "canContinue").toBool());
    QCOMPARE(setup.cell(1, "tokens").toInt(), 4);
    const QJsonObject request = m_server->requests.constLast();
    QCOMPARE(lastAsked(), (QStringList{u"Hi"_s, u"Hello, "_s}));
    QVERIFY(request["continue_final_message"_L1].toBool());
    QCOMPARE(request["add_generation_prompt"_L1], QJsonValue(false));
    ask(setup, u"On"_s);
    QVERIFY(!m_server->requests.constLast().contains("continue_final_message"_L1));
    Setup again(*m_home);
    QCOMPARE(again.cell(1, "text").toString(), u"Hello, world"_s);
}

void BranchesTest::aRefusedContinuationChangesNothing()
{
    m_server->finishReason = u"length"_s;
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"Hi"_s);
    QCOMPARE(setup.lastState(), u"done"_s);
    QVERIFY(setup.cell(1, "canContinue").toBool());
    m_server->status = 400;
    m_server->errorBody =
        R"({"error":{"code":400,"message":"not with this template","type":"invalid_request_error"}})";
    setup.chat.continueAnswer();
    QTRY_VERIFY(!setup.chat.busy());
    QVERIFY(setup.chat.problem().present);
    QCOMPARE(texts(setup), (QStringList{u"Hi"_s, u"Hello, you"_s}));
    QCOMPARE(setup.lastState(), u"done"_s);
    QVERIFY(setup.cell(1, "canContinue").toBool());
}

void BranchesTest::answersWithAnotherModel()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"Hi"_s);
    m_server->pieces = {u"Other"_s};
    setup.chat.regenerateAt(1, u"other.gguf"_s);
    QVERIFY(setup.chat.busy());
    QTRY_VERIFY(!setup.chat.busy());
    QCOMPARE(setup.engine.modelPath(), u"other.gguf"_s);
    QCOMPARE(setup.engine.state(), u"ready"_s);
    QCOMPARE(texts(setup), (QStringList{u"Hi"_s, u"Other"_s}));
    QCOMPARE(branch(setup, 1), u"2/2"_s);
}

void BranchesTest::aCancelledAnswerLeavesTheOneBefore()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"Hi"_s);
    m_server->pieces = {u"Second"_s};
    setup.chat.regenerate();
    QTRY_VERIFY(!setup.chat.busy());
    setup.chat.step(1, -1);
    setup.engine.unload();
    QTRY_COMPARE(setup.engine.state(), u"none"_s);
    setup.chat.regenerate();
    QVERIFY(setup.chat.busy());
    QCOMPARE(branch(setup, 1), u"3/3"_s);
    setup.chat.stop();
    QVERIFY(!setup.chat.busy());
    QCOMPARE(texts(setup), (QStringList{u"Hi"_s, u"Hello, you"_s}));
    QCOMPARE(branch(setup, 1), u"1/2"_s);
}

void BranchesTest::deletesAMessageAndBringsItBack()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"One"_s);
    ask(setup, u"Two"_s);
    setup.chat.deleteMessage(1);
    QCOMPARE(texts(setup), QStringList{u"One"_s});
    setup.chat.undoDelete();
    QCOMPARE(texts(setup), (QStringList{u"One"_s, u"Hello, you"_s, u"Two"_s, u"Hello, you"_s}));
    setup.chat.undoDelete(); // nothing more
    setup.chat.deleteMessage(2);
    const QString id = setup.chat.currentId();
    setup.chat.newChat();
    setup.chat.undoDelete();
    QCOMPARE(setup.chat.currentId(), id);
    QCOMPARE(texts(setup).size(), 4);
}

void BranchesTest::goesToTheMessageThatWasFound()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"the needle"_s);
    m_server->pieces = {u"New"_s};
    setup.chat.edit(0, u"without it"_s);
    QTRY_VERIFY(!setup.chat.busy());
    const QString id = setup.chat.currentId();
    setup.chat.renameChat(id, u"its title has other words"_s);
    setup.chat.newChat();
    setup.chat.setConversationFilter(u"NEEDLE"_s);
    QAbstractItemModel *list = setup.chat.conversations();
    QCOMPARE(list->rowCount(), 1);
    const auto cell = [list](const char *role) {
        return list->index(0, 0).data(list->roleNames().key(role)).toString();
    };
    int wanted = -1;
    connect(&setup.chat, &snug::ui::ChatViewModel::messageWanted, this, [&wanted](int row) { wanted = row; });
    setup.chat.openChatAt(cell("conversationId"), cell("foundMessage"));
    QCOMPARE(setup.chat.currentId(), id);
    QCOMPARE(texts(setup).constFirst(), u"the needle"_s);
    QCOMPARE(wanted, 0);
}

void BranchesTest::remembersHowAnAnswerCameToBe()
{
    m_server->finishReason = u"length"_s;
    Setup setup(*m_home);
    setup.chat.setHashes(
        [](const QString &path) { return path == u"starter.gguf" ? u"c0ffee"_s : QString(); });
    load(setup);
    setup.chat.setTemperature(0.25);
    ask(setup, u"Hi"_s);
    QHash<QString, QString> facts;
    const QVariantList list = setup.cell(1, "facts").toList();
    for (const QVariant &fact : list)
        facts.insert(fact.toMap()[u"label"_s].toString(), fact.toMap()[u"value"_s].toString());
    QCOMPARE(facts[u"Model"_s], u"Snug Starter"_s);
    QCOMPARE(facts[u"Level"_s], u"Q8_0"_s);
    QCOMPARE(facts[u"SHA-256 of the file"_s], u"c0ffee"_s);
    QCOMPARE(facts[u"Tokens"_s], u"3"_s);
    QCOMPARE(facts[u"Tokens of the prompt"_s], u"7"_s);
    QVERIFY(facts[u"Settings"_s].contains(u"temperature 0.25"_s));
    QVERIFY(facts[u"Ended because"_s].contains(u"longest"_s));
    QVERIFY(setup.cell(0, "facts").toList().isEmpty());
}

void BranchesTest::editsWithoutAStore()
{
    snug::ui::SettingsFile settings(m_home->filePath(u"settings.json"_s).toStdString());
    snug::ui::EngineSession engine(snug::test::fakeWorker(), settings);
    snug::ui::ChatViewModel chat(engine, settings, snug::fail(snug::ErrorKind::Io, "The disk is read-only."));
    engine.load(u"starter.gguf"_s);
    QTRY_COMPARE(engine.state(), u"ready"_s);
    chat.send(u"One"_s);
    QTRY_VERIFY(!chat.busy());
    chat.edit(0, u"Uno"_s);
    QTRY_VERIFY(!chat.busy());
    QCOMPARE(chat.messages()->rowCount(), 2);
    chat.step(0, -1);
    chat.deleteMessage(1);
    QCOMPARE(chat.messages()->rowCount(), 1);
}

QTEST_MAIN(BranchesTest)
#include "tst_chat_branches.moc"
