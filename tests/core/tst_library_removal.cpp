// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/removal.h"
#include "tests/support/text_files.h"

#include <QTemporaryDir>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>

namespace fs = std::filesystem;
using namespace snug;
using namespace snug::library;
using snug::test::put;

class LibraryRemovalTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void removesFileIndexAndEmptyFolders();
    void aSplitModelGoesWhole();
    void hardLinksKeepTheData();
    void linksGoAloneAndAreNotFollowed();
    void whatIsNotThereOrOutsideIsRefused();
    void aNewerIndexRefuses();
    void stops();

private:
    [[nodiscard]] std::unique_ptr<Index> open() const
    {
        auto index = Index::open(m_models, m_top / "index.db", {}).value();
        if (!index->readOnly())
            index->refresh({}).value();
        return index;
    }
    [[nodiscard]] Result<Removal> plan(const std::vector<std::string> &paths,
                                       const std::vector<fs::path> &others = {}) const
    {
        return planRemoval(m_models, paths, others, {});
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_top;
    fs::path m_models;
};

void LibraryRemovalTest::init()
{
    m_temporary = std::make_unique<QTemporaryDir>();
    m_top = fs::canonical(m_temporary->path().toStdString());
    m_models = m_top / "models";
    fs::create_directories(m_models);
}

void LibraryRemovalTest::removesFileIndexAndEmptyFolders()
{
    put(m_models / "org/name/a.gguf", "content");
    put(m_models / "org/b.gguf", "stays");
    auto index = open();
    const auto planned = plan({"org/name/a.gguf"});
    QVERIFY(planned);
    QCOMPARE(planned->freedBytes, 7);
    QVERIFY(fs::exists(m_models / "org/name/a.gguf"));
    const auto removed = removeFiles(*index, *planned, {});
    QVERIFY(removed);
    QCOMPARE(removed->files, 1);
    QCOMPARE(removed->freedBytes, 7);
    QVERIFY(!fs::exists(m_models / "org/name"));
    QCOMPARE(index->all()->size(), std::size_t{1});
    QCOMPARE(removeFiles(*index, *planned, {})->files, 0); // gone already
}

void LibraryRemovalTest::aSplitModelGoesWhole()
{
    put(m_models / "b-00001-of-00002.gguf", "one");
    put(m_models / "b-00002-of-00002.gguf", "two");
    put(m_models / "c-00001-of-00002.gguf", "other");
    auto index = open();
    const auto planned = plan({"b-00002-of-00002.gguf", "b-00001-of-00002.gguf"});
    QCOMPARE(planned->items.size(), std::size_t{2});
    QCOMPARE(planned->items[0].path, std::string("b-00001-of-00002.gguf"));
    QCOMPARE(removeFiles(*index, *planned, {})->freedBytes, 6);
    QCOMPARE(index->all()->size(), std::size_t{1});
}

void LibraryRemovalTest::hardLinksKeepTheData()
{
    put(m_models / "a.gguf", "content");
    put(m_top / "other.gguf", "content");
    fs::create_hard_link(m_models / "a.gguf", m_top / "imported-from.gguf");
    auto index = open();
    const auto planned =
        plan({"a.gguf"}, {m_top / "other.gguf", m_top / "imported-from.gguf", m_top / "gone"});
    QCOMPARE(planned->freedBytes, 0);
    QCOMPARE(planned->items.at(0).bytes, 7);
    QCOMPARE(planned->items.at(0).otherHardLinks, 1);
    QCOMPARE(planned->items.at(0).keptBy, std::vector<fs::path>{m_top / "imported-from.gguf"});
    QCOMPARE(removeFiles(*index, *planned, {})->freedBytes, 0);
    QVERIFY(fs::exists(m_top / "imported-from.gguf"));
}

void LibraryRemovalTest::linksGoAloneAndAreNotFollowed()
{
    put(m_top / "outside/precious.gguf", "precious");
    fs::create_symlink(m_top / "outside/precious.gguf", m_models / "link.gguf");
    fs::create_directory_symlink(m_top / "outside", m_models / "folder");
    put(m_models / "sub/a.gguf", "content");
    auto index = open();
    QCOMPARE(plan({"link.gguf"})->freedBytes, 0);
    QCOMPARE(removeFiles(*index, plan({"link.gguf"}).value(), {})->freedBytes, 0);
    QVERIFY(!fs::exists(fs::symlink_status(m_models / "link.gguf")));
    QCOMPARE(plan({"folder/precious.gguf"}).error().kind, ErrorKind::NotFound);
    // Between the plan and the act the folder becomes a link.
    const auto planned = plan({"sub/a.gguf"});
    fs::remove_all(m_models / "sub");
    put(m_top / "outside/a.gguf", "precious");
    fs::create_directory_symlink(m_top / "outside", m_models / "sub");
    QCOMPARE(removeFiles(*index, *planned, {}).error().kind, ErrorKind::Unsupported);
    QVERIFY(fs::exists(m_top / "outside/a.gguf"));
    QVERIFY(fs::exists(m_top / "outside/precious.gguf"));
}

void LibraryRemovalTest::whatIsNotThereOrOutsideIsRefused()
{
    put(m_top / "outside.gguf", "precious");
    put(m_models / "b-00001-of-00002.gguf", "one");
    fs::create_directories(m_models / "folder.gguf");
    auto index = open();
    QCOMPARE(plan({"none.gguf"}).error().kind, ErrorKind::NotFound);
    QCOMPARE(plan({"x-00001-of-00002.gguf"}).error().kind, ErrorKind::NotFound);
    QCOMPARE(plan({"folder.gguf"}).error().kind, ErrorKind::NotFound);
    QCOMPARE(plan({"../outside.gguf"}).error().kind, ErrorKind::InvalidArgument);
    QCOMPARE(plan({""}).error().kind, ErrorKind::InvalidArgument);
    Removal forged;
    forged.items.push_back({"../outside.gguf", 8, 8, {}, 0});
    QCOMPARE(removeFiles(*index, forged, {}).error().kind, ErrorKind::InvalidArgument);
    QVERIFY(fs::exists(m_top / "outside.gguf"));
    QCOMPARE(plan({"b-00001-of-00002.gguf"})->items.size(), std::size_t{1}); // half a model can go too
}

void LibraryRemovalTest::aNewerIndexRefuses()
{
    put(m_models / "a.gguf", "content");
    QVERIFY(open());
    SQLite::Database((m_top / "index.db").string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
    auto index = open();
    QCOMPARE(removeFiles(*index, plan({"a.gguf"}).value(), {}).error().kind, ErrorKind::Unsupported);
    QVERIFY(fs::exists(m_models / "a.gguf"));
}

void LibraryRemovalTest::stops()
{
    put(m_models / "a.gguf", "content");
    auto index = open();
    std::stop_source source;
    source.request_stop();
    QCOMPARE(removeFiles(*index, plan({"a.gguf"}).value(), source.get_token()).error().kind,
             ErrorKind::Cancelled);
    QVERIFY(fs::exists(m_models / "a.gguf"));
}

QTEST_GUILESS_MAIN(LibraryRemovalTest)
#include "tst_library_removal.moc"
