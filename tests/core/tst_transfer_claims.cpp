// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/transfer_fixture.h"

#include <QTest>

using namespace snug;
using namespace snug::download;
using snug::test::FileBody;
using snug::test::TransferFixture;

namespace fs = std::filesystem;

// Whose a file is: of the download under way, of the program, of somebody else.
class TestTransferClaims : public QObject {
    Q_OBJECT

private:
    static Result<Done> fetch(TransferFixture &fixture)
    {
        return fetchFile(fixture.request, fixture.options, {}, {});
    }
    static void write(const fs::path &path, const std::string &content)
    {
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
    }

private Q_SLOTS:
    void theFileIsHeldUntilItIsTaken();
    void aDamagedFileOfTheProgramIsFetchedAgain_data();
    void aDamagedFileOfTheProgramIsFetchedAgain();
    void aLinkToNowhereIsSomebodys();
};

void TestTransferClaims::theFileIsHeldUntilItIsTaken()
{
    TransferFixture fixture;
    auto lock = lockPart(fixture.request.part);
    QVERIFY(lock && *lock);
    const auto barred = fetch(fixture);
    FAILED_WITH(barred, ErrorKind::Io);
    QCOMPARE(test::reason(barred), QByteArray("busy"));
    FileRequest held = fixture.request;
    held.lock = &**lock;
    FETCHED(fetchFile(held, fixture.options, {}, {}));
    FAILED_WITH(fetch(fixture), ErrorKind::Io);
    // As the program does: the file goes elsewhere, and only then it is free.
    fs::rename(fixture.request.target, fixture.folder() / "taken");
    lock->reset();
    const auto third = fetch(fixture);
    FETCHED(third);
    QVERIFY(!third->alreadyThere);
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
        QSKIP("This file system has no symbolic links, so none can stand in the way.");
    FAILED_WITH(fixture.run(), ErrorKind::InvalidArgument);
    QVERIFY(fixture.hub.requests().empty() && fs::is_symlink(fixture.request.target));
}

QTEST_GUILESS_MAIN(TestTransferClaims)
#include "tst_transfer_claims.moc"
