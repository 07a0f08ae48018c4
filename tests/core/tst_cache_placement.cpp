// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/file_lock.h"
#include "core/library/cache_placement.h"
#include "core/library/hub_cache.h"
#include "tests/support/text_files.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <iterator>
#include <set>
#include <thread>

#if !defined(_WIN32)
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace fs = std::filesystem;
using namespace snug;
using namespace snug::library;
using snug::test::contentOf;
using snug::test::put;

namespace {

const std::string kCommit(40, 'a');
const std::string kOther(40, 'b');
const std::string kHash(64, '1');

// A file of a branch.
struct Request : Placement {
    std::string revision = "main";
};

// The file, then the branch, as `pull` does it.
Result<Placed> place(const Request &request, const ProgressFn &progress, const std::stop_token &stop)
{
    SNUG_TRY(Placed placed, placeFile(request, progress, stop));
    if (progress)
        progress({"naming", 0, -1, Unit::Items});
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Stopped.");
    SNUG_CHECK(placeRef(request.root, request.repository, request.revision, request.commit));
    return placed;
}

} // namespace

class CachePlacementTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void writesTheLayoutToTheLetter();
    void linksOfSubfoldersGoUpFurther();
    void contentInPlaceIsOnlyLinked();
    void placingAgainChangesNothing();
    void aCutShortBlobIsReplaced();
    void withoutLinksTheSnapshotHoldsTheFile();
    void aFullRevisionWritesNoRef();
    void nestedRefsAreFolders();
    void aStopBetweenTheStepsLeavesAReadableCache_data();
    void aStopBetweenTheStepsLeavesAReadableCache();
    void aDeathBetweenTheStepsLeavesAReadableCache_data();
    void aDeathBetweenTheStepsLeavesAReadableCache();
    void waitsForTheLockAndObeysAStop();
    void anotherVolumeIsCopiedTo();
    void badRequestsWriteNothing_data();
    void badRequestsWriteNothing();
    void aBranchThatIsNoFileNameIsNotStored();
    void linksInTheWayAreRefused_data();
    void linksInTheWayAreRefused();

private:
    [[nodiscard]] Request placement() const;
    // What huggingface_hub's scan calls a sound cache, and nothing unfinished in sight.
    void checkSound() const;
    void checkPlaced() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_top;
    fs::path m_root;
    fs::path m_repository;
    fs::path m_part;
};

void CachePlacementTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_top = fs::canonical(m_folder->path().toStdString());
    m_root = m_top / "hub";
    m_repository = m_root / "models--org--name";
    m_part = m_top / "downloads/model.gguf.part";
    put(m_part, "content");
}

Request CachePlacementTest::placement() const
{
    return {{m_root, "org/name", kCommit, "model.gguf", kHash, 7, m_part, true}};
}

void CachePlacementTest::checkSound() const
{
    const CacheListing listing = listCache(m_root, {});
    QCOMPARE(listing.ignored, 0);
    for (const fs::directory_entry &entry : fs::directory_iterator(m_root)) {
        const std::string name = entry.path().filename().string();
        QVERIFY2(name == ".locks" || name == "CACHEDIR.TAG" || entry.path() == m_repository, name.c_str());
    }
    if (!fs::exists(m_repository))
        return;
    QVERIFY(fs::is_directory(m_repository / "snapshots"));
    std::set<std::string> commits;
    for (const fs::directory_entry &entry : fs::directory_iterator(m_repository / "snapshots"))
        commits.insert(entry.path().filename().string());
    if (fs::exists(m_repository / "refs")) {
        for (const fs::directory_entry &entry : fs::recursive_directory_iterator(m_repository / "refs"))
            QVERIFY(entry.is_directory() || commits.contains(contentOf(entry.path())));
    }
    for (const fs::directory_entry &entry : fs::recursive_directory_iterator(m_repository / "snapshots"))
        QVERIFY2(fs::exists(entry.path()), entry.path().c_str()); // follows links
}

void CachePlacementTest::checkPlaced() const
{
    checkSound();
    QVERIFY(!fs::exists(m_part));
    const fs::path entry = m_repository / "snapshots" / kCommit / "model.gguf";
    QVERIFY(fs::is_symlink(entry));
    QCOMPARE(fs::read_symlink(entry), fs::path("../../blobs") / kHash);
    QCOMPARE(contentOf(entry), std::string("content"));
    QVERIFY(fs::is_regular_file(fs::symlink_status(m_repository / "blobs" / kHash)));
    QCOMPARE(contentOf(m_repository / "refs/main"), kCommit);
    QCOMPARE(std::distance(fs::directory_iterator(m_repository / "blobs"), {}), 1);
}

void CachePlacementTest::writesTheLayoutToTheLetter()
{
    const auto placed = place(placement(), {}, {});
    QVERIFY(placed);
    QCOMPARE(placed->snapshotPath, m_repository / "snapshots" / kCommit / "model.gguf");
    QCOMPARE(placed->blobPath, m_repository / "blobs" / kHash);
    checkPlaced();
    QVERIFY(contentOf(m_root / "CACHEDIR.TAG").starts_with("Signature: 8a477f597d28d172789f06886806bc55\n"));
    QVERIFY(fs::exists(m_root / ".locks/models--org--name" / (kHash + ".lock")));
    QCOMPARE(std::distance(fs::directory_iterator(m_root / ".locks/models--org--name"), {}), 1);
    const auto found =
        findFile(m_root, "org/name", cachedCommit(m_root, "org/name", "main").value(), "model.gguf");
    QVERIFY(found);
    QCOMPARE(found->sha256, kHash);
}

void CachePlacementTest::linksOfSubfoldersGoUpFurther()
{
    Request deep = placement();
    deep.path = "a/b/model.gguf";
    QVERIFY(place(deep, {}, {}));
    const fs::path entry = m_repository / "snapshots" / kCommit / "a/b/model.gguf";
    QCOMPARE(fs::read_symlink(entry), fs::path("../../../../blobs") / kHash);
    QCOMPARE(contentOf(entry), std::string("content"));
    checkSound();
}

void CachePlacementTest::contentInPlaceIsOnlyLinked()
{
    QVERIFY(!hasContent(m_root, "org/name", kHash, 7));
    QVERIFY(place(placement(), {}, {}));
    QVERIFY(hasContent(m_root, "org/name", kHash, 7));
    QVERIFY(!hasContent(m_root, "org/name", kHash, 8));
    QVERIFY(!hasContent(m_root, "org/name", std::string(64, '2'), 7));
    Request later = placement();
    later.commit = kOther;
    later.content.clear();
    QVERIFY(place(later, {}, {}));
    checkSound();
    QCOMPARE(contentOf(m_repository / "refs/main"), kOther);
    const CachedRepository repository = listCache(m_root, {}).repositories.at(0);
    QCOMPARE(repository.snapshots.size(), std::size_t{2});
    QCOMPARE(repository.bytes, 7);
}

void CachePlacementTest::placingAgainChangesNothing()
{
    QVERIFY(place(placement(), {}, {}));
    QVERIFY(place(placement(), {}, {})); // the part is gone, its content found
    put(m_part, "content");
    QVERIFY(place(placement(), {}, {}));
    checkPlaced();
}

void CachePlacementTest::aCutShortBlobIsReplaced()
{
    put(m_repository / "blobs" / kHash, "con");
    fs::create_directories(m_repository / "snapshots" / kCommit);
    fs::create_symlink("../../refs", m_repository / "snapshots" / kCommit / "model.gguf");
    QVERIFY(place(placement(), {}, {}));
    checkPlaced();
}

void CachePlacementTest::withoutLinksTheSnapshotHoldsTheFile()
{
    Request plain = placement();
    plain.links = false;
    const auto placed = place(plain, {}, {});
    QVERIFY(placed);
    QVERIFY(placed->blobPath.empty());
    QVERIFY(fs::is_regular_file(fs::symlink_status(placed->snapshotPath)));
    QVERIFY(fs::is_empty(m_repository / "blobs"));
    QCOMPARE(contentOf(m_repository / "refs/main"), kCommit);
    checkSound();
    QVERIFY(place(plain, {}, {})); // again, with nothing left to give
    // A second commit has no blob to share and needs the file itself.
    plain.commit = kOther;
    QCOMPARE(place(plain, {}, {}).error().kind, ErrorKind::NotFound);
    put(m_part, "content");
    QVERIFY(place(plain, {}, {}));
    QCOMPARE(contentOf(m_repository / "snapshots" / kOther / "model.gguf"), std::string("content"));
    // Content from a time when links could be made is copied.
    put(m_repository / "blobs" / std::string(64, '2'), "shared!");
    plain.etag = std::string(64, '2');
    plain.path = "other.gguf";
    QVERIFY(place(plain, {}, {}));
    QCOMPARE(contentOf(m_repository / "snapshots" / kOther / "other.gguf"), std::string("shared!"));
}

void CachePlacementTest::aFullRevisionWritesNoRef()
{
    Request exact = placement();
    exact.revision = kCommit;
    QVERIFY(place(exact, {}, {}));
    QVERIFY(!fs::exists(m_repository / "refs"));
    checkSound();
}

void CachePlacementTest::nestedRefsAreFolders()
{
    Request request = placement();
    request.revision = "refs/pr/7";
    QVERIFY(place(request, {}, {}));
    QCOMPARE(contentOf(m_repository / "refs/refs/pr/7"), kCommit);
    checkSound();
}

void CachePlacementTest::aStopBetweenTheStepsLeavesAReadableCache_data()
{
    QTest::addColumn<QString>("stage");
    for (const char *stage : {"placing", "linking", "naming"})
        QTest::newRow(stage) << stage;
}

void CachePlacementTest::aStopBetweenTheStepsLeavesAReadableCache()
{
    QFETCH(QString, stage);
    std::stop_source source;
    const auto stopThere = [&](const Progress &progress) {
        if (progress.stage == stage.toStdString())
            source.request_stop();
    };
    const auto placed = place(placement(), stopThere, source.get_token());
    QVERIFY(!placed);
    QCOMPARE(placed.error().kind, ErrorKind::Cancelled);
    checkSound();
    QCOMPARE(fs::exists(m_part), stage == QStringLiteral("placing"));
    QCOMPARE(std::distance(fs::directory_iterator(m_root / ".locks/models--org--name"), {}), 1);
    QVERIFY(place(placement(), {}, {}));
    checkPlaced();
}

void CachePlacementTest::aDeathBetweenTheStepsLeavesAReadableCache_data()
{
    QTest::addColumn<QString>("stage");
    for (const char *stage : {"waiting", "placing", "linking", "naming"})
        QTest::newRow(stage) << stage;
}

void CachePlacementTest::aDeathBetweenTheStepsLeavesAReadableCache()
{
#if defined(_WIN32)
    QSKIP("needs fork");
#else
    QFETCH(QString, stage);
    const std::string wanted = stage.toStdString();
    constexpr int kDied = 9;
    const pid_t child = fork();
    if (child == 0) {
        const auto dieThere = [&wanted](const Progress &progress) {
            if (progress.stage == wanted)
                _exit(kDied); // nothing is unwound, as by a kill
        };
        static_cast<void>(place(placement(), dieThere, {}));
        _exit(0);
    }
    int status = 0;
    QCOMPARE(waitpid(child, &status, 0), child);
    QCOMPARE(WEXITSTATUS(status), kDied);
    checkSound();
    QVERIFY(place(placement(), {}, {}));
    checkPlaced();
#endif
}

void CachePlacementTest::waitsForTheLockAndObeysAStop()
{
    const fs::path lockFile = m_root / ".locks/models--org--name" / (kHash + ".lock");
    fs::create_directories(lockFile.parent_path());
    std::optional<FileLock> held = FileLock::acquire(lockFile, {}).value();
    QVERIFY(!FileLock::tryAcquire(lockFile).value());

    std::stop_source source;
    std::jthread stopper([&source] { source.request_stop(); });
    QCOMPARE(place(placement(), {}, source.get_token()).error().kind, ErrorKind::Cancelled);
    QVERIFY(fs::exists(m_part));

    std::jthread releaser([&held] { held.reset(); });
    QVERIFY(place(placement(), {}, {}));
    checkPlaced();
}

void CachePlacementTest::anotherVolumeIsCopiedTo()
{
#if defined(__linux__)
    const QTemporaryDir other(QStringLiteral("/dev/shm/snug-"));
    std::error_code error;
    if (other.isValid())
        fs::create_hard_link(m_part, fs::path(other.path().toStdString()) / "probe", error);
    if (!other.isValid() || !error)
        QSKIP("There is no second volume here.");
    const std::string big(3'000'000, 'x');
    Request request = placement();
    request.content = fs::path(other.path().toStdString()) / "part";
    request.bytes = static_cast<std::int64_t>(big.size());
    put(request.content, big);

    std::stop_source source;
    const auto stopEarly = [&source](const Progress &progress) {
        if (progress.stage == "copying")
            source.request_stop();
    };
    QCOMPARE(place(request, stopEarly, source.get_token()).error().kind, ErrorKind::Cancelled);
    QVERIFY(fs::exists(request.content));
    QVERIFY(fs::is_empty(m_repository / "blobs"));
    checkSound();

    std::int64_t last = 0;
    const auto watch = [&last](const Progress &progress) {
        if (progress.stage == "copying")
            last = progress.done;
    };
    QVERIFY(place(request, watch, {}));
    QCOMPARE(last, request.bytes);
    QVERIFY(!fs::exists(request.content));
    QCOMPARE(contentOf(m_repository / "snapshots" / kCommit / "model.gguf"), big);
    checkSound();
#else
    QSKIP("There is no second volume that every machine has.");
#endif
}

void CachePlacementTest::badRequestsWriteNothing_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    const auto row = [](const char *name, const char *field, const char *value) {
        QTest::newRow(name) << QString::fromLatin1(field) << QString::fromLatin1(value);
    };
    row("path up", "path", "../../../outside");
    row("absolute path", "path", "/outside");
    row("windows path", "path", "..\\..\\outside");
    row("etag up", "etag", "../../outside");
    row("etag with letters", "etag", std::string(64, 'g').c_str());
    row("branch as commit", "commit", "main");
    row("repository up", "repository", "../outside");
    row("wrong length", "bytes", "8");
    row("negative length", "bytes", "-1");
}

void CachePlacementTest::badRequestsWriteNothing()
{
    QFETCH(QString, field);
    QFETCH(QString, value);
    Request request = placement();
    const std::string text = value.toStdString();
    if (field == QStringLiteral("path"))
        request.path = text;
    else if (field == QStringLiteral("etag"))
        request.etag = text;
    else if (field == QStringLiteral("commit"))
        request.commit = text;
    else if (field == QStringLiteral("repository"))
        request.repository = text;
    else
        request.bytes = value.toLongLong();
    const auto placed = place(request, {}, {});
    QVERIFY(!placed);
    QCOMPARE(placed.error().kind, ErrorKind::InvalidArgument);
    QCOMPARE(contentOf(m_part), std::string("content"));
    QCOMPARE(std::distance(fs::directory_iterator(m_top), {}), fs::exists(m_root) ? 2 : 1);
    if (fs::exists(m_root))
        checkSound();
}

void CachePlacementTest::aBranchThatIsNoFileNameIsNotStored()
{
    QVERIFY(place(placement(), {}, {}));
    for (const char *revision : {"../outside", "/outside", "", "aux", "a\\b"})
        QCOMPARE(placeRef(m_root, "org/name", revision, kOther).error().kind, ErrorKind::InvalidArgument);
    QCOMPARE(placeRef(m_root, "org/name", "main", "not a commit").error().kind, ErrorKind::InvalidArgument);
    checkPlaced();
    QCOMPARE(std::distance(fs::directory_iterator(m_repository / "refs"), {}), 1);
}

void CachePlacementTest::linksInTheWayAreRefused_data()
{
    QTest::addColumn<QString>("link");
    for (const char *link : {"models--org--name", "models--org--name/blobs", "models--org--name/snapshots",
                             "models--org--name/refs", "models--org--name/snapshots/COMMIT",
                             "models--org--name/snapshots/COMMIT/sub", ".locks", ".locks/models--org--name"})
        QTest::newRow(link) << link;
}

void CachePlacementTest::linksInTheWayAreRefused()
{
    QFETCH(QString, link);
    const fs::path outside = m_top / "outside";
    fs::create_directories(outside);
    const fs::path path =
        m_root / link.replace(QStringLiteral("COMMIT"), QString::fromStdString(kCommit)).toStdString();
    fs::create_directories(path.parent_path());
    fs::create_directory_symlink(outside, path);
    Request request = placement();
    request.path = "sub/model.gguf";
    const auto placed = place(request, {}, {});
    QVERIFY(!placed);
    QCOMPARE(placed.error().kind, ErrorKind::Unsupported);
    QVERIFY(fs::is_empty(outside));
}

QTEST_GUILESS_MAIN(CachePlacementTest)
#include "tst_cache_placement.moc"
