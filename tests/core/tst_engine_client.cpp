// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/engine_client.h"
#include "core/chat/template_report.h"
#include "tests/support/image_bytes.h"
#include "tests/support/scripted_server.h"

#include <QElapsedTimer>
#include <QTest>

#include <thread>

using namespace snug;
using namespace snug::chat;
using test::closes;
using test::hangs;
using test::jsonReply;
using test::ScriptedServer;
using test::sends;

namespace {

Endpoint endpointOf(const ScriptedServer &server)
{
    Endpoint endpoint{server.url().toStdString() + "/v1", "sk-key"};
    endpoint.connectTimeout = std::chrono::seconds(5);
    endpoint.stallTimeout = std::chrono::seconds(5);
    return endpoint;
}

ChatRequest greeting()
{
    ChatRequest request;
    request.messages = {{Role::User, "Hi"}};
    return request;
}

ScriptedServer answering(const QByteArray &body, int status = 200)
{
    return ScriptedServer({sends(jsonReply(status, body)), closes()});
}

} // namespace

class TestEngineClient : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Where the server's own sign for an image stands, its name does; the text around it stays what it is.
    void anImageHasItsPlaceInThePrompt()
    {
        const ScriptedServer server = answering(R"({"media_marker":"<__m__>","prompt":"<|user|><__m__>Hi",)"
                                                R"("tokens":[{"id":9,"piece":"x"}]})");
        ChatRequest request = greeting();
        request.messages[0].attachments = {
            makeAttachment("dot.bmp", test::bmpOf(1, 1, 0)).value(),
            makeAttachment("notes.txt", "one").value(),
        };
        const auto prompt = EngineClient(endpointOf(server)).exactPrompt(request, {});
        QVERIFY2(prompt, prompt ? "" : prompt.error().message.c_str());
        QCOMPARE(prompt->text, std::string("<|user|>[image: dot.bmp]Hi"));
        QCOMPARE(prompt->pieces(), std::string("x[image: dot.bmp]x"));
        QVERIFY(prompt->tokens[1] == (PromptToken{kImagePlace, "[image: dot.bmp]"}));
        const auto asked = server.requests();
        QCOMPARE(asked.size(), 4);
        QVERIFY(asked[0].contains("data:image/bmp;base64,"));
        QVERIFY(asked[1].startsWith("GET /props"));
        QVERIFY(asked[2].contains(R"("add_special":true)") && asked[2].contains("<|user|>"));
        QVERIFY(asked[3].contains(R"("add_special":false)"));
    }

    // One script answers both questions.
    void aPromptIsItsTextAndItsTokens()
    {
        const ScriptedServer server =
            answering(R"({"prompt":"<|user|>Hi","tokens":[{"id":1,"piece":"<s>"},{"id":9,"piece":[195]},)"
                      R"({"id":8,"piece":[164]}]})");
        const auto prompt = EngineClient(endpointOf(server)).exactPrompt(greeting(), {});
        QVERIFY2(prompt, prompt ? "" : prompt.error().message.c_str());
        QCOMPARE(prompt->text, std::string("<|user|>Hi"));
        QCOMPARE(prompt->tokens.size(), std::size_t{3});
        QVERIFY(prompt->tokens[1] == (PromptToken{9, "\xC3"}));
        QCOMPARE(prompt->pieces(), std::string("<s>\u00e4"));
        const auto asked = server.requests();
        QCOMPARE(asked.size(), 2);
        QVERIFY(asked[0].startsWith("POST /apply-template HTTP/1.1\r\n"));
        QVERIFY(asked[0].contains("Authorization: Bearer sk-key"));
        QVERIFY(asked[1].startsWith("POST /tokenize HTTP/1.1\r\n"));
        for (const char *field : {"\"add_special\":true", "\"parse_special\":true", "\"with_pieces\":true"})
            QVERIFY2(asked[1].contains(field), field);
    }

    void answersOfAnotherShapeAreErrors_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("no JSON") << QByteArray("<html>");
        QTest::newRow("a number") << QByteArray("7");
        QTest::newRow("a list") << QByteArray("[1]");
        QTest::newRow("no prompt") << QByteArray("{}");
        QTest::newRow("prompt of another type") << QByteArray(R"({"prompt":7,"tokens":[]})");
        QTest::newRow("no tokens") << QByteArray(R"({"prompt":"a"})");
        QTest::newRow("tokens without pieces") << QByteArray(R"({"prompt":"a","tokens":[1,2]})");
        QTest::newRow("piece of another type")
            << QByteArray(R"({"prompt":"a","tokens":[{"id":1,"piece":7}]})");
        QTest::newRow("bytes that are none")
            << QByteArray(R"({"prompt":"a","tokens":[{"id":1,"piece":[300]}]})");
        QTest::newRow("negative bytes") << QByteArray(R"({"prompt":"a","tokens":[{"id":1,"piece":[-1]}]})");
        QTest::newRow("id of another type")
            << QByteArray(R"({"prompt":"a","tokens":[{"id":"x","piece":"a"}]})");
    }
    void answersOfAnotherShapeAreErrors()
    {
        QFETCH(QByteArray, body);
        const ScriptedServer server = answering(body);
        const auto prompt = EngineClient(endpointOf(server)).exactPrompt(greeting(), {});
        QVERIFY(!prompt);
        QCOMPARE(prompt.error().kind, ErrorKind::Protocol);
    }

    void whatTheTemplateRefusesIsTold()
    {
        const ScriptedServer server = answering(
            R"({"error":{"code":400,"message":"roles must alternate","type":"invalid_request_error"}})", 400);
        const auto prompt = EngineClient(endpointOf(server)).exactPrompt(greeting(), {});
        QVERIFY(!prompt);
        QVERIFY(prompt.error().message.find("roles must alternate") != std::string::npos);
    }

    void adaptersAreListedAndScaled()
    {
        const ScriptedServer server = answering(
            R"([{"id":0,"path":"a.gguf","scale":0.5,"task_name":""},{"id":1,"path":"b","scale":1}])");
        const EngineClient client(endpointOf(server));
        const auto adapters = client.adapters({});
        QVERIFY(adapters);
        QCOMPARE(adapters->size(), std::size_t{2});
        QVERIFY(adapters->front() == (LoraAdapter{0, "a.gguf", 0.5}));
        QVERIFY(client.setScales(*adapters, {}));
        QVERIFY(server.requests()[0].startsWith("GET /lora-adapters "));
        QVERIFY(server.requests()[1].endsWith(R"([{"id":0,"scale":0.5},{"id":1,"scale":1.0}])"));
    }

    void aListOfAnotherShapeIsAnError()
    {
        for (const char *body : {"{}", "[7]", R"([{"id":0}])", R"([{"id":0,"path":7,"scale":1}])"}) {
            const ScriptedServer server = answering(body);
            const auto adapters = EngineClient(endpointOf(server)).adapters({});
            QVERIFY2(!adapters && adapters.error().kind == ErrorKind::Protocol, body);
        }
    }

    void aStopEndsTheCall()
    {
        const ScriptedServer server({hangs()});
        std::stop_source stop;
        const std::jthread stopper([&stop] {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            stop.request_stop();
        });
        QElapsedTimer timer;
        timer.start();
        const auto prompt = EngineClient(endpointOf(server)).exactPrompt(greeting(), stop.get_token());
        QVERIFY(!prompt);
        QCOMPARE(prompt.error().kind, ErrorKind::Cancelled);
        QVERIFY(timer.elapsed() < 3000);
    }

    void templateReportsComeBack()
    {
        const TemplateReport report{TemplateSource::Fallback,
                                    {{"missing", "There is none.", "Get one."}, {"stop_token", "Oh.", ""}}};
        QVERIFY(parseTemplateReport(toJson(report)) == report);
        using nlohmann::json;
        for (const json &said :
             {json(7), json::object(), json{{"source", "elsewhere"}, {"findings", json::array()}},
              json{{"source", "model"}}, json{{"source", "model"}, {"findings", json::array({7})}}})
            QVERIFY2(!parseTemplateReport(said), said.dump().c_str());
    }
};

QTEST_GUILESS_MAIN(TestEngineClient)
#include "tst_engine_client.moc"
