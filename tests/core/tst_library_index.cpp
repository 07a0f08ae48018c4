// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/library/index.h"
#include "tests/support/manual_clock.h"
#include "tests/support/text_files.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

namespace fs = std::filesystem;
using namespace snug;
using namespace snug::library;
using snug::test::put;
using namespace Qt::StringLiterals;

namespace {

const std::string kHash(64, 'a');

} // namespace

class LibraryIndexTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everyFieldSurvivesReopening();
    void recordsReplaceAndAreForgotten();
    void findsByHash();
    void refreshAgreesWithTheFolder();
    void aRenamedFileKeepsItsStory();
    void whatIsMissingIsKept();
    void refuseWhatIsOutside_data();
    void refuseWhatIsOutside();
    void aDamagedIndexIsSetAsideAndRebuilt_data();
    void aDamagedIndexIsSetAsideAndRebuilt();
    void aNewerIndexIsReadAndNotChanged();
    void rowsOfAStrangerAreLeftOut();
    void twoProcessesMayHaveItOpen();
    void stops();
    void aThousandFiles();

private:
    [[nodiscard]] std::unique_ptr<Index> open();
    [[nodiscard]] fs::path file() const { return m_top / "index.db"; }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_top;
    fs::path m_models;
    test::ManualClock m_clock;
};

void LibraryIndexTest::init()
{
    m_temporary = std::make_unique<QTemporaryDir>();
    m_top = fs::canonical(m_temporary->path().toStdString());
    m_models = m_top / "models";
    fs::create_directories(m_models);
}

std::unique_ptr<Index> LibraryIndexTest::open()
{
    auto index = Index::open(m_models, file(), {}, m_clock.system());
    if (!index)
        qWarning("%s", index.error().message.c_str());
    return index ? *std::move(index) : nullptr;
}

void LibraryIndexTest::everyFieldSurvivesReopening()
{
    IndexedFile downloaded{"org/name/model-Q4_K_M.gguf", {7, 123456789}, kHash, {}, 1700000000001};
    downloaded.provenance = {Provenance::How::Downloaded,
                             "org/name",
                             std::string(40, 'b'),
                             "q4/model.gguf",
                             "Q4_K_M",
                             "",
                             1700000000000};
    IndexedFile made{"own/mädchen.gguf", {std::int64_t{1} << 40, -5}, "", {}, 0};
    made.provenance = {Provenance::How::Made, "", "", "", "Q8_0", R"({"from":"x","type":"Q8_0"})", 5};
    {
        auto index = open();
        QVERIFY(index && !index->problem() && !index->readOnly());
        QVERIFY(index->record(downloaded));
        QVERIFY(index->record(made));
    }
    auto index = open();
    QVERIFY(index->all().value() == (std::vector<IndexedFile>{downloaded, made}));
    QVERIFY(index->find(made.path).value() == made);
    QVERIFY(!index->find("none.gguf").value());
}

void LibraryIndexTest::recordsReplaceAndAreForgotten()
{
    auto index = open();
    QVERIFY(index->record({"a.gguf", {1, 1}, "", {}, 0}));
    QVERIFY(index->record({"a.gguf", {2, 2}, "", {}, 0}));
    QCOMPARE(index->all()->size(), std::size_t{1});
    QCOMPARE(index->find("a.gguf").value()->stamp.bytes, 2);
    QVERIFY(index->forget("a.gguf"));
    QCOMPARE(index->forget("a.gguf").error().kind, ErrorKind::NotFound);
    QVERIFY(index->all()->empty());
}

void LibraryIndexTest::findsByHash()
{
    auto index = open();
    QVERIFY(index->record({"a.gguf", {7, 1}, "", {Provenance::How::Made, {}, {}, {}, "Q8_0", {}, 0}, 0}));
    QVERIFY(index->record({"b.gguf", {7, 2}, kHash, {}, 0}));
    QVERIFY(index->setHash("a.gguf", {7, 1}, kHash, 99));
    QCOMPARE(index->withHash(kHash)->size(), std::size_t{2});
    QCOMPARE(index->withHash(kHash)->at(0).verifiedMs, 99);
    QCOMPARE(index->withHash(kHash)->at(0).provenance.level, std::string("Q8_0"));
    QVERIFY(index->withHash("")->empty());
    QVERIFY(index->withHash("' OR 1=1 --")->empty());
    QCOMPARE(index->setHash("none.gguf", {}, kHash, 0).error().kind, ErrorKind::NotFound);
}

void LibraryIndexTest::refreshAgreesWithTheFolder()
{
    put(m_models / "a.gguf", "a");
    put(m_models / "sub/b.SafeTensors", "bb");
    put(m_models / "sub/c.gguf.part", "no model yet");
    put(m_models / "readme.md", "no model");
    put(m_top / "outside.gguf", "outside");
    fs::create_symlink(m_top / "outside.gguf", m_models / "link.gguf");
    fs::create_directory_symlink(m_top, m_models / "folder");
    auto index = open();
    QVERIFY(index->refresh({}).value() == (Index::Changes{2, 0, 0, {}}));
    QVERIFY(index->refresh({}).value() == (Index::Changes{0, 0, 0, {}}));
    const auto files = index->all().value();
    QCOMPARE(files[0].path, std::string("a.gguf"));
    QCOMPARE(files[1].path, std::string("sub/b.SafeTensors"));
    QCOMPARE(files[1].stamp.bytes, 2);
    QVERIFY(files[0].provenance.atMs > 0);

    QVERIFY(index->setHash("a.gguf", files[0].stamp, kHash, 5));
    put(m_models / "a.gguf", "changed");
    QVERIFY(index->refresh({}).value() == (Index::Changes{0, 1, 0, {}}));
    QCOMPARE(index->find("a.gguf").value()->sha256, std::string());
    QCOMPARE(index->find("a.gguf").value()->verifiedMs, 0);
}

void LibraryIndexTest::aRenamedFileKeepsItsStory()
{
    put(m_models / "a.gguf", "content");
    auto index = open();
    QVERIFY(index->refresh({}));
    IndexedFile row = index->find("a.gguf").value().value();
    row.provenance = {Provenance::How::Downloaded, "org/name", std::string(40, 'c'), "a.gguf", "Q4_0", "", 9};
    row.sha256 = kHash;
    QVERIFY(index->record(row));
    fs::create_directories(m_models / "sub");
    fs::rename(m_models / "a.gguf", m_models / "sub/b.gguf");
    QVERIFY(index->refresh({}).value() == (Index::Changes{0, 0, 1, {}}));
    row.path = "sub/b.gguf";
    QVERIFY(index->all().value() == std::vector<IndexedFile>{row});
}

void LibraryIndexTest::whatIsMissingIsKept()
{
    put(m_models / "a.gguf", "content");
    auto index = open();
    QVERIFY(index->refresh({}));
    fs::rename(m_models, m_top / "unplugged");
    QCOMPARE(index->refresh({}).error().kind, ErrorKind::NotFound);
    fs::create_directories(m_models); // the empty place where a disk is mounted
    QCOMPARE(index->refresh({})->missing, std::vector<std::string>{"a.gguf"});
    QCOMPARE(index->all()->size(), std::size_t{1});
    fs::remove(m_models);
    fs::rename(m_top / "unplugged", m_models);
    QVERIFY(index->refresh({}).value() == (Index::Changes{0, 0, 0, {}}));
}

void LibraryIndexTest::refuseWhatIsOutside_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("hash");
    QTest::newRow("up") << QByteArray("../a.gguf") << QByteArray();
    QTest::newRow("absolute") << QByteArray("/a.gguf") << QByteArray();
    QTest::newRow("empty") << QByteArray("") << QByteArray();
    QTest::newRow("no text") << QByteArray("a\xFF.gguf") << QByteArray();
    QTest::newRow("zero byte") << QByteArray("a\0.gguf", 7) << QByteArray();
    QTest::newRow("short hash") << QByteArray("a.gguf") << QByteArray("abc");
    QTest::newRow("no hash") << QByteArray("a.gguf") << QByteArray(64, 'x');
}

void LibraryIndexTest::refuseWhatIsOutside()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, hash);
    auto index = open();
    const auto recorded = index->record({path.toStdString(), {1, 1}, hash.toStdString(), {}, 0});
    QVERIFY(!recorded);
    QCOMPARE(recorded.error().kind, ErrorKind::InvalidArgument);
    QVERIFY(index->all()->empty());
}

void LibraryIndexTest::aDamagedIndexIsSetAsideAndRebuilt_data()
{
    QTest::addColumn<int>("damage");
    QTest::addColumn<bool>("storyKept");
    QTest::newRow("no database") << 0 << false;
    QTest::newRow("overwritten end") << 1 << true;
    QTest::newRow("somebody else's tables") << 2 << false;
    QTest::newRow("empty pages") << 3 << false;
}

void LibraryIndexTest::aDamagedIndexIsSetAsideAndRebuilt()
{
    QFETCH(const int, damage);
    QFETCH(const bool, storyKept);
    put(m_models / "a.gguf", "content");
    {
        auto index = open();
        IndexedFile row{"a.gguf", stampOf(m_models / "a.gguf").value(), kHash, {}, 0};
        row.provenance.how = Provenance::How::Downloaded;
        QVERIFY(index->record(row));
        for (int i = 0; i < 300; ++i)
            QVERIFY(index->record({"gone/" + std::to_string(i) + ".gguf", {i, i}, "", {}, 0}));
    }
    const QString path = QString::fromStdString(toUtf8(file()));
    QFile raw(path);
    if (damage == 2) {
        QVERIFY(raw.remove());
        SQLite::Database(path.toStdString(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
            .exec("CREATE TABLE files (a); PRAGMA user_version = 1");
    } else {
        QVERIFY(raw.open(QIODevice::ReadWrite));
        const qint64 from = damage == 0 ? 0 : damage == 1 ? raw.size() - 6000 : 4096;
        raw.seek(from);
        raw.write(
            QByteArray(static_cast<int>(damage == 1 ? 6000 : raw.size() - from), damage == 3 ? '\0' : 'z'));
        raw.close();
    }
    const qint64 size = QFile(path).size();

    auto index = open();
    QVERIFY(index && index->problem());
    QCOMPARE(index->problem()->kind, ErrorKind::Corrupt);
    const auto row = index->find("a.gguf").value();
    QVERIFY(row);
    QCOMPARE(row->stamp, stampOf(m_models / "a.gguf").value());
    QCOMPARE(row->provenance.how, storyKept ? Provenance::How::Downloaded : Provenance::How::Found);
    const QStringList aside =
        QDir(QString::fromStdString(m_top.string())).entryList({u"index.db.damaged-*"_qs}, QDir::Files);
    QVERIFY(!aside.isEmpty());
    QCOMPARE(QFileInfo(QString::fromStdString(m_top.string()) + u'/' + aside.front()).size(), size);
    index.reset();
    QVERIFY(!open()->problem());
}

void LibraryIndexTest::aNewerIndexIsReadAndNotChanged()
{
    put(m_models / "a.gguf", "content");
    {
        auto index = open();
        QVERIFY(index->refresh({}));
    }
    SQLite::Database(toUtf8(file()), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
    auto index = open();
    QVERIFY(index->problem());
    QCOMPARE(index->problem()->kind, ErrorKind::Unsupported);
    QVERIFY(index->readOnly());
    QCOMPARE(index->all()->size(), std::size_t{1});
    QCOMPARE(index->record({"b.gguf", {1, 1}, "", {}, 0}).error().kind, ErrorKind::Unsupported);
    QCOMPARE(index->forget("a.gguf").error().kind, ErrorKind::Unsupported);
}

void LibraryIndexTest::rowsOfAStrangerAreLeftOut()
{
    QVERIFY(open()->record({"good.gguf", {1, 1}, "", {}, 0}));
    SQLite::Database raw(toUtf8(file()), SQLite::OPEN_READWRITE);
    for (const char *row : {"'../up.gguf', 1, 1, ''", "'/etc/passwd', 1, 1, ''", "'neg.gguf', -1, 1, ''",
                            "'hash.gguf', 1, 1, '../../x'", "x'00ff', 1, 1, ''"})
        raw.exec(std::string("INSERT INTO files VALUES (") + row + ", 'other', '', '', '', '', '', 0, 0)");
    auto index = open();
    QVERIFY(!index->problem());
    QCOMPARE(index->all()->size(), std::size_t{1});
    QVERIFY(!index->find("../up.gguf").value());
}

void LibraryIndexTest::twoProcessesMayHaveItOpen()
{
    auto one = open();
    auto two = open();
    QVERIFY(one->record({"a.gguf", {1, 1}, "", {}, 0}));
    QVERIFY(two->record({"b.gguf", {1, 1}, "", {}, 0}));
    QCOMPARE(one->all()->size(), std::size_t{2});
}

void LibraryIndexTest::stops()
{
    put(m_models / "a.gguf", "content");
    std::stop_source source;
    source.request_stop();
    QCOMPARE(open()->refresh(source.get_token()).error().kind, ErrorKind::Cancelled);
}

void LibraryIndexTest::aThousandFiles()
{
    for (int i = 0; i < 1000; ++i)
        put(m_models / std::to_string(i % 10) / (std::to_string(i) + ".gguf"), "x");
    auto index = open();
    QCOMPARE(index->refresh({})->added, 1000);
    QVERIFY(index->refresh({}).value() == (Index::Changes{0, 0, 0, {}}));
}

QTEST_GUILESS_MAIN(LibraryIndexTest)
#include "tst_library_index.moc"
