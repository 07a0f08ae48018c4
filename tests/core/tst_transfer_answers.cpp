// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/transfer_fixture.h"

#include <QTest>

using namespace snug;
using namespace snug::download;
using snug::test::answerWith;
using snug::test::Fault;
using snug::test::FileBody;
using snug::test::LoggedRequest;
using snug::test::Origin;
using snug::test::TransferFixture;

namespace fs = std::filesystem;

using Faults = std::vector<Fault>;
Q_DECLARE_METATYPE(Faults)

// Answers that are not what was asked for. The numbers are those of specs/hub.md section 6.2.
class TestTransferAnswers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fault8_damageIsFetchedOnceMore();
    void fault8_andNeverGetsTheFinalName();
    void fault9_anotherFileIsNotMixedIn_data();
    void fault9_anotherFileIsNotMixedIn();
    void fault9_norLater_data();
    void fault9_norLater();
    void fault10_aServerWithoutRangesSendsEverythingOnce_data();
    void fault10_aServerWithoutRangesSendsEverythingOnce();
    void fault10_andAgainWhenItBreaks();
    void fault11_a200WithTheRangeIsTaken();
    void faults12To16_otherBytesAreNotTaken_data();
    void faults12To16_otherBytesAreNotTaken();
    void fault13_lengthsOfAStream_data();
    void fault13_lengthsOfAStream();
    void fault14_surplusIsCut_data();
    void fault14_surplusIsCut();
    void fault15_everyRequestHasARangeAndNoCompression();
    void fault21_aPointerIsNotTheFile_data();
    void fault21_aPointerIsNotTheFile();
};

void TestTransferAnswers::fault8_damageIsFetchedOnceMore()
{
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    const auto damage = fixture.hub.addFault(test::wrongByteAt(5000).on(Origin::Cdn).requests(1));
    fixture.hub.setBytesPerSecond(4 << 20); // or the second attempt is over before the first word of it
    int mostInTheSecond = 0;
    fixture.watch = [&](const Status &status) {
        QVERIFY(status.state == State::Done || !fs::exists(fixture.request.target));
        mostInTheSecond = std::max(mostInTheSecond, status.attempt == 2 ? status.connections : 0);
    };
    const auto done = fixture.run();
    FETCHED(done);
    QCOMPARE(fixture.hub.hits(damage), 1);
    QVERIFY(fixture.intact());
    QCOMPARE(done->attempts, 2);
    QCOMPARE(done->fetchedBytes, 2 * fixture.body.size());
    QCOMPARE(mostInTheSecond, 1);
}

void TestTransferAnswers::fault8_andNeverGetsTheFinalName()
{
    TransferFixture fixture;
    fixture.hub.addFault(test::wrongByteAt(2'999'999).on(Origin::Cdn).always());
    fixture.watch = [&](const Status &) { QVERIFY(!fs::exists(fixture.request.target)); };
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::Checksum);
    const auto *expected = test::detailOf(failed, "expected");
    QVERIFY(expected != nullptr && *expected == Error::Value(fixture.body.sha256()));
    const auto *actual = test::detailOf(failed, "actual");
    QVERIFY(actual != nullptr && *actual == Error::Value(fixture.body.damagedAt(2'999'999).sha256()));
    QVERIFY(fixture.nothingIsThere() && !fs::exists(journalPath(fixture.request.part)));
    QCOMPARE(fixture.seen.back().attempt, 2);
    QCOMPARE(fixture.servedBytes(), 2 * fixture.body.size());
}

void TestTransferAnswers::fault9_anotherFileIsNotMixedIn_data()
{
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<bool>("hashed");
    for (const char *what : {"content", "size", "commit"}) {
        QTest::addRow("%s", what) << QByteArray(what) << true;
        QTest::addRow("%s, no hash", what) << QByteArray(what) << false;
    }
}

// The resolver, which from the second time on tells something else.
void TestTransferAnswers::fault9_anotherFileIsNotMixedIn()
{
    QFETCH(const QByteArray, what);
    QFETCH(const bool, hashed);
    TransferFixture fixture(FileBody::virtualBytes(40 * TransferFixture::kPiece, 3, "GGUF"));
    if (!hashed)
        fixture.request.hash = {};
    int asked = 0;
    fixture.request.resolve = [&, ask = fixture.request.resolve](const std::stop_token &token) {
        Result<Source> source = ask(token);
        if (source && ++asked > 1 && what == "content")
            source->etag = std::string(64, 'e');
        if (source && asked > 1 && what == "size")
            ++source->bytes;
        if (source && asked > 1 && what == "commit")
            source->commit = std::string(40, 'c');
        return source;
    };
    fixture.hub.setBytesPerSecond(2 << 20); // or all of it is here before the first word of it
    bool expired = false;
    fixture.watch = [&](const Status &status) {
        if (!expired && status.bytesOnDisk > 0)
            fixture.hub.skipTime(std::chrono::seconds(3601));
        expired = expired || status.bytesOnDisk > 0;
    };
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::Protocol);
    QCOMPARE(test::reason(failed), QByteArray("changed"));
    QVERIFY(!failed.error().hint.empty());
    QCOMPARE(asked, 2);
    QVERIFY(!fs::exists(fixture.request.target));
    // With a hash the pieces that are here stay good.
    QCOMPARE(fs::exists(fixture.request.part), hashed);
}

void TestTransferAnswers::fault9_norLater_data()
{
    QTest::addColumn<bool>("sizeKnown");
    QTest::newRow("size known") << true;
    QTest::newRow("size told") << false;
}

// A part of the old file is here, nothing but the etag tells it from the new one.
void TestTransferAnswers::fault9_norLater()
{
    QFETCH(const bool, sizeKnown);
    TransferFixture fixture;
    fixture.request.hash = {};
    fixture.request.bytes = sizeKnown ? fixture.body.size() : kUnknown;
    fixture.request.resolve = [ask = fixture.request.resolve](const std::stop_token &token) {
        Result<Source> source = ask(token);
        if (source)
            source->etag = "old";
        return source;
    };
    fixture.hub.addFault(test::stallAfter(0).on(Origin::Cdn).requests(5, 100));
    fixture.watch = [&](const Status &status) {
        if (status.bytesOnDisk >= 3 * TransferFixture::kPiece)
            fixture.stop.request_stop();
    };
    FAILED_WITH(fixture.run(), ErrorKind::Cancelled);
    fixture.hub.clearFaults();
    fixture.watch = {};
    fixture.stop = {};
    fixture.asksAsPull(); // tells the true etag
    const auto again = fixture.run();
    if (again) {
        QCOMPARE(again->fetchedBytes, fixture.body.size());
    } else {
        FAILED_WITH(again, ErrorKind::Protocol);
        QCOMPARE(test::reason(again), QByteArray("changed"));
        FETCHED(fixture.run());
    }
    QVERIFY(fixture.intact());
}

void TestTransferAnswers::fault10_aServerWithoutRangesSendsEverythingOnce_data()
{
    QTest::addColumn<int>("from"); // the first request that it ignores
    QTest::newRow("always") << 1;
    QTest::newRow("from the third request on") << 3;
    QTest::newRow("from the seventh on") << 7;
}

void TestTransferAnswers::fault10_aServerWithoutRangesSendsEverythingOnce()
{
    QFETCH(const int, from);
    TransferFixture fixture(FileBody::virtualBytes(20 * TransferFixture::kPiece, 3, "GGUF"));
    fixture.hub.addFault(test::ignoresRange().on(Origin::Cdn).requests(from, 1000));
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QVERIFY(done->singleStream);
    QCOMPARE(done->attempts, 1);
    QVERIFY(!fixture.wentBackwards);
}

void TestTransferAnswers::fault10_andAgainWhenItBreaks()
{
    TransferFixture fixture(FileBody::virtualBytes(20 * TransferFixture::kPiece, 3, "GGUF"));
    fixture.options.connections = 2;
    fixture.hub.addFault(test::ignoresRange().on(Origin::Cdn).always());
    fixture.hub.addFault(test::cutAfter(7 * TransferFixture::kPiece + 5).on(Origin::Cdn).requests(4, 2));
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QVERIFY(done->singleStream && !fixture.wentBackwards);
}

void TestTransferAnswers::fault11_a200WithTheRangeIsTaken()
{
    TransferFixture fixture;
    fixture.hub.addFault(test::rangeWith200().on(Origin::Cdn).always());
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QVERIFY(!done->singleStream);
    QCOMPARE(fixture.servedBytes(), fixture.body.size());
}

void TestTransferAnswers::faults12To16_otherBytesAreNotTaken_data()
{
    QTest::addColumn<Faults>("faults");
    const auto length = [](const char *value) { return test::withHeader("Content-Length", value); };
    QTest::newRow("12: another start") << Faults{test::shiftsRange(1000)};
    QTest::newRow("12: another total") << Faults{test::tellsOtherTotal(5)};
    QTest::newRow("12: no Content-Range") << Faults{test::withoutHeader("Content-Range")};
    QTest::newRow("12: an odd Content-Range") << Faults{test::withHeader("Content-Range", "bytes */3000000")};
    QTest::newRow("12: two of them") << Faults{test::withExtraHeader("Content-Range", "bytes 0-1/3000000")};
    QTest::newRow("12: multipart") << Faults{test::multipartRanges()};
    QTest::newRow("13: too long") << Faults{test::lengthOffBy(100)};
    QTest::newRow("13: too short") << Faults{test::lengthOffBy(-100)};
    QTest::newRow("13: negative") << Faults{length("-5")};
    QTest::newRow("13: 2^63") << Faults{length("9223372036854775808")};
    QTest::newRow("13: 2^64 + 5") << Faults{length("18446744073709551621")};
    QTest::newRow("13: no number") << Faults{length("many")};
    QTest::newRow("13: two values") << Faults{test::withExtraHeader("Content-Length", "17")};
    QTest::newRow("no status line") << Faults{test::rawAnswer("GGUF and then whatever comes\n")};
    QTest::newRow("no HTTP") << Faults{test::rawAnswer("HTTP/9.9 banana\r\n\r\n")};
    QTest::newRow("14: more, and says so") << Faults{test::sendsMore(1000)};
    QTest::newRow("16: compressed") << Faults{test::gzipsBody()};
    QTest::newRow("16: says it is") << Faults{test::withHeader("Content-Encoding", "br")};
    QTest::newRow("21: a pointer") << Faults{test::lfsPointerAsBody()};
}

void TestTransferAnswers::faults12To16_otherBytesAreNotTaken()
{
    QFETCH(const Faults, faults);
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    for (const Fault &fault : faults)
        fixture.hub.addFault(fault.on(Origin::Cdn).always());
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::Protocol);
    for (const Status &status : fixture.seen)
        QCOMPARE(status.bytesOnDisk, std::int64_t(0));
    QVERIFY(!fs::exists(fixture.request.target));
    QVERIFY2(fixture.fetches().size() <= 15, std::to_string(fixture.fetches().size()).c_str());

    fixture.hub.clearFaults();
    for (const Fault &fault : faults)
        fixture.hub.addFault(fault.on(Origin::Cdn).requests(1));
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QCOMPARE(done->attempts, 1);
}

void TestTransferAnswers::fault13_lengthsOfAStream_data()
{
    QTest::addColumn<Fault>("fault");
    QTest::newRow("too long") << test::lengthOffBy(100);
    QTest::newRow("negative") << test::withHeader("Content-Length", "-5");
    QTest::newRow("2^63") << test::withHeader("Content-Length", "9223372036854775808");
    QTest::newRow("two values") << test::withExtraHeader("Content-Length", "17");
    QTest::newRow("broken") << test::cutAfter(1'000'000);
}

// Of a server that cannot send parts.
void TestTransferAnswers::fault13_lengthsOfAStream()
{
    QFETCH(const Fault, fault);
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    fixture.hub.addFault(test::ignoresRange().on(Origin::Cdn).always());
    fixture.hub.addFault(fault.on(Origin::Cdn).requests(2, 3));
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
}

void TestTransferAnswers::fault14_surplusIsCut_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<bool>("ranges");
    for (const bool ranges : {true, false}) {
        QTest::addRow("a byte, %s", ranges ? "ranges" : "stream") << qint64(1) << ranges;
        QTest::addRow("a lot, %s", ranges ? "ranges" : "stream") << qint64(5'000'000) << ranges;
    }
}

// And no length that would tell of it.
void TestTransferAnswers::fault14_surplusIsCut()
{
    QFETCH(const qint64, bytes);
    QFETCH(const bool, ranges);
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    if (!ranges)
        fixture.hub.addFault(test::ignoresRange().on(Origin::Cdn).always());
    fixture.hub.addFault(test::sendsMore(bytes).on(Origin::Cdn).always());
    fixture.hub.addFault(test::withoutHeader("Content-Length").on(Origin::Cdn).always());
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QCOMPARE(done->fetchedBytes, fixture.body.size());
}

void TestTransferAnswers::fault15_everyRequestHasARangeAndNoCompression()
{
    test::FakeHubOptions strict;
    strict.rangelessLimit = 1000; // larger files without a Range: 400
    TransferFixture fixture(FileBody::virtualBytes(5'000'000, 3, "GGUF"), "m.gguf", strict);
    fixture.hub.addFault(test::cutAfter(1000).on(Origin::Cdn).requests(3, 4));
    FETCHED(fixture.run());
    fixture.request.target += ".again";
    fixture.knowsNothing();
    fixture.asksTheHubOnly();
    FETCHED(fixture.run());
    for (const LoggedRequest &entry : fixture.hub.requests(Origin::Cdn)) {
        QVERIFY2(entry.request.header("Range").starts_with("bytes="), entry.request.header("Range").c_str());
        QCOMPARE(entry.request.header("Accept-Encoding"), std::string("identity"));
        QVERIFY(entry.status != 400);
    }
}

void TestTransferAnswers::fault21_aPointerIsNotTheFile_data()
{
    QTest::addColumn<Fault>("body");
    QTest::newRow("a pointer, a byte first") << answerWith(
        200, {{"Content-Type", "application/octet-stream"}}, test::lfsPointer(FileBody::ofBytes("x")));
    QTest::newRow("a pointer") << test::lfsPointerAsBody();
    QTest::newRow("a web page") << answerWith(200, {{"Content-Type", "application/octet-stream"}},
                                              "<!DOCTYPE html><html>404</html>");
    QTest::newRow("JSON") << answerWith(200, {{"Content-Type", "application/json"}}, "{\"error\": \"gone\"}");
}

// Nothing but its beginning tells it from a model.
void TestTransferAnswers::fault21_aPointerIsNotTheFile()
{
    QFETCH(const Fault, body);
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    fixture.knowsNothing();
    fixture.hub.addFault(test::ignoresRange().on(Origin::Cdn).always());
    fixture.hub.addFault(body.on(Origin::Cdn).always());
    if (QByteArray(QTest::currentDataTag()).endsWith("a byte first"))
        fixture.hub.addFault(test::stallAfter(1, std::chrono::milliseconds(100)).on(Origin::Cdn).always());
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::Protocol);
    QCOMPARE(test::reason(failed), QByteArray("content"));
    QVERIFY(!fs::exists(fixture.request.target));
    // And nothing of it is taken for a part of the file.
    fixture.hub.clearFaults();
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
}

QTEST_GUILESS_MAIN(TestTransferAnswers)
#include "tst_transfer_answers.moc"
