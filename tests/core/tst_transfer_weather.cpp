// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/transfer_fixture.h"

#include <QDateTime>
#include <QLocale>
#include <QTest>

using namespace snug;
using namespace snug::download;
using snug::test::Fault;
using snug::test::FileBody;
using snug::test::Origin;
using snug::test::TransferFixture;

namespace fs = std::filesystem;

namespace {

using Waits = std::vector<std::int64_t>;

// Bytes a second of a connection: many reports on the way, even where nothing else keeps the machine busy.
constexpr std::int64_t kSlowEnoughToBeSeen = 2'000'000;

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string httpDate(int secondsFromNow)
{
    const QDateTime then = QDateTime::currentDateTimeUtc().addSecs(secondsFromNow);
    return QLocale::c().toString(then, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss")).toStdString() + " GMT";
}

} // namespace

// What the network and the servers do on bad days. The numbers are those of specs/hub.md section 6.2.
class TestTransferWeather : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fault1_brokenConnectionsAreResumedAtTheByte_data();
    void fault1_brokenConnectionsAreResumedAtTheByte();
    void fault2_silenceIsNotWaitedForForEver();
    void fault3_crawlingConnectionsAreReplaced_data();
    void fault3_crawlingConnectionsAreReplaced();
    void fault4_aRateLimitIsKept_data();
    void fault4_aRateLimitIsKept();
    void fault5_theServersTroubleIsWaitedFor();
    void fault5_forALimitedTime();
    void fault5_waitsDifferFromClientToClient();
    void fault6_anExpiredAddressIsRenewedOnce();
    void fault6_anAddressIsRenewedBeforeItExpires();
    void fault7_refusedForEver_data();
    void fault7_refusedForEver();
    void fault7_oneConnectionTooManyIsNotTheEnd();
    void fault7_aBlipOfTheContentNetworkIsForgiven_data();
    void fault7_aBlipOfTheContentNetworkIsForgiven();
    void fault31_sleep();
};

void TestTransferWeather::fault1_brokenConnectionsAreResumedAtTheByte_data()
{
    QTest::addColumn<Fault>("fault");
    QTest::addColumn<bool>("exact"); // nothing of what was sent is lost on the way
    QTest::newRow("FIN") << test::cutAfter(100'000) << true;
    QTest::newRow("RST") << test::resetAfter(100'000) << false;
    QTest::newRow("FIN after the head") << test::cutAfter(0) << true;
    QTest::newRow("FIN before the head") << test::cutAfter(-1) << true;
    QTest::newRow("RST before the head") << test::resetAfter(-1) << true;
}

void TestTransferWeather::fault1_brokenConnectionsAreResumedAtTheByte()
{
    QFETCH(const Fault, fault);
    QFETCH(const bool, exact);
    TransferFixture fixture;
    const auto struck = fixture.hub.addFault(fault.on(Origin::Cdn).requests(2, 7));
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QCOMPARE(fixture.hub.hits(struck), 7);
    QCOMPARE(done->attempts, 1);
    QCOMPARE(done->fetchedBytes, fixture.body.size());
    QVERIFY(fixture.waitedFor(WaitReason::Network));
    QVERIFY(!fixture.wentBackwards);
    const std::int64_t lost = fixture.servedBytes() - fixture.body.size();
    QVERIFY2(exact ? lost == 0 : lost <= 7 * 100'000, std::to_string(lost).c_str());
    if (fault.number > 0 && exact) {
        const auto fetches = fixture.fetches();
        const auto begin = test::rangeOf(fetches.front())->begin + fault.number;
        QVERIFY(
            std::ranges::any_of(fetches, [&](const auto &e) { return test::rangeOf(e)->begin == begin; }));
    }
}

void TestTransferWeather::fault2_silenceIsNotWaitedForForEver()
{
    TransferFixture fixture;
    fixture.hub.addFault(test::stallAfter(50'000).on(Origin::Cdn).requests(2, 5));
    const auto begun = fixture.clock.now();
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    QVERIFY(fixture.clock.now() - begun >= fixture.options.stallTimeout);
    QCOMPARE(fixture.servedBytes(), fixture.body.size());
    // Nobody is shown a speed that there is not.
    QVERIFY(std::ranges::any_of(fixture.seen, [](const Status &status) {
        return status.connections == 5 && status.bytesOnDisk == 250'000 && status.bytesPerSecond == 0;
    }));
}

void TestTransferWeather::fault3_crawlingConnectionsAreReplaced_data()
{
    QTest::addColumn<Fault>("fault");
    QTest::newRow("a byte a second") << test::slowBody(1);
    QTest::newRow("headers without end") << test::endlessHead(std::chrono::milliseconds(150));
}

void TestTransferWeather::fault3_crawlingConnectionsAreReplaced()
{
    QFETCH(const Fault, fault);
    TransferFixture fixture;
    fixture.hub.addFault(fault.on(Origin::Cdn).requests(2));
    std::int64_t besides = 0; // came while the slow one was still there
    fixture.watch = [&](const Status &status) {
        if (status.connections > 0 && !fixture.waitedFor(WaitReason::Network))
            besides = status.bytesOnDisk;
    };
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    // All pieces but the one that the slow connection holds.
    QVERIFY2(besides >= fixture.body.size() - TransferFixture::kPiece, std::to_string(besides).c_str());
    QVERIFY(fixture.waitedFor(WaitReason::Network));
}

void TestTransferWeather::fault4_aRateLimitIsKept_data()
{
    QTest::addColumn<bool>("byTheHub");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<qint64>("least"); // seconds
    QTest::addColumn<qint64>("most");
    for (const bool hub : {true, false}) {
        const char *who = hub ? "Hub" : "CDN";
        const auto row = [&](const char *what) -> QTestData & {
            return QTest::addRow("%s: %s", who, what) << hub;
        };
        row("RateLimit") << QByteArray("RateLimit") << QByteArray("\"resolvers\";r=0;t=2") << 3LL << 3LL;
        row("Retry-After") << QByteArray("Retry-After") << QByteArray("2") << 2LL << 2LL;
        row("date") << QByteArray("Retry-After") << QByteArray("{date}") << 25LL << 30LL;
        row("garbage") << QByteArray("Retry-After") << QByteArray("soon") << 1LL << 1LL;
        row("for ever") << QByteArray("Retry-After") << QByteArray("1000000000") << 600LL << 600LL;
    }
}

void TestTransferWeather::fault4_aRateLimitIsKept()
{
    QFETCH(const bool, byTheHub);
    QFETCH(const QByteArray, name);
    QFETCH(const QByteArray, value);
    QFETCH(const qint64, least);
    QFETCH(const qint64, most);
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    if (byTheHub)
        fixture.asksAsPull();
    fixture.options.connections = 1;
    const std::string text = value == "{date}" ? httpDate(30) : value.toStdString();
    fixture.hub.addFault(test::answerWith(429, {{name.toStdString(), text}})
                             .on(byTheHub ? Origin::Hub : Origin::Cdn)
                             .requests(1));
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    const Waits waits = fixture.waits(WaitReason::RateLimit);
    QCOMPARE(waits.size(), std::size_t(1));
    QVERIFY2(waits[0] >= least * 1000 && waits[0] <= most * 1000, std::to_string(waits[0]).c_str());
    QVERIFY(fixture.timeIn(WaitReason::RateLimit) >= std::chrono::milliseconds(waits[0]));
    // No request in between: the refused one, and one for each run of pieces.
    QCOMPARE(fixture.resolves(), byTheHub ? std::size_t(2) : std::size_t(1));
    std::int64_t at = 0;
    for (const auto &entry : fixture.fetches()) {
        QCOMPARE(test::rangeOf(entry)->begin, at);
        at = entry.status == 206 ? test::rangeOf(entry)->end : at;
    }
    QCOMPARE(at, fixture.body.size());
}

void TestTransferWeather::fault5_theServersTroubleIsWaitedFor()
{
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    fixture.options.connections = 1;
    fixture.hub.addFault(test::answerWith(503).on(Origin::Cdn).requests(2));
    fixture.hub.addFault(test::answerWith(500).on(Origin::Hub).requests(1));
    fixture.hub.addFault(test::answerWith(504, {{"Retry-After", "77"}}).on(Origin::Cdn).requests(4));
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    const Waits waits = fixture.waits(WaitReason::Server);
    QCOMPARE(waits, (Waits{1000, 1000, 77'000}));
    QCOMPARE(fixture.servedBytes(), fixture.body.size());
}

void TestTransferWeather::fault5_forALimitedTime()
{
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    fixture.options.connections = 1;
    const auto burst = fixture.hub.addFault(test::answerWith(500).on(Origin::Cdn).requests(2, 20));
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::Http);
    QCOMPARE(test::numberOf(failed, "status"), std::int64_t(500));
    const Waits growing{1000, 2000, 4000, 8000, 16'000, 32'000, 60'000};
    const Waits waits = fixture.waits(WaitReason::Server);
    QCOMPARE(int(waits.size()), fixture.options.serverAttempts);
    QVERIFY(std::equal(growing.begin(), growing.end(), waits.begin()));
    QVERIFY(fixture.timeIn(WaitReason::Server) >= std::chrono::seconds(1 + 2 + 4 + 8 + 16 + 32 + 6 * 60));
    QCOMPARE(fixture.hub.hits(burst), fixture.options.serverAttempts + 1);
    QVERIFY(fs::exists(fixture.request.part) && !fs::exists(fixture.request.target));

    fixture.hub.clearFaults();
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QVERIFY(done->fetchedBytes < fixture.body.size());
}

void TestTransferWeather::fault5_waitsDifferFromClientToClient()
{
    for (const double random : {0.0, 0.999}) {
        TransferFixture fixture;
        fixture.options.random = [random] { return random; };
        fixture.hub.addFault(test::answerWith(503).on(Origin::Hub).requests(1, 3));
        FETCHED(fixture.run());
        const Waits expected = random == 0.0 ? Waits{500, 1000, 2000} : Waits{1499, 2998, 5996};
        QCOMPARE(fixture.waits(WaitReason::Server), expected);
    }
}

void TestTransferWeather::fault6_anExpiredAddressIsRenewedOnce()
{
    TransferFixture fixture(FileBody::virtualBytes(40 * TransferFixture::kPiece, 3, "GGUF"));
    fixture.hub.setBytesPerSecond(kSlowEnoughToBeSeen);
    bool expired = false;
    fixture.watch = [&](const Status &status) {
        if (expired || status.bytesOnDisk <= 0)
            return;
        expired = true;
        fixture.hub.skipTime(std::chrono::seconds(3601));
        fixture.hub.setBytesPerSecond(0);
    };
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    const auto refused = std::ranges::count(fixture.fetches(), 403, &test::LoggedRequest::status);
    QVERIFY(refused >= 1);
    QCOMPARE(fixture.resolves(), std::size_t(2));
    QCOMPARE(fixture.servedBytes(), fixture.body.size());
    QVERIFY(fixture.waits(WaitReason::Network).empty() && fixture.waits(WaitReason::Server).empty());
}

void TestTransferWeather::fault6_anAddressIsRenewedBeforeItExpires()
{
    TransferFixture fixture(FileBody::virtualBytes(40 * TransferFixture::kPiece, 3, "GGUF"));
    fixture.hub.setBytesPerSecond(kSlowEnoughToBeSeen);
    bool later = false;
    fixture.watch = [&](const Status &status) {
        if (later || status.bytesOnDisk <= 0)
            return;
        later = true;
        fixture.clock.advance(fixture.options.renewAfter);
        fixture.hub.setBytesPerSecond(0);
    };
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    QCOMPARE(fixture.resolves(), std::size_t(2));
    QCOMPARE(std::ranges::count(fixture.fetches(), 403, &test::LoggedRequest::status), 0);
}

void TestTransferWeather::fault7_refusedForEver_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("asPull");
    for (const int status : {400, 401, 403}) {
        QTest::addRow("%d", status) << status << false;
        QTest::addRow("%d, the Hub's client too", status) << status << true;
    }
}

void TestTransferWeather::fault7_refusedForEver()
{
    QFETCH(const int, status);
    QFETCH(const bool, asPull);
    TransferFixture fixture;
    if (!asPull)
        fixture.asksTheHubOnly();
    fixture.hub.addFault(test::answerWith(status, {}, "<Error/>").on(Origin::Cdn).always());
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::Http);
    QVERIFY(!failed.error().hint.empty());
    QVERIFY2(fixture.resolves() <= 6, std::to_string(fixture.resolves()).c_str());
    if (!asPull)
        QCOMPARE(fixture.resolves(), std::size_t(6));
    QVERIFY(!fs::exists(fixture.request.target));
}

// Some mirrors answer so where somebody has more connections than they like.
void TestTransferWeather::fault7_oneConnectionTooManyIsNotTheEnd()
{
    TransferFixture fixture(FileBody::virtualBytes(100 * TransferFixture::kPiece, 3, "GGUF"));
    fixture.asksTheHubOnly();
    fixture.hub.setBytesPerSecond(kSlowEnoughToBeSeen);
    const auto refused = fixture.hub.addFault(test::answerWith(403).on(Origin::Cdn).requests(5, 8));
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QVERIFY(fixture.hub.hits(refused) > 0);
    QCOMPARE(fixture.servedBytes(), fixture.body.size());
}

void TestTransferWeather::fault7_aBlipOfTheContentNetworkIsForgiven_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {403, 408, 429, 500, 503})
        QTest::addRow("%d", status) << status;
}

// The first request to the content network is that of the Hub's client.
void TestTransferWeather::fault7_aBlipOfTheContentNetworkIsForgiven()
{
    QFETCH(const int, status);
    TransferFixture fixture;
    const auto blip = test::answerWith(status, {{"Retry-After", "9"}}).on(Origin::Cdn).requests(1);
    const auto number = fixture.hub.addFault(blip);
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    QCOMPARE(fixture.hub.hits(number), 1);
    if (status == 429)
        QCOMPARE(fixture.waits(WaitReason::RateLimit), Waits{9000});
}

void TestTransferWeather::fault31_sleep()
{
    TransferFixture fixture(FileBody::virtualBytes(40 * TransferFixture::kPiece, 3, "GGUF"));
    fixture.hub.setBytesPerSecond(kSlowEnoughToBeSeen);
    bool slept = false;
    fixture.watch = [&](const Status &status) {
        if (slept || status.bytesOnDisk < 8 * TransferFixture::kPiece)
            return;
        slept = true;
        fixture.clock.advance(std::chrono::hours(8));
        fixture.hub.skipTime(std::chrono::hours(8));
        fixture.hub.dropConnections();
    };
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(slept && fixture.intact());
    QCOMPARE(done->attempts, 1);
    QVERIFY(!fixture.wentBackwards);
    // The address is too old by then, and asked for again.
    QCOMPARE(fixture.resolves(), std::size_t(2));
    for (const Status &status : fixture.seen) {
        QVERIFY2(status.secondsLeft == -1 || (status.secondsLeft >= 0 && status.secondsLeft < 3600),
                 std::to_string(status.secondsLeft).c_str());
        QVERIFY(status.bytesPerSecond >= 0 && status.bytesPerSecond < 1e10);
    }
}

QTEST_GUILESS_MAIN(TestTransferWeather)
#include "tst_transfer_weather.moc"
