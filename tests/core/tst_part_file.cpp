// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/download/disk_space.h"
#include "core/download/part_file.h"
#include "core/download/sha256.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <vector>

using namespace snug;
using namespace snug::download;

namespace {

std::filesystem::path pathIn(const QTemporaryDir &folder, const char *name)
{
    return fromUtf8(folder.path().toStdString()) / name;
}

std::span<const std::byte> bytesOf(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

std::string contentOf(const std::filesystem::path &path)
{
    QFile file(QString::fromStdString(toUtf8(path)));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

std::string digestOf(HashKind kind, std::string_view text)
{
    auto digest = Digest::start(kind, static_cast<std::int64_t>(text.size()));
    if (!digest)
        return digest.error().message;
    for (const char c : text)
        digest->update(bytesOf({&c, 1}));
    return digest->finish().value_or("");
}

} // namespace

class TestPartFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hashesAreThoseOfTheStandards()
    {
        // FIPS 180-4, examples "abc" and the empty message; git hash-object of an empty file and of
        // "hello\n".
        QCOMPARE(digestOf(HashKind::Sha256, "abc"),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(digestOf(HashKind::Sha256, ""),
                 std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(digestOf(HashKind::GitSha1, ""), std::string("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"));
        QCOMPARE(digestOf(HashKind::GitSha1, "hello\n"),
                 std::string("ce013625030ba8dba906f756967f9e9ca394464a"));
        QCOMPARE(Digest::start(HashKind::None, 0).error().kind, ErrorKind::InvalidArgument);
    }

    void aFileIsHashedWithProgress()
    {
        const QTemporaryDir folder;
        const auto path = pathIn(folder, "file");
        QFile file(QString::fromStdString(toUtf8(path)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(1'000'000, 'a'));
        file.close();
        std::vector<std::int64_t> seen;
        const auto hash =
            hashFile(path, HashKind::Sha256, [&](const Progress &p) { seen.push_back(p.done); }, {});
        // FIPS 180-4, example of a million "a".
        QCOMPARE(hash.value_or(""),
                 std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
        QVERIFY(seen.size() >= 2);
        QCOMPARE(seen.back(), 1'000'000);

        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(hashFile(path, HashKind::Sha256, {}, stop.get_token()).error().kind, ErrorKind::Cancelled);
        QCOMPARE(hashFile(pathIn(folder, "none"), HashKind::Sha256, {}, {}).error().kind,
                 ErrorKind::NotFound);
    }

    void writesLandWhereTheyBelong()
    {
        const QTemporaryDir folder;
        const auto path = pathIn(folder, "x.part");
        auto part = PartFile::open(path, 10);
        QVERIFY(part.has_value());
        QVERIFY(part->writeAt(7, bytesOf("xyz")).has_value());
        QVERIFY(part->writeAt(0, bytesOf("abc")).has_value());
        QVERIFY(part->sync().has_value());
        QCOMPARE(contentOf(path), std::string("abc\0\0\0\0xyz", 10));
        std::vector<std::byte> into(20);
        QCOMPARE(part->readAt(7, into).value_or(0), std::size_t(3));
        QCOMPARE(static_cast<char>(into[0]), 'x');
    }

    void openingAgainKeepsTheBytesAndSetsTheSize()
    {
        const QTemporaryDir folder;
        const auto path = pathIn(folder, "x.part");
        QVERIFY(PartFile::open(path, 10)->writeAt(0, bytesOf("0123456789")).has_value());
        QVERIFY(PartFile::open(path, 4).has_value());
        QCOMPARE(contentOf(path), std::string("0123"));
        QVERIFY(PartFile::open(path, 6).has_value());
        QCOMPARE(contentOf(path), std::string("0123\0\0", 6));
    }

    void spaceIsTakenAtTheStart()
    {
        const QTemporaryDir folder;
        const auto path = pathIn(folder, "x.part");
        constexpr std::int64_t kBytes = 8 << 20;
        auto part = PartFile::open(path, kBytes);
        QVERIFY(part.has_value());
        if (allocatedBytes(path) == 0)
            QSKIP("this file system takes no space beforehand");
        QVERIFY(allocatedBytes(path) >= kBytes);
    }

    void moreThanTheDiskHoldsIsRefusedWithTheFigures()
    {
        const QTemporaryDir folder;
        const auto path = pathIn(folder, "x.part");
        const auto part = PartFile::open(path, std::int64_t(1) << 60);
        QVERIFY(!part.has_value());
        QCOMPARE(part.error().kind, ErrorKind::NoSpace);
        QCOMPARE(part.error().detail.at(1).first, std::string("wanted_bytes"));
        QCOMPARE(std::get<std::int64_t>(part.error().detail.at(1).second), std::int64_t(1) << 60);
        QVERIFY(std::get<std::int64_t>(part.error().detail.at(2).second) > 0);
        QVERIFY(part.error().message.find(" more.") != std::string::npos);
        QCOMPARE(allocatedBytes(path), 0);
    }

    void noLinkIsFollowed()
    {
        const QTemporaryDir folder;
        const auto victim = pathIn(folder, "victim");
        QVERIFY(PartFile::open(victim, 3)->writeAt(0, bytesOf("abc")).has_value());
        std::error_code error;
        std::filesystem::create_symlink(victim, pathIn(folder, "x.part"), error);
        if (error)
            QSKIP("no symbolic links here");
#if defined(Q_OS_WIN)
        QSKIP("a reparse point is opened itself");
#endif
        QCOMPARE(PartFile::open(pathIn(folder, "x.part"), 1).error().kind, ErrorKind::Io);
        QCOMPARE(contentOf(victim), std::string("abc"));
    }

    void aMissingFolderIsAnError()
    {
        const QTemporaryDir folder;
        QCOMPARE(PartFile::open(pathIn(folder, "a/b/x.part"), 1).error().kind, ErrorKind::Io);
    }

    void aVolumeIsKnownForWhatDoesNotExistYet()
    {
        const QTemporaryDir folder;
        const auto there = volumeOf(pathIn(folder, "."));
        const auto later = volumeOf(pathIn(folder, "a/b/c"));
        QVERIFY(there.has_value() && later.has_value());
        QCOMPARE(there->id, later->id);
        QVERIFY(!there->id.empty());
        QVERIFY(later->freeBytes > 0);
    }
};

QTEST_GUILESS_MAIN(TestPartFile)
#include "tst_part_file.moc"
