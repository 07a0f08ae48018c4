// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/transfer_fixture.h"

#include <QTest>

#include <set>

using namespace snug;
using namespace snug::download;
using snug::test::FakeFile;
using snug::test::FakeRepository;
using snug::test::FileBody;
using snug::test::Origin;
using snug::test::TransferFixture;

namespace fs = std::filesystem;

// Downloads in fair weather.
class TestTransferBasics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fetchesAFile();
    void everyNumberOfConnections_data();
    void everyNumberOfConnections();
    void fetchesASmallFileFromTheHubItself();
    void anEmptyFileNeedsNoConnection();
    void aFileOfOneByte();
    void learnsTheSize();
    void aServerThatTellsNoSizeIsReadToItsEnd();
    void withoutAHashTheSizeDecides();
    void resumesAtAPiece();
    void resumesACompletePart();
    void whatIsThereIsNotFetchedAgain();
    void anotherFileInThePlaceStays_data();
    void anotherFileInThePlaceStays();
    void absurdSizesAreRefused_data();
    void absurdSizesAreRefused();
    void holdsTheLimit();
    void everyRangeIsAskedForOnce();
    void slowConnectionsAreHelped();
};

void TestTransferBasics::fetchesAFile()
{
    TransferFixture fixture;
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QCOMPARE(done->bytes, fixture.body.size());
    QCOMPARE(done->fetchedBytes, fixture.body.size());
    QCOMPARE(done->hash, fixture.body.sha256());
    QCOMPARE(done->attempts, 1);
    QVERIFY(!done->alreadyThere && !done->singleStream);
    QVERIFY(!fs::exists(fixture.request.part) && !fs::exists(journalPath(fixture.request.part)));
    QVERIFY(!fixture.wentBackwards);
    std::vector<State> states;
    for (const Status &status : fixture.seen) {
        if (states.empty() || states.back() != status.state)
            states.push_back(status.state);
    }
    QCOMPARE(states.front(), State::Preflight);
    QCOMPARE(states.back(), State::Done);
    for (const State state : {State::Resolving, State::Downloading, State::Verifying, State::Installing})
        QVERIFY2(std::ranges::count(states, state) > 0, stateName(state).data());
    QCOMPARE(fixture.seen.back().bytesOnDisk, fixture.body.size());
    QCOMPARE(fixture.seen.back().bytesVerified, fixture.body.size());
    QCOMPARE(fixture.resolves(), std::size_t(1));
}

void TestTransferBasics::everyNumberOfConnections_data()
{
    QTest::addColumn<int>("connections");
    QTest::addColumn<int>("most");
    for (const int number : {1, 2, 3, 5, 8, 16})
        QTest::addRow("%d", number) << number << number;
    QTest::addRow("none is one") << 0 << 1;
    QTest::addRow("a hundred are 16") << 100 << 16;
}

void TestTransferBasics::everyNumberOfConnections()
{
    QFETCH(const int, connections);
    QFETCH(const int, most);
    TransferFixture fixture(FileBody::virtualBytes(8'000'001, 3, "GGUF"));
    fixture.options.connections = connections;
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    std::set<int> used;
    for (const auto &entry : fixture.fetches())
        used.insert(entry.connection);
    QVERIFY2(static_cast<int>(used.size()) <= most, std::to_string(used.size()).c_str());
    const auto busiest = std::ranges::max_element(fixture.seen, {}, &Status::connections);
    QVERIFY(busiest->connections <= most);
    QCOMPARE(fixture.servedBytes(), fixture.body.size());
}

void TestTransferBasics::fetchesASmallFileFromTheHubItself()
{
    const std::string text = "{\"bos_token\": \"<s>\"}";
    TransferFixture fixture(FileBody::ofBytes(text), "config.json");
    FakeRepository repository{"acme/tiny", test::kCommit};
    repository.files = {test::smallFile("config.json", text)};
    fixture.hub.addRepository(std::move(repository));
    fixture.request.hash = {HashKind::GitSha1, fixture.body.gitOid()};
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QCOMPARE(done->hash, fixture.body.gitOid());
    QVERIFY(fixture.hub.requests(Origin::Cdn).empty());
}

void TestTransferBasics::anEmptyFileNeedsNoConnection()
{
    TransferFixture fixture(FileBody::ofBytes({}), "empty.bin");
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    QVERIFY(fixture.hub.requests().empty());
}

void TestTransferBasics::aFileOfOneByte()
{
    TransferFixture fixture(FileBody::ofBytes("x"), "one.bin");
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
}

void TestTransferBasics::learnsTheSize()
{
    TransferFixture fixture;
    fixture.request.bytes = kUnknown;
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QCOMPARE(done->bytes, fixture.body.size());
    QVERIFY(fixture.fetches().size() > 1);
}

void TestTransferBasics::aServerThatTellsNoSizeIsReadToItsEnd()
{
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    fixture.request.bytes = kUnknown;
    fixture.hub.addFault(test::ignoresRange().on(Origin::Cdn).always());
    fixture.hub.addFault(test::withoutHeader("Content-Length").on(Origin::Cdn).always());
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QVERIFY(done->singleStream);
    QCOMPARE(done->fetchedBytes, fixture.body.size());
}

void TestTransferBasics::withoutAHashTheSizeDecides()
{
    TransferFixture fixture;
    fixture.request.hash = {};
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QVERIFY(done->hash.empty());
    const auto again = fixture.run();
    FETCHED(again);
    QVERIFY(again->alreadyThere);
}

void TestTransferBasics::resumesAtAPiece()
{
    TransferFixture fixture(FileBody::virtualBytes(40 * TransferFixture::kPiece + 17, 5, "GGUF"));
    fixture.options.connections = 3;
    // One answer comes whole, the next three hold all connections.
    fixture.hub.addFault(test::stallAfter(TransferFixture::kPiece / 2).on(Origin::Cdn).requests(8, 1000));
    fixture.watch = [&](const Status &status) {
        if (status.connections == 3 && fixture.hub.requests(Origin::Cdn).size() >= 10)
            fixture.stop.request_stop();
    };
    const auto stopped = fixture.run();
    FAILED_WITH(stopped, ErrorKind::Cancelled);
    QVERIFY(fs::exists(fixture.request.part) && fs::exists(journalPath(fixture.request.part)));
    QVERIFY(!fs::exists(fixture.request.target));
    const std::int64_t before = fixture.seen.back().bytesOnDisk;
    QVERIFY(before > 0);

    fixture.hub.clearFaults();
    fixture.watch = {};
    fixture.stop = {};
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    // What was under way is fetched again: less than one piece of each connection.
    const std::int64_t again = before + done->fetchedBytes - fixture.body.size();
    QVERIFY2(again <= 3 * TransferFixture::kPiece, std::to_string(again).c_str());
    QVERIFY(done->fetchedBytes < fixture.body.size());
}

void TestTransferBasics::resumesACompletePart()
{
    TransferFixture fixture;
    fs::create_directories(fixture.request.part.parent_path());
    std::ofstream(fixture.request.part, std::ios::binary) << fixture.body.bytes(0, fixture.body.size());
    PieceMap pieces(fixture.body.size(), TransferFixture::kPiece);
    pieces.fill({0, fixture.body.size()});
    QVERIFY(saveJournal(journalPath(fixture.request.part),
                        {fixture.request.identity, fixture.request.hash, {}, pieces})
                .has_value());
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QCOMPARE(done->fetchedBytes, std::int64_t(0));
    QVERIFY(fixture.hub.requests().empty());
}

void TestTransferBasics::whatIsThereIsNotFetchedAgain()
{
    TransferFixture fixture;
    FETCHED(fixture.run());
    fixture.hub.clearLog();
    // As a crash between the last two steps leaves it.
    std::ofstream(journalPath(fixture.request.part)) << "{}";
    const auto again = fixture.run();
    FETCHED(again);
    QVERIFY(again->alreadyThere);
    QCOMPARE(again->fetchedBytes, std::int64_t(0));
    QCOMPARE(again->hash, fixture.body.sha256());
    QVERIFY(fixture.hub.requests().empty());
    QVERIFY(!fs::exists(journalPath(fixture.request.part)));
}

void TestTransferBasics::anotherFileInThePlaceStays_data()
{
    QTest::addColumn<bool>("sameSize");
    QTest::newRow("another size") << false;
    QTest::newRow("another content") << true;
}

void TestTransferBasics::anotherFileInThePlaceStays()
{
    QFETCH(const bool, sameSize);
    TransferFixture fixture;
    const std::string other(sameSize ? static_cast<std::size_t>(fixture.body.size()) : 3, 'x');
    fs::create_directories(fixture.request.target.parent_path());
    std::ofstream(fixture.request.target, std::ios::binary) << other;
    FAILED_WITH(fixture.run(), ErrorKind::InvalidArgument);
    QVERIFY(TransferFixture::holds(fixture.request.target, FileBody::ofBytes(other)));
    QVERIFY(fixture.hub.requests().empty());
}

// Fault 25.
void TestTransferBasics::absurdSizesAreRefused_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::newRow("negative") << qint64(-2);
    QTest::newRow("2^63 - 1") << qint64(INT64_MAX);
    QTest::newRow("more than any file") << qint64(PieceMap::kMostFileBytes + 1);
}

void TestTransferBasics::absurdSizesAreRefused()
{
    QFETCH(const qint64, bytes);
    TransferFixture fixture;
    fixture.request.bytes = bytes;
    FAILED_WITH(fixture.run(), ErrorKind::InvalidArgument);
    fixture.request.bytes = kUnknown;
    fixture.request.resolve = [url = fixture.hub.cdnEndpoint(), bytes](const std::stop_token &) {
        Source source{*http::Url::parse(url)};
        source.bytes = bytes;
        return Result<Source>(source);
    };
    FAILED_WITH(fixture.run(), ErrorKind::TooLarge);
    QVERIFY(fixture.nothingIsThere());
}

void TestTransferBasics::holdsTheLimit()
{
    TransferFixture fixture(FileBody::virtualBytes(2'000'000, 3, "GGUF"));
    fixture.options.clock = nullptr;
    TokenBucket limit(1'000'000);
    fixture.options.limit = &limit;
    const auto begun = std::chrono::steady_clock::now();
    FETCHED(fixture.run());
    const auto took = std::chrono::steady_clock::now() - begun;
    QVERIFY(fixture.intact());
    // The first tenth of a second is free, and the last reads go into debt that nobody waits for.
    QVERIFY2(took > std::chrono::milliseconds(1200), std::to_string(took.count()).c_str());
}

void TestTransferBasics::everyRangeIsAskedForOnce()
{
    TransferFixture fixture(FileBody::virtualBytes(20'000'000, 3, "GGUF"));
    FETCHED(fixture.run());
    // Fault 15: the content network answers 400 to who asks for a large file without a range.
    for (const auto &entry : fixture.hub.requests()) {
        if (entry.request.target.find("/blob/") != std::string::npos)
            QVERIFY2(test::rangeOf(entry).has_value(), entry.request.header("Range").c_str());
    }
    QCOMPARE(fixture.servedBytes(), fixture.body.size());
}

void TestTransferBasics::slowConnectionsAreHelped()
{
    constexpr std::int64_t kBytes = 128 << 20;
    TransferFixture fixture(FileBody::virtualBytes(kBytes, 3, "GGUF"));
    fixture.options.clock = nullptr;
    fixture.options.connections = 3;
    // Its first run of 16 MiB would take this connection 56 s.
    const auto slow = fixture.hub.addFault(test::slowBody(300'000).on(Origin::Cdn).requests(2));
    const auto begun = std::chrono::steady_clock::now();
    FETCHED(fixture.run());
    const auto took = std::chrono::steady_clock::now() - begun;
    QCOMPARE(fixture.hub.hits(slow), 1);
    QVERIFY2(took < std::chrono::seconds(28), std::to_string(took.count()).c_str());
    // A steal costs the bytes that were on their way and no more.
    QVERIFY(fixture.servedBytes() - kBytes < 16 * (1 << 20));
}

QTEST_GUILESS_MAIN(TestTransferBasics)
#include "tst_transfer_basics.moc"
