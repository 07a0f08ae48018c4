// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/cache_placement.h"
#include "core/library/cache_removal.h"
#include "core/library/hub_cache.h"
#include "tests/support/text_files.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

namespace fs = std::filesystem;
using namespace snug;
using namespace snug::library;
using snug::test::put;

namespace {

const std::string kCommit(40, 'a');
const std::string kOther(40, 'b');
const std::string kHash(64, '1');
const std::string kSecond(64, '2');

} // namespace

class CacheRemovalTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void theLastFileTakesTheRepositoryWithIt();
    void contentOfAnotherSnapshotStays();
    void oneFileOfSeveral();
    void twoNamesOfOneContentFreeItOnce();
    void hardLinksKeepTheData();
    void sharedContentStays();
    void aFileOfItsOwn();
    void usersThatCameAfterThePlanKeepTheContent();
    void aChangedEntryIsLeftAlone();
    void linksAreNotFollowed();
    void planningChangesNothingAndStops();

private:
    void place(const std::string &commit, const std::string &path, const std::string &etag,
               const std::string &content, const std::string &revision = {});
    [[nodiscard]] Result<CacheRemoval> plan(const std::vector<std::string> &paths = {},
                                            const std::string &commit = kCommit) const
    {
        return planCacheRemoval(m_root, "org/name", commit, paths, {});
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
    fs::path m_repository;
};

void CacheRemovalTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_root = fs::canonical(m_folder->path().toStdString()) / "hub";
    m_repository = m_root / "models--org--name";
}

void CacheRemovalTest::place(const std::string &commit, const std::string &path, const std::string &etag,
                             const std::string &content, const std::string &revision)
{
    const fs::path part = m_root.parent_path() / "part";
    put(part, content);
    const auto placed = placeFile(
        {m_root, "org/name", commit, path, etag, static_cast<std::int64_t>(content.size()), part, true}, {},
        {});
    QVERIFY(placed);
    if (!revision.empty())
        QVERIFY(placeRef(m_root, "org/name", revision, commit));
}

void CacheRemovalTest::theLastFileTakesTheRepositoryWithIt()
{
    place(kCommit, "model.gguf", kHash, "content", "main");
    place(kCommit, "a/b/config.json", kSecond, "{}", "refs/pr/1");
    const auto planned = plan();
    QVERIFY(planned);
    QCOMPARE(planned->items.size(), std::size_t{2});
    QCOMPARE(planned->freedBytes, 9);
    const auto removed = removeFromCache(*planned, {});
    QVERIFY(removed);
    QCOMPARE(removed->files, 2);
    QCOMPARE(removed->freedBytes, 9);
    QVERIFY(!fs::exists(m_repository));
    QCOMPARE(listCache(m_root, {}).ignored, 0);
    QCOMPARE(removeFromCache(*planned, {}).error().kind, ErrorKind::NotFound);
}

void CacheRemovalTest::contentOfAnotherSnapshotStays()
{
    place(kCommit, "model.gguf", kHash, "content", "main");
    place(kOther, "model.gguf", kHash, "content", "dev");
    const auto planned = plan({"model.gguf"});
    QVERIFY(planned);
    QCOMPARE(planned->freedBytes, 0);
    QCOMPARE(planned->items.at(0).bytes, 7);
    QCOMPARE(planned->items.at(0).keptBy,
             std::vector<fs::path>{m_repository / "snapshots" / kOther / "model.gguf"});
    const auto removed = removeFromCache(*planned, {});
    QVERIFY(removed);
    QCOMPARE(removed->freedBytes, 0);
    QVERIFY(findFile(m_root, "org/name", kOther, "model.gguf"));
    QVERIFY(!cachedCommit(m_root, "org/name", "main")); // its snapshot is gone
    QVERIFY(cachedCommit(m_root, "org/name", "dev"));
    QVERIFY(!fs::exists(m_repository / "snapshots" / kCommit));
}

void CacheRemovalTest::oneFileOfSeveral()
{
    place(kCommit, "a/model.gguf", kHash, "content", "main");
    place(kCommit, "config.json", kSecond, "{}");
    const auto removed = removeFromCache(plan({"a/model.gguf"}).value(), {});
    QVERIFY(removed);
    QCOMPARE(removed->freedBytes, 7);
    QVERIFY(!fs::exists(m_repository / "blobs" / kHash));
    QVERIFY(!fs::exists(m_repository / "snapshots" / kCommit / "a"));
    QVERIFY(findFile(m_root, "org/name", kCommit, "config.json"));
    QCOMPARE(cachedCommit(m_root, "org/name", "main"), std::optional(kCommit));
}

void CacheRemovalTest::twoNamesOfOneContentFreeItOnce()
{
    place(kCommit, "one.gguf", kHash, "content");
    place(kCommit, "two.gguf", kHash, "content");
    QCOMPARE(plan({"one.gguf"})->freedBytes, 0);
    const auto planned = plan();
    QCOMPARE(planned->freedBytes, 7);
    const auto removed = removeFromCache(*planned, {});
    QCOMPARE(removed->files, 2);
    QCOMPARE(removed->freedBytes, 7);
}

void CacheRemovalTest::hardLinksKeepTheData()
{
    place(kCommit, "model.gguf", kHash, "content");
    fs::create_hard_link(m_repository / "blobs" / kHash, m_root.parent_path() / "imported.gguf");
    const auto planned = plan();
    QCOMPARE(planned->items.at(0).otherHardLinks, 1);
    QCOMPARE(planned->freedBytes, 0);
    QCOMPARE(removeFromCache(*planned, {})->freedBytes, 0);
    QCOMPARE(fs::file_size(m_root.parent_path() / "imported.gguf"), std::uintmax_t{7});
}

void CacheRemovalTest::sharedContentStays()
{
    place(kCommit, "model.gguf", kHash, "content");
    const std::string xet = "ab" + std::string(62, '3');
    put(m_root / "blobs/.huggingface-shared-blobs", "1\n");
    fs::create_directories(m_root / "blobs/ab");
    fs::rename(m_repository / "blobs" / kHash, m_root / "blobs/ab" / xet);
    fs::create_symlink(fs::path("../../blobs/ab") / xet, m_repository / "blobs" / kHash);
    const auto planned = plan();
    QCOMPARE(planned->freedBytes, 0);
    QCOMPARE(planned->items.at(0).keptBy, std::vector<fs::path>{m_root / "blobs/ab" / xet});
    QCOMPARE(removeFromCache(*planned, {})->freedBytes, 0);
    QVERIFY(!fs::exists(m_repository));
    QVERIFY(fs::exists(m_root / "blobs/ab" / xet));
}

void CacheRemovalTest::aFileOfItsOwn()
{
    put(m_repository / "snapshots" / kCommit / "model.gguf", "own");
    const auto planned = plan();
    QCOMPARE(planned->freedBytes, 3);
    QCOMPARE(removeFromCache(*planned, {})->freedBytes, 3);
    QVERIFY(!fs::exists(m_repository));
}

void CacheRemovalTest::usersThatCameAfterThePlanKeepTheContent()
{
    place(kCommit, "model.gguf", kHash, "content");
    const auto planned = plan();
    QCOMPARE(planned->freedBytes, 7);
    place(kOther, "model.gguf", kHash, "content");
    const auto removed = removeFromCache(*planned, {});
    QVERIFY(removed);
    QCOMPARE(removed->freedBytes, 0);
    QVERIFY(findFile(m_root, "org/name", kOther, "model.gguf"));
}

void CacheRemovalTest::aChangedEntryIsLeftAlone()
{
    place(kCommit, "model.gguf", kHash, "content");
    const auto planned = plan();
    place(kCommit, "model.gguf", kSecond, "newer");
    const auto removed = removeFromCache(*planned, {});
    QVERIFY(removed);
    QCOMPARE(removed->files, 0);
    QVERIFY(findFile(m_root, "org/name", kCommit, "model.gguf"));
}

void CacheRemovalTest::linksAreNotFollowed()
{
    place(kCommit, "sub/model.gguf", kHash, "content");
    auto planned = plan().value();
    // Between the plan and the act somebody puts links in the way.
    const fs::path outside = m_root.parent_path() / "outside";
    put(outside / "model.gguf", "precious");
    fs::remove_all(m_repository / "snapshots" / kCommit / "sub");
    fs::create_directory_symlink(outside, m_repository / "snapshots" / kCommit / "sub");
    const auto removed = removeFromCache(planned, {});
    QVERIFY(removed);
    QCOMPARE(removed->files, 0);
    QVERIFY(fs::exists(outside / "model.gguf"));
    // A plan that was tampered with leads nowhere either.
    planned.items[0].path = "../../../../outside/model.gguf";
    planned.items[0].snapshotPath = outside / "model.gguf";
    planned.items[0].blobPath = outside / "model.gguf";
    static_cast<void>(removeFromCache(planned, {}));
    QVERIFY(fs::exists(outside / "model.gguf"));
    fs::remove(m_repository / "snapshots" / kCommit / "sub");
    fs::create_symlink(outside / "model.gguf", m_repository / "snapshots" / kCommit / "stray");
    QCOMPARE(plan({"stray"}).error().kind, ErrorKind::Unsupported);
}

void CacheRemovalTest::planningChangesNothingAndStops()
{
    place(kCommit, "model.gguf", kHash, "content");
    QVERIFY(plan());
    QVERIFY(findFile(m_root, "org/name", kCommit, "model.gguf"));
    QCOMPARE(plan({"none"}).error().kind, ErrorKind::NotFound);
    QCOMPARE(plan({}, kOther).error().kind, ErrorKind::NotFound);
    QCOMPARE(plan({"../x"}).error().kind, ErrorKind::InvalidArgument);
    std::stop_source source;
    source.request_stop();
    QCOMPARE(removeFromCache(plan().value(), source.get_token()).error().kind, ErrorKind::Cancelled);
    QVERIFY(findFile(m_root, "org/name", kCommit, "model.gguf"));
    QCOMPARE(planCacheRemoval(m_root, "org/name", kCommit, {}, source.get_token()).error().kind,
             ErrorKind::Cancelled);
}

QTEST_GUILESS_MAIN(CacheRemovalTest)
#include "tst_cache_removal.moc"
