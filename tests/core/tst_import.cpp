// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/file_transfer.h"
#include "core/library/import.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/text_files.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <iterator>

namespace fs = std::filesystem;
using namespace snug;
using namespace snug::library;
using snug::test::contentOf;
using snug::test::put;

namespace {

void putModel(const fs::path &path)
{
    fs::create_directories(path.parent_path());
    test::writeFile(path, test::smallModel().build());
}

std::string safetensors(const std::string &header)
{
    std::string text(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        text[i] = static_cast<char>((header.size() >> (8 * i)) & 0xFFU);
    return text + header;
}

} // namespace

class ImportTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aHardLinkIsTheSameData();
    void aCopyIsItsOwnData();
    void reflinksWhereTheFileSystemCan();
    void anotherVolumeNeedsACopy();
    void linksAreFollowedAndNamesKept();
    void hashedFilesGetAName();
    void splitModelsComeWhole();
    void aMissingPartRefusesAll();
    void safetensorsBringTheirSmallFiles();
    void strangersAreRefused_data();
    void strangersAreRefused();
    void badNamesAreRefused_data();
    void badNamesAreRefused();
    void nothingIsReplaced();
    void theSameFileAgainIsThere();
    void aStopLeavesNothing();
    void aFailureInTheMiddleLeavesNothing();
    void linksInTheWayAreRefused();

private:
    [[nodiscard]] ImportRequest request(const fs::path &source, std::vector<Transfer> ways = {}) const
    {
        ImportRequest request;
        request.source = source;
        request.folder = m_models;
        request.below = "imported";
        if (!ways.empty())
            request.ways = std::move(ways);
        return request;
    }
    [[nodiscard]] bool modelsAreEmpty() const { return !fs::exists(m_models) || fs::is_empty(m_models); }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_top;
    fs::path m_models;
};

void ImportTest::init()
{
    m_temporary = std::make_unique<QTemporaryDir>();
    m_top = fs::canonical(m_temporary->path().toStdString());
    m_models = m_top / "models";
    fs::create_directories(m_models);
}

void ImportTest::aHardLinkIsTheSameData()
{
    putModel(m_top / "m.gguf");
    const auto files = importModel(request(m_top / "m.gguf"), {}, {});
    QVERIFY(files);
    QCOMPARE(files->size(), std::size_t{1});
    QCOMPARE(files->at(0).path, std::string("imported/m.gguf"));
    QCOMPARE(files->at(0).transfer, Transfer::HardLink);
    QCOMPARE(files->at(0).bytes, static_cast<std::int64_t>(fs::file_size(m_top / "m.gguf")));
    QVERIFY(fs::equivalent(m_models / "imported/m.gguf", m_top / "m.gguf"));
    QCOMPARE(std::distance(fs::directory_iterator(m_models / "imported"), {}), 1);
}

void ImportTest::aCopyIsItsOwnData()
{
    putModel(m_top / "m.gguf");
    std::int64_t last = 0;
    const auto watch = [&last](const Progress &progress) { last = progress.done; };
    const auto files = importModel(request(m_top / "m.gguf", {Transfer::Copy}), watch, {});
    QVERIFY(files);
    QCOMPARE(files->at(0).transfer, Transfer::Copy);
    QCOMPARE(last, files->at(0).bytes);
    QVERIFY(!fs::equivalent(m_models / "imported/m.gguf", m_top / "m.gguf"));
    QCOMPARE(contentOf(m_models / "imported/m.gguf"), contentOf(m_top / "m.gguf"));
}

void ImportTest::reflinksWhereTheFileSystemCan()
{
    putModel(m_top / "m.gguf");
    const bool able = cloneFile(m_top / "m.gguf", m_top / "probe");
    QCOMPARE(fs::exists(m_top / "probe"), able); // nothing is left of a failure
    const auto files = importModel(request(m_top / "m.gguf", {Transfer::Reflink}), {}, {});
    QCOMPARE(files.has_value(), able);
    if (!able) {
        QCOMPARE(files.error().kind, ErrorKind::Unsupported);
        QVERIFY(modelsAreEmpty());
        QSKIP("This file system has no reflinks.");
    }
    QCOMPARE(files->at(0).transfer, Transfer::Reflink);
    QCOMPARE(contentOf(m_models / "imported/m.gguf"), contentOf(m_top / "m.gguf"));
}

void ImportTest::anotherVolumeNeedsACopy()
{
    const QTemporaryDir other(QStringLiteral("/dev/shm/snug-"));
    std::error_code error;
    put(m_top / "probe", "x");
    if (other.isValid())
        fs::create_hard_link(m_top / "probe", fs::path(other.path().toStdString()) / "probe", error);
    if (!other.isValid() || !error)
        QSKIP("There is no second volume here.");
    const fs::path source = fs::path(other.path().toStdString()) / "m.gguf";
    putModel(source);
    QCOMPARE(importModel(request(source, {Transfer::HardLink}), {}, {}).error().kind, ErrorKind::Unsupported);
    QVERIFY(modelsAreEmpty());
    const auto files = importModel(request(source), {}, {});
    QVERIFY(files);
    QCOMPARE(files->at(0).transfer, Transfer::Copy);
    QVERIFY(fs::exists(source));
}

void ImportTest::linksAreFollowedAndNamesKept()
{
    putModel(m_top / "blobs/0123");
    fs::create_symlink(m_top / "blobs/0123", m_top / "Model-Q4_0.gguf");
    const auto files = importModel(request(m_top / "Model-Q4_0.gguf"), {}, {});
    QVERIFY(files);
    QCOMPARE(files->at(0).path, std::string("imported/Model-Q4_0.gguf"));
    QCOMPARE(files->at(0).source, m_top / "blobs/0123");
    QVERIFY(fs::is_regular_file(fs::symlink_status(m_models / "imported/Model-Q4_0.gguf")));
}

void ImportTest::hashedFilesGetAName()
{
    putModel(m_top / "sha256-0123");
    QCOMPARE(importModel(request(m_top / "sha256-0123"), {}, {}).error().kind, ErrorKind::InvalidArgument);
    ImportRequest named = request(m_top / "sha256-0123");
    named.fileName = "llama3.2-1b.gguf";
    named.below.clear();
    QCOMPARE(importModel(named, {}, {})->at(0).path, std::string("llama3.2-1b.gguf"));
}

void ImportTest::splitModelsComeWhole()
{
    for (const char *part : {"b-00001-of-00003.gguf", "b-00002-of-00003.gguf", "b-00003-of-00003.gguf"})
        putModel(m_top / part);
    putModel(m_top / "other.gguf");
    const auto files = importModel(request(m_top / "b-00002-of-00003.gguf"), {}, {});
    QVERIFY(files);
    QCOMPARE(files->size(), std::size_t{3});
    QCOMPARE(files->at(0).path, std::string("imported/b-00001-of-00003.gguf"));
    QCOMPARE(std::distance(fs::directory_iterator(m_models / "imported"), {}), 3);
    ImportRequest named = request(m_top / "b-00001-of-00003.gguf");
    named.fileName = "x.gguf";
    QCOMPARE(importModel(named, {}, {}).error().kind, ErrorKind::InvalidArgument);
}

void ImportTest::aMissingPartRefusesAll()
{
    putModel(m_top / "b-00001-of-00003.gguf");
    putModel(m_top / "b-00003-of-00003.gguf");
    QCOMPARE(importModel(request(m_top / "b-00001-of-00003.gguf"), {}, {}).error().kind,
             ErrorKind::Truncated);
    put(m_top / "b-00002-of-00003.gguf", "<html>");
    QCOMPARE(importModel(request(m_top / "b-00001-of-00003.gguf"), {}, {}).error().kind, ErrorKind::Corrupt);
    QVERIFY(modelsAreEmpty());
}

void ImportTest::safetensorsBringTheirSmallFiles()
{
    const std::string header = R"({"__metadata__":{},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
    put(m_top / "c/model-00001-of-00002.safetensors", safetensors(header) + "data");
    put(m_top / "c/model-00002-of-00002.safetensors", safetensors(header) + "data");
    put(m_top / "c/config.json", "{}");
    put(m_top / "c/tokenizer.json", "{}");
    put(m_top / "c/training.log", "no part of it");
    const auto files = importModel(request(m_top / "c/model-00001-of-00002.safetensors"), {}, {});
    QVERIFY(files);
    QCOMPARE(files->size(), std::size_t{4});
    QCOMPARE(files->at(1).path, std::string("imported/model-00002-of-00002.safetensors"));
    QVERIFY(fs::exists(m_models / "imported/tokenizer.json"));
    QVERIFY(!fs::exists(m_models / "imported/training.log"));
}

void ImportTest::strangersAreRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    const auto bytes = [](const std::string &text) { return QByteArray::fromStdString(text); };
    QTest::newRow("empty") << "m.gguf" << QByteArray();
    QTest::newRow("web page") << "m.gguf" << QByteArray("<!doctype html><html>");
    QTest::newRow("pickle") << "m.bin" << QByteArray("\x80\x02}q", 4);
    QTest::newRow("cut short") << "m.gguf" << bytes([] {
        const test::Bytes whole = test::truncated(test::smallModel().build(), 60);
        return std::string(reinterpret_cast<const char *>(whole.data()), whole.size());
    }());
    QTest::newRow("short safetensors") << "m.safetensors" << QByteArray("abc");
    QTest::newRow("header beyond the file")
        << "m.safetensors" << bytes(safetensors("{}").replace(0, 1, "\x7F"));
    QTest::newRow("header beyond all") << "m.safetensors" << bytes(std::string(8, '\xFF') + "{}");
    QTest::newRow("header is no JSON") << "m.safetensors" << bytes(safetensors("{\"a\":"));
    QTest::newRow("header is a list") << "m.safetensors" << bytes(safetensors("[1,2]"));
    QTest::newRow("deep header") << "m.safetensors"
                                 << bytes(safetensors("{\"a\":" + std::string(100'000, '[')));
}

void ImportTest::strangersAreRefused()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    put(m_top / name.toStdString(), content.toStdString());
    const auto files = importModel(request(m_top / name.toStdString()), {}, {});
    QVERIFY(!files);
    QVERIFY(files.error().kind == ErrorKind::Corrupt || files.error().kind == ErrorKind::Truncated ||
            files.error().kind == ErrorKind::Unsupported);
    QVERIFY(modelsAreEmpty());
    QCOMPARE(importModel(request(m_top / "none.gguf"), {}, {}).error().kind, ErrorKind::NotFound);
    QVERIFY(!importModel(request(m_top), {}, {}));
}

void ImportTest::badNamesAreRefused_data()
{
    QTest::addColumn<QString>("below");
    QTest::addColumn<QString>("name");
    QTest::newRow("folder up") << "../outside"
                               << "m.gguf";
    QTest::newRow("absolute folder") << "/outside"
                                     << "m.gguf";
    QTest::newRow("name up") << "a"
                             << "../../m.gguf";
    QTest::newRow("device") << "a"
                            << "NUL.gguf";
    QTest::newRow("no model") << "a"
                              << "m.exe";
    QTest::newRow("backslash") << "a"
                               << "..\\m.gguf";
}

void ImportTest::badNamesAreRefused()
{
    QFETCH(QString, below);
    QFETCH(QString, name);
    putModel(m_top / "m.gguf");
    ImportRequest bad = request(m_top / "m.gguf");
    bad.below = below.toStdString();
    bad.fileName = name.toStdString();
    QCOMPARE(importModel(bad, {}, {}).error().kind, ErrorKind::InvalidArgument);
    QCOMPARE(std::distance(fs::directory_iterator(m_top), {}), 2);
    QVERIFY(modelsAreEmpty());
}

void ImportTest::nothingIsReplaced()
{
    putModel(m_top / "m.gguf");
    put(m_models / "imported/m.gguf", "mine");
    const auto files = importModel(request(m_top / "m.gguf"), {}, {});
    QVERIFY(!files);
    QCOMPARE(files.error().kind, ErrorKind::InvalidArgument);
    QCOMPARE(contentOf(m_models / "imported/m.gguf"), std::string("mine"));
}

void ImportTest::theSameFileAgainIsThere()
{
    putModel(m_top / "m.gguf");
    QVERIFY(importModel(request(m_top / "m.gguf"), {}, {}));
    const auto again = importModel(request(m_top / "m.gguf"), {}, {});
    QVERIFY(again);
    QVERIFY(again->at(0).alreadyThere);
    QCOMPARE(importModel(request(m_models / "imported/m.gguf"), {}, {})->at(0).alreadyThere, true);
}

void ImportTest::aStopLeavesNothing()
{
    for (const char *part : {"b-00001-of-00002.gguf", "b-00002-of-00002.gguf"})
        putModel(m_top / part);
    for (const Transfer way : {Transfer::HardLink, Transfer::Copy}) {
        std::stop_source source;
        const auto stopAtOnce = [&source](const Progress &) { source.request_stop(); };
        const auto files =
            importModel(request(m_top / "b-00001-of-00002.gguf", {way}), stopAtOnce, source.get_token());
        QVERIFY(!files);
        QCOMPARE(files.error().kind, ErrorKind::Cancelled);
        QVERIFY(modelsAreEmpty());
    }
    QVERIFY(fs::exists(m_top / "b-00002-of-00002.gguf"));
}

void ImportTest::aFailureInTheMiddleLeavesNothing()
{
    for (const char *part : {"b-00001-of-00002.gguf", "b-00002-of-00002.gguf"})
        putModel(m_top / part);
    // Somebody takes the name of the first part while the second is brought.
    const auto meddle = [this](const Progress &progress) {
        if (progress.done == progress.total)
            put(m_models / "imported/b-00001-of-00002.gguf", "mine");
    };
    const auto files = importModel(request(m_top / "b-00001-of-00002.gguf"), meddle, {});
    QVERIFY(!files);
    QCOMPARE(files.error().kind, ErrorKind::Io);
    QCOMPARE(contentOf(m_models / "imported/b-00001-of-00002.gguf"), std::string("mine"));
    QCOMPARE(std::distance(fs::directory_iterator(m_models / "imported"), {}), 1);
}

void ImportTest::linksInTheWayAreRefused()
{
    putModel(m_top / "m.gguf");
    fs::create_directories(m_top / "outside");
    fs::create_directory_symlink(m_top / "outside", m_models / "imported");
    QCOMPARE(importModel(request(m_top / "m.gguf"), {}, {}).error().kind, ErrorKind::Unsupported);
    QVERIFY(fs::is_empty(m_top / "outside"));
}

QTEST_GUILESS_MAIN(ImportTest)
#include "tst_import.moc"
