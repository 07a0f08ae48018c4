// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/atomic_file.h"
#include "core/base/stop_wait.h"
#include "core/download/discard.h"
#include "core/download/part_lock.h"
#include "tests/core/transfer_fixture.h"

#include <QTest>

#include <thread>

using namespace snug;
using namespace snug::download;
using snug::test::FileBody;
using snug::test::TransferFixture;
using std::chrono::milliseconds;

namespace fs = std::filesystem;

// Whose a file is: of the download under way, of the program, of somebody else.
class TestTransferClaims : public QObject {
    Q_OBJECT

private:
    static Result<Done> fetch(TransferFixture &fixture)
    {
        return fetchFile(fixture.request, fixture.options, {}, {});
    }
    static Result<std::int64_t> discard(const TransferFixture &fixture, const std::stop_token &stop = {})
    {
        return discardDownload(fixture.request.part, fixture.request.target, stop);
    }
    static void write(const fs::path &path, const std::string &content)
    {
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
    }

private Q_SLOTS:
    void theFileIsHeldUntilItIsTaken();
    void soIsOneThatWasThere();
    void whatIsThrownAwayIsCounted();
    void aDownloadThatIsBeingStoppedIsWaitedFor();
    void oneThatGoesOnIsNot();
    void aDamagedFileOfTheProgramIsFetchedAgain_data();
    void aDamagedFileOfTheProgramIsFetchedAgain();
    void aLinkToNowhereIsSomebodys();
};

void TestTransferClaims::theFileIsHeldUntilItIsTaken()
{
    TransferFixture fixture;
    auto done = fetch(fixture);
    FETCHED(done);
    const auto second = fetch(fixture);
    FAILED_WITH(second, ErrorKind::Io);
    QCOMPARE(test::reason(second), QByteArray("busy"));
    // As the program does: the file goes elsewhere, and only then it is free.
    fs::rename(fixture.request.target, fixture.folder() / "taken");
    done->lock.reset();
    const auto third = fetch(fixture);
    FETCHED(third);
    QVERIFY(!third->alreadyThere);
}

void TestTransferClaims::soIsOneThatWasThere()
{
    TransferFixture fixture;
    FETCHED(fixture.run());
    const auto there = fetch(fixture);
    FETCHED(there);
    QVERIFY(there->alreadyThere && there->lock.has_value());
    FAILED_WITH(fetch(fixture), ErrorKind::Io);
}

void TestTransferClaims::whatIsThrownAwayIsCounted()
{
    TransferFixture fixture;
    QCOMPARE(discard(fixture).value_or(-1), std::int64_t(0));
    QVERIFY(!fs::exists(fixture.request.part.parent_path()));
    const auto journal = journalPath(fixture.request.part);
    for (const auto &file : {fixture.request.part, fixture.request.target})
        write(file, "12345");
    auto live = journal;
    live += ".live";
    for (const auto &file : {journal, live, unfinishedPath(journal), unfinishedPath(live)})
        write(file, "{}");
    QCOMPARE(discard(fixture).value_or(-1), std::int64_t(10));
    QVERIFY(fixture.nothingIsThere());
    for (const auto &file : {journal, live, unfinishedPath(journal), unfinishedPath(live)})
        QVERIFY2(!fs::exists(file), toUtf8(file).c_str());
    QCOMPARE(discard(fixture).value_or(-1), std::int64_t(0));
    // A folder in the place of a file is nothing that it made.
    write(fixture.request.target / "precious", "precious");
    FAILED_WITH(discard(fixture), ErrorKind::Io);
    QVERIFY(fs::exists(fixture.request.target / "precious"));
}

void TestTransferClaims::aDownloadThatIsBeingStoppedIsWaitedFor()
{
    TransferFixture fixture;
    write(fixture.request.part, "12345");
    std::optional<FileLock> held = *lockPart(fixture.request.part, "x", milliseconds(0), {});
    std::thread other([&held] {
        waitForStop({}, milliseconds(200));
        held.reset();
    });
    const auto freed = discard(fixture);
    other.join();
    QCOMPARE(freed.value_or(-1), std::int64_t(5));
}

void TestTransferClaims::oneThatGoesOnIsNot()
{
    TransferFixture fixture;
    write(fixture.request.part, "12345");
    const auto held = lockPart(fixture.request.part, "x", milliseconds(0), {});
    QVERIFY(held.has_value());
    const auto busy = discard(fixture);
    FAILED_WITH(busy, ErrorKind::Io);
    QCOMPARE(test::reason(busy), QByteArray("busy"));
    fixture.stop.request_stop();
    FAILED_WITH(discard(fixture, fixture.stop.get_token()), ErrorKind::Cancelled);
    QVERIFY(fs::exists(fixture.request.part));
}

void TestTransferClaims::aDamagedFileOfTheProgramIsFetchedAgain_data()
{
    QTest::addColumn<bool>("hashed");
    QTest::addColumn<qint64>("bytes");
    QTest::newRow("another content") << true << qint64(test::kModelBytes);
    QTest::newRow("cut") << true << qint64(1'000'000);
    QTest::newRow("empty") << true << qint64(0);
    QTest::newRow("cut, no hash") << false << qint64(1'000'000);
}

void TestTransferClaims::aDamagedFileOfTheProgramIsFetchedAgain()
{
    QFETCH(const bool, hashed);
    QFETCH(const qint64, bytes);
    TransferFixture fixture;
    fixture.request.ownsTarget = true;
    if (!hashed)
        fixture.request.hash = {};
    write(fixture.request.target, std::string(static_cast<std::size_t>(bytes), 'x'));
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact() && !done->alreadyThere);
    const auto again = fixture.run();
    FETCHED(again);
    QVERIFY(again->alreadyThere);
}

void TestTransferClaims::aLinkToNowhereIsSomebodys()
{
    TransferFixture fixture;
    fs::create_directories(fixture.request.target.parent_path());
    std::error_code code;
    fs::create_symlink(fixture.folder() / "nowhere", fixture.request.target, code);
    if (code)
        QSKIP("There are no links on this file system.");
    FAILED_WITH(fixture.run(), ErrorKind::InvalidArgument);
    QVERIFY(fixture.hub.requests().empty() && fs::is_symlink(fixture.request.target));
}

QTEST_GUILESS_MAIN(TestTransferClaims)
#include "tst_transfer_claims.moc"
