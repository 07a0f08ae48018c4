// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/conversation_file.h"

#include <QElapsedTimer>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

using namespace snug;
using namespace snug::chat;
using snug::test::answered;
using snug::test::asked;

class TestConversationSearch : public QObject {
    Q_OBJECT

    std::unique_ptr<test::ConversationFile> m_file;
    std::unique_ptr<ConversationStore> m_store;

    std::int64_t talk(const char *title, std::initializer_list<const char *> lines)
    {
        const std::int64_t id = m_store->create(title).value().id;
        for (const char *line : lines)
            m_store->append(id, asked(line)).value();
        return id;
    }
    [[nodiscard]] std::vector<std::int64_t> found(std::string_view text)
    {
        std::vector<std::int64_t> ids;
        const auto hits = m_store->search(text).value();
        for (const SearchHit &hit : hits)
            ids.push_back(hit.info.id);
        return ids;
    }
    static std::string marked(const SearchHit &hit)
    {
        std::string joined;
        for (const Mark &mark : hit.marks)
            joined += "[" + hit.snippet.substr(mark.begin, mark.length) + "]";
        return joined;
    }
    using Ids = std::vector<std::int64_t>;

private Q_SLOTS:
    void init()
    {
        m_file = std::make_unique<test::ConversationFile>();
        m_store = m_file->open();
    }
    void cleanup()
    {
        m_store.reset();
        m_file.reset();
    }

    void findsTitlesAndTextLiterally()
    {
        const auto a = talk("About llamas", {"hello"});
        const auto b = talk("Other", {"100 % of_it \\ fine", "say \"no\" AND (yes) OR* -x: NEAR"});
        QCOMPARE(found("LLAMA"), Ids{a});
        QCOMPARE(found("100 %"), Ids{b});
        QCOMPARE(found("of_it \\"), Ids{b});
        QCOMPARE(found("%"), Ids{b});
        QCOMPARE(found("\\"), Ids{b});
        QCOMPARE(found("\"no\""), Ids{b});
        QCOMPARE(found("AND (yes) OR* -x: NEAR"), Ids{b});
        QVERIFY(found("ofXit").empty());
        QVERIFY(found("' OR 1=1 --").empty());
        QVERIFY(found("\"").size() == 1);
        QVERIFY(found(std::string("a\0b", 3)).empty());
        QCOMPARE(found("").size(), std::size_t{2});
    }

    void lettersOfEveryAlphabetInEitherCase()
    {
        const auto a = talk("x", {"\u00C4pfel und \u00D6l"});
        const auto b = talk("y", {"\u041F\u0440\u0438\u0432\u0435\u0442, \u043C\u0438\u0440"});
        const auto c = talk("z", {"\u6771\u4EAC\u30BF\u30EF\u30FC"});
        QCOMPARE(found("\u00E4pfel"), Ids{a});
        QCOMPARE(found("\u041F\u0420\u0418\u0412\u0415\u0422"), Ids{b});
        QCOMPARE(found("\u6771\u4EAC\u30BF"), Ids{c});
        QCOMPARE(found("\u6771\u4EAC"), Ids{c}); // two characters: by reading
    }

    void tellsTheMessageAndWhereTheWordsAre()
    {
        const auto id = talk("x", {"nothing here", "one line\nwith a Needle in it and a needle more"});
        const auto hits = m_store->search("needle").value();
        QCOMPARE(hits.size(), std::size_t{1});
        QCOMPARE(hits[0].message, m_store->load(id).value().messages[1].id);
        QCOMPARE(marked(hits[0]), std::string("[Needle][needle]"));
        QVERIFY(hits[0].snippet.find('\n') == std::string::npos);
        const auto titled = m_store->create("Of needles").value().id;
        const auto both = m_store->search("needle").value();
        QCOMPARE(both[0].info.id, titled);
        QCOMPARE(both[0].message, 0);
        QCOMPARE(marked(both[0]), std::string("[needle]"));
        const auto brief = m_store->search("ne").value();
        QCOMPARE(brief.size(), std::size_t{2});
        QCOMPARE(marked(brief[1]), std::string("[ne]")); // "one line"
    }

    void aLongTextGivesAShortSnippet()
    {
        talk("x", {(std::string(5000, 'a') + " \u00E9needle\u00E9 " + std::string(5000, 'b')).c_str()});
        for (const char *text : {"needle", "ne"}) {
            const auto hits = m_store->search(text).value();
            QCOMPARE(hits.size(), std::size_t{1});
            QVERIFY(hits[0].snippet.size() < 200);
            QCOMPARE(marked(hits[0]), "[" + std::string(text) + "]");
        }
    }

    void marksOfTheTextItselfAreNotBelieved()
    {
        talk("x", {"\x02 fake \x03\x03 needle \x02"});
        const auto hits = m_store->search("needle").value();
        QCOMPARE(hits.size(), std::size_t{1});
        for (const Mark &mark : hits[0].marks)
            QVERIFY(mark.begin + mark.length <= hits[0].snippet.size());
        QVERIFY(hits[0].snippet.find('\x02') == std::string::npos);
    }

    void theBestMessageOfAConversationStandsForIt()
    {
        const auto diluted = talk("x", {(std::string("llama ") + std::string(3000, '.')).c_str()});
        const auto dense = talk("y", {"llama", "llama llama llama"});
        QCOMPARE(found("llama"), (Ids{dense, diluted}));
    }

    void whatIsGoneIsNotFound()
    {
        const auto id = talk("x", {"the first", "a secret word", "after it"});
        const auto secret = m_store->load(id).value().messages[1].id;
        QVERIFY(m_store->removeMessage(secret));
        QVERIFY(found("secret").empty());
        QVERIFY(found("after it").empty());
        QVERIFY(m_store->restoreMessage(secret));
        QCOMPARE(found("after it"), Ids{id});
        QVERIFY(m_store->remove(id));
        QVERIFY(found("secret").empty());
        m_store = m_file->open();
        QVERIFY(found("secret").empty());
    }

    void anAnswerIsFoundWhenItIsWhole()
    {
        const auto id = talk("x", {"q"});
        Message answer = answered("");
        answer.state = MessageState::Streaming;
        answer = m_store->append(id, answer).value();
        answer.text = "growing words";
        QVERIFY(m_store->update(answer));
        QVERIFY(found("growing").empty());
        answer.state = MessageState::Complete;
        answer.text = "grown words";
        QVERIFY(m_store->update(answer));
        QCOMPARE(found("grown"), Ids{id});
        answer.text = "edited words";
        QVERIFY(m_store->update(answer));
        QVERIFY(found("grown").empty());
        QCOMPARE(found("edited"), Ids{id});
        answer.state = MessageState::Streaming; // it is continued
        QVERIFY(m_store->update(answer));
        QVERIFY(found("edited").empty());
        m_store = m_file->open(); // a death in the middle of it
        QCOMPARE(found("edited"), Ids{id});
        SQLite::Database raw(toUtf8(m_file->path()), SQLite::OPEN_READWRITE);
        raw.exec("INSERT INTO message_words(message_words, rank) VALUES ('integrity-check', 1)");
        raw.exec("INSERT INTO title_words(title_words, rank) VALUES ('integrity-check', 1)");
    }

    void renamedTitlesAreFoundUnderTheirNewName()
    {
        const auto id = talk("before", {});
        QVERIFY(m_store->rename(id, "afterwards"));
        QVERIFY(found("before").empty());
        QCOMPARE(found("afterwards"), Ids{id});
    }

    void tenThousandConversationsAreQuick()
    {
        SQLite::Database raw(toUtf8(m_file->path()), SQLite::OPEN_READWRITE);
        raw.exec("BEGIN");
        raw.exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
                 "INSERT INTO conversations (id, title, created_ms, changed_ms) "
                 "SELECT i, 'Conversation number ' || i, i, i FROM n");
        raw.exec(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39999) INSERT INTO "
            "messages (conversation, role, state, created_ms, text, reasoning, model, level, settings, "
            "tokens, tokens_per_second, first_token_seconds) SELECT i / 4 + 1, 'user', 'complete', i, "
            "'This is what was said as number ' || i || ' of all, about ' || (i * 7919 % 1009), "
            "'', '', '', '', -1, -1, -1 FROM n");
        raw.exec("COMMIT");
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(m_store->list().value().size(), std::size_t{10000});
        const qint64 listed = timer.restart();
        QCOMPARE(found("number 23456 of").size(), std::size_t{1});
        const qint64 rare = timer.restart();
        QCOMPARE(found("what was said").size(), kMostHits);
        const qint64 common = timer.restart();
        QCOMPARE(found("zq").size(), std::size_t{0});
        const qint64 brief = timer.elapsed();
        qInfo("10000 conversations, 40000 messages: list %lld ms, a rare text %lld ms, one in every message "
              "%lld ms, two letters that nobody wrote %lld ms",
              listed, rare, common, brief);
        QVERIFY(listed < 200 && rare < 100 && common < 1000 && brief < 500);
    }
};

QTEST_GUILESS_MAIN(TestConversationSearch)
#include "tst_conversation_search.moc"
