// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/gate.h"
#include "core/download/source_keeper.h"
#include "tests/core/transfer_fixture.h"

#include <QTest>

#include <limits>

using namespace snug;
using namespace snug::download;
using snug::test::FileBody;
using snug::test::IdleClock;
using snug::test::Origin;
using snug::test::TransferFixture;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

Refusal refusalOf(RetryClass reason, std::optional<std::int64_t> retryAfter = std::nullopt)
{
    Refusal refusal{reason, Error{ErrorKind::Http, "No.", {}, "Try again later."}};
    if (retryAfter)
        refusal.error.detail.emplace_back("retry_after_s", *retryAfter);
    return refusal;
}

// A gate of a download that does nothing else.
struct GateFixture {
    GateFixture() : poller(*Poller::create(clock, {})), gate(options, *poller) {}

    // Fails, and waits until the next request may go out.
    Result<void> fails(RetryClass reason, std::optional<std::int64_t> retryAfter = std::nullopt)
    {
        const Result<void> result = gate.onRefusal(refusalOf(reason, retryAfter));
        waited = gate.left();
        clock.advance(waited);
        return result;
    }

    IdleClock clock;
    Options options = [] {
        Options made;
        made.random = [] { return 0.5; };
        return made;
    }();
    std::unique_ptr<Poller> poller;
    Gate gate;
    milliseconds waited{0};
};

} // namespace

// When a download asks, and how often.
class TestTransferPace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anAddressIsRenewedInTime_data();
    void anAddressIsRenewedInTime();
    void aWrongClockMakesNoStorm();
    void theServersFailuresAreCountedByThemselves();
    void progressEndsTheRow();
    void failuresAtOneMomentAreOne();
    void aWaitOfNothingIsOne_data();
    void aWaitOfNothingIsOne();
    void aLimitWithoutAWaitIsKept_data();
    void aLimitWithoutAWaitIsKept();
    void aFreeConnectionIsUsedAtOnce();
};

void TestTransferPace::anAddressIsRenewedInTime_data()
{
    QTest::addColumn<qint64>("lifetime"); // seconds
    QTest::addColumn<qint64>("after");
    QTest::newRow("3600 s") << qint64(3600) << qint64(3000);
    QTest::newRow("ten minutes") << qint64(600) << qint64(500);
    QTest::newRow("a minute") << qint64(60) << qint64(60);
    QTest::newRow("less") << qint64(59) << qint64(3000);
    QTest::newRow("none") << qint64(0) << qint64(3000);
    QTest::newRow("over for an hour") << qint64(-3600) << qint64(3000);
    QTest::newRow("for ever") << qint64(9'999'999'999) << qint64(3000);
    QTest::newRow("the largest") << std::numeric_limits<qint64>::max() << qint64(3000);
    QTest::newRow("the smallest") << std::numeric_limits<qint64>::min() << qint64(3000);
}

void TestTransferPace::anAddressIsRenewedInTime()
{
    QFETCH(const qint64, lifetime);
    QFETCH(const qint64, after);
    IdleClock clock;
    const auto poller = *Poller::create(clock, {});
    FileRequest request;
    request.resolve = [lifetime](const std::stop_token &) {
        Source source{*http::Url::parse("https://files.snug.invalid/m.gguf")};
        source.lifetime = seconds(lifetime);
        return Result<Source>(std::move(source));
    };
    const Options options;
    SourceKeeper keeper(request, options, *poller, {});
    QVERIFY(keeper.due());
    keeper.resolve();
    std::optional<Result<void>> outcome;
    QTRY_VERIFY(outcome || (outcome = keeper.collect()).has_value());
    FETCHED(*outcome);
    clock.advance(seconds(after - 1));
    QVERIFY(!keeper.due());
    clock.advance(seconds(1));
    QVERIFY(keeper.due());
}

void TestTransferPace::aWrongClockMakesNoStorm()
{
    TransferFixture fixture;
    fixture.request.resolve = [ask = fixture.request.resolve](const std::stop_token &token) {
        Result<Source> source = ask(token);
        if (source)
            source->lifetime = seconds(-7200);
        return source;
    };
    fixture.hub.setBytesPerSecond(2 << 20);
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    QCOMPARE(fixture.resolves(), std::size_t(1));
}

void TestTransferPace::theServersFailuresAreCountedByThemselves()
{
    GateFixture fixture;
    for (int i = 0; i < 3 * fixture.options.serverAttempts; ++i)
        FETCHED(fixture.fails(RetryClass::Transient));
    for (int i = 0; i < fixture.options.serverAttempts; ++i)
        FETCHED(fixture.fails(RetryClass::Server));
    // The line breaks in between: then it is not the server's row any more.
    FETCHED(fixture.fails(RetryClass::Transient));
    for (int i = 0; i < fixture.options.serverAttempts; ++i)
        FETCHED(fixture.fails(RetryClass::Server));
    FAILED_WITH(fixture.fails(RetryClass::Server), ErrorKind::Http);
}

void TestTransferPace::progressEndsTheRow()
{
    GateFixture fixture;
    for (int rows = 0; rows < 3; ++rows) {
        for (int i = 0; i < fixture.options.serverAttempts; ++i)
            FETCHED(fixture.fails(RetryClass::Server));
        fixture.gate.onProgress(1'000'000);
    }
    FETCHED(fixture.fails(RetryClass::Server));
    QCOMPARE(fixture.waited, milliseconds(1000));
}

void TestTransferPace::failuresAtOneMomentAreOne()
{
    GateFixture fixture;
    for (int i = 0; i < 10 * fixture.options.serverAttempts; ++i) {
        FETCHED(fixture.gate.onRefusal(refusalOf(RetryClass::Server)));
        FETCHED(fixture.gate.onRefusal(refusalOf(RetryClass::Mismatch)));
        FETCHED(fixture.gate.onRefusal(refusalOf(RetryClass::Transient)));
    }
    QCOMPARE(fixture.gate.left(), milliseconds(1000));
    // Only a limit reaches farther.
    FETCHED(fixture.gate.onRefusal(refusalOf(RetryClass::Rate, 5)));
    QCOMPARE(fixture.gate.left(), milliseconds(5000));
    QVERIFY(fixture.gate.reason() == WaitReason::RateLimit);
}

void TestTransferPace::aWaitOfNothingIsOne_data()
{
    QTest::addColumn<double>("random");
    QTest::addColumn<qint64>("first"); // milliseconds
    QTest::addColumn<qint64>("second");
    QTest::newRow("the shortest waits") << 0.0 << qint64(1000) << qint64(1000);
    QTest::newRow("the middle") << 0.5 << qint64(1000) << qint64(2000);
}

// "Retry-After: 0", for as long as one asks.
void TestTransferPace::aWaitOfNothingIsOne()
{
    QFETCH(const double, random);
    QFETCH(const qint64, first);
    QFETCH(const qint64, second);
    GateFixture fixture;
    fixture.options.random = [random] { return random; };
    Gate gate(fixture.options, *fixture.poller);
    std::vector<milliseconds> waits;
    for (int i = 0; i < 8; ++i) {
        FETCHED(gate.onRefusal(refusalOf(RetryClass::Rate, 0)));
        waits.push_back(gate.left());
        fixture.clock.advance(waits.back());
    }
    QCOMPARE(waits[0], milliseconds(first));
    QCOMPARE(waits[1], milliseconds(second));
    QVERIFY(waits[7] >= seconds(30));
    // What is asked for counts where it is more.
    FETCHED(gate.onRefusal(refusalOf(RetryClass::Rate, 300)));
    QCOMPARE(gate.left(), milliseconds(300'000));
}

void TestTransferPace::aLimitWithoutAWaitIsKept_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("0") << QByteArray("0");
    QTest::newRow("a date in the past") << QByteArray("Sun, 06 Nov 1994 08:49:37 GMT");
}

void TestTransferPace::aLimitWithoutAWaitIsKept()
{
    QFETCH(const QByteArray, value);
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    fixture.options.connections = 1;
    fixture.hub.addFault(
        test::answerWith(429, {{"Retry-After", value.toStdString()}}).on(Origin::Cdn).requests(1, 4));
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    QVERIFY(fixture.timeIn(WaitReason::RateLimit) >= seconds(1 + 2 + 4 + 8));
}

// Where every connection has just ended, nothing is left that would wake the download.
void TestTransferPace::aFreeConnectionIsUsedAtOnce()
{
    TransferFixture fixture(FileBody::virtualBytes(16'000'001, 3, "GGUF"));
    fixture.options.connections = 1;
    const auto begun = fixture.clock.now();
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    const auto requests = static_cast<int>(fixture.fetches().size());
    QVERIFY2(requests >= 8, std::to_string(requests).c_str());
    // A second before each request but the first; half of them, for a machine that is busy itself.
    QVERIFY(fixture.clock.now() - begun < seconds(requests) / 2);
}

QTEST_GUILESS_MAIN(TestTransferPace)
#include "tst_transfer_pace.moc"
