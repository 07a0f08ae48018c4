// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/download/part_file.h"
#include "core/download/piece_map.h"
#include "core/download/preflight.h"
#include "tests/support/gguf_errors.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <vector>

using namespace snug;
using namespace snug::download;
using snug::test::numberOf;

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kGiB = std::int64_t(1) << 30;
constexpr std::int64_t kMiB = 1 << 20;

// "a/..." lies on volume a, "b/..." on b.
VolumeOf volumesWith(std::int64_t freeOnA, std::int64_t freeOnB = 0)
{
    return [=](const fs::path &path) {
        const bool onA = path.parent_path().filename() == "a";
        return Result<Volume>(Volume{onA ? "a" : "b", onA ? freeOnA : freeOnB});
    };
}

} // namespace

class TestPreflight : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    PlannedFile file(const char *volume, const char *name, std::int64_t bytes)
    {
        const fs::path folder = fromUtf8(m_folder.path().toStdString()) / volume;
        fs::create_directories(folder);
        return {folder / (std::string(name) + ".part"), folder / name, bytes};
    }

private Q_SLOTS:
    void nothingNeedsNothing()
    {
        QVERIFY(checkSpace({}, volumesWith(0)).has_value());
        const std::vector unknown{file("a", "m", kUnknown), file("a", "empty", 0)};
        QVERIFY(checkSpace(unknown, volumesWith(0)).has_value());
    }

    void theSumAndTheSpareMustFit()
    {
        const std::vector files{file("a", "1", 3 * kGiB), file("a", "2", 2 * kGiB)};
        QVERIFY(checkSpace(files, volumesWith(5 * kGiB + kSpareBytes)).has_value());
        const auto refused = checkSpace(files, volumesWith(5 * kGiB + kSpareBytes - 1));
        QVERIFY(!refused && refused.error().kind == ErrorKind::NoSpace);
        QCOMPARE(numberOf(refused, "wanted_bytes"), 5 * kGiB + kSpareBytes);
        QCOMPARE(numberOf(refused, "free_bytes"), 5 * kGiB + kSpareBytes - 1);
        QCOMPARE(numberOf(refused, "missing_bytes"), std::int64_t(1));
        const auto *volume = test::detailOf(refused, "volume");
        QVERIFY(volume != nullptr && *volume == Error::Value(std::string("a")));
        QVERIFY(!refused.error().hint.empty());
    }

    void everyVolumeIsAskedForItself()
    {
        const std::vector files{file("a", "1", kGiB), file("b", "2", 2 * kGiB), file("a", "3", kGiB)};
        QVERIFY(checkSpace(files, volumesWith(3 * kGiB, 3 * kGiB)).has_value());
        const auto refused = checkSpace(files, volumesWith(3 * kGiB, 2 * kGiB));
        QVERIFY(!refused);
        QCOMPARE(numberOf(refused, "wanted_bytes"), 2 * kGiB + kSpareBytes);
        QCOMPARE(numberOf(refused, "missing_bytes"), kSpareBytes);
        QVERIFY(!checkSpace(files, volumesWith(2 * kGiB, 3 * kGiB)).has_value());
    }

    void volumesWithoutNamesAreToldApartByFolder()
    {
        const std::vector files{file("a", "1", kGiB), file("b", "2", kGiB)};
        const auto unnamed = [](const fs::path &) { return Result<Volume>(Volume{"", kGiB + kSpareBytes}); };
        QVERIFY(checkSpace(files, unnamed).has_value());
    }

    void whatIsOnTheDiskCounts()
    {
        const std::vector files{file("a", "half", 2 * kMiB), file("a", "done", kGiB)};
        std::ofstream(files[1].target) << "all of it";
        {
            auto part = PartFile::open(files[0].part, kMiB);
            QVERIFY(part.has_value());
            QVERIFY(part->writeAt(0, std::vector<std::byte>(kMiB)).has_value());
            QVERIFY(part->sync().has_value());
        }
        QVERIFY(checkSpace(files, volumesWith(kMiB + kSpareBytes)).has_value());
        const auto refused = checkSpace(files, volumesWith(kSpareBytes));
        QVERIFY(!refused);
        const std::int64_t missing = numberOf(refused, "missing_bytes");
        QVERIFY2(missing > 0 && missing <= kMiB, std::to_string(missing).c_str());
    }

    // On a full disk what is complete still is.
    void completeFilesNeedNoSpare()
    {
        const std::vector files{file("a", "there", kGiB)};
        std::ofstream(files[0].target) << "all of it";
        QVERIFY(checkSpace(files, volumesWith(0)).has_value());
    }

    // Fault 25.
    void absurdSizesDoNotOverflow_data()
    {
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<int>("kind");
        QTest::newRow("-2") << qint64(-2) << int(ErrorKind::InvalidArgument);
        QTest::newRow("-2^63") << qint64(INT64_MIN) << int(ErrorKind::InvalidArgument);
        QTest::newRow("2^63 - 1") << qint64(INT64_MAX) << int(ErrorKind::TooLarge);
        QTest::newRow("above the limit") << qint64(PieceMap::kMostFileBytes + 1) << int(ErrorKind::TooLarge);
    }
    void absurdSizesDoNotOverflow()
    {
        QFETCH(const qint64, bytes);
        QFETCH(const int, kind);
        const std::vector files{file("a", "small", 1), file("a", "absurd", bytes)};
        const auto refused = checkSpace(files, volumesWith(INT64_MAX));
        QVERIFY(!refused.has_value());
        QCOMPARE(int(refused.error().kind), kind);
    }

    void anUnknownVolumeIsAnError()
    {
        const std::vector files{file("a", "1", 1)};
        const auto broken = [](const fs::path &) -> Result<Volume> {
            return fail(ErrorKind::Io, "The disk is gone.");
        };
        const auto refused = checkSpace(files, broken);
        QVERIFY(!refused && refused.error().kind == ErrorKind::Io);
    }

    void theRealVolumeIsAsked()
    {
        QVERIFY(checkSpace(std::vector{file("a", "1", 1)}).has_value());
        const auto refused = checkSpace(std::vector{file("a", "1", PieceMap::kMostFileBytes)});
        QVERIFY(!refused && refused.error().kind == ErrorKind::NoSpace);
    }
};

QTEST_GUILESS_MAIN(TestPreflight)
#include "tst_preflight.moc"
