// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/transfer_fixture.h"
#include "tests/support/scripted_server.h"

#include <QTest>

using namespace snug;
using namespace snug::download;
using snug::test::FileBody;
using snug::test::Origin;
using snug::test::ScriptedServer;
using snug::test::TransferFixture;

namespace fs = std::filesystem;

// Servers that send everything at once and say little about it: faults 10 and 13 of specs/hub.md section 6.2.
class TestTransferStreams : public QObject {
    Q_OBJECT

private:
    static void neitherRangesNorLengths(TransferFixture &fixture)
    {
        fixture.asksTheHubOnly();
        fixture.request.bytes = kUnknown;
        fixture.hub.addFault(test::ignoresRange().on(Origin::Cdn).always());
        fixture.hub.addFault(test::withoutHeader("Content-Length").on(Origin::Cdn).always());
    }

private Q_SLOTS:
    void aBodyWithoutAnEndIsNotTaken_data();
    void aBodyWithoutAnEndIsNotTaken();
    void chunksTellTheEnd();
    void cutChunksAreNotTheEnd();
    void aHashTellsACut();
    void aHashTellsEveryCut();
    void aToldSizeIsBounded_data();
    void aToldSizeIsBounded();
};

void TestTransferStreams::aBodyWithoutAnEndIsNotTaken_data()
{
    QTest::addColumn<qint64>("cutAfter");
    QTest::newRow("whole, but who knows") << qint64(-1);
    QTest::newRow("cut") << qint64(1'000'000);
    QTest::newRow("no byte of it") << qint64(0);
}

// Neither a size nor a hash is known, and the connection just ends.
void TestTransferStreams::aBodyWithoutAnEndIsNotTaken()
{
    QFETCH(const qint64, cutAfter);
    TransferFixture fixture;
    neitherRangesNorLengths(fixture);
    fixture.request.hash = {};
    if (cutAfter >= 0)
        fixture.hub.addFault(test::cutAfter(cutAfter).on(Origin::Cdn).always());
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::Protocol);
    QCOMPARE(test::reason(failed), QByteArray("no_end"));
    QVERIFY(!failed.error().hint.empty());
    QVERIFY(!fs::exists(fixture.request.target));
    QCOMPARE(fixture.fetches().size(), std::size_t(1));
    // With a length it is taken.
    fixture.hub.clearFaults();
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
}

void TestTransferStreams::chunksTellTheEnd()
{
    const ScriptedServer server({test::sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                             "4\r\nGGUF\r\n3\r\nabc\r\n0\r\n\r\n"),
                                 test::closes()});
    TransferFixture fixture;
    fixture.knowsNothing();
    fixture.asksAt(server.url().toStdString());
    const auto done = fixture.run();
    FETCHED(done);
    QCOMPARE(done->bytes, std::int64_t(7));
    QVERIFY(TransferFixture::holds(fixture.request.target, FileBody::ofBytes("GGUFabc")));
}

void TestTransferStreams::cutChunksAreNotTheEnd()
{
    const ScriptedServer server({test::sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                             "4\r\nGGUF\r\n3\r\nabc\r\n"),
                                 test::closes()});
    TransferFixture fixture;
    fixture.knowsNothing();
    fixture.asksAt(server.url().toStdString());
    fixture.watch = [&](const Status &status) {
        if (status.waitingFor == WaitReason::Network)
            fixture.stop.request_stop();
    };
    FAILED_WITH(fixture.run(), ErrorKind::Cancelled);
    QVERIFY(!fs::exists(fixture.request.target));
}

// The size that a cut left is not the size of the file.
void TestTransferStreams::aHashTellsACut()
{
    TransferFixture fixture;
    neitherRangesNorLengths(fixture);
    fixture.hub.addFault(test::cutAfter(1'000'000).on(Origin::Cdn).requests(1));
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QCOMPARE(done->attempts, 2);
    QCOMPARE(done->bytes, fixture.body.size());
    QCOMPARE(done->fetchedBytes, 1'000'000 + fixture.body.size());
}

void TestTransferStreams::aHashTellsEveryCut()
{
    TransferFixture fixture;
    neitherRangesNorLengths(fixture);
    fixture.hub.addFault(test::cutAfter(1'000'000).on(Origin::Cdn).always());
    FAILED_WITH(fixture.run(), ErrorKind::Checksum);
    QVERIFY(fixture.nothingIsThere());
    QCOMPARE(fixture.fetches().size(), std::size_t(2));
}

void TestTransferStreams::aToldSizeIsBounded_data()
{
    QTest::addColumn<QByteArray>("length");
    QTest::newRow("a byte more") << QByteArray::number(PieceMap::kMostFileBytes + 1);
    QTest::newRow("2^63 - 1") << QByteArray("9223372036854775807");
}

void TestTransferStreams::aToldSizeIsBounded()
{
    QFETCH(const QByteArray, length);
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    fixture.knowsNothing();
    fixture.options.waitForSpace = false;
    fixture.hub.addFault(test::ignoresRange().on(Origin::Cdn).always());
    fixture.hub.addFault(test::withHeader("Content-Length", length.toStdString()).on(Origin::Cdn).always());
    FAILED_WITH(fixture.run(), ErrorKind::TooLarge);
    QVERIFY(!fs::exists(fixture.request.target));
}

QTEST_GUILESS_MAIN(TestTransferStreams)
#include "tst_transfer_streams.moc"
