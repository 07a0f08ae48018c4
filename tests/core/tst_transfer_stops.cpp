// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/transfer_fixture.h"

#include <QTest>

#include <random>
#include <thread>

using namespace snug;
using namespace snug::download;
using snug::test::FileBody;
using snug::test::Origin;
using snug::test::TransferFixture;

namespace fs = std::filesystem;

namespace {

// What is promised is 100 ms; sanitizers and a busy machine take their share.
constexpr std::chrono::milliseconds kSoon(1500);

} // namespace

Q_DECLARE_METATYPE(snug::download::State)

// Pausing, resuming, quitting: fault 35 of specs/hub.md section 6.2.
class TestTransferStops : public QObject {
    Q_OBJECT

private:
    // Runs it on a thread and stops it after that long; how long it then took to end.
    static std::chrono::milliseconds stopAfter(TransferFixture &fixture, std::chrono::microseconds wait,
                                               std::optional<Result<Done>> &outcome)
    {
        using Clock = std::chrono::steady_clock;
        fixture.stop = {};
        std::thread runner([&] { outcome = fixture.run(); });
        std::this_thread::sleep_for(wait);
        const auto asked = Clock::now();
        fixture.stop.request_stop();
        runner.join();
        return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - asked);
    }

private Q_SLOTS:
    void fault35_aStormOfStops_data();
    void fault35_aStormOfStops();
    void fault35_quitsInEveryState_data();
    void fault35_quitsInEveryState();
    void fault35_aStopBeforeItBegins();
    void fault35_aSilentHubDoesNotHoldIt();
};

void TestTransferStops::fault35_aStormOfStops_data()
{
    QTest::addColumn<int>("connections");
    QTest::addColumn<bool>("broken");
    QTest::newRow("calm") << 5 << false;
    QTest::newRow("many connections") << 16 << false;
    QTest::newRow("every third answer breaks") << 3 << true;
}

void TestTransferStops::fault35_aStormOfStops()
{
    QFETCH(const int, connections);
    QFETCH(const bool, broken);
    const unsigned seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    TransferFixture fixture(FileBody::virtualBytes(24'000'000, 3, "GGUF"));
    fixture.options.connections = connections;
    fixture.options.journalEvery = std::chrono::milliseconds(20);
    fixture.hub.setBytesPerSecond(20'000'000 / connections);
    for (int at = 3; broken && at < 600; at += 3)
        fixture.hub.addFault(test::cutAfter(at * 1000).on(Origin::Cdn).requests(at));
    int stops = 0;
    bool finished = false;
    for (int round = 0; round < 40 && !finished; ++round) {
        std::optional<Result<Done>> outcome;
        const std::chrono::microseconds wait(std::uniform_int_distribution(0, 120'000)(random));
        const auto took = stopAfter(fixture, wait, outcome);
        QVERIFY2(took < kSoon, std::to_string(took.count()).c_str());
        finished = outcome->has_value();
        stops += finished ? 0 : 1;
        if (!finished)
            FAILED_WITH(*outcome, ErrorKind::Cancelled);
        QCOMPARE(fs::exists(fixture.request.target), finished);
        QVERIFY(!fixture.wentBackwards);
    }
    QVERIFY2(stops >= 5, std::to_string(stops).c_str());
    fixture.stop = {};
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    QVERIFY(!fs::exists(fixture.request.part) && !fs::exists(journalPath(fixture.request.part)));
}

void TestTransferStops::fault35_quitsInEveryState_data()
{
    QTest::addColumn<State>("state");
    for (const State state : {State::Resolving, State::Preflight, State::Downloading, State::Waiting,
                              State::Verifying, State::Installing})
        QTest::addRow("%s", stateName(state).data()) << state;
}

void TestTransferStops::fault35_quitsInEveryState()
{
    QFETCH(const State, state);
    TransferFixture fixture;
    // Longer than the other connections have something to do: then it waits.
    fixture.hub.addFault(test::answerWith(503, {{"Retry-After", "60"}}).on(Origin::Cdn).requests(4));
    bool reached = false;
    fixture.watch = [&](const Status &status) {
        if (status.state == state)
            fixture.stop.request_stop();
        reached = reached || status.state == state;
    };
    const auto stopped = fixture.run();
    QVERIFY(reached);
    // Where the hash is there by then, only the last step is left, and that does not wait.
    const bool mayBeDone = state == State::Verifying || state == State::Installing;
    if (!mayBeDone || !stopped)
        FAILED_WITH(stopped, ErrorKind::Cancelled);
    QCOMPARE(fs::exists(fixture.request.target), stopped.has_value());
    fixture.watch = {};
    fixture.stop = {};
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
}

void TestTransferStops::fault35_aStopBeforeItBegins()
{
    TransferFixture fixture;
    fixture.stop.request_stop();
    FAILED_WITH(fixture.run(), ErrorKind::Cancelled);
    QVERIFY(!fs::exists(fixture.request.target));
    QVERIFY(fixture.fetches().empty());
}

void TestTransferStops::fault35_aSilentHubDoesNotHoldIt()
{
    for (const Origin origin : {Origin::Hub, Origin::Cdn}) {
        TransferFixture fixture;
        fixture.options.clock = nullptr;
        fixture.hub.addFault(test::stallAfter(-1).on(origin).always());
        std::optional<Result<Done>> outcome;
        const auto took = stopAfter(fixture, std::chrono::milliseconds(200), outcome);
        QVERIFY2(took < kSoon, std::to_string(took.count()).c_str());
        FAILED_WITH(*outcome, ErrorKind::Cancelled);
    }
}

QTEST_GUILESS_MAIN(TestTransferStops)
#include "tst_transfer_stops.moc"
