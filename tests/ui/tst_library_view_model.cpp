// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/gguf_builder.h"
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/library_view_model.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <QAbstractItemModelTester>
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::EngineSession;
using snug::ui::LibraryViewModel;
using snug::ui::SettingsFile;

namespace {

QByteArray fitLine(const char *verdict, int gpuLayers)
{
    return R"({"event":"result","model":{"layers":36},"context":4096,"levels":[)"
           R"({"level":"Q8_0","exists":false,"verdict":"no"},)"
           R"({"level":"Q4_K_M","exists":true,"verdict":")" +
           QByteArray(verdict) + R"(","gpu_layers":)" + QByteArray::number(gpuLayers) +
           R"(,"layers":36,"memory":[{"device":"Vulkan0","name":"RTX 4060",)"
           R"("weights":1073741824,"kv_cache":536870912,)"
           R"("compute":0,"overhead":0,"total":1610612736,"free":8589934592}],"notes":["A note."]}]})" +
           "\n";
}

} // namespace

class LibraryTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void isEmptyWithoutFiles();
    void showsTheDemoModelWithItsVerdict();
    void wordsEveryVerdict_data();
    void wordsEveryVerdict();
    void aDamagedFileIsARowWithItsProblem();
    void aCrashOfTheJudgeIsAProblemOfTheRow();
    void addsAndRemovesFolders();
    void addsSingleFiles();
    void seesNewFilesByItself();
    void filtersAndSorts();
    void marksTheLoadedModel();
    void judgesEachStateOfAFileOnce();

private:
    struct Setup {
        Setup(const QTemporaryDir &home, const QString &own, const QString &demo)
            : settings(home.filePath(u"settings.json"_s).toStdString())
            , engine(fakeWorker(), settings)
            , library(fakeWorker(), {own, demo, {}}, settings, engine)
        {
        }

        [[nodiscard]] QVariant cell(int row, const char *role)
        {
            QAbstractItemModel *model = library.model();
            return model->index(row, 0).data(model->roleNames().key(role, -1));
        }

        [[nodiscard]] QStringList names()
        {
            QStringList list;
            for (int row = 0; row < library.model()->rowCount(); ++row)
                list.append(QFileInfo(cell(row, "path").toString()).fileName());
            return list;
        }

        SettingsFile settings;
        EngineSession engine;
        LibraryViewModel library;
    };

    void model(const QString &relativePath, std::size_t cutTo = 0) const;
    QByteArray script(const QByteArray &lines) const;

    std::unique_ptr<QTemporaryDir> m_home;
    QString m_own;
    QString m_demo;
};

void LibraryTest::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_own = m_home->filePath(u"own"_s);
    m_demo = m_home->filePath(u"demo"_s);
    QDir().mkpath(m_own);
    QDir().mkpath(m_demo);
}

void LibraryTest::model(const QString &relativePath, std::size_t cutTo) const
{
    const QString path = m_home->filePath(relativePath);
    QDir().mkpath(QFileInfo(path).path());
    snug::test::Bytes bytes = snug::test::smallModel().build();
    if (cutTo > 0)
        bytes = snug::test::truncated(std::move(bytes), cutTo);
    snug::test::writeFile(path.toStdString(), bytes);
}

QByteArray LibraryTest::script(const QByteArray &lines) const
{
    const QString path = m_home->filePath(u"script"_s);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(lines);
    return path.toUtf8();
}

void LibraryTest::isEmptyWithoutFiles()
{
    Setup setup(*m_home, m_own, m_demo);
    QCOMPARE(setup.library.state(), u"loading"_s);
    QVERIFY(setup.library.busy());
    QTRY_COMPARE(setup.library.state(), u"empty"_s);
    QCOMPARE(setup.library.summary(), u"0 models, 0 files, 0 B"_s);
    QCOMPARE(setup.library.demoPath(), QString());
}

void LibraryTest::showsTheDemoModelWithItsVerdict()
{
    model(u"demo/starter.gguf"_s);
    const FakeChild child("fit", "print:" + script(fitLine("gpu", 36)));
    Setup setup(*m_home, m_own, m_demo);
    const QAbstractItemModelTester tester(setup.library.model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QTRY_COMPARE(setup.library.state(), u"ready"_s);
    QCOMPARE(setup.cell(0, "isDemo").toBool(), true);
    QCOMPARE(setup.cell(0, "maker").toString(), u"Snug"_s);
    QVERIFY(!setup.cell(0, "name").toString().isEmpty());
    QVERIFY(!setup.cell(0, "architecture").toString().isEmpty());
    QTRY_COMPARE(setup.cell(0, "verdict").toString(), u"fits"_s);
    QTRY_VERIFY(!setup.library.busy());
    const QString why = setup.cell(0, "verdictWhy").toString();
    QVERIFY(why.contains(u"RTX 4060: needs 1.50 GiB of 8.00 GiB free."));
    QVERIFY(why.contains(u"A note."));
    QCOMPARE(setup.cell(0, "memoryParts").toList().size(), 2);
    QVERIFY(setup.library.summary().startsWith(u"1 model, 1 file, "));
    QCOMPARE(setup.library.demoPath(), m_demo + u"/starter.gguf"_s);
    const QVariantMap details = setup.library.details(setup.library.demoPath());
    QCOMPARE(details["verdict"_L1].toString(), u"fits"_s);
    QVERIFY(setup.library.details(u"nowhere.gguf"_s).isEmpty());
}

void LibraryTest::wordsEveryVerdict_data()
{
    QTest::addColumn<QByteArray>("verdict");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("text");
    QTest::newRow("gpu") << QByteArray("gpu") << u"fits"_s << u"Fits"_s;
    QTest::newRow("partial") << QByteArray("partial") << u"partly"_s << u"Partly 31/36"_s;
    QTest::newRow("cpu") << QByteArray("cpu") << u"cpu"_s << u"CPU only"_s;
    QTest::newRow("no") << QByteArray("no") << u"no"_s << u"Does not fit"_s;
    QTest::newRow("unheard of") << QByteArray("maybe") << u"error"_s << u"Cannot be read"_s;
}

void LibraryTest::wordsEveryVerdict()
{
    QFETCH(QByteArray, verdict);
    QFETCH(QString, name);
    QFETCH(QString, text);
    model(u"own/a.gguf"_s);
    const FakeChild child("fit", "print:" + script(fitLine(verdict.constData(), 31)));
    Setup setup(*m_home, m_own, m_demo);
    QTRY_VERIFY(setup.library.state() == u"ready" && !setup.library.busy());
    QCOMPARE(setup.cell(0, "verdict").toString(), name);
    QCOMPARE(setup.cell(0, "verdictText").toString(), text);
}

void LibraryTest::aDamagedFileIsARowWithItsProblem()
{
    model(u"own/cut.gguf"_s, 40);
    const FakeChild child("fit", "print:" + script(fitLine("gpu", 36)));
    Setup setup(*m_home, m_own, m_demo);
    QTRY_COMPARE(setup.library.state(), u"ready"_s);
    QCOMPARE(setup.cell(0, "verdict").toString(), u"error"_s);
    QCOMPARE(setup.cell(0, "verdictText").toString(), u"Cannot be read"_s);
    QCOMPARE(setup.cell(0, "name").toString(), u"cut"_s);
    QVERIFY(!setup.cell(0, "problemMessage").toString().isEmpty());
    QTRY_VERIFY(!setup.library.busy());
    QCOMPARE(setup.cell(0, "verdict").toString(), u"error"_s);
}

void LibraryTest::aCrashOfTheJudgeIsAProblemOfTheRow()
{
    model(u"own/a.gguf"_s);
    model(u"own/b.gguf"_s);
    const FakeChild child("fit", "abort");
    Setup setup(*m_home, m_own, m_demo);
    QTRY_VERIFY(setup.library.state() == u"ready" && !setup.library.busy());
    for (int row = 0; row < 2; ++row) {
        QCOMPARE(setup.cell(row, "verdict").toString(), u"error"_s);
        QVERIFY(setup.cell(row, "problemMessage").toString().contains(u"GGML_ASSERT"));
    }
}

void LibraryTest::addsAndRemovesFolders()
{
    model(u"mine/deep/a.gguf"_s);
    const QString mine = m_home->filePath(u"mine"_s);
    const FakeChild child("fit", "print:" + script(fitLine("cpu", 0)));
    {
        Setup setup(*m_home, m_own, m_demo);
        QTRY_COMPARE(setup.library.state(), u"empty"_s);
        setup.library.addFolder(QUrl::fromLocalFile(mine));
        setup.library.addFolder(QUrl(u"https://example.org/models"_s)); // no place on this machine
        QTRY_COMPARE(setup.library.state(), u"ready"_s);
        QCOMPARE(setup.cell(0, "where").toString(), u"Added folder"_s);
    }
    Setup setup(*m_home, m_own, m_demo); // the folder is remembered
    QTRY_COMPARE(setup.library.state(), u"ready"_s);
    QAbstractItemModel *folders = setup.library.folders();
    const int removable = folders->roleNames().key("removable");
    const auto added = folders->match(folders->index(0, 0), removable, true);
    QCOMPARE(added.size(), 1);
    QCOMPARE(added.constFirst().data(folders->roleNames().key("files")).toInt(), 1);
    QVERIFY(QDir(mine).removeRecursively());
    setup.library.rescan();
    QTRY_COMPARE(folders->match(folders->index(0, 0), folders->roleNames().key("missing"), true).size(), 1);
    setup.library.removeFolder(mine);
    QTRY_COMPARE(folders->match(folders->index(0, 0), removable, true).size(), 0);
    QTRY_COMPARE(setup.library.state(), u"empty"_s);
}

void LibraryTest::addsSingleFiles()
{
    model(u"mine/a.gguf"_s);
    model(u"mine/b.gguf"_s);
    const FakeChild child("fit", "print:" + script(fitLine("cpu", 0)));
    Setup setup(*m_home, m_own, m_demo);
    setup.library.addFile(QUrl::fromLocalFile(m_home->filePath(u"mine/b.gguf"_s)));
    QTRY_COMPARE(setup.names(), QStringList{u"b.gguf"_s});
    QCOMPARE(setup.cell(0, "where").toString(), u"Added file"_s);
}

void LibraryTest::seesNewFilesByItself()
{
    const FakeChild child("fit", "print:" + script(fitLine("cpu", 0)));
    Setup setup(*m_home, m_own, m_demo);
    QTRY_COMPARE(setup.library.state(), u"empty"_s);
    model(u"own/new.gguf"_s);
    QTRY_COMPARE(setup.names(), QStringList{u"new.gguf"_s});
    QVERIFY(QFile::remove(m_own + u"/new.gguf"_s));
    QTRY_COMPARE(setup.library.state(), u"empty"_s);
}

void LibraryTest::filtersAndSorts()
{
    model(u"own/b-second.gguf"_s);
    model(u"own/a-first.gguf"_s);
    model(u"own/c-cut.gguf"_s, 100);
    const FakeChild child("fit", "print:" + script(fitLine("cpu", 0)));
    Setup setup(*m_home, m_own, m_demo);
    const QAbstractItemModelTester tester(setup.library.model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QTRY_VERIFY(setup.library.state() == u"ready" && !setup.library.busy());
    setup.library.setSortKey(u"size"_s);
    QCOMPARE(setup.names().constFirst(), u"c-cut.gguf"_s);
    setup.library.setSortDescending(true);
    QCOMPARE(setup.names().constLast(), u"c-cut.gguf"_s);
    setup.library.setSortKey(u"verdict"_s);
    QCOMPARE(setup.names().constFirst(), u"c-cut.gguf"_s);
    setup.library.setSortKey(u"nonsense"_s);
    QCOMPARE(setup.library.sortKey(), u"verdict"_s);
    setup.library.setFilter(u"SECOND own"_s);
    QCOMPARE(setup.names(), QStringList{u"b-second.gguf"_s});
    setup.library.setFilter(u"no such model"_s);
    QCOMPARE(setup.library.model()->rowCount(), 0);
    QCOMPARE(setup.library.state(), u"ready"_s); // there are models, only none to show
    setup.library.setFilter({});
    QCOMPARE(setup.library.model()->rowCount(), 3);
}

void LibraryTest::marksTheLoadedModel()
{
    model(u"own/a.gguf"_s);
    const FakeChild fit("fit", "print:" + script(fitLine("cpu", 0)));
    QFile ready(m_home->filePath(u"ready"_s));
    QVERIFY(ready.open(QIODevice::WriteOnly));
    ready.write("{\"event\":\"ready\",\"url\":\"http://127.0.0.1:1\"}\n");
    ready.close();
    const FakeChild serve("serve", "serve:" + ready.fileName().toUtf8());
    Setup setup(*m_home, m_own, m_demo);
    QTRY_COMPARE(setup.library.state(), u"ready"_s);
    QCOMPARE(setup.cell(0, "loaded").toBool(), false);
    setup.engine.load(m_own + u"/a.gguf"_s);
    QTRY_COMPARE(setup.cell(0, "loaded").toBool(), true);
    setup.engine.unload();
    QTRY_COMPARE(setup.cell(0, "loaded").toBool(), false);
}

void LibraryTest::judgesEachStateOfAFileOnce()
{
    model(u"own/a.gguf"_s);
    const QByteArray path = script(fitLine("cpu", 0));
    const FakeChild child("fit", "print:" + path);
    Setup setup(*m_home, m_own, m_demo);
    QTRY_COMPARE(setup.cell(0, "verdict").toString(), u"cpu"_s);
    script(fitLine("gpu", 36));
    model(u"own/b.gguf"_s); // another file brings a scan; the verdict of the first stands
    QTRY_COMPARE(setup.library.model()->rowCount(), 2);
    QTRY_COMPARE(setup.cell(1, "verdict").toString(), u"fits"_s);
    QCOMPARE(setup.cell(0, "verdict").toString(), u"cpu"_s);
    setup.library.rescan(); // asked for by a person: everything is judged again
    QTRY_COMPARE(setup.cell(0, "verdict").toString(), u"fits"_s);
}

QTEST_GUILESS_MAIN(LibraryTest)
#include "tst_library_view_model.moc"
