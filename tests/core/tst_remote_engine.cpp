// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/openai_client.h"
#include "core/chat/remote_engine.h"
#include "tests/support/scripted_server.h"

#include <QTest>

#include <random>

using namespace snug;
using namespace snug::chat;
using nlohmann::json;
using test::closes;
using test::hangs;
using test::jsonReply;
using test::ScriptedServer;
using test::sends;
using test::streamHead;
using test::waits;

namespace {

const QByteArray kLlama =
    R"({"object":"list","data":[{"id":"starter","object":"model","owned_by":"llamacpp",)"
    R"("meta":{"n_ctx_train":512}}]})";
const QByteArray kVllm =
    R"({"object":"list","data":[{"id":"Qwen/Qwen3-32B","owned_by":"vllm",)"
    R"("max_model_len":40960},{"id":"Qwen/Qwen3-32B"},{"id":"lora-1","max_model_len":-3}]})";

Endpoint endpointOf(const ScriptedServer &server)
{
    Endpoint endpoint{server.url().toStdString(), "sk-secret"};
    endpoint.connectTimeout = std::chrono::seconds(5);
    endpoint.stallTimeout = std::chrono::milliseconds(500);
    return endpoint;
}

ChatRequest everySetting(Dialect dialect)
{
    ChatRequest request;
    request.messages = {{Role::User, "Hi"}};
    request.dialect = dialect;
    request.sampling.temperature = 0.5;
    request.sampling.topP = 0.9;
    request.sampling.topK = 0;
    request.sampling.minP = 0.1;
    request.sampling.repeatPenalty = 1.1;
    request.sampling.maxTokens = 12;
    request.sampling.seed = 7;
    return request;
}

} // namespace

class TestRemoteEngine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void addresses_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("address"); // empty: refused
        const auto row = [](const char *typed, const char *address) {
            QTest::newRow(typed) << QString::fromUtf8(typed) << QString::fromUtf8(address);
        };
        row("http://10.0.0.5:8000", "http://10.0.0.5:8000/");
        row("  https://api.example.org/v1\n", "https://api.example.org/v1");
        row("10.0.0.5:8000", "http://10.0.0.5:8000/");
        row("localhost:1234/v1", "http://localhost:1234/v1");
        row("[fd00::1]:8000", "http://[fd00::1]:8000/");
        row("api.example.org", "https://api.example.org/");
        row("nas.local:8080", "https://nas.local:8080/");
        row("", "");
        row("   ", "");
        row("ftp://example.org", "");
        row("file:///etc/passwd", "");
        row("javascript:alert(1)", "");
        row("http://me:secret@example.org", "");
        row("http://exa mple.org", "");
        row("http://", "");
    }
    void addresses()
    {
        QFETCH(const QString, typed);
        QFETCH(const QString, address);
        const auto url = serverAddress(typed.toStdString());
        if (!address.isEmpty()) {
            QVERIFY2(url, url ? "" : url.error().message.c_str());
            QCOMPARE(QString::fromStdString(url->text()), address);
            return;
        }
        QVERIFY(!url);
        QCOMPARE(static_cast<int>(url.error().kind), static_cast<int>(ErrorKind::InvalidArgument));
        QVERIFY(!url.error().hint.empty());
    }

    void aListSurvivesItsFile()
    {
        const std::vector<RemoteEngine> engines = {
            {"a1", "Big one", "http://10.0.0.5:8000/", "Qwen/Qwen3-32B"},
            {"b2", "", "https://api.example.org/v1", "m\u00fcller"}};
        QCOMPARE(remoteEnginesFrom(json::parse(toJson(engines).dump())), engines);
    }

    void whatIsNoEngineIsLeftOut()
    {
        const json good = toJson({{"a1", "n", "http://10.0.0.5:8000/", "m"}})[0];
        json list = json::array({good, good, 7, nullptr, json::array(), json::object()});
        for (const char *field : {"id", "url", "model"}) {
            for (const json &bad : {json(), json(3), json(""), json(std::string(20000, 'x'))}) {
                json entry = good;
                entry["id"] = "other";
                entry[field] = bad;
                list.push_back(entry);
            }
        }
        json odd = good;
        odd["id"] = "../../etc";
        list.push_back(odd);
        QCOMPARE(remoteEnginesFrom(list).size(), std::size_t{1});
        QVERIFY(remoteEnginesFrom(json()).empty());
        QVERIFY(remoteEnginesFrom(json("text")).empty());
        json many = json::array();
        for (int i = 0; i < 500; ++i) {
            many.push_back(good);
            many.back()["id"] = "e" + std::to_string(i);
        }
        QCOMPARE(remoteEnginesFrom(many).size(), kMostRemoteEngines);
    }

    void modelsAndWhoServesThem()
    {
        const ScriptedServer llama({sends(jsonReply(200, kLlama)), closes()});
        const auto one = OpenAiClient(endpointOf(llama)).models({});
        QVERIFY(one);
        QCOMPARE(*one, (ServedModels{Dialect::LlamaCpp, {{"starter", 0}}}));
        const QByteArray asked = llama.requests().value(0);
        QVERIFY(asked.startsWith("GET /v1/models HTTP/1.1\r\n"));
        QVERIFY(asked.contains("Authorization: Bearer sk-secret"));

        const ScriptedServer vllm({sends(jsonReply(200, kVllm)), closes()});
        const auto several = OpenAiClient(endpointOf(vllm)).models({});
        QVERIFY(several);
        QCOMPARE(*several, (ServedModels{Dialect::Vllm, {{"Qwen/Qwen3-32B", 40960}, {"lora-1", 0}}}));
    }

    void brokenLists_data()
    {
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<int>("kind");
        const auto row = [](const char *name, const QByteArray &reply, ErrorKind kind) {
            QTest::newRow(name) << reply << static_cast<int>(kind);
        };
        row("no model", jsonReply(200, R"({"data":[]})"), ErrorKind::NotFound);
        row("ids that cannot be used", jsonReply(200, R"({"data":[{"id":""},{"id":3},{"id":"a\nb"},5]})"),
            ErrorKind::NotFound);
        row("an id of a megabyte",
            jsonReply(200, "{\"data\":[{\"id\":\"" + QByteArray(1000000, 'x') + "\"}]}"),
            ErrorKind::NotFound);
        row("a page", jsonReply(200, "<html>"), ErrorKind::Protocol);
        row("a list alone", jsonReply(200, "[]"), ErrorKind::Protocol);
        row("data of another kind", jsonReply(200, R"({"data":{"id":"m"}})"), ErrorKind::Protocol);
        row("deep", jsonReply(200, QByteArray(200000, '[')), ErrorKind::Protocol);
        row("endless", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + QByteArray(9000000, ' '),
            ErrorKind::TooLarge);
        row("wrong key", jsonReply(401, R"({"error":{"message":"no"}})"), ErrorKind::Auth);
        row("elsewhere",
            "HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:9/v1/models\r\nContent-Length: 0\r\n\r\n",
            ErrorKind::Http);
        row("nothing", "", ErrorKind::Network);
    }
    void brokenLists()
    {
        QFETCH(const QByteArray, reply);
        QFETCH(const int, kind);
        const ScriptedServer server({sends(reply), closes()});
        const auto models = OpenAiClient(endpointOf(server)).models({});
        QVERIFY(!models);
        QVERIFY2(static_cast<int>(models.error().kind) == kind, models.error().message.c_str());
        QVERIFY(models.error().message.find("sk-secret") == std::string::npos);
        QCOMPARE(server.requests().size(), 1);
    }

    void aSilentServerIsGivenUp()
    {
        const ScriptedServer server({hangs()});
        const auto models = OpenAiClient(endpointOf(server)).models({});
        QVERIFY(!models);
        QCOMPARE(static_cast<int>(models.error().kind), static_cast<int>(ErrorKind::Network));
    }

    void aListOfThousandsIsCut()
    {
        json data = json::array();
        for (int i = 0; i < 5000; ++i)
            data.push_back({{"id", "m" + std::to_string(i)}});
        const auto served = servedModelsFrom({{"data", data}});
        QVERIFY(served);
        QCOMPARE(served->models.size(), ServedModels::kMost);
    }

    void everyServerGetsWhatItKnows()
    {
        const auto body = [](Dialect dialect) {
            return json::parse(requestBody(everySetting(dialect), true));
        };
        const json llama = body(Dialect::LlamaCpp);
        QCOMPARE(llama["top_k"].get<int>(), 0);
        QCOMPARE(llama["repeat_penalty"].get<double>(), 1.1);
        QVERIFY(llama.contains("return_progress"));
        for (const Dialect dialect : {Dialect::Vllm, Dialect::Sglang}) {
            const json other = body(dialect);
            QCOMPARE(other["top_k"].get<int>(), -1);
            QCOMPARE(other["min_p"].get<double>(), 0.1);
            QCOMPARE(other["repetition_penalty"].get<double>(), 1.1);
            QVERIFY(!other.contains("repeat_penalty") && !other.contains("return_progress"));
        }
        const json standard = body(Dialect::Standard);
        for (const char *name : {"top_k", "min_p", "repeat_penalty", "repetition_penalty", "return_progress"})
            QVERIFY2(!standard.contains(name), name);
        for (const char *name : {"temperature", "top_p", "max_tokens", "seed"})
            QVERIFY2(standard.contains(name), name);
        QVERIFY(!understands(Dialect::Standard, "min_p") && understands(Dialect::Standard, "top_p"));
        QVERIFY(understands(Dialect::Vllm, "min_p"));
    }

    void tokensAreCountedWhereAServerTells()
    {
        const ScriptedServer vllm({sends(jsonReply(200, R"({"count":17,"max_model_len":40960})")), closes()});
        const auto counted = OpenAiClient(endpointOf(vllm)).countTokens(everySetting(Dialect::Vllm), {});
        QVERIFY(counted);
        QCOMPARE(*counted, std::int64_t{17});
        QVERIFY(vllm.requests().value(0).startsWith("POST /tokenize "));
        const ScriptedServer other({closes()});
        const auto unknown = OpenAiClient(endpointOf(other)).countTokens(everySetting(Dialect::Standard), {});
        QVERIFY(!unknown);
        QCOMPARE(static_cast<int>(unknown.error().kind), static_cast<int>(ErrorKind::Unsupported));
        QVERIFY(other.requests().isEmpty());
    }

    // Bytes of an answer, changed, cut and doubled: an error or an answer, never more.
    void brokenStreamsEnd()
    {
        const QByteArray whole =
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\\u20acb\"}}]}\n\n: ping\n\n"
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        std::mt19937 random(20261122);
        const ChatCallbacks none;
        for (int round = 0; round < 20000; ++round) {
            std::string bytes = whole.toStdString();
            for (int change = 0; change < 4; ++change) {
                const std::size_t at = random() % bytes.size();
                switch (random() % 4) {
                case 0:
                    bytes[at] = static_cast<char>(random());
                    break;
                case 1:
                    bytes.erase(at, random() % 20);
                    break;
                case 2:
                    bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 40));
                    break;
                default:
                    bytes.insert(at, 1, "\n\r:{}[]\"\\"[random() % 9]);
                }
                if (bytes.empty())
                    bytes = "\n";
            }
            AnswerStream stream(none);
            const auto fed = stream.feed(bytes);
            const auto ended = stream.finish();
            for (const auto *result : {&fed, &ended})
                QVERIFY(*result || !result->error().message.empty());
            QVERIFY(stream.answer().text.size() <= bytes.size());
        }
    }
};

QTEST_GUILESS_MAIN(TestRemoteEngine)

#include "tst_remote_engine.moc"
