// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/cache_layout.h"
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
const std::string kSmall(40, '2');

void link(const fs::path &path, const fs::path &target)
{
    fs::create_directories(path.parent_path());
    fs::create_symlink(target, path);
}

} // namespace

class HubCacheTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void readsWhatHuggingfaceHubWrites();
    void sharedContentIsRead();
    void aFileOfItsOwnNeedsNoBlob();
    void hostileLinksAreLeftOutAndCounted();
    void linkedFoldersAreNotEntered();
    void refsThatNameNoCommitAreIgnored();
    void readingHasLimitsAndStops();
    void aMissingCacheIsEmpty();
    void findsOneFile();
    void findRefusesBadNames_data();
    void findRefusesBadNames();
    void pathsStayInside_data();
    void pathsStayInside();
    void folderNames_data();
    void folderNames();

private:
    // A repository with one big and one small file, as huggingface_hub leaves it.
    void repository();
    [[nodiscard]] CacheListing list() const { return listCache(m_root, {}); }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
    fs::path m_repository;
};

void HubCacheTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_root = fs::canonical(m_folder->path().toStdString()) / "hub";
    m_repository = m_root / "models--org--name";
    fs::create_directories(m_root);
}

void HubCacheTest::repository()
{
    put(m_repository / "blobs" / kHash, "big content");
    put(m_repository / "blobs" / kSmall, "{}");
    put(m_repository / "refs/main", kCommit);
    link(m_repository / "snapshots" / kCommit / "model.gguf", fs::path("../../blobs") / kHash);
    link(m_repository / "snapshots" / kCommit / "sub/config.json", fs::path("../../../blobs") / kSmall);
}

void HubCacheTest::readsWhatHuggingfaceHubWrites()
{
    repository();
    put(m_root / "CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55");
    put(m_root / ".locks/models--org--name" / (kHash + ".lock"), "");
    put(m_root / "datasets--org--data/blobs/x", "no model");
    put(m_repository / ".no_exist" / kCommit / "adapter_config.json", "");
    put(m_repository / "blobs" / (kSmall + ".0a1b2c3d.incomplete"), "half");
    put(m_repository / "refs/refs/pr/1", kOther);
    link(m_repository / "snapshots" / kOther / "model.gguf", fs::path("../../blobs") / kHash);
    put(m_root / "models--gpt2/blobs/x", "");

    const CacheListing listing = list();
    QCOMPARE(listing.ignored, 0);
    QVERIFY(!listing.limited && !listing.stopped);
    QCOMPARE(listing.repositories.size(), std::size_t{2});
    QCOMPARE(listing.repositories[0].id, std::string("gpt2"));
    const CachedRepository &found = listing.repositories[1];
    QCOMPARE(found.id, std::string("org/name"));
    QCOMPARE(found.snapshots.size(), std::size_t{2});
    QCOMPARE(found.snapshots[0].commit, kCommit);
    QCOMPARE(found.snapshots[0].refs, std::vector<std::string>{"main"});
    QCOMPARE(found.snapshots[1].refs, std::vector<std::string>{"refs/pr/1"});
    const fs::path snapshot = m_repository / "snapshots" / kCommit;
    const std::vector<CachedFile> expected = {
        {"model.gguf", snapshot / "model.gguf", m_repository / "blobs" / kHash, false, 11, kHash},
        {"sub/config.json", snapshot / "sub/config.json", m_repository / "blobs" / kSmall, false, 2, ""},
    };
    QVERIFY(found.snapshots[0].files == expected);
    QCOMPARE(found.bytes, 13); // the content that both snapshots hold counts once
    QCOMPARE(found.unusedBytes, 4);
    QCOMPARE(cachedCommit(m_root, "org/name", "refs/pr/1"), std::optional(kOther));
}

void HubCacheTest::sharedContentIsRead()
{
    repository();
    const std::string xet = "ab" + std::string(62, '3');
    put(m_root / "blobs/.huggingface-shared-blobs", "1\n");
    put(m_root / "blobs/ab" / xet, "shared bytes");
    fs::remove(m_repository / "blobs" / kHash);
    link(m_repository / "blobs" / kHash, fs::path("../../blobs/ab") / xet);
    const auto file = findFile(m_root, "org/name", kCommit, "model.gguf");
    QVERIFY(file);
    QVERIFY(file->shared);
    QCOMPARE(file->bytes, 12);
    QCOMPARE(file->sha256, kHash);
    // Without the mark that huggingface_hub leaves, such a folder is a stranger's.
    fs::remove(m_root / "blobs/.huggingface-shared-blobs");
    QCOMPARE(findFile(m_root, "org/name", kCommit, "model.gguf").error().kind, ErrorKind::Unsupported);
}

void HubCacheTest::aFileOfItsOwnNeedsNoBlob()
{
    put(m_repository / "snapshots" / kCommit / "model.gguf", "own");
    const CacheListing listing = list();
    QCOMPARE(listing.ignored, 0);
    const CachedFile &file = listing.repositories.at(0).snapshots.at(0).files.at(0);
    QVERIFY(file.blobPath.empty());
    QCOMPARE(file.bytes, 3);
    QCOMPARE(listing.repositories[0].bytes, 3);
}

void HubCacheTest::hostileLinksAreLeftOutAndCounted()
{
    repository();
    const fs::path snapshot = m_repository / "snapshots" / kCommit;
    put(m_root.parent_path() / "secret", "secret");
    put(m_root / "models--evil--twin/blobs" / kHash, "another repository's");
    link(snapshot / "1-outside", m_root.parent_path() / "secret");
    link(snapshot / "2-relative", "../../../../secret");
    link(snapshot / "3-other", fs::path("../../../models--evil--twin/blobs") / kHash);
    link(snapshot / "4-dangling", fs::path("../../blobs") / std::string(64, 'f'));
    link(snapshot / "5-loop", "5-loop");
    link(snapshot / "6-folder", "../../blobs");
    link(snapshot / "7-below", "../../blobs/../refs/main");
    link(m_repository / "blobs" / std::string(64, 'e'), m_root.parent_path() / "secret");
    link(snapshot / "8-two-steps", fs::path("../../blobs") / std::string(64, 'e'));
    link(snapshot / "9-slash", "../../blobs/");
    const CacheListing listing = list();
    QCOMPARE(listing.ignored, 9);
    QCOMPARE(listing.repositories.size(), std::size_t{2});
    QCOMPARE(listing.repositories[1].snapshots[0].files.size(), std::size_t{2});
    QCOMPARE(listing.repositories[1].bytes, 13);
    QCOMPARE(findFile(m_root, "org/name", kCommit, "1-outside").error().kind, ErrorKind::Unsupported);
}

void HubCacheTest::linkedFoldersAreNotEntered()
{
    repository();
    const fs::path outside = m_root.parent_path() / "outside";
    put(outside / "snapshots" / kCommit / "model.gguf", "stranger");
    put(outside / "file.gguf", "stranger");
    link(m_repository / "snapshots" / kOther, outside);
    link(m_repository / "snapshots" / kCommit / "folder", outside);
    link(m_root / "models--linked--away", outside);
    link(m_root / "models--org--half/snapshots", outside / "snapshots");
    const CacheListing listing = list();
    QCOMPARE(listing.repositories.size(), std::size_t{1});
    QCOMPARE(listing.repositories[0].snapshots.size(), std::size_t{1});
    QCOMPARE(listing.repositories[0].snapshots[0].files.size(), std::size_t{2});
    QCOMPARE(listing.ignored, 4);
    QVERIFY(!findFile(m_root, "linked/away", kCommit, "model.gguf"));
    QVERIFY(!findFile(m_root, "org/name", kCommit, "folder/file.gguf"));
}

void HubCacheTest::refsThatNameNoCommitAreIgnored()
{
    repository();
    put(m_repository / "refs/empty", "");
    put(m_repository / "refs/long", std::string(1 << 20, 'a'));
    put(m_repository / "refs/upper", std::string(40, 'A'));
    link(m_repository / "refs/linked", "main");
    put(m_repository / "refs/newline", kCommit + "\n");
    const CacheListing listing = list();
    QCOMPARE(listing.ignored, 4);
    QCOMPARE(listing.repositories[0].snapshots[0].refs, (std::vector<std::string>{"main", "newline"}));
    QVERIFY(!cachedCommit(m_root, "org/name", "linked"));
    QVERIFY(!cachedCommit(m_root, "org/name", "../snapshots"));
    QVERIFY(!cachedCommit(m_root, "org/none", "main"));
}

void HubCacheTest::readingHasLimitsAndStops()
{
    repository();
    put(m_repository / "snapshots" / kCommit / "a/b/c/d/e", "deep");
    QVERIFY(listCache(m_root, {}, {4, 16}).limited);
    const CacheListing flat = listCache(m_root, {}, {1000, 1});
    QVERIFY(flat.limited);
    QCOMPARE(flat.repositories.at(0).snapshots.at(0).files.size(), std::size_t{1});
    std::stop_source source;
    source.request_stop();
    QVERIFY(listCache(m_root, source.get_token()).stopped);
}

void HubCacheTest::aMissingCacheIsEmpty()
{
    const CacheListing listing = listCache(m_root / "none", {});
    QVERIFY(listing.repositories.empty() && listing.unreadable.empty());
    QCOMPARE(findFile(m_root / "none", "org/name", kCommit, "x").error().kind, ErrorKind::NotFound);
}

void HubCacheTest::findsOneFile()
{
    repository();
    const auto file = findFile(m_root, "org/name", kCommit, "sub/config.json");
    QVERIFY(file);
    QCOMPARE(file->blobPath, m_repository / "blobs" / kSmall);
    QCOMPARE(findFile(m_root, "org/name", kCommit, "sub/none.json").error().kind, ErrorKind::NotFound);
    QCOMPARE(findFile(m_root, "org/name", kOther, "model.gguf").error().kind, ErrorKind::NotFound);
    QCOMPARE(findFile(m_root, "org/none", kCommit, "model.gguf").error().kind, ErrorKind::NotFound);
    // The cache under another name of its folder.
    link(m_root.parent_path() / "alias", m_root);
    QVERIFY(findFile(m_root.parent_path() / "alias", "org/name", kCommit, "model.gguf"));
}

void HubCacheTest::findRefusesBadNames_data()
{
    QTest::addColumn<QString>("repository");
    QTest::addColumn<QString>("commit");
    QTest::addColumn<QString>("path");
    const QString commit = QString::fromStdString(kCommit);
    QTest::newRow("path up") << "org/name" << commit << "../../refs/main";
    QTest::newRow("absolute") << "org/name" << commit << "/etc/passwd";
    QTest::newRow("branch for a commit") << "org/name"
                                         << "main"
                                         << "model.gguf";
    QTest::newRow("commit up") << "org/name"
                               << "../../../../../../../../../../../../../.."
                               << "x";
    QTest::newRow("repository up") << "../name" << commit << "model.gguf";
    QTest::newRow("joint in the name") << "org/a--b" << commit << "model.gguf";
    QTest::newRow("empty") << "" << commit << "model.gguf";
}

void HubCacheTest::findRefusesBadNames()
{
    QFETCH(QString, repository);
    QFETCH(QString, commit);
    QFETCH(QString, path);
    const auto file = findFile(m_root, repository.toStdString(), commit.toStdString(), path.toStdString());
    QVERIFY(!file);
    QCOMPARE(file.error().kind, ErrorKind::InvalidArgument);
}

void HubCacheTest::pathsStayInside_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<bool>("good");
    const auto row = [](const char *name, const QByteArray &path, bool good) {
        QTest::newRow(name) << path << good;
    };
    row("file", "model.gguf", true);
    row("below", "a/b/c.json", true);
    row("hidden", ".gitattributes", true);
    row("blank inside", "my model.gguf", true);
    row("letters", "\xC3\xA4/\xE6\xA8\xA1.gguf", true);
    row("device inside a word", "console/auxiliary.txt", true);
    row("empty", "", false);
    row("absolute", "/a", false);
    row("up", "a/../../b", false);
    row("dot", "./a", false);
    row("double slash", "a//b", false);
    row("trailing slash", "a/", false);
    row("backslash", "..\\a", false);
    row("drive", "C:a", false);
    row("stream", "a.gguf:b", false);
    row("device", "a/NUL", false);
    row("device with ending", "con.txt", false);
    row("numbered device", "lpt1.gguf", false);
    row("ends in a dot", "a./b", false);
    row("ends in a blank", "a /b", false);
    row("newline", "a\nb", false);
    row("zero byte", QByteArray("a\0b", 3), false);
    row("wildcard", "*.gguf", false);
    row("no UTF-8", "a\xFF", false);
    row("long", QByteArray(1025, 'a'), false);
    row("long segment", QByteArray(256, 'a'), false);
    row("many segments", QByteArray("a/").repeated(32) + "a", false);
}

void HubCacheTest::pathsStayInside()
{
    QFETCH(QByteArray, path);
    QFETCH(bool, good);
    QCOMPARE(isContainedPath(path.toStdString()), good);
}

void HubCacheTest::folderNames_data()
{
    QTest::addColumn<QString>("repository");
    QTest::addColumn<QString>("folder");
    QTest::newRow("two parts") << "org/name"
                               << "models--org--name";
    QTest::newRow("one part") << "gpt2"
                              << "models--gpt2";
    QTest::newRow("signs") << "Qw_en/Q-2.5_x"
                           << "models--Qw_en--Q-2.5_x";
    QTest::newRow("three parts") << "a/b/c"
                                 << "";
    QTest::newRow("up") << ".."
                        << "";
    QTest::newRow("blank") << "a b"
                           << "";
    QTest::newRow("leading dash") << "-a/b"
                                  << "";
}

void HubCacheTest::folderNames()
{
    QFETCH(QString, repository);
    QFETCH(QString, folder);
    const auto name = cacheFolderName(repository.toStdString());
    QCOMPARE(name.value_or(""), folder.toStdString());
    if (name)
        QCOMPARE(repositoryOfFolder(*name).value(), repository.toStdString());
    QVERIFY(!repositoryOfFolder("models--a--b--c"));
    QVERIFY(!repositoryOfFolder("datasets--a--b"));
    QVERIFY(!repositoryOfFolder("models--..--x"));
}

QTEST_GUILESS_MAIN(HubCacheTest)
#include "tst_hub_cache.moc"
