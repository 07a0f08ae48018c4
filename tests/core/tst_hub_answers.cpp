// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/answer.h"
#include "core/hub/json.h"
#include "core/hub/rate_limit.h"
#include "tests/support/gguf_errors.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace snug;
using namespace snug::hub;
using http::HttpReply;

namespace {

const auto kNow = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::hours(12);

Asked asked(bool signedIn, std::string path = {})
{
    return {*http::Url::parse("https://huggingface.co"), "o/n", "main", std::move(path), signedIn};
}

HttpReply answer(long status, const std::string &code, const std::string &message, std::string body = {})
{
    HttpReply reply{status, "application/json", {}, std::move(body)};
    if (!code.empty())
        reply.headers.push_back({"x-error-code", code});
    if (!message.empty())
        reply.headers.push_back({"x-error-message", message});
    return reply;
}

Result<void> failed(Error error)
{
    return tl::make_unexpected(std::move(error));
}

nlohmann::json parsed(const char *text)
{
    auto value = parseJson(text);
    return value ? *std::move(value) : nlohmann::json();
}

} // namespace

Q_DECLARE_METATYPE(snug::ErrorKind)

class TestHubAnswers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void explainsRefusals_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("saying");
        QTest::addColumn<bool>("signedIn");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<QString>("words"); // in the message
        const auto row = [](const char *title, int status, const char *code, const char *saying,
                            bool signedIn, ErrorKind kind, const char *reason, const char *words) {
            QTest::newRow(title) << status << QByteArray(code) << QByteArray(saying) << signedIn << kind
                                 << QByteArray(reason) << QString::fromUtf8(words);
        };
        using enum ErrorKind;
        row("gated, anonymous", 401, "GatedRepo", "Access to model o/n is restricted.", false, Auth,
            "gated_sign_in", "not signed in");
        row("gated, signed in", 403, "GatedRepo", "You are not in the authorized list.", true, Auth,
            "gated_ask", "do not have access to o/n");
        row("no file", 404, "EntryNotFound", "Entry not found", false, NotFound, "file", "no file a/b.gguf");
        row("no revision", 404, "RevisionNotFound", "Invalid rev id", false, NotFound, "revision",
            "revision main");
        row("no repository", 404, "RepoNotFound", "Repository not found", true, NotFound, "repository",
            "or it is private");
        row("no repository, anonymous", 401, "RepoNotFound", "", false, NotFound, "repository",
            "no model o/n");
        row("bad token", 401, "", "Invalid credentials in Authorization header", true, Auth, "token",
            "wrong or has expired");
        row("other 401", 401, "", "Repository not found", true, NotFound, "repository", "no model o/n");
        row("disabled", 403, "", "Access to this resource is disabled.", true, Http, "disabled",
            "has disabled o/n");
        row("scope", 403, "", "", true, Auth, "scope", "does not allow");
        row("403, anonymous", 403, "", "", false, Auth, "sign_in", "without a sign-in");
        row("404 without a code", 404, "", "", false, NotFound, "repository", "no model o/n");
        row("busy", 503, "", "", false, Http, "server", "status 503");
        row("teapot", 418, "", "", false, Http, "status", "status 418");
        row("rate", 429, "", "", false, RateLimited, "", "Hugging Face asks us to wait");
        row("portal", 511, "", "", false, Network, "portal", "sign in first");
    }
    void explainsRefusals()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, saying);
        QFETCH(bool, signedIn);
        QFETCH(ErrorKind, kind);
        QFETCH(QByteArray, reason);
        QFETCH(QString, words);
        const auto error = failed(errorOf(answer(status, code.toStdString(), saying.toStdString()),
                                          asked(signedIn, "a/b.gguf"), kNow));
        QCOMPARE(error.error().kind, kind);
        QCOMPARE(QByteArray::fromStdString(test::reasonOf(error)), reason);
        const QString message = QString::fromStdString(error.error().message);
        QVERIFY2(message.contains(words), qPrintable(message));
        QVERIFY(message.endsWith(u'.') && !error.error().hint.empty());
        if (kind != ErrorKind::Network)
            QCOMPARE(test::numberOf(error, "status"), std::int64_t(status));
    }

    void findsTheServersWordsInTheBody()
    {
        const auto error =
            errorOf(answer(401, "", "", R"({"error":"Invalid credentials in Authorization header"})"),
                    asked(true), kNow);
        QCOMPARE(error.kind, ErrorKind::Auth);
    }

    void keepsWhatHelpsSupportAndNoSecrets()
    {
        HttpReply reply = answer(500, "", "broken for hf_" + std::string(36, 'a') + "\x1B[2J");
        reply.headers.push_back({"x-request-id", "Root=1-64019a9a"});
        const auto error = failed(errorOf(reply, asked(true), kNow));
        const auto text = [&error](const char *name) {
            const auto *value = test::detailOf(error, name);
            return value == nullptr ? std::string() : std::get<std::string>(*value);
        };
        QCOMPARE(text("request_id"), std::string("Root=1-64019a9a"));
        QCOMPARE(text("server_says"), std::string("broken for [redacted]\\u{1B}[2J"));
    }

    void namesAnotherEndpoint()
    {
        Asked mirror = asked(false);
        mirror.endpoint = *http::Url::parse("https://mirror.example");
        QVERIFY(errorOf(answer(503, "", ""), mirror, kNow).message.starts_with("mirror.example:443 has"));
    }

    void tellsHowLongToWait_data()
    {
        QTest::addColumn<QByteArray>("rateLimit");
        QTest::addColumn<QByteArray>("retryAfter");
        QTest::addColumn<qint64>("seconds"); // -1: not told
        const auto row = [](const char *title, const char *rateLimit, const char *retryAfter,
                            qint64 seconds) {
            QTest::newRow(title) << QByteArray(rateLimit) << QByteArray(retryAfter) << seconds;
        };
        row("window", "\"resolvers\";r=0;t=2", "", 3);
        row("window before Retry-After", "\"api\";r=0;t=55", "7", 56);
        row("something left", "\"api\";r=3;t=55", "7", 7);
        row("two windows", "\"api\";r=3;t=55, \"pages\";r=0;t=9", "", 10);
        row("seconds", "", "2", 2);
        row("seconds with blanks", "", " 2 ", 2);
        row("date", "", "Sun, 01 Mar 2026 12:00:30 GMT", 30);
        row("date long ago", "", "Sun, 01 Mar 2020 12:00:30 GMT", 0);
        row("date far away", "", "Sun, 01 Mar 2099 12:00:30 GMT", 600);
        row("garbage", "", "soon", -1);
        row("negative", "", "-5", -1);
        row("fraction", "", "1.5", -1);
        row("a thousand million", "", "1000000000", 600);
        row("beyond 64 bits", "", "99999999999999999999999", 600);
        row("window beyond 64 bits", "\"api\";r=0;t=99999999999999999999999", "", 600);
        row("garbage window", "api;r=0;t=5", "", -1);
        row("window without time", "\"api\";r=0", "", -1);
        row("nothing", "", "", -1);
    }
    void tellsHowLongToWait()
    {
        QFETCH(QByteArray, rateLimit);
        QFETCH(QByteArray, retryAfter);
        QFETCH(qint64, seconds);
        HttpReply reply = answer(429, "", "");
        reply.headers.push_back({"ratelimit", rateLimit.toStdString()});
        reply.headers.push_back({"retry-after", retryAfter.toStdString()});
        QCOMPARE(qint64(waitAfter(reply, kNow).value_or(-1)), seconds);
        const auto error = failed(errorOf(reply, asked(false), kNow));
        QCOMPARE(qint64(test::numberOf(error, "retry_after_s")), seconds);
        QVERIFY(error.error().hint.find("Sign in") != std::string::npos);
    }

    void knowsPages()
    {
        QVERIFY(isWebPage({200, "text/html; charset=utf-8", {}, {}}));
        QVERIFY(isWebPage({200, "TEXT/HTML", {}, {}}));
        QVERIFY(!isWebPage({200, "application/json", {}, {}}));
        QVERIFY(!isWebPage({200, "", {}, {}}));
    }

    void boundsJson_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<ErrorKind>("kind");
        const auto row = [](const char *title, QByteArray text, ErrorKind kind) {
            QTest::newRow(title) << std::move(text) << kind;
        };
        row("nothing", "", ErrorKind::Protocol);
        row("page", "<html></html>", ErrorKind::Protocol);
        row("cut", "[{\"id\":\"a", ErrorKind::Protocol);
        row("two values", "[] []", ErrorKind::Protocol);
        row("bad UTF-8", "[\"\xFF\"]", ErrorKind::Protocol);
        row("NaN", "[NaN]", ErrorKind::Protocol);
        row("deep", QByteArray(10'000, '[') + QByteArray(10'000, ']'), ErrorKind::TooLarge);
        row("deep objects", QByteArray("{\"a\":").repeated(10'000), ErrorKind::TooLarge);
        row("many values", "[" + QByteArray("[],").repeated(600'000) + "1]", ErrorKind::TooLarge);
        row("100 MB", "\"" + QByteArray(100'000'000, 'a') + "\"", ErrorKind::TooLarge);
    }
    void boundsJson()
    {
        QFETCH(QByteArray, text);
        QFETCH(ErrorKind, kind);
        const auto value = parseJson({text.data(), static_cast<std::size_t>(text.size())});
        QVERIFY(!value);
        QCOMPARE(value.error().kind, kind);
    }

    // Which of them counts is not the point, but that it is one of them.
    void aKeyThatComesTwiceIsOne()
    {
        const auto value = parseJson(R"({"sha": "one", "size": 1, "sha": "two", "size": {}})");
        QVERIFY(value.has_value());
        QCOMPARE(value->size(), std::size_t(2));
        QCOMPARE(textOf(*value, "sha"), std::optional<std::string>("two"));
    }

    void bracketsInTextsAreText()
    {
        const std::string text = "[\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\"]";
        QVERIFY(parseJson(text));
        QVERIFY(parseJson(R"({"a":1,"a":2})"));
    }

    void readsCounts_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("count"); // -1: unknown
        for (const auto &[text, count] :
             {std::pair("0", qint64(0)), std::pair("500000000000", qint64(500'000'000'000)),
              std::pair("-1", qint64(-1)), std::pair("1e30", qint64(-1)), std::pair("\"5\"", qint64(-1)),
              std::pair("9223372036854775808", qint64(-1)), std::pair("18446744073709551615", qint64(-1)),
              std::pair("99999999999999999999", qint64(-1)),
              std::pair("9223372036854775807", std::numeric_limits<qint64>::max()),
              std::pair("null", qint64(-1)), std::pair("true", qint64(-1)), std::pair("{}", qint64(-1)),
              std::pair("1.5", qint64(-1))})
            QTest::newRow(text) << QByteArray(text) << count;
    }
    void readsCounts()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, count);
        const auto object = parsed(("{\"n\":" + text + "}").constData());
        QVERIFY(object.is_object());
        QCOMPARE(qint64(countOf(object, "n").value_or(-1)), count);
        QVERIFY(!countOf(object, "n", 5) || count <= 5);
        QVERIFY(!countOf(nlohmann::json::array(), "n"));
    }

    void readsTexts()
    {
        const auto object = parsed(
            R"({"t":"a\u202eb","n":5,"list":["x",5,null,"y\n"],"one":"z","flag":true,"no":1,"empty":""})");
        QCOMPARE(textOf(object, "t").value_or(""), std::string("a\xE2\x80\xAE"
                                                               "b"));
        QCOMPARE(wordsOf(object, "t").value_or(""), std::string("a\\u{202E}b"));
        QVERIFY(!textOf(object, "t", 3) && !textOf(object, "n") && !textOf(object, "x"));
        QVERIFY(!wordsOf(object, "empty"));
        QCOMPARE(wordListOf(object, "list"), (std::vector<std::string>{"x", "y\\u{A}"}));
        QCOMPARE(wordListOf(object, "list", 1), std::vector<std::string>{"x"});
        QCOMPARE(wordListOf(object, "one"), std::vector<std::string>{"z"});
        QVERIFY(wordListOf(object, "n").empty());
        QVERIFY(flagOf(object, "flag") && !flagOf(object, "no") && !flagOf(object, "x"));
    }

    void readsTimes_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("seconds"); // -1: none
        for (const auto &[text, seconds] :
             {std::pair("2025-05-21T15:38:00.000Z", qint64(1747841880)),
              std::pair("1970-01-01T00:00:01Z", qint64(1)), std::pair("2025-02-30T00:00:00Z", qint64(-1)),
              std::pair("2025-05-21T25:38:00Z", qint64(-1)), std::pair("2025-05-21", qint64(-1)),
              std::pair("2025-05-21T15:38:00+01:00", qint64(-1)),
              std::pair("-025-05-21T15:38:00Z", qint64(-1)), std::pair("", qint64(-1))})
            QTest::newRow(text) << QByteArray(text) << seconds;
    }
    void readsTimes()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, seconds);
        const auto object = parsed(("{\"at\":\"" + text + "\"}").constData());
        const auto at = timeOf(object, "at");
        QCOMPARE(at.has_value() ? qint64(at->time_since_epoch().count()) : qint64(-1), seconds);
    }
};

QTEST_GUILESS_MAIN(TestHubAnswers)
#include "tst_hub_answers.moc"
