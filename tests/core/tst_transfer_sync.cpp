// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/journal_keeper.h"
#include "tests/core/transfer_fixture.h"

#include <QTest>

#if defined(__linux__)
#include <cerrno>
#include <unistd.h>
#endif

using namespace snug;
using namespace snug::download;
using snug::test::FileBody;
using snug::test::TransferFixture;

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kPiece = TransferFixture::kPiece;

// What the disk does with the next syncs: that many fail, with that code, and those after them succeed, as on
// a system that tells a lost write once.
struct Disk {
    std::atomic<int> failures = 0;
    std::atomic<int> code = 0;
    std::atomic<int> syncs = 0;

    void fail(int with)
    {
        syncs = 0;
        code = with;
        failures = 1;
    }
};

Disk &disk()
{
    static Disk one;
    return one;
}

} // namespace

#if defined(__linux__)
// Linked in place of the system's, for part files only: what else is synced is synced by fsync.
extern "C" int fdatasync(int descriptor)
{
    Disk &here = disk();
    ++here.syncs;
    if (here.failures.exchange(0) == 0)
        return ::fsync(descriptor);
    errno = here.code;
    return -1;
}
#endif

// A sync that fails: what was written before it may be lost, whatever a later one says.
class TestTransferSync : public QObject {
    Q_OBJECT

private:
    static Journal journalWith(const TransferFixture &fixture, std::int64_t pieces)
    {
        PieceMap map(fixture.body.size(), kPiece);
        map.fill({0, pieces * kPiece});
        return {fixture.request.identity, fixture.request.hash, {}, std::move(map)};
    }
    // How many pieces the next run would take for good.
    static std::int64_t trustedPieces(const TransferFixture &fixture)
    {
        const auto journal = loadJournal(journalPath(fixture.request.part), journalWith(fixture, 0));
        return journal ? static_cast<std::int64_t>(journal->pieces.doneCount()) : 0;
    }
    static Result<PartFile> partOf(const TransferFixture &fixture)
    {
        fs::create_directories(fixture.request.part.parent_path());
        return PartFile::open(fixture.request.part, fixture.body.size());
    }

private Q_SLOTS:
    void initTestCase();
    void init() { disk().failures = 0; }
    void aPartFileDoesNotForgetIt();
    void onlyWhatWasSyncedBeforeIsTold();
    void norIsItForgottenInTheBackground();
    void theDownloadEndsAtOnce();
    void theLastSyncCounts_data();
    void theLastSyncCounts();
    void aFullDiskIsWaitedFor();
};

void TestTransferSync::initTestCase()
{
#if !defined(__linux__)
    QSKIP("The system's sync can be replaced on Linux only.");
#endif
}

void TestTransferSync::aPartFileDoesNotForgetIt()
{
    const TransferFixture fixture;
    auto part = partOf(fixture);
    QVERIFY(part.has_value() && part->sync().has_value() && part->syncFailure().has_value());
    disk().fail(EIO);
    FAILED_WITH(part->sync(), ErrorKind::Io);
    FAILED_WITH(part->sync(), ErrorKind::Io);
    FAILED_WITH(part->syncFailure(), ErrorKind::Io);
    QCOMPARE(disk().syncs.load(), 1);
    PartFile moved = *std::move(part);
    FAILED_WITH(moved.sync(), ErrorKind::Io);
    // What is written to it from now on can be synced.
    moved = *partOf(fixture);
    QVERIFY(moved.sync().has_value());
}

void TestTransferSync::onlyWhatWasSyncedBeforeIsTold()
{
    const TransferFixture fixture;
    auto part = partOf(fixture);
    JournalKeeper keeper(journalPath(fixture.request.part), *part, std::chrono::hours(1));
    FETCHED(keeper.saveNow(journalWith(fixture, 2)));
    QCOMPARE(trustedPieces(fixture), std::int64_t(2));
    disk().fail(EIO);
    FAILED_WITH(keeper.saveNow(journalWith(fixture, 5)), ErrorKind::Io);
    QCOMPARE(trustedPieces(fixture), std::int64_t(2));
    FAILED_WITH(keeper.saveNow(journalWith(fixture, 6)), ErrorKind::Io);
    QCOMPARE(trustedPieces(fixture), std::int64_t(2));
}

void TestTransferSync::norIsItForgottenInTheBackground()
{
    const TransferFixture fixture;
    auto part = partOf(fixture);
    {
        JournalKeeper keeper(journalPath(fixture.request.part), *part, std::chrono::milliseconds(0));
        disk().fail(EIO);
        keeper.save(journalWith(fixture, 3));
        QTRY_VERIFY(!part->syncFailure().has_value());
        keeper.save(journalWith(fixture, 4));
        FAILED_WITH(keeper.saveNow(journalWith(fixture, 5)), ErrorKind::Io);
    }
    QCOMPARE(trustedPieces(fixture), std::int64_t(0));
}

// Not after the other 40 GB.
void TestTransferSync::theDownloadEndsAtOnce()
{
    TransferFixture fixture(FileBody::virtualBytes(40 * kPiece, 3, "GGUF"));
    fixture.options.journalEvery = fixture.options.syncEvery = std::chrono::milliseconds(0);
    fixture.hub.setBytesPerSecond(2 << 20);
    disk().fail(EIO);
    FAILED_WITH(fixture.run(), ErrorKind::Io);
    QVERIFY2(fixture.servedBytes() < fixture.body.size(), "it went on");
    QCOMPARE(trustedPieces(fixture), std::int64_t(0));
    fixture.hub.setBytesPerSecond(0);
    const auto again = fixture.run();
    FETCHED(again);
    QVERIFY(fixture.intact());
    QCOMPARE(again->fetchedBytes, fixture.body.size());
}

void TestTransferSync::theLastSyncCounts_data()
{
    QTest::addColumn<bool>("stream");
    QTest::newRow("parts") << false;
    QTest::newRow("stream") << true;
}

void TestTransferSync::theLastSyncCounts()
{
    QFETCH(const bool, stream);
    TransferFixture fixture;
    if (stream) {
        fixture.asksTheHubOnly();
        fixture.request.bytes = kUnknown;
        fixture.hub.addFault(test::ignoresRange().on(test::Origin::Cdn).always());
        fixture.hub.addFault(test::withoutHeader("Content-Length").on(test::Origin::Cdn).always());
    }
    fixture.options.syncEvery = std::chrono::hours(1);
    disk().fail(EIO);
    FAILED_WITH(fixture.run(), ErrorKind::Io);
    QVERIFY(!fs::exists(fixture.request.target));
    QCOMPARE(trustedPieces(fixture), std::int64_t(0));
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
}

void TestTransferSync::aFullDiskIsWaitedFor()
{
    TransferFixture fixture;
    fixture.options.syncEvery = std::chrono::hours(1);
    disk().fail(ENOSPC); // taken for granted at the time of the write, as by network folders
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact() && fixture.waitedFor(WaitReason::Disk));
    QCOMPARE(done->fetchedBytes, 2 * fixture.body.size());
}

QTEST_GUILESS_MAIN(TestTransferSync)
#include "tst_transfer_sync.moc"
