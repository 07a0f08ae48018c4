// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/exchange/export.h"
#include "core/chat/exchange/import.h"
#include "tests/core/conversation_file.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace snug;
using namespace snug::chat;
using snug::test::answered;
using snug::test::asked;

namespace {

std::string line(const TreeMessage &entry)
{
    const Message &message = entry.message;
    return std::to_string(message.parent) + " " + std::string(roleName(message.role)) + ": " + message.text;
}

std::vector<std::string> lines(const ConversationTree &tree)
{
    std::vector<std::string> all;
    for (const TreeMessage &message : tree.messages)
        all.push_back(line(message));
    return all;
}

ConversationTree only(std::string_view bytes)
{
    const auto read = readConversations(bytes);
    return read && read->size() == 1 ? read->front() : ConversationTree{};
}

using Lines = std::vector<std::string>;

} // namespace

// What leaves as a file, and what other programs' files become.
class TestChatExchange : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyBranchAndFieldSurvivesTheRoundTrip()
    {
        test::ConversationFile file;
        auto store = file.open();
        const auto id = store->create("Title \"\u20AC\"").value().id;
        QVERIFY(store->setSystemPrompt(id, "Be\nbrief."));
        QVERIFY(store->setPinned(id, true));
        QVERIFY(store->folders().put(id, store->folders().create("Work").value().id));
        QVERIFY(store->append(id, asked("q")));
        Message answer = answered("a");
        answer.state = MessageState::Stopped;
        answer.reasoning = "hm";
        answer.model = "Starter";
        answer.modelHash = "c0ffee";
        answer.level = "Q8_0";
        answer.settings = "{ \"temperature\" : 0 }";
        answer.finishReason = "length";
        answer.tokens = 12;
        answer.tokensPerSecond = 45.1;
        answer.firstTokenSeconds = 0.1;
        answer.promptTokens = 7;
        answer.promptMs = 3.3;
        answer.draftTokens = 60;
        answer.draftAccepted = 41;
        answer = store->append(id, answer).value();
        QVERIFY(store->append(id, asked("on")));
        QVERIFY(store->appendBeside(answer.id, answered("b")));
        const ConversationTree before = store->tree(id).value();

        const auto read = readConversations(snugJsonOf({&before, 1}));
        QVERIFY(read);
        ConversationTree expected = before;
        expected.info.id = 0;
        expected.info.folder = 0;
        QCOMPARE(read->front(), expected);

        auto other = test::ConversationFile();
        auto second = other.open();
        QVERIFY(second->create("shifts the ids"));
        QVERIFY(second->append(1, asked("shifts the ids")));
        const auto copy = second->insert(read->front()).value();
        const ConversationTree after = second->tree(copy).value();
        QCOMPARE(snugJsonOf({&after, 1}).size(), snugJsonOf({&before, 1}).size());
        QCOMPARE(after.folder, std::string("Work"));
        Conversation way = store->load(id).value();
        const Conversation copied = second->load(copy).value();
        QCOMPARE(copied.messages.back().text, std::string("b"));
        QCOMPARE(copied.branches.back().count, 2);
        QVERIFY(second->choose(copied.branches.back().previous));
        QCOMPARE(second->load(copy).value().messages.back().text, std::string("on"));
        QCOMPARE(second->search("Title").value().size(), std::size_t{1});
    }

    void markdownReadsWell()
    {
        Conversation talk;
        talk.info.title = "A\ntitle";
        talk.systemPrompt = "Be brief.";
        talk.messages = {asked("What?"), answered("That:\n\n```\ncode\n```")};
        talk.messages[1].model = "Starter";
        talk.messages[1].level = "Q8_0";
        talk.messages[1].reasoning = "hm";
        QCOMPARE(markdownOf(talk),
                 std::string("# A title\n\n## System\n\nBe brief.\n\n## You\n\nWhat?\n\n"
                             "## Starter (Q8_0)\n\n<details><summary>Reasoning</summary>\n\nhm\n\n"
                             "</details>\n\nThat:\n\n```\ncode\n```\n"));
    }

    void openAiJsonIsWhatServersTake()
    {
        Conversation talk;
        talk.info.title = "T";
        talk.systemPrompt = "S";
        talk.messages = {asked("q"), answered("a\xFF")};
        const auto json = nlohmann::json::parse(openAiJsonOf(talk));
        QCOMPARE(json["messages"].size(), std::size_t{3});
        QCOMPARE(json["messages"][0]["role"].get<std::string>(), std::string("system"));
        QCOMPARE(json["messages"][2]["content"].get<std::string>(), std::string("a\uFFFD"));
        const ConversationTree back = only(openAiJsonOf(talk));
        QCOMPARE(back.info.title, std::string("T"));
        QCOMPARE(back.systemPrompt, std::string("S"));
        QCOMPARE(lines(back), (Lines{"0 user: q", "1 assistant: a\uFFFD"}));
    }

    void messagesOfOpenAisInterface()
    {
        const ConversationTree tree = only(R"(
            {"messages":[{"role":"developer","content":"S"},
             {"role":"user","content":[{"type":"text","text":"Look:"},{"type":"image_url","image_url":{}},
              {"type":"text","text":"what is it?"}]},
             {"role":"assistant","content":null,"tool_calls":[]},
             {"role":"tool","content":"42"},
             {"role":"assistant","content":"A cat.","reasoning_content":"whiskers"}]})");
        QCOMPARE(tree.systemPrompt, std::string("S"));
        QCOMPARE(lines(tree), (Lines{"0 user: Look:\nwhat is it?", "1 assistant: A cat."}));
        QCOMPARE(tree.messages[1].message.reasoning, std::string("whiskers"));
        QCOMPARE(tree.info.title, std::string("Look:"));
        QCOMPARE(tree.leaf, 2);
    }

    void severalConversationsInOneFile()
    {
        QCOMPARE(readConversations(R"([{"messages":[{"role":"user","content":"a"}]}, 7, {"messages":[]},
                                      {"messages":[{"role":"user","content":"b"}]}])")
                     .value()
                     .size(),
                 std::size_t{2});
        const auto each = readConversations("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}\r\n\n"
                                            "{\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]}\n");
        QCOMPARE(each.value().size(), std::size_t{2});
        QCOMPARE(lines(only("\xEF\xBB\xBF[{\"role\":\"user\",\"content\":\"a\"}]")), Lines{"0 user: a"});
    }

    void messagesOfJan()
    {
        const std::string question =
            R"({"id":"1","thread_id":"t","role":"user","created_at":1751012639307,"object":"thread.message",)"
            R"("content":[{"type":"text","text":{"value":"Hi","annotations":[]}}]})";
        const std::string answer =
            R"({"id":"2","thread_id":"t","role":"assistant","created":1751012640000,)"
            R"("content":[{"type":"text","text":{"value":"Hello!","annotations":[]}}]})";
        const ConversationTree tree = only(question + "\n" + answer + "\n");
        QCOMPARE(lines(tree), (Lines{"0 user: Hi", "1 assistant: Hello!"}));
        QCOMPARE(tree.info.createdMs, std::int64_t{1751012639307});
        QCOMPARE(tree.info.changedMs, std::int64_t{1751012640000});
    }

    void aTreeOfChatGpt()
    {
        const ConversationTree tree =
            only(R"([{"title":"Cats","create_time":1700000000.5,"update_time":1700000100,
            "current_node":"n5","mapping":{
            "root":{"message":null,"parent":null,"children":["n0"]},
            "n0":{"message":{"author":{"role":"system"},"content":{"content_type":"text","parts":[""]}},
                  "parent":"root","children":["n1"]},
            "n1":{"message":{"author":{"role":"user"},"content":{"content_type":"text","parts":["What?"]},
                  "create_time":1700000001},"parent":"n0","children":["n2","n3"]},
            "n2":{"message":{"author":{"role":"assistant"},
                  "content":{"content_type":"text","parts":["first"]},
                  "metadata":{"model_slug":"gpt-4o"}},"parent":"n1","children":[]},
            "n3":{"message":{"author":{"role":"assistant"},"recipient":"browser",
                  "content":{"content_type":"code","text":"search"}},"parent":"n1","children":["n4"]},
            "n4":{"message":{"author":{"role":"tool"},"content":{"content_type":"text","parts":["found"]}},
                  "parent":"n3","children":["n5"]},
            "n5":{"message":{"author":{"role":"assistant"},
                  "content":{"content_type":"multimodal_text","parts":[{"asset":1},"second"]}},
                  "parent":"n4","children":["n1","gone"]}}}])");
        QCOMPARE(tree.info.title, std::string("Cats"));
        QCOMPARE(tree.info.createdMs, std::int64_t{1700000000500});
        QCOMPARE(lines(tree), (Lines{"0 user: What?", "1 assistant: first", "1 assistant: second"}));
        QCOMPARE(tree.messages[1].message.model, std::string("gpt-4o"));
        QCOMPARE(tree.leaf, 3);
    }

    void versionsOfLmStudio()
    {
        const ConversationTree tree =
            only(R"({"name":"Cats","createdAt":1726000000000,"systemPrompt":"S","messages":[
            {"versions":[{"type":"singleStep","role":"user","content":[{"type":"text","text":"What?"}]}],
             "currentlySelected":0},
            {"versions":[
              {"type":"multiStep","role":"assistant","senderInfo":{"senderName":"qwen"},"steps":[
               {"type":"contentBlock","style":{"type":"thinking"},"content":[{"type":"text","text":"hm"}]},
               {"type":"contentBlock","content":[{"type":"text","text":"first"}]}]},
              {"type":"multiStep","role":"assistant","steps":[
               {"type":"contentBlock","content":[{"type":"text","text":"second"}]}]}],"currentlySelected":0},
            {"versions":[{"type":"singleStep","role":"user","content":[{"type":"text","text":"On"}]}],
             "currentlySelected":7}]})");
        QCOMPARE(tree.info.title, std::string("Cats"));
        QCOMPARE(tree.systemPrompt, std::string("S"));
        QCOMPARE(lines(tree),
                 (Lines{"0 user: What?", "1 assistant: first", "1 assistant: second", "2 user: On"}));
        QCOMPARE(tree.messages[1].message.reasoning, std::string("hm"));
        QCOMPARE(tree.messages[1].message.model, std::string("qwen"));
        QCOMPARE(tree.leaf, 4);
    }

    void badFilesSayWhy_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("kind");
        const auto row = [](const char *name, QByteArray bytes, ErrorKind kind) {
            QTest::newRow(name) << std::move(bytes) << static_cast<int>(kind);
        };
        const auto snug = [](const char *messages) {
            return QByteArray(
                       R"({"format":"snug-conversations","version":1,"conversations":[{"messages":[)") +
                   messages + "]}]}";
        };
        row("nothing", "", ErrorKind::Corrupt);
        row("no JSON", "hello", ErrorKind::Corrupt);
        row("half of it", R"({"messages":[{"role":"user","content":"a")", ErrorKind::Corrupt);
        row("half a line", "{\"role\":\"user\",\"content\":\"a\"}\n{\"role\"", ErrorKind::Corrupt);
        row("half a character", "[{\"role\":\"user\",\"content\":\"\xE2\x82\"}]", ErrorKind::Corrupt);
        row("no conversation", R"({"a":[1,2,{"b":null}]})", ErrorKind::Unsupported);
        row("an empty list", "[]", ErrorKind::Unsupported);
        row("a number", "7", ErrorKind::Unsupported);
        row("only tools", R"([{"role":"tool","content":"x"}])", ErrorKind::Unsupported);
        row("too deep", QByteArray(100'000, '['), ErrorKind::TooLarge);
        row("too many parts", "[" + QByteArray("[],").repeated(3'000'000) + "[]]", ErrorKind::TooLarge);
        row("too many parts in lines", (QByteArray(60, '[') + QByteArray(60, ']') + "\n").repeated(100'000),
            ErrorKind::TooLarge);
        row("newer", R"({"format":"snug-conversations","version":2,"conversations":[]})",
            ErrorKind::Unsupported);
        row("no version", R"({"format":"snug-conversations","conversations":[]})", ErrorKind::Corrupt);
        row("unknown role", snug(R"({"id":1,"role":"king","state":"complete"})"), ErrorKind::Corrupt);
        row("no role", snug(R"({"id":1})"), ErrorKind::Corrupt);
        row("text is a number", snug(R"({"id":1,"role":"user","state":"complete","text":7})"),
            ErrorKind::Corrupt);
        row("number too large", snug(R"({"id":18446744073709551615,"role":"user","state":"complete"})"),
            ErrorKind::Corrupt);
        row("a circle", snug(R"({"id":1,"parent":1,"role":"user","state":"complete","text":"x"})"),
            ErrorKind::Corrupt);
        row("twice the same number", snug(R"({"id":1,"role":"user","state":"complete","text":"x"},
                                             {"id":1,"role":"user","state":"complete","text":"y"})"),
            ErrorKind::Corrupt);
    }
    void badFilesSayWhy()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const int, kind);
        const auto read = readConversations({bytes.constData(), static_cast<std::size_t>(bytes.size())});
        QVERIFY(!read);
        QCOMPARE(static_cast<int>(read.error().kind), kind);
        QVERIFY(!read.error().message.empty() && !read.error().hint.empty());
    }

    void aConversationThatLoopsEnds()
    {
        const ConversationTree tree = only(R"({"mapping":{
            "a":{"message":{"author":{"role":"user"},"content":{"parts":["x"]}},
                 "parent":null,"children":["b","a"]},
            "b":{"message":{"author":{"role":"assistant"},"content":{"parts":["y"]}},
                 "children":["a","b"]}}})");
        QCOMPARE(tree.messages.size(), std::size_t{2});
    }

    void aMegabyteIsTakenWhole()
    {
        const std::string text(1 << 20, 'x');
        const ConversationTree tree = only("[{\"role\":\"user\",\"content\":\"" + text + "\"}]");
        QCOMPARE(tree.messages.front().message.text.size(), text.size());
        QVERIFY(tree.info.title.size() < 100);
    }

    void nobodyWritesAnImportedAnswer()
    {
        const ConversationTree tree = only(
            R"({"format":"snug-conversations","version":1,"conversations":[{"title":"t","leaf":99,"messages":[
                 {"id":5,"role":"assistant","state":"streaming","text":"half","next":77}]}]})");
        QCOMPARE(tree.messages.front().message.state, MessageState::Interrupted);
        test::ConversationFile file;
        auto store = file.open();
        const auto id = store->insert(tree).value();
        QCOMPARE(store->load(id).value().messages.size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestChatExchange)
#include "tst_chat_exchange.moc"
