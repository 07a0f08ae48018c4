// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/client.h"
#include "tests/core/hub_fixture.h"

#include <QElapsedTimer>
#include <QTest>

#include <thread>

using namespace snug;
using namespace snug::hub;
using namespace snug::test;
using nlohmann::json;

Q_DECLARE_METATYPE(snug::ErrorKind)
Q_DECLARE_METATYPE(snug::test::Fault)

// What a network, a proxy or a hostile server can do to a single request.
class TestHubWeather : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_hub = std::make_unique<FakeHub>();
        m_hub->addRepository(tiny());
        m_hub->addUser(kToken, FakeUser{"ada"});
    }
    void cleanup() { m_hub.reset(); }

    void isNotLedAstrayByLinks_data()
    {
        QTest::addColumn<QByteArray>("link");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("other origin")
            << QByteArray("<{cdn}/api/models?p=2>; rel=\"next\"") << QByteArray("other_origin");
        QTest::newRow("circle") << QByteArray("<{target}>; rel=\"next\"") << QByteArray("loop");
        QTest::newRow("no address") << QByteArray("<file:///etc/passwd>; rel=\"next\"")
                                    << QByteArray("no_address");
    }
    void isNotLedAstrayByLinks()
    {
        QFETCH(QByteArray, link);
        QFETCH(QByteArray, reason);
        m_hub->addFault(withHeader("Link", link.toStdString()).on(Origin::Hub, "/api/models").always());
        const auto page = signedIn(*m_hub).search({}, {});
        QVERIFY2(page, messageOf(page).c_str());
        QCOMPARE(page->rows.size(), std::size_t(1)); // what came is usable
        QVERIFY(!page->next && page->ended);
        QCOMPARE(test::reason(Result<void>(tl::make_unexpected(*page->ended))), reason);
        QVERIFY(m_hub->requests(Origin::Cdn).empty());
        QCOMPARE(test::reason(signedIn(*m_hub).files(id("acme/tiny"), kCommit, {})), reason);
        QVERIFY(m_hub->requests(Origin::Cdn).empty());
    }

    void endsAnEndlessList()
    {
        m_hub->addFault(withHeader("Link", "</api/models/acme/tiny/tree/main?p={n}>; rel=\"next\"")
                            .on(Origin::Hub)
                            .always());
        const auto files = clientOf(*m_hub).files(id("acme/tiny"), kCommit, {});
        QVERIFY(!files);
        // The same files again and again are twins, and the number of pages is limited.
        QCOMPARE(files.error().kind, ErrorKind::TooLarge);
        QVERIFY(m_hub->requests().size() <= 200);
    }

    void walksNoBadRedirect_data()
    {
        QTest::addColumn<QByteArray>("location");
        for (const char *location :
             {"{hub}{target}", "{target}", "", "http://hub.example/x", "//hub.example/x",
              "file:///etc/passwd", "smtp://hub.example/", "{cdn}@evil.example/",
              "https://user:secret@hub.example/", "/a b", "ftp://127.0.0.1/x"})
            QTest::newRow(location[0] == '\0' ? "none" : location) << QByteArray(location);
    }
    void walksNoBadRedirect()
    {
        QFETCH(QByteArray, location);
        m_hub->addFault(answerWith(302, {{"Location", location.toStdString()}, {"X-Repo-Commit", kCommit}})
                            .on(Origin::Hub)
                            .always());
        const Client client = signedIn(*m_hub);
        const auto found = client.resolve(id("acme/tiny"), kCommit, "tiny-Q4_K_M.gguf", {});
        QVERIFY(!found);
        QCOMPARE(found.error().kind, ErrorKind::Protocol);
        QCOMPARE(reason(found), QByteArray("redirect"));
        QVERIFY(m_hub->requests().size() <= 6);
        QVERIFY(!client.search({}, {}));
        QVERIFY(m_hub->requests().size() <= 12);
    }

    void tellsAPortalFromTheHub_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::newRow("page") << captivePortal();
        QTest::newRow("sign-in host") << redirectTo("{cdn}/login");
        QTest::newRow("511") << answerWith(511, {{"Content-Type", "text/html"}}, "<html>");
    }
    void tellsAPortalFromTheHub()
    {
        QFETCH(Fault, fault);
        m_hub->addFault(fault.on(Origin::Hub).always());
        const Client client = signedIn(*m_hub);
        const auto check = [](const auto &result) {
            return !result && result.error().kind == ErrorKind::Network && reasonOf(result) == "portal";
        };
        QVERIFY(check(client.search({}, {})));
        QVERIFY(check(client.repository(id("acme/tiny"), {}, {})));
        QVERIFY(check(client.files(id("acme/tiny"), kCommit, {})));
        QVERIFY(check(client.card(id("acme/tiny"), kCommit, {})));
        QVERIFY(check(client.resolve(id("acme/tiny"), kCommit, "tiny-Q4_K_M.gguf", {})));
        QVERIFY(m_hub->requests(Origin::Cdn).empty());
    }

    void wantsACommitOfTheHub()
    {
        m_hub->addFault(withoutHeader("X-Repo-Commit").on(Origin::Hub, "/resolve").always());
        QCOMPARE(reason(clientOf(*m_hub).resolve(id("acme/tiny"), kCommit, "tiny-Q4_K_M.gguf", {})),
                 QByteArray("portal"));
        m_hub->clearFaults();
        m_hub->addFault(
            withHeader("X-Repo-Commit", std::string(40, 'f')).on(Origin::Hub, "/resolve").always());
        QCOMPARE(reason(clientOf(*m_hub).resolve(id("acme/tiny"), kCommit, "tiny-Q4_K_M.gguf", {})),
                 QByteArray("commit"));
    }

    void seesContradictingSizes()
    {
        m_hub->addFault(withHeader("X-Linked-Size", "17").on(Origin::Hub, "/resolve/"));
        QCOMPARE(reason(clientOf(*m_hub).resolve(id("acme/tiny"), kCommit, "tiny-Q4_K_M.gguf", {})),
                 QByteArray("size"));
        m_hub->addFault(withHeader("X-Linked-Size", "-1").on(Origin::Hub, "/resolve/"));
        const auto odd = clientOf(*m_hub).resolve(id("acme/tiny"), kCommit, "tiny-Q4_K_M.gguf", {});
        QVERIFY2(odd, messageOf(odd).c_str());
        QCOMPARE(odd->bytes.value_or(-1), kModelBytes);
    }

    void doesNotWaitForAWholeFile()
    {
        FakeRepository huge{"acme/huge", kCommit};
        huge.files = {
            lfsFile("huge.gguf", FileBody::virtualBytes(2'000'000'000, 9).withSha256(std::string(64, 'c')))};
        m_hub->addRepository(huge);
        m_hub->addFault(ignoresRange().on(Origin::Cdn).always());
        QElapsedTimer timer;
        timer.start();
        const auto found = clientOf(*m_hub).resolve(id("acme/huge"), kCommit, "huge.gguf", {});
        QVERIFY2(found, messageOf(found).c_str());
        QCOMPARE(found->bytes.value_or(-1), std::int64_t(2'000'000'000));
        QVERIFY(m_hub->bodyBytes(Origin::Cdn) < 200'000'000);
    }

    void namesTheStorageThatRefuses()
    {
        m_hub->addFault(expiredUrl().on(Origin::Cdn).always());
        const auto found = clientOf(*m_hub).resolve(id("acme/tiny"), kCommit, "tiny-Q4_K_M.gguf", {});
        QCOMPARE(found.error().kind, ErrorKind::Http);
        QCOMPARE(reason(found), QByteArray("storage"));
        QCOMPARE(numberOf(found, "status"), std::int64_t(403));
    }

    void carriesTheWaitAndDoesNotWait()
    {
        m_hub->addFault(answerWith(429, {{"RateLimit", "\"api\";r=0;t=55"}}).on(Origin::Hub).always());
        const auto found = clientOf(*m_hub).repository(id("acme/tiny"), {}, {});
        QCOMPARE(found.error().kind, ErrorKind::RateLimited);
        QCOMPARE(numberOf(found, "retry_after_s"), std::int64_t(56));
        QCOMPARE(m_hub->requests().size(), std::size_t(1));
    }

    void surviveHostileAnswers_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("no JSON") << QByteArray("{") << ErrorKind::Protocol;
        QTest::newRow("no list") << QByteArray("{}") << ErrorKind::Protocol;
        QTest::newRow("a word") << QByteArray("\"x\"") << ErrorKind::Protocol;
        QTest::newRow("deep") << QByteArray(10'000, '[') << ErrorKind::TooLarge;
        QTest::newRow("40 MB") << QByteArray(40'000'000, ' ') << ErrorKind::TooLarge;
    }
    void surviveHostileAnswers()
    {
        QFETCH(QByteArray, body);
        QFETCH(ErrorKind, kind);
        m_hub->addFault(answerWith(200, {{"Content-Type", "application/json"}}, body.toStdString()).always());
        const Client client = clientOf(*m_hub);
        QCOMPARE(client.search({}, {}).error().kind, kind);
        QCOMPARE(client.files(id("acme/tiny"), kCommit, {}).error().kind, kind);
        QCOMPARE(client.repository(id("acme/tiny"), {}, {}).error().kind, kind);
    }

    void unfoldsNoBomb()
    {
        // 100 MB of blanks in some 100 kB.
        QByteArray packed = qCompress(QByteArray(100'000'000, ' '), 9).mid(4);
        m_hub->addFault(
            rawAnswer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: deflate\r\n"
                      "Content-Length: " +
                      std::to_string(packed.size()) + "\r\n\r\n" + packed.toStdString())
                .always());
        const auto found = clientOf(*m_hub).search({}, {});
        QVERIFY(!found);
        QCOMPARE(found.error().kind, ErrorKind::TooLarge);
    }

    void skipsUnusableRows()
    {
        const json rows = {
            json{{"id", "acme/tiny"}, {"downloads", -5}, {"likes", "x"}, {"tags", 5}, {"gated", "auto"}},
            json{{"id", "../x"}}, 5, nullptr, json{{"name", "a"}}};
        m_hub->addFault(answerWith(200, {{"Content-Type", "application/json"}}, rows.dump()));
        const auto page = clientOf(*m_hub).search({}, {});
        QVERIFY2(page, messageOf(page).c_str());
        QCOMPARE(page->rows.size(), std::size_t(1));
        QCOMPARE(page->skipped, 4);
        const ModelRow &row = page->rows.front();
        QVERIFY(!row.downloads && !row.likes && row.tags.empty() && row.gate == Gate::Automatic);
    }

    void staysOffline()
    {
        ClientOptions options = optionsFor(*m_hub);
        options.offline = true;
        const auto found = Client(options).search({}, {});
        QCOMPARE(found.error().kind, ErrorKind::Network);
        QCOMPARE(reason(found), QByteArray("offline"));
        QVERIFY(found.error().message.find("offline") != std::string::npos);
        QVERIFY(m_hub->requests().empty());
    }

    void saysWhenNobodyAnswers()
    {
        m_hub->setListening(Origin::Hub, false);
        const auto refused = clientOf(*m_hub).search({}, {});
        QCOMPARE(refused.error().kind, ErrorKind::Network);
        QVERIFY(refused.error().message.find("127.0.0.1") != std::string::npos);
        ClientOptions lost = optionsFor(*m_hub);
        lost.endpoint = *http::Url::parse("https://nowhere.invalid");
        QCOMPARE(Client(lost).search({}, {}).error().kind, ErrorKind::Network);
    }

    void givesUpOnTime_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::newRow("silence") << stallAfter(-1);
        QTest::newRow("slow body") << slowBody(1);
        QTest::newRow("endless head") << endlessHead(std::chrono::milliseconds(20));
    }
    void givesUpOnTime()
    {
        QFETCH(Fault, fault);
        m_hub->addFault(fault.always());
        ClientOptions options = optionsFor(*m_hub);
        options.totalTimeout = std::chrono::milliseconds(400);
        QElapsedTimer timer;
        timer.start();
        const auto found = Client(options).search({}, {});
        QVERIFY(!found);
        QCOMPARE(found.error().kind, ErrorKind::Network);
        QVERIFY(timer.elapsed() < 5000);
    }

    void stopsAtOnce()
    {
        m_hub->addFault(stallAfter(-1).always());
        std::stop_source stop;
        std::thread stopper([this, &stop] {
            while (m_hub->requests().empty())
                std::this_thread::yield();
            stop.request_stop();
        });
        const auto found = clientOf(*m_hub).files(id("acme/tiny"), kCommit, stop.get_token());
        stopper.join();
        QCOMPARE(found.error().kind, ErrorKind::Cancelled);
    }

private:
    std::unique_ptr<FakeHub> m_hub;
};

QTEST_GUILESS_MAIN(TestHubWeather)
#include "tst_hub_weather.moc"
