// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_chat_server.h"
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/settings_file.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using snug::chat::ConversationStore;
using snug::test::FakeChatServer;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::ChatViewModel;
using snug::ui::EngineSession;
using snug::ui::SettingsFile;

class ChatTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
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
    void opensTheLastConversationAgain();
    void keepsOneDraftForEachConversation();
    void renamesDeletesAndRestores();
    void filtersConversations();
    void countsWhatIsBeingTyped();
    void worksWithoutAStore();
    void keepsSamplingSettings();
    void copiesAMessage();

private:
    struct Setup {
        explicit Setup(const QTemporaryDir &home)
            : settings(home.filePath(u"settings.json"_s).toStdString())
            , engine(fakeWorker(), settings)
            , chat(engine, settings, ConversationStore::open(home.filePath(u"chats.sqlite"_s).toStdString()))
        {
        }

        [[nodiscard]] QVariant cell(int row, const char *role)
        {
            QAbstractItemModel *model = chat.messages();
            return model->index(row, 0).data(model->roleNames().key(role, -1));
        }

        [[nodiscard]] QString lastState()
        {
            return cell(chat.messages()->rowCount() - 1, "state").toString();
        }

        SettingsFile settings;
        EngineSession engine;
        ChatViewModel chat;
    };

    void load(Setup &setup) const;
    void ask(Setup &setup, const QString &question);

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<FakeChatServer> m_server;
    std::unique_ptr<FakeChild> m_engine;
};

void ChatTest::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FakeChatServer>();
    QFile ready(m_home->filePath(u"ready"_s));
    QVERIFY(ready.open(QIODevice::WriteOnly));
    ready.write(
        R"({"event":"ready","url":")" + m_server->url().toUtf8() +
        R"(","model":{"name":"Snug Starter","level":"Q8_0"},"context":4096,"gpu_layers":0,"layers":9})" +
        "\n");
    ready.close();
    m_engine = std::make_unique<FakeChild>("serve", "serve:" + ready.fileName().toUtf8());
}

void ChatTest::cleanup()
{
    m_engine.reset();
    m_server.reset();
}

void ChatTest::load(Setup &setup) const
{
    setup.engine.load(u"starter.gguf"_s);
    QTRY_COMPARE(setup.engine.state(), u"ready"_s);
}

void ChatTest::ask(Setup &setup, const QString &question)
{
    setup.chat.send(question);
    QVERIFY(setup.chat.busy());
    QTRY_VERIFY(!setup.chat.busy());
}

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
    QCOMPARE(setup.lastState(), u"failed"_s);
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

void ChatTest::opensTheLastConversationAgain()
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

void ChatTest::keepsOneDraftForEachConversation()
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

void ChatTest::renamesDeletesAndRestores()
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

void ChatTest::filtersConversations()
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

void ChatTest::countsWhatIsBeingTyped()
{
    m_server->countedTokens = 123;
    Setup setup(*m_home);
    load(setup);
    QCOMPARE(setup.chat.contextUsed(), 0);
    setup.chat.setDraft(u"How long is this?"_s);
    QTRY_COMPARE(setup.chat.contextUsed(), 123);
}

void ChatTest::worksWithoutAStore()
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

void ChatTest::copiesAMessage()
{
    Setup setup(*m_home);
    load(setup);
    ask(setup, u"Hi"_s);
    setup.chat.copyMessage(1);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"Hello, you"_s);
    setup.chat.copyMessage(99);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"Hello, you"_s);
}

QTEST_MAIN(ChatTest)
#include "tst_chat_view_model.moc"
