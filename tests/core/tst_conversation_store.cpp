// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/chat/conversation_store.h"
#include "tests/support/manual_clock.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

#if defined(Q_OS_UNIX)
#include <csignal>
#include <sys/resource.h>
#endif

using namespace snug;
using namespace snug::chat;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

Message said(Role role, std::string text)
{
    Message message;
    message.role = role;
    message.text = std::move(text);
    return message;
}

} // namespace

class TestConversationStore : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    test::ManualClock m_clock;

    [[nodiscard]] std::filesystem::path file() const
    {
        return fromUtf8(m_folder->filePath(u"deep/conversations.db"_qs).toStdString());
    }
    [[nodiscard]] std::unique_ptr<ConversationStore> open()
    {
        auto store = ConversationStore::open(file(), m_clock.system());
        if (!store)
            qWarning("%s", store.error().message.c_str());
        return store ? *std::move(store) : nullptr;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void everyFieldSurvivesReopening()
    {
        Message answer = said(Role::Assistant, "Hi \u20ac");
        answer.state = MessageState::Stopped;
        answer.reasoning = "hm";
        answer.model = "Starter";
        answer.level = "Q8_0";
        answer.settings = "{\"temperature\":0}";
        answer.tokens = 12;
        answer.tokensPerSecond = 45.5;
        answer.firstTokenSeconds = 0.25;
        answer.modelHash = "c0ffee";
        answer.finishReason = "length";
        answer.promptTokens = 31;
        answer.promptMs = 12.5;
        answer.draftTokens = 60;
        answer.draftAccepted = 41;
        Conversation before;
        {
            auto store = open();
            QVERIFY(!store->problem() && !store->readOnly());
            const auto info = store->create("Greeting").value();
            QVERIFY(store->setSystemPrompt(info.id, "Be brief."));
            QVERIFY(store->append(info.id, said(Role::User, "Hello")));
            QVERIFY(store->append(info.id, answer));
            before = store->load(info.id).value();
        }
        QCOMPARE(before.messages.size(), std::size_t{2});
        answer.id = before.messages[1].id;
        answer.createdMs = before.messages[1].createdMs;
        answer.parent = before.messages[0].id;
        QVERIFY(before.messages[1] == answer);
        QCOMPARE(before.systemPrompt, std::string("Be brief."));
        QVERIFY(open()->load(before.info.id).value() == before);
    }

    void pinnedComesFirst()
    {
        auto store = open();
        const auto first = store->create("first").value();
        m_clock.advance(1s);
        QVERIFY(store->create("second"));
        QVERIFY(store->setPinned(first.id, true));
        QCOMPARE(store->list().value().front().id, first.id);
        QVERIFY(store->list().value().front().pinned);
        QVERIFY(store->setPinned(first.id, false));
        QVERIFY(store->list().value().front().id != first.id);
        QCOMPARE(store->setPinned(99, true).error().kind, ErrorKind::NotFound);
    }

    void draftsAreKeptForEachConversation()
    {
        std::int64_t id = 0;
        {
            auto store = open();
            id = store->create("x").value().id;
            QCOMPARE(store->draft(id).value(), std::string());
            QVERIFY(store->setDraft(id, "half a thought"));
            QVERIFY(store->setDraft(0, "not begun"));
            QVERIFY(store->setDraft(id, "half a thought more"));
        }
        auto store = open();
        QCOMPARE(store->draft(id).value(), std::string("half a thought more"));
        QCOMPARE(store->draft(0).value(), std::string("not begun"));
        QVERIFY(store->setDraft(0, ""));
        QCOMPARE(store->draft(0).value(), std::string());
        QVERIFY(store->remove(id));
        store.reset();
        QCOMPARE(open()->draft(id).value(), std::string());
    }

    void lastChangedComesFirst()
    {
        auto store = open();
        const auto first = store->create("first").value();
        m_clock.advance(1s);
        const auto second = store->create("second").value();
        QCOMPARE(store->list().value().front().id, second.id);
        m_clock.advance(1s);
        QVERIFY(store->append(first.id, said(Role::User, "x")));
        QCOMPARE(store->list().value().front().id, first.id);
        QVERIFY(store->rename(second.id, "2nd"));
        QCOMPARE(store->load(second.id).value().info.title, std::string("2nd"));
    }

    void aDeletedConversationCanBeRestoredUntilTheNextStart()
    {
        std::int64_t kept = 0;
        std::int64_t gone = 0;
        {
            auto store = open();
            kept = store->create("kept").value().id;
            gone = store->create("gone").value().id;
            QVERIFY(store->append(gone, said(Role::User, "secret words")));
            QVERIFY(store->remove(kept));
            QVERIFY(!store->remove(kept));
            QVERIFY(store->remove(gone));
            QVERIFY(store->list().value().empty());
            QCOMPARE(store->load(kept).error().kind, ErrorKind::NotFound);
            QVERIFY(store->restore(kept));
        }
        auto store = open();
        QCOMPARE(store->list().value().size(), std::size_t{1});
        QVERIFY(!store->restore(gone));
        SQLite::Database raw(toUtf8(file()), SQLite::OPEN_READWRITE);
        QCOMPARE(raw.execAndGet("SELECT count(*) FROM messages").getInt(), 0);
    }

    void autosaveWritesAtMostOnceASecond()
    {
        auto store = open();
        auto reader = open();
        const auto info = store->create("x").value();
        Message answer = said(Role::Assistant, "");
        answer.state = MessageState::Streaming;
        answer = store->append(info.id, answer).value();
        const auto onDisk = [&] { return reader->load(info.id).value().messages.front().text; };
        answer.text = "one";
        QVERIFY(store->autosave(answer));
        QCOMPARE(onDisk(), std::string("one"));
        answer.text = "one two";
        m_clock.advance(999ms);
        QVERIFY(store->autosave(answer));
        QCOMPARE(onDisk(), std::string("one"));
        m_clock.advance(1ms);
        QVERIFY(store->autosave(answer));
        QCOMPARE(onDisk(), std::string("one two"));
        answer.text = "one two three";
        QVERIFY(store->update(answer));
        QCOMPARE(onDisk(), std::string("one two three"));
    }

    void anAnswerCutOffByADeathIsInterrupted()
    {
        std::int64_t id = 0;
        {
            auto store = open();
            id = store->create("x").value().id;
            Message answer = said(Role::Assistant, "half");
            answer.state = MessageState::Streaming;
            QVERIFY(store->append(id, answer));
        }
        const auto message = open()->load(id).value().messages.front();
        QCOMPARE(message.state, MessageState::Interrupted);
        QCOMPARE(message.text, std::string("half"));
    }

    void aDamagedFileIsSetAsideAndKept_data()
    {
        QTest::addColumn<int>("damage");
        QTest::newRow("no database") << 0;
        QTest::newRow("overwritten pages") << 1;
        QTest::newRow("somebody else's tables") << 2;
        QTest::newRow("half of it") << 3;
    }
    void aDamagedFileIsSetAsideAndKept()
    {
        QFETCH(const int, damage);
        const QString path = QString::fromStdString(toUtf8(file()));
        {
            auto store = open();
            const auto info = store->create("x").value();
            for (int i = 0; i < 200; ++i)
                QVERIFY(store->append(info.id, said(Role::User, std::string(500, 'x'))));
        }
        QFile raw(path);
        if (damage == 2) {
            QVERIFY(raw.remove());
            SQLite::Database(path.toStdString(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
                .exec("CREATE TABLE conversations (a); PRAGMA user_version = 1");
        } else if (damage == 3) {
            QVERIFY(raw.resize(raw.size() / 2));
        } else {
            QVERIFY(raw.open(QIODevice::ReadWrite));
            raw.seek(damage == 0 ? 0 : 4096);
            raw.write(QByteArray(damage == 0 ? 200 : 30'000, 'z'));
            raw.close();
        }
        QFile(path).open(QIODevice::ReadOnly);
        const qint64 size = QFile(path).size();
        auto store = open();
        QVERIFY(store);
        QVERIFY(store->problem());
        QCOMPARE(store->problem()->kind, ErrorKind::Corrupt);
        QVERIFY(store->list().value().empty());
        QVERIFY(store->create("new"));
        const QStringList aside =
            QDir(QFileInfo(path).path()).entryList({u"conversations.db.damaged-*"_qs}, QDir::Files);
        QVERIFY(!aside.isEmpty());
        QCOMPARE(QFileInfo(QFileInfo(path).path() + u'/' + aside.front()).size(), size);
        store.reset();
        QVERIFY(!open()->problem());
    }

    void aNewerFileIsReadAndNotChanged()
    {
        std::int64_t id = 0;
        {
            auto store = open();
            id = store->create("from the future").value().id;
        }
        SQLite::Database(toUtf8(file()), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
        auto store = open();
        QVERIFY(store->problem());
        QCOMPARE(store->problem()->kind, ErrorKind::Unsupported);
        QVERIFY(store->readOnly());
        QCOMPARE(store->load(id).value().info.title, std::string("from the future"));
        QCOMPARE(store->create("x").error().kind, ErrorKind::Unsupported);
        QCOMPARE(store->remove(id).error().kind, ErrorKind::Unsupported);
    }

    void aDiskThatRefusesIsToldAndNothingIsLost()
    {
#if !defined(Q_OS_UNIX)
        QSKIP("Limits the size of files by a POSIX call.");
#else
        auto store = open();
        const auto info = store->create("x").value();
        Message answer = said(Role::Assistant, "kept");
        answer.state = MessageState::Streaming;
        answer = store->append(info.id, answer).value();
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        rlimit tight = before;
        tight.rlim_cur = std::filesystem::file_size(toUtf8(file()) + "-wal");
        setrlimit(RLIMIT_FSIZE, &tight);
        answer.text = "kept, " + std::string(1 << 20, 'x');
        const auto refused = store->update(answer);
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!refused);
        QVERIFY(refused.error().kind == ErrorKind::Io || refused.error().kind == ErrorKind::NoSpace);
        QCOMPARE(store->load(info.id).value().messages.front().text, std::string("kept"));
        answer.state = MessageState::Complete;
        QVERIFY(store->update(answer));
        store.reset();
        store = open();
        QVERIFY(!store->problem());
        QCOMPARE(store->load(info.id).value().messages.front().text, answer.text);
#endif
    }

    void twoThousandMessagesAreQuick()
    {
        auto store = open();
        const auto info = store->create("long").value();
        for (int i = 0; i < 2000; ++i)
            QVERIFY(store->append(info.id, said(i % 2 == 0 ? Role::User : Role::Assistant,
                                                "Message " + std::to_string(i) + std::string(300, '.'))));
        QElapsedTimer timer;
        timer.start();
        const auto loaded = store->load(info.id).value();
        QCOMPARE(loaded.messages.size(), std::size_t{2000});
        QCOMPARE(loaded.messages[1999].text.substr(0, 12), std::string("Message 1999"));
        QCOMPARE(loaded.branches.size(), std::size_t{2000});
        QVERIFY2(timer.elapsed() < 150, qPrintable(QString::number(timer.elapsed())));
    }

    void bytesThatAreNoUtf8AreMadeText()
    {
        auto store = open();
        const auto info = store->create("a\xFFz").value();
        QCOMPARE(store->load(info.id).value().info.title, std::string("a\uFFFDz"));
        QVERIFY(store->append(info.id, said(Role::User, std::string("a\0b", 3))));
    }

    void titlesAreMadeOfWhatWasAsked()
    {
        QCOMPARE(titleFrom("  Hello there \n more"), std::string("Hello there"));
        QCOMPARE(titleFrom("\n \n"), std::string());
        const std::string longTitle =
            titleFrom("This is a rather long question about llamas and their habits at night");
        QCOMPARE(longTitle, std::string("This is a rather long question about llamas and their\u2026"));
        QVERIFY(titleFrom(std::string(500, 'x')).size() <= 63);
    }

    void aFolderThatCannotBeMadeIsAnIoError()
    {
        QFile blocker(m_folder->filePath(u"deep"_qs));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        const auto store = ConversationStore::open(file(), m_clock.system());
        QVERIFY(!store);
        QCOMPARE(store.error().kind, ErrorKind::Io);
    }
};

QTEST_GUILESS_MAIN(TestConversationStore)
#include "tst_conversation_store.moc"
