// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/conversation_schema.h"
#include "tests/core/conversation_file.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

using namespace snug;
using namespace snug::chat;

namespace {

// As the first version of the program made it.
constexpr const char *kVersion1 = R"sql(
    CREATE TABLE conversations (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL,
        system_prompt TEXT NOT NULL DEFAULT '', created_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL,
        deleted_ms INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, role TEXT NOT NULL,
        state TEXT NOT NULL, created_ms INTEGER NOT NULL, text TEXT NOT NULL, reasoning TEXT NOT NULL,
        model TEXT NOT NULL, level TEXT NOT NULL, settings TEXT NOT NULL, tokens INTEGER NOT NULL,
        tokens_per_second REAL NOT NULL, first_token_seconds REAL NOT NULL);
    CREATE INDEX messages_of_conversation ON messages(conversation, id);
    PRAGMA user_version = 1;
    INSERT INTO conversations VALUES (1, 'First talk', 'Be brief.', 100, 200, 0);
    INSERT INTO conversations VALUES (2, 'Second talk', '', 300, 400, 0);
    INSERT INTO conversations VALUES (3, 'Deleted', '', 300, 400, 500);
    INSERT INTO messages VALUES (1, 1, 'user', 'complete', 110, 'hello', '', '', '', '', -1, -1, -1);
    INSERT INTO messages VALUES (2, 2, 'user', 'complete', 310, 'between them', '', '', '', '', -1, -1, -1);
    INSERT INTO messages VALUES (3, 1, 'assistant', 'complete', 120, 'hi there', 'hm', 'Starter', 'Q8_0',
        '{"temperature":0}', 12, 45.5, 0.25);
    INSERT INTO messages VALUES (4, 1, 'user', 'complete', 130, 'and now', '', '', '', '', -1, -1, -1);
    INSERT INTO messages VALUES (5, 1, 'assistant', 'streaming', 140, 'cut of', '', 'Starter', 'Q8_0', '',
        -1, -1, -1);
)sql";

} // namespace

class TestConversationSchema : public QObject {
    Q_OBJECT

    std::unique_ptr<test::ConversationFile> m_file;

    [[nodiscard]] std::unique_ptr<SQLite::Database> raw() const
    {
        return std::make_unique<SQLite::Database>(toUtf8(m_file->path()),
                                                  SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    }
    void makeVersion1() const
    {
        std::filesystem::create_directories(m_file->path().parent_path());
        raw()->exec(kVersion1);
    }

private Q_SLOTS:
    void init() { m_file = std::make_unique<test::ConversationFile>(); }

    void aNewFileHasTheNewestVersion()
    {
        QVERIFY(m_file->open());
        QCOMPARE(raw()->execAndGet("PRAGMA user_version").getInt(), kSchemaVersion);
        QCOMPARE(raw()->execAndGet("PRAGMA journal_mode").getString(), std::string("wal"));
    }

    void anOlderFileKeepsEverything()
    {
        makeVersion1();
        auto store = m_file->open();
        QVERIFY(store && !store->problem() && !store->readOnly());
        QCOMPARE(store->list().value().size(), std::size_t{2});
        const Conversation first = store->load(1).value();
        QCOMPARE(first.systemPrompt, std::string("Be brief."));
        QCOMPARE(first.messages.size(), std::size_t{4});
        const Message &answer = first.messages[1];
        QCOMPARE(answer.id, 3);
        QCOMPARE(answer.parent, 1);
        QCOMPARE(answer.text, std::string("hi there"));
        QCOMPARE(answer.reasoning, std::string("hm"));
        QCOMPARE(answer.tokens, 12);
        QCOMPARE(answer.tokensPerSecond, 45.5);
        QCOMPARE(answer.promptTokens, -1);
        QCOMPARE(answer.draftTokens, -1);
        QCOMPARE(first.messages[3].state, MessageState::Interrupted);
        QCOMPARE(first.branches[3], Branch());
        QCOMPARE(store->load(2).value().messages[0].parent, 0);
        QCOMPARE(store->search("hi there").value().size(), std::size_t{1});
        QCOMPARE(store->search("First talk").value().size(), std::size_t{1});
        QCOMPARE(store->search("cut of").value().size(), std::size_t{1});
        QVERIFY(store->appendBeside(3, test::answered("another")));
        QCOMPARE(raw()->execAndGet("PRAGMA user_version").getInt(), kSchemaVersion);
    }

    // A step that dies midway leaves the version before it, whole.
    void aStepThatFailsLeavesTheVersionBefore()
    {
        makeVersion1();
        {
            const auto database = raw();
            // What the step makes last is there already, so it fails after everything else.
            database->exec("CREATE TABLE message_words (x)");
            QVERIFY_THROWS_EXCEPTION(SQLite::Exception, bringUpToDate(*database));
        }
        QCOMPARE(raw()->execAndGet("PRAGMA user_version").getInt(), 1);
        QCOMPARE(raw()->execAndGet("SELECT count(*) FROM messages").getInt(), 5);
        QCOMPARE(raw()->execAndGet("SELECT count(*) FROM pragma_table_info('messages')").getInt(), 13);
        QCOMPARE(raw()->execAndGet("SELECT count(*) FROM sqlite_master WHERE name = 'folders'").getInt(), 0);
        raw()->exec("DROP TABLE message_words");
        auto store = m_file->open();
        QCOMPARE(store->load(1).value().messages.size(), std::size_t{4});
    }

    // The file as it stands on the disk in the middle of the step: its copy is opened as after a kill.
    void aDeathMidwayLeavesAUsableFile()
    {
        makeVersion1();
        const auto copy = std::make_unique<test::ConversationFile>();
        std::filesystem::create_directories(copy->path().parent_path());
        {
            const auto database = raw();
            database->exec("PRAGMA journal_mode = WAL; PRAGMA cache_size = 1; PRAGMA cache_spill = 1");
            database->exec(
                "BEGIN IMMEDIATE; ALTER TABLE messages ADD COLUMN parent INTEGER NOT NULL DEFAULT 0; "
                "UPDATE messages SET parent = 77, text = zeroblob(200000)");
            for (const char *end : {"", "-wal"}) {
                const auto from = m_file->path().string() + end;
                std::filesystem::copy_file(from, copy->path().string() + end);
            }
            QVERIFY(std::filesystem::file_size(copy->path().string() + "-wal") > 100'000);
            database->exec("ROLLBACK");
        }
        auto store = copy->open();
        QVERIFY(store && !store->problem());
        QCOMPARE(store->load(1).value().messages[1].text, std::string("hi there"));
    }

    void twoProcessesBringItUpToDateOnce()
    {
        makeVersion1();
        const auto first = m_file->open();
        const auto second = m_file->open();
        QVERIFY(first && second);
        QCOMPARE(second->load(1).value(), first->load(1).value());
    }

    void aNewerFileIsReadAndSaysSo()
    {
        makeVersion1();
        QVERIFY(m_file->open());
        raw()->exec("PRAGMA user_version = " + std::to_string(kSchemaVersion + 1));
        auto store = m_file->open();
        QVERIFY(store->readOnly());
        QCOMPARE(store->problem()->kind, ErrorKind::Unsupported);
        QCOMPARE(store->load(1).value().messages.size(), std::size_t{4});
        QCOMPARE(store->search("hi there").value().size(), std::size_t{1});
        QCOMPARE(store->append(1, test::asked("x")).error().kind, ErrorKind::Unsupported);
        QCOMPARE(store->choose(3).error().kind, ErrorKind::Unsupported);
        QCOMPARE(store->setDraft(1, "x").error().kind, ErrorKind::Unsupported);
        QCOMPARE(store->folders().create("x").error().kind, ErrorKind::Unsupported);
        QCOMPARE(raw()->execAndGet("PRAGMA user_version").getInt(), kSchemaVersion + 1);
    }

    // As the third version left it: the fourth one adds two columns.
    void aThirdVersionGetsFiguresOfGuesses()
    {
        makeVersion1();
        QVERIFY(m_file->open());
        raw()->exec("ALTER TABLE messages DROP COLUMN draft_tokens; ALTER TABLE messages DROP COLUMN "
                    "draft_accepted; PRAGMA user_version = 3");
        auto store = m_file->open();
        QVERIFY(store && !store->problem());
        QCOMPARE(store->load(1).value().messages[1].draftAccepted, -1);
        Message answer = test::answered("guessed");
        answer.draftTokens = 60;
        answer.draftAccepted = 41;
        const auto kept = store->append(1, answer);
        QVERIFY(kept);
        QCOMPARE(store->load(1).value().messages.back().draftAccepted, 41);
    }

    // As the second version left it: the third one adds a table, its index and their triggers.
    void aSecondVersionGetsAttachments()
    {
        makeVersion1();
        QVERIFY(m_file->open());
        raw()->exec("DROP TABLE attachment_words; DROP TABLE attachments; PRAGMA user_version = 2;"
                    "ALTER TABLE messages DROP COLUMN draft_tokens;"
                    "ALTER TABLE messages DROP COLUMN draft_accepted;"
                    "CREATE TABLE attachment_words (x)");
        {
            const auto database = raw();
            QVERIFY_THROWS_EXCEPTION(SQLite::Exception, bringUpToDate(*database));
            QCOMPARE(database->execAndGet("PRAGMA user_version").getInt(), 2);
            QVERIFY(!database->tableExists("attachments"));
        }
        raw()->exec("DROP TABLE attachment_words");
        auto store = m_file->open();
        QVERIFY(store && !store->problem());
        QCOMPARE(store->load(1).value().messages.size(), std::size_t{4});
        QVERIFY(store->load(1).value().messages[0].attachments.empty());
        Message message = test::asked("what is this?");
        message.attachments.push_back(makeAttachment("notes.txt", "a quokka").value());
        QVERIFY(store->append(1, message));
        QCOMPARE(store->search("quokka").value().size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestConversationSchema)
#include "tst_conversation_schema.moc"
