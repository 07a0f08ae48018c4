// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/exchange/export.h"
#include "core/chat/exchange/import.h"
#include "tests/core/conversation_file.h"
#include "tests/support/image_bytes.h"

#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>

using namespace snug;
using namespace snug::chat;
using namespace std::string_literals;
using snug::test::answered;
using snug::test::asked;

namespace {

Attachment text(const std::string &content)
{
    return makeAttachment("notes.txt", content).value();
}

Attachment image()
{
    return makeAttachment("dot.bmp", test::bmpOf(2, 3, 0x00FF00)).value();
}

Message askedWith(const std::string &words, std::vector<Attachment> attachments)
{
    Message message = asked(words);
    message.attachments = std::move(attachments);
    return message;
}

} // namespace

// What is attached to a message is kept, found, taken along and deleted with it.
class TestConversationAttachments : public QObject {
    Q_OBJECT

    std::unique_ptr<test::ConversationFile> m_file;
    std::unique_ptr<ConversationStore> m_store;
    std::int64_t m_id = 0;

    [[nodiscard]] int rowsOf(const std::string &table) const
    {
        SQLite::Database raw(toUtf8(m_file->path()));
        return raw.execAndGet("SELECT count(*) FROM " + table).getInt();
    }
    [[nodiscard]] std::vector<Attachment> attachmentsOf(std::size_t message) const
    {
        return m_store->load(m_id).value().messages.at(message).attachments;
    }

private Q_SLOTS:
    void init()
    {
        m_file = std::make_unique<test::ConversationFile>();
        m_store = m_file->open();
        m_id = m_store->create("Talk").value().id;
    }

    void theyComeBackAsTheyWere()
    {
        const std::vector<Attachment> both = {text("one `` two"), image()};
        QVERIFY(m_store->append(m_id, askedWith("What?", both)));
        Message answer = m_store->append(m_id, answered("An")).value();
        answer.text = "Answer";
        QVERIFY(m_store->update(answer));
        QVERIFY(m_store->append(m_id, askedWith("", {image()})));
        m_store.reset();
        m_store = m_file->open();
        QCOMPARE(attachmentsOf(0), both);
        QVERIFY(attachmentsOf(1).empty());
        QCOMPARE(attachmentsOf(2), std::vector{image()});
    }

    // Another wording has its own; the first one keeps its own.
    void siblingsHaveTheirOwn()
    {
        const auto first = m_store->append(m_id, askedWith("What?", {text("one")})).value();
        const auto second = m_store->appendBeside(first.id, askedWith("Why?", {text("two")})).value();
        QCOMPARE(attachmentsOf(0), std::vector{text("two")});
        QVERIFY(m_store->choose(first.id));
        QCOMPARE(attachmentsOf(0), std::vector{text("one")});
        QVERIFY(m_store->removeMessage(second.id));
        QVERIFY(m_store->restoreMessage(second.id));
        QCOMPARE(attachmentsOf(0), std::vector{text("two")});
    }

    void theyGoWithTheirMessage()
    {
        const auto first = m_store->append(m_id, askedWith("What?", {text("quokka"), image()})).value();
        QVERIFY(m_store->append(m_id, askedWith("And?", {text("wombat")})));
        QCOMPARE(rowsOf("attachments"), 3);
        QVERIFY(m_store->removeMessage(first.id));
        QVERIFY(m_store->search("quokka").value().empty());
        m_store.reset();
        m_store = m_file->open();
        QCOMPARE(rowsOf("attachments"), 0);
        QVERIFY(m_store->append(m_id, askedWith("x", {text("quokka")})));
        QVERIFY(m_store->remove(m_id));
        m_store.reset();
        m_store = m_file->open();
        QCOMPARE(rowsOf("attachments"), 0);
        SQLite::Database raw(toUtf8(m_file->path()));
        QCOMPARE(raw.execAndGet("SELECT count(*) FROM attachment_words WHERE attachment_words MATCH 'quokka'")
                     .getInt(),
                 0);
    }

    void theirTextIsFound()
    {
        const std::string far(70'000, 'x');
        const auto message =
            m_store->append(m_id, askedWith("What?", {text("first\nthe QUOKKA smiles" + far + "wombat")}))
                .value();
        const auto hits = m_store->search("quokka").value();
        QCOMPARE(hits.size(), std::size_t{1});
        QCOMPARE(hits[0].message, message.id);
        QVERIFY(hits[0].snippet.starts_with("first the QUOKKA smiles"));
        QCOMPARE(hits[0].marks, (std::vector<Mark>{{10, 6}}));
        QVERIFY2(m_store->search("wombat").value().empty(), "beyond the part that is indexed");
        QVERIFY(m_store->append(m_id, asked("my quokka")));
        QCOMPARE(m_store->search("quokka").value().size(), std::size_t{1});
    }

    void theWholeTreeSurvivesTheRoundTrip()
    {
        QVERIFY(m_store->append(m_id, askedWith("What?", {text("one"), image()})));
        QVERIFY(m_store->append(m_id, answered("This.")));
        const ConversationTree tree = m_store->tree(m_id).value();
        const std::string json = snugJsonOf(std::vector{tree});
        QCOMPARE(nlohmann::json::parse(json)["version"].get<int>(), 2);
        const auto read = readConversations(json);
        QVERIFY2(read, read ? "" : read.error().message.c_str());
        QCOMPARE(read->at(0).messages, tree.messages);
        const auto copy = m_store->insert(read->at(0)).value();
        QCOMPARE(m_store->load(copy).value().messages[0].attachments, attachmentsOf(0));
    }

    // What an older program can read is written so that it does.
    void withoutAttachmentsTheVersionIsTheOldOne()
    {
        QVERIFY(m_store->append(m_id, asked("What?")));
        const std::string json = snugJsonOf(std::vector{m_store->tree(m_id).value()});
        QCOMPARE(nlohmann::json::parse(json)["version"].get<int>(), 1);
    }

    void damagedAttachmentsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("attachments");
        QTest::addColumn<int>("kind");
        const int corrupt = static_cast<int>(ErrorKind::Corrupt);
        QTest::newRow("no list") << QByteArray(R"({})") << corrupt;
        QTest::newRow("no base64") << QByteArray(R"([{"name":"a","base64":"!"}])") << corrupt;
        QTest::newRow("text is a number") << QByteArray(R"([{"name":"a","text":5}])") << corrupt;
        QTest::newRow("nothing") << QByteArray(R"([{"name":"a"}])")
                                 << static_cast<int>(ErrorKind::InvalidArgument);
        QTest::newRow("zero bytes") << QByteArray(R"([{"name":"a","base64":"YQBi"}])")
                                    << static_cast<int>(ErrorKind::Unsupported);
        QTest::newRow("too many") << "[" + QByteArray(R"({"name":"a","text":"b"},)").repeated(32) +
                                         R"({"name":"a","text":"b"}])"
                                  << corrupt;
    }
    void damagedAttachmentsAreRefused()
    {
        QFETCH(QByteArray, attachments);
        QFETCH(int, kind);
        const auto read = readConversations(
            R"({"format":"snug-conversations","version":2,"conversations":)"
            R"([{"title":"t","leaf":1,"messages":[)"
            R"({"id":1,"parent":0,"role":"user","state":"complete","text":"x","attachments":)" +
            attachments.toStdString() + "}]}]}");
        QVERIFY(!read);
        QCOMPARE(static_cast<int>(read.error().kind), kind);
    }

    void otherFormatsHaveThemToo()
    {
        QVERIFY(m_store->append(m_id, askedWith("What?", {text("a ``` b"), image()})));
        const Conversation talk = m_store->load(m_id).value();
        const std::string markdown = markdownOf(talk);
        QVERIFY(markdown.find("Attached file: notes.txt\n````\na ``` b\n````\n") != std::string::npos);
        QVERIFY(markdown.find("Attached image: dot.bmp") != std::string::npos);
        const auto read = readConversations(openAiJsonOf(talk));
        QVERIFY(read);
        const Message &message = read->at(0).messages.at(0).message;
        QVERIFY(message.text.ends_with("What?") && message.text.starts_with("Attached file: notes.txt"));
        QCOMPARE(message.attachments.size(), std::size_t{1});
        QCOMPARE(message.attachments[0].content(), image().content());
    }

    // An address in the web is not followed, and bytes that are no image are nothing.
    void foreignPicturesAreOnlyTakenOutOfTheFile()
    {
        const auto read =
            readConversations(R"([{"role":"user","content":)"
                              R"([{"type":"image_url","image_url":{"url":"https://example.org/a.png"}},)"
                              R"({"type":"image_url","image_url":{"url":"data:image/png;base64,aGVsbG8="}},)"
                              R"({"type":"image_url","image_url":5},{"type":"text","text":"Hi"}]}])");
        QVERIFY(read);
        QVERIFY(read->at(0).messages.at(0).message.attachments.empty());
        QCOMPARE(read->at(0).messages.at(0).message.text, "Hi"s);
    }
};

QTEST_GUILESS_MAIN(TestConversationAttachments)
#include "tst_conversation_attachments.moc"
