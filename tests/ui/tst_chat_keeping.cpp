// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/chat_fixture.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

using namespace Qt::StringLiterals;
using snug::ui::ChatExchange;
using snug::ui::ConversationList;

// What is kept beside the messages: drafts, folders, presets, prompts, what was sent, and files.
class KeepingTest final : public snug::test::ChatFixture {
    Q_OBJECT

private Q_SLOTS:
    void draftsOutliveTheProgram();
    void aPauseLosesNoWords();
    void foldersAndPinsGroupTheList();
    void resultsShowTheirWords();
    void presetsBringTheirSettings();
    void promptsBringTheirText();
    void walksThroughWhatWasSent();
    void sendsStopStringsGrammarAndSchema();
    void aBrokenSchemaAsksNobody();
    void leavesAndComesInAsAFile();
    void aBadFileIsAProblem();
    void aNewerFileIsRead();
    void twoThousandMessagesOpenAtOnce();

private:
    static QStringList column(QAbstractItemModel *model, const char *role)
    {
        QStringList all;
        for (int row = 0; row < model->rowCount(); ++row)
            all.append(model->index(row, 0).data(model->roleNames().key(role)).toString());
        return all;
    }
    [[nodiscard]] QUrl url(const QString &name) const { return QUrl::fromLocalFile(m_home->filePath(name)); }
};

// The first one is not destroyed, so nothing is written at its end: as after a kill.
void KeepingTest::draftsOutliveTheProgram()
{
    Setup killed(*m_home);
    killed.chat.setDraft(u"half a thought"_s);
    QTest::qWait(600);
    Setup setup(*m_home);
    QCOMPARE(setup.chat.draft(), u"half a thought"_s);
}

void KeepingTest::aPauseLosesNoWords()
{
    m_server->holdAfter = 3;
    Setup setup(*m_home);
    load(setup);
    setup.chat.send(u"Hi"_s);
    QTRY_COMPARE(setup.cell(1, "text").toString(), u"Hello, you"_s);
    const SQLite::Database raw(m_home->filePath(u"chats.sqlite"_s).toStdString());
    SQLite::Statement text(raw, "SELECT text FROM messages ORDER BY id DESC LIMIT 1");
    const auto stored = [&text] {
        text.reset();
        text.executeStep();
        return QString::fromStdString(text.getColumn(0).getString());
    };
    QTRY_COMPARE_WITH_TIMEOUT(stored(), u"Hello, you"_s, 2000);
    QVERIFY(setup.chat.busy());
}

void KeepingTest::foldersAndPinsGroupTheList()
{
    Setup setup(*m_home);
    ConversationList *list = setup.chat.list();
    const QAbstractItemModelTester tester(list->rows(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    load(setup);
    QStringList ids;
    for (const QString &text : {u"one"_s, u"two"_s, u"three"_s}) {
        setup.chat.newChat();
        ask(setup, text);
        ids.append(setup.chat.currentId());
    }
    const QString work = list->createFolder(u" Work "_s);
    QVERIFY(!work.isEmpty());
    list->put(ids.at(2), work);
    list->setPinned(ids.at(0), true);
    QCOMPARE(column(list->rows(), "title"), (QStringList{u"one"_s, u"three"_s, u"two"_s}));
    QCOMPARE(column(list->rows(), "section"), (QStringList{u"Pinned"_s, u"folder:"_s + work, u"Today"_s}));
    QCOMPARE(list->sectionNames().value(u"folder:"_s + work).toString(), u"Work"_s);
    list->renameFolder(work, u"Play"_s);
    QCOMPARE(list->sectionNames().value(u"folder:"_s + work).toString(), u"Play"_s);
    list->renameFolder(work, u"  "_s);
    QCOMPARE(list->sectionNames().value(u"folder:"_s + work).toString(), u"Play"_s);
    list->removeFolder(work);
    list->setPinned(ids.at(0), false);
    QCOMPARE(column(list->rows(), "section"), (QStringList{u"Today"_s, u"Today"_s, u"Today"_s}));
    QCOMPARE(list->createFolder(u"  "_s), QString());
    QVERIFY(setup.chat.problem().present);
}

void KeepingTest::resultsShowTheirWords()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"first line\nwith a <b>Needle</b> & more"_s);
    setup.chat.setConversationFilter(u"needle"_s);
    const QStringList snippets = column(setup.chat.conversations(), "snippet");
    QCOMPARE(snippets, QStringList{u"first line with a &lt;b&gt;<b>Needle</b>&lt;/b&gt; &amp; more"_s});
    QCOMPARE(column(setup.chat.conversations(), "section"), QStringList{QString()});
}

void KeepingTest::presetsBringTheirSettings()
{
    Setup setup(*m_home);
    load(setup);
    setup.chat.setTemperature(0.1);
    setup.chat.setStopStrings(u"END\n\nSTOP"_s);
    setup.chat.setGrammar(u"root ::= \"x\""_s);
    setup.chat.saved()->savePreset(u"exact"_s, false);
    setup.chat.saved()->savePreset(u"own"_s, true);
    QCOMPARE(column(setup.chat.saved()->presets(), "name"), (QStringList{u"exact"_s, u"own"_s}));
    QCOMPARE(column(setup.chat.saved()->presets(), "forModel"), (QStringList{QString(), u"Snug Starter"_s}));
    setup.chat.resetSettings();
    QCOMPARE(setup.chat.stopStrings(), QString());
    setup.chat.saved()->applyPreset(column(setup.chat.saved()->presets(), "presetId").constFirst());
    QCOMPARE(setup.chat.temperature(), 0.1);
    QCOMPARE(setup.chat.stopStrings(), u"END\nSTOP"_s);
    QCOMPARE(setup.chat.grammar(), u"root ::= \"x\""_s);
    setup.chat.setTemperature(0.2);
    setup.chat.saved()->savePreset(u"exact"_s, false); // replaces
    QCOMPARE(setup.chat.saved()->presets()->rowCount(), 2);
    setup.engine.unload();
    QTRY_COMPARE(setup.engine.state(), u"none"_s);
    Setup other(*m_home);
    QCOMPARE(column(other.chat.saved()->presets(), "name"), QStringList{u"exact"_s});
    other.chat.saved()->removePreset(column(other.chat.saved()->presets(), "presetId").constFirst());
    QCOMPARE(other.chat.saved()->presets()->rowCount(), 0);
}

void KeepingTest::promptsBringTheirText()
{
    Setup setup(*m_home);
    setup.chat.setSystemPrompt(u"Be brief."_s);
    setup.chat.saved()->savePrompt(u"brief"_s);
    setup.chat.setSystemPrompt({});
    setup.chat.saved()->applyPrompt(column(setup.chat.saved()->prompts(), "promptId").constFirst());
    QCOMPARE(setup.chat.systemPrompt(), u"Be brief."_s);
    setup.chat.saved()->savePrompt(u"  "_s);
    QVERIFY(setup.chat.problem().present);
    setup.chat.saved()->removePrompt(column(setup.chat.saved()->prompts(), "promptId").constFirst());
    QCOMPARE(setup.chat.saved()->prompts()->rowCount(), 0);
}

void KeepingTest::walksThroughWhatWasSent()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"one"_s);
    setup.chat.newChat();
    ask(setup, u"two"_s);
    QCOMPARE(setup.chat.olderPrompt({}), u"two"_s);
    QVERIFY(setup.chat.isOldPrompt(u"two"_s));
    QVERIFY(!setup.chat.isOldPrompt(u"two!"_s));
    QCOMPARE(setup.chat.olderPrompt(u"two"_s), u"one"_s);
    QCOMPARE(setup.chat.olderPrompt(u"one"_s), u"one"_s);
    QCOMPARE(setup.chat.newerPrompt(u"one"_s), u"two"_s);
    QCOMPARE(setup.chat.newerPrompt(u"two"_s), QString());
}

void KeepingTest::sendsStopStringsGrammarAndSchema()
{
    Setup setup(*m_home);
    load(setup);
    setup.chat.setStopStrings(u"END"_s);
    setup.chat.setGrammar(u"root ::= \"x\""_s);
    ask(setup, u"One"_s);
    QCOMPARE(m_server->requests.constLast()["stop"_L1].toArray(), QJsonArray{u"END"_s});
    QCOMPARE(m_server->requests.constLast()["grammar"_L1].toString(), u"root ::= \"x\""_s);
    setup.chat.setJsonSchema(uR"({"type":"object"})"_s);
    ask(setup, u"Two"_s);
    const QJsonObject format = m_server->requests.constLast()["response_format"_L1].toObject();
    QCOMPARE(format["type"_L1].toString(), u"json_schema"_s);
    QCOMPARE(format["json_schema"_L1]["schema"_L1]["type"_L1].toString(), u"object"_s);
    QVERIFY(!m_server->requests.constLast().contains("grammar"_L1));
}

void KeepingTest::aBrokenSchemaAsksNobody()
{
    Setup setup(*m_home);
    load(setup);
    setup.chat.setJsonSchema(u"{\"type\":"_s);
    QVERIFY(!setup.chat.schemaUsable());
    setup.chat.send(u"Hi"_s);
    QVERIFY(!setup.chat.busy());
    QVERIFY(setup.chat.problem().present);
    QVERIFY(m_server->requests.isEmpty());
    QCOMPARE(setup.chat.messages()->rowCount(), 0);
}

void KeepingTest::leavesAndComesInAsAFile()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"Hi"_s);
    ChatExchange *exchange = setup.chat.exchange();
    QSignalSpy written(exchange, &ChatExchange::exported);
    for (const QString &format : {u"markdown"_s, u"openai"_s, u"snug"_s}) {
        exchange->exportChat(setup.chat.currentId(), format, url(format));
        QVERIFY(exchange->busy());
        QTRY_VERIFY(!exchange->busy());
    }
    exchange->exportAll(url(u"all"_s));
    QTRY_COMPARE(written.size(), 4);
    QCOMPARE(written.constLast().constFirst().toString(), u"all"_s);
    QFile markdown(m_home->filePath(u"markdown"_s));
    QVERIFY(markdown.open(QIODevice::ReadOnly));
    QCOMPARE(markdown.readAll(),
             QByteArray("# Hi\n\n## You\n\nHi\n\n## Snug Starter (Q8_0)\n\nHello, you\n"));

    QSignalSpy taken(exchange, &ChatExchange::imported);
    exchange->importFile(url(u"all"_s));
    QTRY_COMPARE(taken.size(), 1);
    exchange->importFile(url(u"openai"_s));
    QTRY_COMPARE(taken.size(), 2);
    QCOMPARE(setup.chat.conversations()->rowCount(), 3);
    setup.chat.deleteChat(setup.chat.currentId());
    exchange->importFile(url(u"snug"_s)); // a connection beside this one erases nothing
    QTRY_COMPARE(taken.size(), 3);
    setup.chat.undoDelete();
    QCOMPARE(setup.chat.conversations()->rowCount(), 4);
}

void KeepingTest::aBadFileIsAProblem()
{
    Setup setup(*m_home);
    QFile bad(m_home->filePath(u"bad.json"_s));
    QVERIFY(bad.open(QIODevice::WriteOnly));
    bad.write("{\"a\":");
    bad.close();
    setup.chat.exchange()->importFile(url(u"bad.json"_s));
    QTRY_VERIFY(setup.chat.problem().present);
    QCOMPARE(setup.chat.problem().kind, u"corrupt"_s);
    setup.chat.exchange()->importFile(url(u"nowhere.json"_s));
    QTRY_COMPARE(setup.chat.problem().kind, u"not_found"_s);
    setup.chat.exchange()->exportAll(url(u"bad.json/below"_s));
    QTRY_COMPARE(setup.chat.problem().kind, u"io"_s);
}

void KeepingTest::aNewerFileIsRead()
{
    {
        Setup setup(*m_home);
        load(setup);
        ask(setup, u"Hi"_s);
    }
    SQLite::Database(m_home->filePath(u"chats.sqlite"_s).toStdString(), SQLite::OPEN_READWRITE)
        .exec("PRAGMA user_version = 99");
    Setup setup(*m_home);
    QVERIFY(setup.chat.readOnly());
    QCOMPARE(setup.cell(1, "text").toString(), u"Hello, you"_s);
    load(setup);
    ask(setup, u"More"_s); // in memory
    QCOMPARE(setup.chat.messages()->rowCount(), 4);
    QVERIFY(!setup.chat.problem().present);
}

void KeepingTest::twoThousandMessagesOpenAtOnce()
{
    QString id;
    {
        const auto store =
            snug::chat::ConversationStore::open(m_home->filePath(u"chats.sqlite"_s).toStdString()).value();
        const auto talk = store->create("long").value();
        id = QString::number(talk.id);
        for (int i = 0; i < 2000; ++i) {
            snug::chat::Message message;
            message.role = i % 2 == 0 ? snug::chat::Role::User : snug::chat::Role::Assistant;
            message.text = "Message " + std::to_string(i) + std::string(300, '.');
            QVERIFY(store->append(talk.id, message));
        }
    }
    Setup setup(*m_home);
    setup.chat.newChat();
    QElapsedTimer timer;
    timer.start();
    setup.chat.openChat(id);
    qInfo("2000 messages opened in %lld ms", timer.elapsed());
    QVERIFY(timer.elapsed() < 150);
    QCOMPARE(setup.chat.messages()->rowCount(), 2000);
}

QTEST_MAIN(KeepingTest)
#include "tst_chat_keeping.moc"
