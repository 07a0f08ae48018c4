// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/transfer_fixture.h"
#include "tests/support/scripted_server.h"
#include "tests/support/tls_server.h"

#include <QTest>

using namespace snug;
using namespace snug::download;
using snug::test::Origin;
using snug::test::ScriptedServer;
using snug::test::TransferFixture;

namespace fs = std::filesystem;

// Connections that do not come about: fault 33 of specs/hub.md section 6.2.
class TestTransferRefused : public QObject {
    Q_OBJECT

private:
    // Ends the download when it waits for that, so many times.
    static void stopInWait(TransferFixture &fixture, WaitReason reason, std::size_t times)
    {
        fixture.watch = [&fixture, reason, times](const Status &) {
            if (fixture.waits(reason).size() >= times)
                fixture.stop.request_stop();
        };
    }
    static std::optional<Error> lastTrouble(const TransferFixture &fixture)
    {
        for (auto status = fixture.seen.rbegin(); status != fixture.seen.rend(); ++status) {
            if (status->trouble)
                return status->trouble;
        }
        return std::nullopt;
    }

private Q_SLOTS:
    void fault33_noAnswerIsWaitedFor_data();
    void fault33_noAnswerIsWaitedFor();
    void fault33_noSuchName();
    void fault33_aSelfSignedCertificate();
    void fault33_theProxyRefuses_data();
    void fault33_theProxyRefuses();
    void fault33_theProxyAnswersItself();
    void fault33_theHubCannotBeReached_data();
    void fault33_theHubCannotBeReached();
    void noEncryptionIsNoWay();
};

void TestTransferRefused::fault33_noAnswerIsWaitedFor_data()
{
    QTest::addColumn<bool>("theHub");
    QTest::newRow("the Hub") << true;
    QTest::newRow("the content network") << false;
}

// Longer than any number of attempts would last: no network is no failure.
void TestTransferRefused::fault33_noAnswerIsWaitedFor()
{
    QFETCH(const bool, theHub);
    const Origin origin = theHub ? Origin::Hub : Origin::Cdn;
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    fixture.hub.setListening(origin, false);
    fixture.watch = [&](const Status &) {
        if (fixture.waits(WaitReason::Network).size() == 15)
            fixture.hub.setListening(origin, true);
    };
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    const auto waits = fixture.waits(WaitReason::Network);
    QVERIFY(waits.size() >= 15);
    QCOMPARE(waits.front(), std::int64_t(1000));
    QCOMPARE(waits.back(), std::int64_t(60'000));
}

void TestTransferRefused::fault33_noSuchName()
{
    TransferFixture fixture;
    fixture.asksAt("https://files.snug.invalid/m.gguf");
    fixture.options.clock = nullptr; // looking up a name takes its time
    stopInWait(fixture, WaitReason::Network, 1);
    FAILED_WITH(fixture.run(), ErrorKind::Cancelled);
    const auto trouble = lastTrouble(fixture);
    QVERIFY(trouble.has_value());
    QCOMPARE(trouble->kind, ErrorKind::Network);
    QVERIFY2(trouble->message.find("files.snug.invalid") != std::string::npos, trouble->message.c_str());
}

void TestTransferRefused::fault33_aSelfSignedCertificate()
{
    const test::TlsServer server;
    if (server.url().isEmpty())
        QSKIP("Qt was built without TLS, so no server with a certificate can be played.");
    TransferFixture fixture;
    fixture.asksAt(server.url().toStdString());
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::Network);
    QVERIFY2(failed.error().message.find("identity of 127.0.0.1") != std::string::npos,
             failed.error().message.c_str());
    QVERIFY(failed.error().hint.find("certificate") != std::string::npos);
    QVERIFY(fixture.waits(WaitReason::Network).empty());
    QVERIFY(!fs::exists(fixture.request.target));
}

void TestTransferRefused::fault33_theProxyRefuses_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("407") << QByteArray(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic "
        "realm=\"office\"\r\nContent-Length: 0\r\n\r\n");
    QTest::newRow("403") << QByteArray("HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\n\r\nblocked");
    QTest::newRow("502") << QByteArray("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n"
                                       "Content-Length: 6\r\n\r\n<html>");
}

void TestTransferRefused::fault33_theProxyRefuses()
{
    QFETCH(const QByteArray, answer);
    const ScriptedServer proxy({test::sends(answer), test::closes()});
    TransferFixture fixture;
    fixture.request.resolve = [](const std::stop_token &) {
        Source source{*http::Url::parse("https://files.snug.invalid/m.gguf")};
        source.headers = {{"Authorization", "Bearer " + test::kToken}};
        return Result<Source>(std::move(source));
    };
    fixture.options.proxy = proxy.url().toStdString();
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::Network);
    QVERIFY2(failed.error().message.find("proxy") != std::string::npos, failed.error().message.c_str());
    QVERIFY(failed.error().hint.find("proxy") != std::string::npos);
    QVERIFY(!proxy.requests().isEmpty());
    for (const QByteArray &request : proxy.requests()) {
        QVERIFY(request.startsWith("CONNECT files.snug.invalid:443"));
        QVERIFY2(!request.contains("hf_"), request.constData());
    }
}

// A page in place of the encrypted connection: it looks like trouble of the moment, but not for ever.
void TestTransferRefused::fault33_theProxyAnswersItself()
{
    const ScriptedServer proxy(
        {test::sends("HTTP/1.1 200 OK\r\n\r\n<html>Please sign in to the proxy</html>"), test::closes()});
    TransferFixture fixture;
    fixture.asksAt("https://files.snug.invalid/m.gguf");
    fixture.options.proxy = proxy.url().toStdString();
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::Network);
    QVERIFY2(failed.error().message.find("secure connection") != std::string::npos,
             failed.error().message.c_str());
    QVERIFY(!failed.error().hint.empty());
    QVERIFY(!fs::exists(fixture.request.target));
}

void TestTransferRefused::fault33_theHubCannotBeReached_data()
{
    QTest::addColumn<bool>("byProxy");
    QTest::newRow("certificate") << false;
    QTest::newRow("proxy") << true;
}

// The Hub's client has its connections from elsewhere; their end is the same.
void TestTransferRefused::fault33_theHubCannotBeReached()
{
    QFETCH(const bool, byProxy);
    const test::TlsServer server;
    if (server.url().isEmpty())
        QSKIP("Qt was built without TLS, so no server with a certificate can be played.");
    const ScriptedServer proxy({test::sends("HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")});
    TransferFixture fixture;
    hub::ClientOptions options = test::optionsFor(fixture.hub);
    options.endpoint = *http::Url::parse(byProxy ? "https://hub.snug.invalid" : server.url().toStdString());
    options.token = *hub::Token::parse(test::kToken, options.endpoint);
    fixture.request.resolve = [client = hub::Client(options)](const std::stop_token &token) {
        const auto found = client.resolve(test::id("acme/tiny"), test::kCommit, "m.gguf", token);
        return found ? Result<Source>(Source{found->url}) : tl::make_unexpected(found.error());
    };
    if (byProxy)
        qputenv("https_proxy", proxy.url());
    stopInWait(fixture, WaitReason::Network, 1); // not found out by waiting
    const auto failed = fixture.run();
    qunsetenv("https_proxy");
    FAILED_WITH(failed, ErrorKind::Network);
    QCOMPARE(test::reason(failed), QByteArray(byProxy ? "proxy" : "certificate"));
    QCOMPARE(proxy.requests().isEmpty(), !byProxy);
    for (const QByteArray &request : proxy.requests())
        QVERIFY(!request.contains("hf_"));
}

void TestTransferRefused::noEncryptionIsNoWay()
{
    TransferFixture fixture;
    fixture.asksAt("http://files.snug.invalid/m.gguf");
    FAILED_WITH(fixture.run(), ErrorKind::InvalidArgument);
}

QTEST_GUILESS_MAIN(TestTransferRefused)
#include "tst_transfer_refused.moc"
