// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/atomic_file.h"
#include "tests/core/transfer_fixture.h"

#include <QFile>
#include <QProcess>
#include <QTest>

#include <thread>

using namespace snug;
using namespace snug::download;
using snug::test::FileBody;
using snug::test::numberOf;
using snug::test::Origin;
using snug::test::TransferFixture;

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kPiece = TransferFixture::kPiece;

// What became of the part and its journal since the last run.
using Harm = std::function<void(TransferFixture &)>;

void writeJournal(const TransferFixture &fixture, const std::string &text)
{
    std::ofstream(journalPath(fixture.request.part), std::ios::binary) << text;
}

std::string journalOf(const TransferFixture &fixture)
{
    return readSmallFile(journalPath(fixture.request.part), 1 << 20).value_or("");
}

void replaceInJournal(const TransferFixture &fixture, const std::string &what, const std::string &by)
{
    std::string text = journalOf(fixture);
    const auto at = text.find(what);
    if (at != std::string::npos)
        writeJournal(fixture, text.replace(at, what.size(), by));
}

// Half of the pieces are here; the bytes of the others are not what they should be.
void leaveHalf(const TransferFixture &fixture)
{
    fs::create_directories(fixture.request.part.parent_path());
    const std::int64_t half = fixture.body.size() / kPiece / 2 * kPiece;
    std::string bytes = fixture.body.bytes(0, half);
    bytes.resize(static_cast<std::size_t>(fixture.body.size()), '?');
    std::ofstream(fixture.request.part, std::ios::binary) << bytes;
    PieceMap pieces(fixture.body.size(), kPiece);
    pieces.fill({0, half});
    static_cast<void>(saveJournal(journalPath(fixture.request.part),
                                  {fixture.request.identity, fixture.request.hash, {}, pieces}));
}

} // namespace

Q_DECLARE_METATYPE(Harm)

// The disk, and what lies on it. The numbers are those of specs/hub.md section 6.2.
class TestTransferDisk : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fault27_aFullDiskIsWaitedFor();
    void fault27_orToldAtOnce();
    void fault27_aRealFullDisk();
    void fault28_theFinalNameIsWaitedFor();
    void fault28_andNothingIsFetchedTwice();
    void fault30_whatAnEarlierRunLeft_data();
    void fault30_whatAnEarlierRunLeft();
    void fault30_aLinkInPlaceOfThePartIsNotFollowed();
    void fault32_oneFileIsFetchedOnce();
};

void TestTransferDisk::fault27_aFullDiskIsWaitedFor()
{
    TransferFixture fixture;
    std::int64_t available = 1'000'000;
    fixture.options.volume = [&](const fs::path &) { return Result<Volume>(Volume{"v", available}); };
    int waits = 0;
    fixture.watch = [&](const Status &status) {
        if (status.waitingFor != WaitReason::Disk)
            return;
        QCOMPARE(status.trouble->kind, ErrorKind::NoSpace);
        QCOMPARE(numberOf(Result<void>(tl::make_unexpected(*status.trouble)), "free_bytes"), available);
        available = ++waits < 3 ? available + 500'000 : 3'000'000;
    };
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    QCOMPARE(waits, 3);
    QCOMPARE(fixture.resolves(), std::size_t(1));
}

void TestTransferDisk::fault27_orToldAtOnce()
{
    TransferFixture fixture;
    fixture.options.waitForSpace = false;
    fixture.options.volume = [](const fs::path &) { return Result<Volume>(Volume{"v", 1'000'000}); };
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::NoSpace);
    QCOMPARE(numberOf(failed, "wanted_bytes"), fixture.body.size());
    QCOMPARE(numberOf(failed, "free_bytes"), std::int64_t(1'000'000));
    QVERIFY(fixture.hub.requests().empty());
    QVERIFY(fixture.nothingIsThere());
}

// A file system of 2 MB, which grows while the download waits.
void TestTransferDisk::fault27_aRealFullDisk()
{
    TransferFixture fixture;
    const auto folder = fixture.folder() / "small";
    fs::create_directories(folder);
    const QString path = QString::fromStdString(toUtf8(folder));
    const auto mount = [&path](const QString &options) {
        return QProcess::execute(QStringLiteral("mount"),
                                 {QStringLiteral("-t"), QStringLiteral("tmpfs"), QStringLiteral("-o"),
                                  options, QStringLiteral("tmpfs"), path}) == 0;
    };
    if (!mount(QStringLiteral("size=2m")))
        QSKIP("Only the administrator can mount a small file system.");
    fixture.request.part = folder / "m.part";
    fixture.request.target = folder / "m.gguf";
    for (const bool known : {true, false}) {
        bool grown = false;
        // What the system says of free space may be too much: network folders, quotas.
        fixture.options.volume = [](const fs::path &) { return Result<Volume>(Volume{"v", 1 << 30}); };
        if (!known) {
            fixture.request.bytes = kUnknown;
            fixture.asksTheHubOnly();
            fixture.hub.addFault(test::ignoresRange().on(Origin::Cdn).always());
            fixture.hub.addFault(test::withoutHeader("Content-Length").on(Origin::Cdn).always());
        }
        fixture.watch = [&](const Status &status) {
            if (status.waitingFor == WaitReason::Disk && !std::exchange(grown, true))
                QVERIFY(mount(QStringLiteral("remount,size=8m")));
        };
        const auto done = fixture.run();
        const bool good = done.has_value() && fixture.intact() && grown;
        std::error_code ignored;
        fs::remove(fixture.request.target, ignored);
        if (known)
            mount(QStringLiteral("remount,size=2m"));
        if (!good || !known)
            QProcess::execute(QStringLiteral("umount"), {path});
        QVERIFY2(good, test::whyNot(done).c_str());
    }
}

void TestTransferDisk::fault28_theFinalNameIsWaitedFor()
{
    TransferFixture fixture;
    // A file where the folder should be, whoever runs this.
    std::ofstream(fixture.folder() / "models") << "in the way";
    int looks = 0;
    fixture.watch = [&](const Status &status) {
        if (status.waitingFor != WaitReason::FileLock)
            return;
        QCOMPARE(status.bytesVerified, fixture.body.size());
        if (++looks == 1)
            fs::remove(fixture.folder() / "models");
    };
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QVERIFY(looks >= 1);
    QCOMPARE(fixture.servedBytes(), fixture.body.size());
}

void TestTransferDisk::fault28_andNothingIsFetchedTwice()
{
    TransferFixture fixture;
    std::ofstream(fixture.folder() / "models") << "in the way";
    const auto begun = fixture.clock.now();
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::Io);
    QVERIFY(fixture.clock.now() - begun >= std::chrono::seconds(60));
    QVERIFY2(failed.error().message.find("verified") != std::string::npos, failed.error().message.c_str());
    QVERIFY(TransferFixture::holds(fixture.request.part, fixture.body));
    fs::remove(fixture.folder() / "models");
    fixture.hub.clearLog();
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    QCOMPARE(done->fetchedBytes, std::int64_t(0));
    QVERIFY(fixture.hub.requests().empty());
}

void TestTransferDisk::fault30_whatAnEarlierRunLeft_data()
{
    QTest::addColumn<Harm>("harm");
    QTest::addColumn<bool>("keepsHalf");
    const auto row = [](const char *name, bool keeps, Harm harm) { QTest::newRow(name) << harm << keeps; };
    const auto part = [](TransferFixture &f) { return f.request.part; };
    row("as it was", true, [](TransferFixture &) {});
    row("the journal is gone", false, [](TransferFixture &f) { fs::remove(journalPath(f.request.part)); });
    row("empty", false, [](TransferFixture &f) { writeJournal(f, {}); });
    row("cut", false, [](TransferFixture &f) { writeJournal(f, journalOf(f).substr(0, 60)); });
    row("zeros", false, [](TransferFixture &f) { writeJournal(f, std::string(500, '\0')); });
    row("no object", false, [](TransferFixture &f) { writeJournal(f, "[1, 2]"); });
    row("deep", false, [](TransferFixture &f) { writeJournal(f, std::string(100'000, '[')); });
    row("of 2 MB", false,
        [](TransferFixture &f) { writeJournal(f, std::string(2'000'000, ' ') + journalOf(f)); });
    row("of a later program", false,
        [](TransferFixture &f) { replaceInJournal(f, "\"schema\":1", "\"schema\":2"); });
    row("of another file", false,
        [](TransferFixture &f) { replaceInJournal(f, f.request.hash.hex, std::string(64, '0')); });
    row("of another size", false, [](TransferFixture &f) { replaceInJournal(f, "3000000", "3000001"); });
    row("of another commit of the same content", true,
        [](TransferFixture &f) { replaceInJournal(f, test::kCommit, std::string(40, 'b')); });
    row("of a mirror with etags of its own", true,
        [](TransferFixture &f) { replaceInJournal(f, "\"etag\":\"\"", "\"etag\":\"W/'7'\""); });
    row("no piece size", false, [](TransferFixture &f) { replaceInJournal(f, "262144", "0"); });
    row("pieces are no hex", false, [](TransferFixture &f) { replaceInJournal(f, "f80", "xyz"); });
    row("too many pieces", false, [](TransferFixture &f) { replaceInJournal(f, "f80", "f800"); });
    // Then the hash is wrong, and everything is fetched again.
    row("claims everything", false, [](TransferFixture &f) { replaceInJournal(f, "f80", "fff"); });
    row("the part is gone", false, [part](TransferFixture &f) { fs::remove(part(f)); });
    row("shorter", false, [part](TransferFixture &f) { fs::resize_file(part(f), 1'000'000); });
    row("longer", false, [part](TransferFixture &f) { fs::resize_file(part(f), 3'000'001); });
    row("empty part", false, [part](TransferFixture &f) { fs::resize_file(part(f), 0); });
    row("damaged in a piece that is done", false, [part](TransferFixture &f) {
        std::fstream(part(f), std::ios::in | std::ios::out | std::ios::binary).seekp(1000) << '!';
    });
}

void TestTransferDisk::fault30_whatAnEarlierRunLeft()
{
    QFETCH(const Harm, harm);
    QFETCH(const bool, keepsHalf);
    TransferFixture fixture;
    leaveHalf(fixture);
    QVERIFY(journalOf(fixture).find("\"f80\"") != std::string::npos);
    harm(fixture);
    const auto done = fixture.run();
    FETCHED(done);
    QVERIFY(fixture.intact());
    const std::int64_t half = fixture.body.size() - 5 * kPiece;
    QCOMPARE(done->attempts == 1 && done->fetchedBytes == half, keepsHalf);
    QVERIFY(!fs::exists(fixture.request.part) && !fs::exists(journalPath(fixture.request.part)));
}

void TestTransferDisk::fault30_aLinkInPlaceOfThePartIsNotFollowed()
{
    TransferFixture fixture;
    const auto precious = fixture.folder() / "precious";
    std::ofstream(precious) << "precious";
    fs::create_directories(fixture.request.part.parent_path());
    std::error_code code;
    fs::create_symlink(precious, fixture.request.part, code);
    if (code)
        QSKIP("This file system has no symbolic links, so none can stand in the way.");
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind::Io);
    QVERIFY(TransferFixture::holds(precious, FileBody::ofBytes("precious")));
}

void TestTransferDisk::fault32_oneFileIsFetchedOnce()
{
    TransferFixture fixture;
    fixture.hub.addFault(test::stallAfter(1000).on(Origin::Cdn).requests(2, 100));
    std::optional<Result<Done>> second;
    fixture.watch = [&](const Status &status) {
        if (second || status.connections == 0)
            return;
        // Another window of the program.
        std::thread other([&] { second = fetchFile(fixture.request, fixture.options, {}, {}); });
        other.join();
        fixture.hub.clearFaults();
    };
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    QVERIFY(second.has_value());
    FAILED_WITH(*second, ErrorKind::Io);
    QCOMPARE(test::reason(*second), QByteArray("busy"));
    // And when the first is done, the other finds it.
    const auto third = fixture.run();
    FETCHED(third);
    QVERIFY(third->alreadyThere);
    QCOMPARE(fixture.servedBytes(), fixture.body.size());
}

QTEST_GUILESS_MAIN(TestTransferDisk)
#include "tst_transfer_disk.moc"
