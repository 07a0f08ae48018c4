// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/openai_client.h"
#include "tests/support/scripted_server.h"

#include <QElapsedTimer>
#include <QTest>

#include <thread>

using namespace snug;
using namespace snug::chat;
using test::closes;
using test::hangs;
using test::jsonReply;
using test::resets;
using test::ScriptedServer;
using test::sends;
using test::streamHead;
using test::token;
using test::waits;

namespace {

const QByteArray kSecret = "sk-very-secret-key";
const QByteArray kEnd = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"model\":\"m\"}\n\n"
                        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2},"
                        "\"timings\":{\"cache_n\":3,\"prompt_n\":4,\"prompt_ms\":8.5,\"predicted_n\":2,"
                        "\"predicted_ms\":4.0,\"predicted_per_second\":500.0}}\n\n"
                        "data: [DONE]\n\n";

Endpoint endpointOf(const ScriptedServer &server)
{
    Endpoint endpoint{server.url().toStdString(), kSecret.toStdString()};
    endpoint.connectTimeout = std::chrono::seconds(5);
    endpoint.stallTimeout = std::chrono::seconds(5);
    return endpoint;
}

ChatRequest greeting()
{
    ChatRequest request;
    request.messages = {{Role::System, "Be brief."}, {Role::User, "Hi \u20ac"}};
    return request;
}

ChatOutcome complete(const ScriptedServer &server)
{
    return OpenAiClient(endpointOf(server)).complete(greeting(), {}, {});
}

bool tellsTheKey(const Error &error)
{
    bool tells = (error.message + error.hint).find(kSecret.toStdString()) != std::string::npos;
    for (const auto &[name, value] : error.detail) {
        if (const auto *text = std::get_if<std::string>(&value))
            tells = tells || text->find(kSecret.toStdString()) != std::string::npos;
    }
    return tells;
}

std::int64_t numberIn(const Error &error, const std::string &name)
{
    for (const auto &[key, value] : error.detail) {
        if (key == name && std::holds_alternative<std::int64_t>(value))
            return std::get<std::int64_t>(value);
    }
    return -1;
}

} // namespace

class TestOpenAiClient : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void streamsTextReasoningUsageAndTimings()
    {
        const ScriptedServer server(
            {sends(streamHead()),
             sends("data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}],"
                   "\"prompt_progress\":{\"total\":7,\"cache\":3,\"processed\":5,\"time_ms\":1}}\n\n"),
             sends("data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n"),
             sends(token("Good")), sends(": ping\n\n"), sends(token(" day\u20ac")), sends(kEnd), closes()});
        std::string text;
        std::string reasoning;
        std::int64_t progress = 0;
        const ChatCallbacks callbacks{
            [&](std::string_view more, std::string_view thought) {
                text += more;
                reasoning += thought;
            },
            [&](std::int64_t done, std::int64_t total) { progress = done * 100 + total; }};
        const ChatOutcome outcome = OpenAiClient(endpointOf(server)).complete(greeting(), callbacks, {});
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->message.c_str() : "");
        QCOMPARE(text, std::string("Good day\u20ac"));
        QCOMPARE(reasoning, std::string("hm"));
        QCOMPARE(progress, std::int64_t{507});
        QCOMPARE(outcome.answer.text, text);
        QCOMPARE(outcome.answer.finishReason, std::string("stop"));
        QCOMPARE(outcome.answer.model, std::string("m"));
        QCOMPARE(outcome.answer.usage, (TokenUsage{7, 2}));
        QCOMPARE(outcome.answer.timings, (Timings{3, 4, 8.5, 2, 4.0, 500.0}));
        QVERIFY(outcome.answer.firstTokenSeconds >= 0);
    }

    void sendsWhatWasAskedFor()
    {
        const ScriptedServer server({sends(streamHead()), sends(kEnd), closes()});
        ChatRequest request = greeting();
        request.model = "some model";
        request.sampling.temperature = 0.25;
        request.sampling.seed = 42;
        request.sampling.maxTokens = 9;
        request.extra = {{"cache_prompt", true}};
        Endpoint endpoint = endpointOf(server);
        endpoint.url += "/v1/";
        QVERIFY(!OpenAiClient(endpoint).complete(request, {}, {}).error);
        const QByteArray sent = server.requests().value(0);
        QVERIFY(sent.startsWith("POST /v1/chat/completions HTTP/1.1\r\n"));
        QVERIFY(sent.contains("Authorization: Bearer " + kSecret));
        const auto body = nlohmann::json::parse(sent.mid(sent.indexOf("\r\n\r\n") + 4).toStdString());
        QCOMPARE(body["messages"][1]["content"].get<std::string>(), std::string("Hi \u20ac"));
        QCOMPARE(body["messages"][0]["role"].get<std::string>(), std::string("system"));
        QCOMPARE(body["temperature"].get<double>(), 0.25);
        QCOMPARE(body["seed"].get<int>(), 42);
        QCOMPARE(body["max_tokens"].get<int>(), 9);
        QVERIFY(body["cache_prompt"].get<bool>() && body["stream"].get<bool>());
        QVERIFY(!body.contains("top_p"));
    }

    void everySplitOfTheStreamIsTheSameAnswer()
    {
        const QByteArray stream = token("a\u00e4\U0001F600") + kEnd;
        const ChatCallbacks none;
        for (qsizetype split = 0; split <= stream.size(); ++split) {
            AnswerStream answer(none);
            const std::string bytes = stream.toStdString();
            const auto at = static_cast<std::size_t>(split);
            QVERIFY(answer.feed(std::string_view(bytes).substr(0, at)));
            QVERIFY(answer.feed(std::string_view(bytes).substr(at)));
            QVERIFY(answer.finish());
            QCOMPARE(answer.answer().text, std::string("a\u00e4\U0001F600"));
        }
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<int>("kind");
        const auto row = [](const char *name, const QByteArray &reply, ErrorKind kind) {
            QTest::newRow(name) << reply << static_cast<int>(kind);
        };
        row("wrong key", jsonReply(401, "{\"error\":{\"message\":\"Invalid API Key\"}}"), ErrorKind::Auth);
        row("loading", jsonReply(503, "{\"error\":{\"message\":\"Loading model\"}}"), ErrorKind::Http);
        row("unknown path", jsonReply(404, "{}"), ErrorKind::NotFound);
        row("too many", jsonReply(429, "no json"), ErrorKind::RateLimited);
        row("broken server", jsonReply(500, "<html>"), ErrorKind::Http);
        row("redirect", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            ErrorKind::Http);
        row("a web page", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
            ErrorKind::Protocol);
        row("no json in the stream", streamHead() + "data: {\"choices\":\n\n", ErrorKind::Protocol);
        row("a list in the stream", streamHead() + "data: []\n\n", ErrorKind::Protocol);
        row("error in the stream", streamHead() + "data: {\"error\":{\"code\":500,\"message\":\"boom\"}}\n\n",
            ErrorKind::Http);
        row("no HTTP", "SSH-2.0-OpenSSH_9\r\n", ErrorKind::Network);
        row("nothing", "", ErrorKind::Network);
        row("endless line", streamHead() + "data: " + QByteArray(2'000'000, 'x'), ErrorKind::TooLarge);
        row("endless error", "HTTP/1.1 500 X\r\n\r\n" + QByteArray(2'000'000, 'x'), ErrorKind::Http);
        row("wrong types",
            streamHead() + "data: {\"choices\":7,\"usage\":[],\"timings\":\"x\",\"model\":3}\n\n"
                           "data: {\"choices\":[{\"delta\":[1],\"finish_reason\":{}}]}\n\n",
            ErrorKind::Network);
    }
    void refusals()
    {
        QFETCH(const QByteArray, reply);
        QFETCH(const int, kind);
        const ScriptedServer server({sends(reply), closes()});
        const ChatOutcome outcome = complete(server);
        QVERIFY(outcome.error);
        QVERIFY2(static_cast<int>(outcome.error->kind) == kind, outcome.error->message.c_str());
        QVERIFY(!outcome.error->message.empty());
        QVERIFY(!tellsTheKey(*outcome.error));
        QCOMPARE(server.requests().size(), 1);
    }

    void exceededContextTellsTheNumbers()
    {
        const ScriptedServer server(
            {sends(jsonReply(
                 400, "{\"error\":{\"code\":400,\"message\":\"x\",\"type\":\"exceed_context_size_error\","
                      "\"n_prompt_tokens\":5000,\"n_ctx\":4096}}")),
             closes()});
        const ChatOutcome outcome = complete(server);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->kind, ErrorKind::TooLarge);
        QCOMPARE(numberIn(*outcome.error, "wanted_tokens"), std::int64_t{5000});
        QCOMPARE(numberIn(*outcome.error, "limit"), std::int64_t{4096});
        QVERIFY(outcome.error->message.find("5000") != std::string::npos);
    }

    void aKilledServerLeavesTheTextSoFar_data()
    {
        QTest::addColumn<bool>("reset");
        QTest::newRow("closed") << false;
        QTest::newRow("reset") << true;
    }
    void aKilledServerLeavesTheTextSoFar()
    {
        QFETCH(const bool, reset);
        const ScriptedServer server({sends(streamHead()), sends(token("half an")), sends(token(" answer")),
                                     waits(100), reset ? resets() : closes()});
        const ChatOutcome outcome = complete(server);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->kind, ErrorKind::Network);
        QCOMPARE(outcome.answer.text, std::string("half an answer"));
        QVERIFY(outcome.answer.finishReason.empty());
    }

    void nobodyListens()
    {
        const QByteArray url = ScriptedServer({}).url();
        const ChatOutcome outcome = OpenAiClient({url.toStdString(), {}}).complete(greeting(), {}, {});
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->kind, ErrorKind::Network);
    }

    void aStopEndsAStalledAnswerAtOnce()
    {
        const ScriptedServer server({sends(streamHead()), sends(token("a")), hangs()});
        std::stop_source stop;
        QElapsedTimer sinceStop;
        std::jthread stopper;
        const ChatCallbacks callbacks{[&](std::string_view, std::string_view) {
                                          stopper = std::jthread([&] {
                                              std::this_thread::sleep_for(std::chrono::milliseconds(50));
                                              sinceStop.start();
                                              stop.request_stop();
                                          });
                                      },
                                      {}};
        const ChatOutcome outcome =
            OpenAiClient(endpointOf(server)).complete(greeting(), callbacks, stop.get_token());
        const qint64 took = sinceStop.elapsed();
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->kind, ErrorKind::Cancelled);
        QCOMPARE(outcome.answer.text, std::string("a"));
        QVERIFY2(took < 100, qPrintable(QString::number(took)));
    }

    void aServerThatStallsIsGivenUp()
    {
        const ScriptedServer server({sends(streamHead()), sends(token("a")), hangs()});
        Endpoint endpoint = endpointOf(server);
        endpoint.stallTimeout = std::chrono::milliseconds(300);
        const ChatOutcome outcome = OpenAiClient(endpoint).complete(greeting(), {}, {});
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->kind, ErrorKind::Network);
        QCOMPARE(outcome.answer.text, std::string("a"));
    }

    void slowTokensAreNoStall()
    {
        QList<test::Step> script = {sends(streamHead())};
        for (int i = 0; i < 6; ++i)
            script << waits(150) << sends(token("x"));
        script << sends(kEnd) << closes();
        const ScriptedServer server(script);
        Endpoint endpoint = endpointOf(server);
        endpoint.stallTimeout = std::chrono::milliseconds(600);
        const ChatOutcome outcome = OpenAiClient(endpoint).complete(greeting(), {}, {});
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->message.c_str() : "");
        QCOMPARE(outcome.answer.text, std::string("xxxxxx"));
    }

    void addressesAndKeysThatCannotBeSent_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<QByteArray>("key");
        for (const char *url :
             {"ftp://127.0.0.1", "file:///etc/passwd", "", "nonsense", "http://me:pass@127.0.0.1"})
            QTest::addRow("address %s", url) << QByteArray(url) << QByteArray();
        QTest::newRow("key of two lines") << QByteArray("http://127.0.0.1:1") << QByteArray("a\r\nX: y");
    }
    void addressesAndKeysThatCannotBeSent()
    {
        QFETCH(const QByteArray, url);
        QFETCH(const QByteArray, key);
        const ChatOutcome outcome =
            OpenAiClient({url.toStdString(), key.toStdString()}).complete(greeting(), {}, {});
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->kind, ErrorKind::InvalidArgument);
    }

    void loopbackNeverGoesThroughAProxy()
    {
        qputenv("http_proxy", "http://127.0.0.1:1");
        const ScriptedServer server({sends(streamHead()), sends(kEnd), closes()});
        const ChatOutcome outcome = complete(server);
        qunsetenv("http_proxy");
        QVERIFY(!outcome.error);
    }

    void countsTokensAndReadsProperties()
    {
        const ScriptedServer counter({sends(jsonReply(200, "{\"input_tokens\":31}")), closes()});
        QCOMPARE(OpenAiClient(endpointOf(counter)).countTokens(greeting(), {}).value(), std::int64_t{31});
        QVERIFY(counter.requests().value(0).startsWith("POST /v1/chat/completions/input_tokens "));
        const ScriptedServer props({sends(jsonReply(200, "{\"default_generation_settings\":{\"n_ctx\":2048},"
                                                         "\"model_alias\":\"m\",\"chat_template\":\"t\"}")),
                                    closes()});
        const auto properties = OpenAiClient(endpointOf(props)).properties({});
        QCOMPARE(properties.value(), (ServerProperties{2048, "m", "t"}));
        const ScriptedServer wrong({sends(jsonReply(200, "[1]")), closes()});
        QCOMPARE(OpenAiClient(endpointOf(wrong)).properties({}).error().kind, ErrorKind::Protocol);
        QCOMPARE(OpenAiClient(endpointOf(wrong)).countTokens(greeting(), {}).error().kind,
                 ErrorKind::Protocol);
    }
};

QTEST_GUILESS_MAIN(TestOpenAiClient)
#include "tst_openai_client.moc"
