// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/scan.h"
#include "core/model/split_files.h"
#include "tests/support/gguf_builder.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;
using namespace snug;
using snug::test::smallModel;
using snug::test::writeFile;

class LibraryScanTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void findsModelsAtAnyDepthAndNothingElse();
    void entersLoopsAndAliasesOnce();
    void joinsTheParts();
    void tellsMissingParts();
    void keepsDamagedFilesWithTheirError();
    void leavesOutProjectors();
    void stopsAtItsLimits();
    void tellsMissingRootsAndTakesSingleFiles();
    void readsNoFactsThatAreKnown();
    void obeysAStop();
    void readsSplitNames_data();
    void readsSplitNames();

private:
    void model(const char *relativePath, std::size_t cutTo = 0);
    [[nodiscard]] library::ScanReport scanAll(const library::ScanLimits &limits = {}) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
};

void LibraryScanTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_root = fs::canonical(m_folder->path().toStdString());
}

void LibraryScanTest::model(const char *relativePath, std::size_t cutTo)
{
    const fs::path path = m_root / relativePath;
    fs::create_directories(path.parent_path());
    test::Bytes bytes = smallModel().build();
    if (cutTo > 0)
        bytes = test::truncated(std::move(bytes), cutTo);
    writeFile(path, bytes);
}

library::ScanReport LibraryScanTest::scanAll(const library::ScanLimits &limits) const
{
    return library::scan({{m_root}, limits}, {}, {});
}

void LibraryScanTest::findsModelsAtAnyDepthAndNothingElse()
{
    model("a.gguf");
    model("b/c/D.GGUF");
    std::ofstream(m_root / "readme.md") << "no model";
    fs::create_directory(m_root / "folder.gguf");
    const auto report = scanAll();
    QCOMPARE(report.models.size(), std::size_t{2});
    QVERIFY(report.models[0].path == m_root / "a.gguf");
    QVERIFY(report.models[0].facts.has_value());
    QCOMPARE(report.models[0].stamp.bytes, static_cast<std::int64_t>(fs::file_size(m_root / "a.gguf")));
    QVERIFY(report.models[0].modifiedUnix > 1'600'000'000);
    QVERIFY(report.models[1].path == m_root / "b" / "c" / "D.GGUF");
    QCOMPARE(report.folders.size(), std::size_t{4});
    QVERIFY(!report.limited);
}

void LibraryScanTest::entersLoopsAndAliasesOnce()
{
    model("models/a.gguf");
    fs::create_directory_symlink(m_root, m_root / "models" / "loop");
    fs::create_symlink(m_root / "models" / "a.gguf", m_root / "z-alias.gguf");
    fs::create_symlink(m_root / "gone.gguf", m_root / "dangling.gguf");
    const auto report = scanAll();
    QCOMPARE(report.models.size(), std::size_t{1});
    QVERIFY(!report.limited);
}

void LibraryScanTest::joinsTheParts()
{
    model("big-00001-of-00003.gguf");
    model("big-00002-of-00003.gguf");
    model("big-00003-of-00003.gguf");
    model("other/big-00001-of-00001.gguf");
    const auto report = scanAll();
    QCOMPARE(report.models.size(), std::size_t{2});
    QCOMPARE(report.models[0].parts, 3);
    QVERIFY(report.models[0].facts.has_value());
    QVERIFY(report.models[0].path == m_root / "big-00001-of-00003.gguf");
    QCOMPARE(report.models[0].stamp.bytes,
             3 * static_cast<std::int64_t>(fs::file_size(report.models[0].path)));
}

void LibraryScanTest::tellsMissingParts()
{
    model("big-00002-of-00003.gguf");
    const auto report = scanAll();
    QCOMPARE(report.models.size(), std::size_t{1});
    QVERIFY(!report.models[0].facts.has_value());
    QVERIFY(report.models[0].facts.error().kind == ErrorKind::Truncated);
    QVERIFY(report.models[0].facts.error().message.find("2 of 3") != std::string::npos);
}

void LibraryScanTest::keepsDamagedFilesWithTheirError()
{
    model("cut.gguf", 40);
    std::ofstream(m_root / "page.gguf") << "<!DOCTYPE html><html></html>";
    const auto report = scanAll();
    QCOMPARE(report.models.size(), std::size_t{2});
    QVERIFY(!report.models[0].facts.has_value());
    QVERIFY(!report.models[1].facts.has_value());
    QVERIFY(report.models[0].facts.error() != report.models[1].facts.error());
}

void LibraryScanTest::leavesOutProjectors()
{
    model("model.gguf");
    model("mmproj-model-f16.gguf");
    const auto report = scanAll();
    QCOMPARE(report.models.size(), std::size_t{1});
}

void LibraryScanTest::stopsAtItsLimits()
{
    model("1/2/3/deep.gguf");
    model("a.gguf");
    model("b.gguf");
    QVERIFY(scanAll({.depth = 2}).limited);
    QCOMPARE(scanAll({.depth = 2}).models.size(), std::size_t{2});
    QVERIFY(scanAll({.entries = 2}).limited);
    const auto few = scanAll({.models = 1});
    QVERIFY(few.limited);
    QCOMPARE(few.models.size(), std::size_t{1});
    QVERIFY(!scanAll().limited);
}

void LibraryScanTest::tellsMissingRootsAndTakesSingleFiles()
{
    model("one.gguf");
    model("two.gguf");
    const auto report = library::scan({{m_root / "one.gguf", m_root / "nowhere"}, {}}, {}, {});
    QCOMPARE(report.models.size(), std::size_t{1});
    QVERIFY(report.models[0].root == m_root);
    QCOMPARE(report.missing.size(), std::size_t{1});
    QVERIFY(report.missing[0] == m_root / "nowhere");
}

void LibraryScanTest::readsNoFactsThatAreKnown()
{
    model("a.gguf");
    const auto first = scanAll();
    ModelFacts remembered;
    remembered.name = "from memory";
    library::FactsCache cache;
    cache.insert_or_assign(first.models[0].path, library::KnownFacts{first.models[0].stamp, remembered});
    const auto second = library::scan({{m_root}, {}}, cache, {});
    QCOMPARE(second.models[0].facts->name, std::string("from memory"));
    model("a.gguf", 100); // another size: what was known is no longer true
    const auto third = library::scan({{m_root}, {}}, cache, {});
    QVERIFY(!third.models[0].facts.has_value() || third.models[0].facts->name != "from memory");
}

void LibraryScanTest::obeysAStop()
{
    model("a.gguf");
    std::stop_source source;
    source.request_stop();
    const auto report = library::scan({{m_root}, {}}, {}, source.get_token());
    QVERIFY(report.stopped);
    QVERIFY(report.models.empty());
}

void LibraryScanTest::readsSplitNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("number");
    QTest::addColumn<int>("count");
    QTest::newRow("first") << "m-00001-of-00003.gguf" << 1 << 3;
    QTest::newRow("last") << "m-Q4_K_M-00003-of-00003.gguf" << 3 << 3;
    QTest::newRow("beyond") << "m-00004-of-00003.gguf" << 0 << 0;
    QTest::newRow("zero") << "m-00000-of-00003.gguf" << 0 << 0;
    QTest::newRow("four digits") << "m-0001-of-0003.gguf" << 0 << 0;
    QTest::newRow("letters") << "m-0000a-of-00003.gguf" << 0 << 0;
    QTest::newRow("no base") << "-00001-of-00003.gguf" << 0 << 0;
    QTest::newRow("no ending") << "m-00001-of-00003.bin" << 0 << 0;
    QTest::newRow("plain") << "model.gguf" << 0 << 0;
}

void LibraryScanTest::readsSplitNames()
{
    QFETCH(QString, name);
    QFETCH(int, number);
    QFETCH(int, count);
    const auto split = parseSplitName(name.toStdString());
    QCOMPARE(split.has_value(), number > 0);
    if (split) {
        QCOMPARE(split->part, number);
        QCOMPARE(split->count, count);
    }
}

QTEST_GUILESS_MAIN(LibraryScanTest)
#include "tst_library_scan.moc"
