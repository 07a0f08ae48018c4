// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub.h"
#include "tests/support/fake_hub/model_folder.h"
#include "tests/support/test_data.h"
#include "tests/ui/window_fixture.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeHub;
using snug::test::FakeRepository;
using snug::test::WindowFixture;

namespace {

const QString kLevel = u"Q4_K_M"_s;
constexpr int kPatience = 60'000;

// Of the starter model, whose checkpoint lies in a folder without a name.
FakeRepository starter(const QString &models)
{
    for (FakeRepository &repository : snug::test::repositoriesIn(models.toStdString())) {
        if (repository.id == "starter/hf") {
            repository.id = "snug/snug-starter";
            return std::move(repository);
        }
    }
    return {};
}

} // namespace

// Making a file with the real window and the real snug-cli, from a Hub on loopback and from folders.
class TestWindowConvert : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_models = snug::test::dataFile(u"models"_s);
        if (m_models.isEmpty())
            QSKIP("The checkpoints are not here; set SNUG_TEST_DATA.");
    }
    void cleanup() { qunsetenv("HF_ENDPOINT"); }

    // Issue 5: three clicks after choosing the model.
    void threeClicksToTalkToIt()
    {
        FakeHub hub;
        hub.addRepository(starter(m_models));
        qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub.endpoint()));
        WindowFixture fixture;
        QVERIFY(fixture.open());
        fixture.window().resize(1280, 900);
        fixture.app().chat().setTemperature(0);
        auto &gui = fixture.driver();
        QVERIFY(chooseModel(fixture));
        fixture.app().fit().select(kLevel);
        QVERIFY(settles(fixture.app().fit(), fixture));
        gui.screenshot(u"convert-1-model"_s);

        QVERIFY(gui.click(u"modelAction"_s));
        QVERIFY(gui.waitFor(u"convertPage"_s));
        QVERIFY(settles(*fixture.app().convert().fit(), fixture));
        QCOMPARE(fixture.app().convert().level(), kLevel);
        QTest::qWait(200);
        gui.screenshot(u"convert-2-recipe"_s);
        QVERIFY2(hub.bodyBytes(snug::test::Origin::Cdn) < 1'000'000, "the weights came before Start");

        QVERIFY(gui.click(u"convertStart"_s));
        auto &jobs = fixture.app().convertJobs();
        QVERIFY(gui.waitUntil([&] { return jobs.finishedCount() == 1 || failed(fixture); }, kPatience));
        QVERIFY2(jobs.finishedCount() == 1, qPrintable(failure(fixture)));
        QTest::qWait(200);
        gui.screenshot(u"convert-3-made"_s);

        QVERIFY(gui.click(u"convertChat.0"_s));
        QVERIFY(fixture.waitForState(u"ready"_s));
        QVERIFY(fixture.ask(u"What is Snug?"_s));
        QVERIFY(fixture.waitForAnswer(u"done"_s));
        QVERIFY2(fixture.lastText().contains(u"Snug"), qPrintable(fixture.lastText()));
        gui.screenshot(u"convert-4-chat"_s);

        // The library has it, under its name and level.
        QVERIFY(gui.click(u"rail.library"_s));
        QVERIFY(gui.waitUntil([&] { return inLibrary(fixture, kLevel); }, kPatience));
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

    // The window is closed while the weights arrive: it asks; the next one goes on from there.
    void closingAsksAndARestartGoesOn()
    {
        FakeHub hub;
        hub.addRepository(starter(m_models));
        qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub.endpoint()));
        const QTemporaryDir home;
        std::int64_t before = 0;
        {
            WindowFixture fixture(home.path());
            QVERIFY(fixture.open());
            auto &gui = fixture.driver();
            auto &jobs = fixture.app().convertJobs();
            QVERIFY(chooseModel(fixture));
            hub.setBytesPerSecond(512 * 1024);
            QVERIFY(gui.click(u"modelAction"_s));
            QVERIFY(settles(*fixture.app().convert().fit(), fixture));
            QVERIFY(gui.click(u"convertStart"_s));
            QVERIFY(gui.waitUntil([&] { return jobs.fraction() > 0.3 && jobs.fraction() < 1; }, kPatience));
            gui.screenshot(u"convert-5-downloading"_s);
            fixture.window().close();
            QVERIFY(gui.waitFor(u"leaveNow"_s));
            QVERIFY(fixture.window().isVisible());
            gui.screenshot(u"convert-6-asks"_s);
            QVERIFY(gui.click(u"leaveKeep"_s));
            QVERIFY(jobs.running());
            fixture.window().close();
            QVERIFY(gui.click(u"leaveNow"_s));
            QTRY_VERIFY(!fixture.window().isVisible());
            QVERIFY(gui.waitUntil([&] { return !jobs.running(); }));
            before = hub.bodyBytes(snug::test::Origin::Cdn);
        }
        hub.setBytesPerSecond(0);
        WindowFixture fixture(home.path());
        QVERIFY(fixture.open());
        auto &gui = fixture.driver();
        auto &jobs = fixture.app().convertJobs();
        QVERIFY(gui.click(u"rail.convert"_s));
        QVERIFY(gui.waitFor(u"convertResume.0"_s));
        QVERIFY(!jobs.running());
        gui.screenshot(u"convert-7-restarted"_s);
        QVERIFY(gui.click(u"convertResume.0"_s));
        QVERIFY(gui.waitUntil([&] { return jobs.finishedCount() == 1 || failed(fixture); }, kPatience));
        QVERIFY2(jobs.finishedCount() == 1, qPrintable(failure(fixture)));
        const std::int64_t size = QFile(m_models + u"/starter/hf/model.safetensors"_s).size();
        QVERIFY2(hub.bodyBytes(snug::test::Origin::Cdn) - before < size, "the restart began from nothing");
        fixture.window().close();
        QTRY_VERIFY(!fixture.window().isVisible()); // nothing is under way: nobody asks
    }

    // A folder that was dropped: checked and planned before anything is written.
    void aFolderOfThisComputer()
    {
        WindowFixture fixture;
        QVERIFY(fixture.open());
        fixture.window().resize(1280, 900);
        auto &gui = fixture.driver();
        auto &page = fixture.app().convert();
        QVERIFY(gui.click(u"rail.convert"_s));
        QVERIFY(gui.waitFor(u"convertPickFolder"_s));
        page.open(QUrl::fromLocalFile(m_models + u"/starter/hf"_s));
        QVERIFY(settles(*page.fit(), fixture));
        QVERIFY(gui.waitUntil([&] { return page.canStart(); }, kPatience));
        QCOMPARE(page.forecast()[u"sizeNote"_s].toString(), u"file, exact to the byte"_s);
        QVERIFY(gui.click(u"convertLevel.Q6_K"_s));
        QVERIFY(gui.waitUntil([&] { return page.level() == u"Q6_K" && page.canStart(); }, kPatience));
        const QString forecast = page.action();
        gui.screenshot(u"convert-8-folder"_s);
        QVERIFY(gui.click(u"convertStart"_s));
        auto &jobs = fixture.app().convertJobs();
        QVERIFY(gui.waitUntil([&] { return jobs.finishedCount() == 1 || failed(fixture); }, kPatience));
        QVERIFY2(jobs.finishedCount() == 1, qPrintable(failure(fixture)));
        const QAbstractItemModel *made = jobs.finished();
        const QString done = made->index(0, 0).data(made->roleNames().key("doneText")).toString();
        QVERIFY2(done.startsWith(forecast.section(u", "_s, 1)), qPrintable(done + u" of "_s + forecast));
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

    // Of a file with whole weights other levels can be made; the way there is in the library.
    void aFileOfTheLibrary()
    {
        const QTemporaryDir folder;
        const QString sixteen = folder.filePath(u"starter-F16.gguf"_s);
        QProcess convert;
        convert.start(snug::test::program(u"snug-cli"_s),
                      {u"convert"_s, m_models + u"/starter/hf"_s, u"-o"_s, sixteen, u"--type"_s, u"F16"_s});
        QVERIFY(convert.waitForFinished(kPatience));
        QVERIFY2(QFile::exists(sixteen), convert.readAllStandardError().constData());
        WindowFixture fixture;
        QVERIFY(fixture.open());
        fixture.window().resize(1280, 900);
        auto &gui = fixture.driver();
        fixture.app().library().addFolder(QUrl::fromLocalFile(folder.path()));
        QVERIFY(gui.click(u"rail.library"_s));
        QVERIFY(gui.waitUntil([&] { return inLibrary(fixture, u"F16"_s); }, kPatience));
        QVERIFY(gui.waitUntil([&] { return !fixture.app().library().busy(); }, kPatience));
        for (int row = 0; gui.find(u"convertFile"_s) == nullptr && row < 4; ++row) {
            if (gui.find(u"libraryRow.%1"_s.arg(row)) != nullptr)
                QVERIFY(gui.click(u"libraryRow.%1"_s.arg(row)));
            QTest::qWait(100);
        }
        gui.screenshot(u"convert-9-library"_s);
        QVERIFY(gui.click(u"convertFile"_s));
        auto &page = fixture.app().convert();
        QVERIFY(settles(*page.fit(), fixture));
        QVERIFY(gui.waitUntil([&] { return page.canStart(); }, kPatience));
        QCOMPARE(page.sourceKind(), u"GGUF"_s);
        QTest::qWait(200);
        gui.screenshot(u"convert-10-file"_s);
        QVERIFY(gui.click(u"convertStart"_s));
        auto &jobs = fixture.app().convertJobs();
        QVERIFY(gui.waitUntil([&] { return jobs.finishedCount() == 1 || failed(fixture); }, kPatience));
        QVERIFY2(jobs.finishedCount() == 1, qPrintable(failure(fixture)));
    }

private:
    static bool chooseModel(WindowFixture &fixture)
    {
        auto &gui = fixture.driver();
        return gui.click(u"rail.discover"_s) && gui.click(u"chip.safetensors"_s) &&
               gui.waitUntil([&] { return fixture.app().discover().state() == u"ready"_s; }, kPatience) &&
               gui.click(u"discoverRow.0"_s) &&
               gui.waitUntil([&] { return fixture.app().repository().state() == u"ready"_s; }, kPatience) &&
               gui.click(u"openModel"_s) && settles(fixture.app().fit(), fixture);
    }
    static bool settles(snug::ui::ModelViewModel &fit, WindowFixture &fixture)
    {
        const bool settled =
            fixture.driver().waitUntil([&] { return fit.state() == u"ready" && !fit.busy(); }, kPatience);
        if (!settled)
            qWarning("%s: %s", qPrintable(fit.state()),
                     qPrintable(fit.problem().message + fit.problem().details));
        return settled;
    }
    static bool inLibrary(WindowFixture &fixture, const QString &level)
    {
        const auto &all = fixture.app().library().all();
        return std::any_of(all.begin(), all.end(), [&](const auto &row) { return row.level == level; });
    }
    static QString cell(WindowFixture &fixture, const char *role)
    {
        const QAbstractItemModel *active = fixture.app().convertJobs().active();
        return active->index(0, 0).data(active->roleNames().key(role)).toString();
    }
    static bool failed(WindowFixture &fixture) { return cell(fixture, "state") == u"failed"; }
    static QString failure(WindowFixture &fixture)
    {
        return cell(fixture, "statusText") + u' ' + cell(fixture, "details");
    }

    QString m_models;
};

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();
    TestWindowConvert test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_convert.moc"
