// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub.h"
#include "tests/support/test_data.h"
#include "tests/ui/window_fixture.h"

#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeHub;
using snug::test::FakeRepository;
using snug::test::FileBody;
using snug::test::WindowFixture;

namespace {

const QString kLevel = u"Q8_0"_s;

// A GGUF repository with the demo model and a level too large for anybody, and some neighbours.
void fill(FakeHub &hub, const QString &demo)
{
    FakeRepository starter;
    starter.id = "snug/snug-starter-GGUF";
    starter.files = {
        snug::test::lfsFile("snug-starter-Q8_0.gguf", FileBody::onDisk(demo.toStdString())),
        snug::test::lfsFile("snug-starter-F16.gguf",
                            FileBody::virtualBytes(9'000'000'000'000, 1).withSha256(std::string(64, 'a'))),
        snug::test::smallFile("README.md", "---\nlicense: mit\n---\n# Snug Starter\n\nA tiny *demo*.\n")};
    starter.details = {{"downloads", 41'000},
                       {"likes", 12},
                       {"tags", {"gguf", "license:mit"}},
                       {"pipeline_tag", "text-generation"},
                       {"lastModified", "2026-10-01T12:00:00.000Z"},
                       {"gguf", {{"total", 4'301'184}, {"architecture", "llama"}, {"context_length", 1024}}}};
    hub.addRepository(std::move(starter));
    struct Neighbour {
        const char *id;
        const char *license;
        int downloads;
    };
    for (const Neighbour &neighbour : {Neighbour{"lighthouse/Beacon-4B-Instruct-GGUF", "apache-2.0", 912'000},
                                       {"lighthouse/Beacon-30B-A3B-GGUF", "apache-2.0", 640'000},
                                       {"northwind/Gale-8B-Instruct-GGUF", "llama3.1", 588'000},
                                       {"northwind/Gale-70B-Instruct-GGUF", "llama3.1", 214'000},
                                       {"fieldlab/Sorrel-1.5B-Coder-GGUF", "mit", 173'000},
                                       {"fieldlab/Sorrel-14B-Coder-GGUF", "mit", 131'000},
                                       {"tern/Tern-12B-it-GGUF", "gemma", 98'400},
                                       {"tern/Tern-27B-it-GGUF", "gemma", 76'000},
                                       {"oakmoss/Larch-671B-GGUF", "mit", 51'200},
                                       {"oakmoss/Larch-0.6B-GGUF", "apache-2.0", 9'800}}) {
        FakeRepository other;
        other.id = neighbour.id;
        other.files = {snug::test::smallFile("README.md", "# Model\n")};
        other.details = {{"downloads", neighbour.downloads},
                         {"tags", {"gguf", std::string("license:") + neighbour.license}},
                         {"pipeline_tag", "text-generation"}};
        hub.addRepository(std::move(other));
    }
}

} // namespace

// Find, fetch and talk, with the real window and the real snug-cli against a Hub on loopback.
class TestWindowFetch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_demo = snug::test::program(u"../share/snug/models/snug-starter-Q8_0.gguf"_s);
        QVERIFY2(QFile::exists(m_demo), qPrintable(m_demo));
    }

    void findFetchPauseRestartResumeTalk_data()
    {
        QTest::addColumn<QString>("theme");
        QTest::newRow("light") << u"light"_s;
        QTest::newRow("dark") << u"dark"_s;
    }
    void findFetchPauseRestartResumeTalk()
    {
        QFETCH(QString, theme);
        m_tag = u"-"_s + theme;
        FakeHub hub;
        fill(hub, m_demo);
        hub.setBytesPerSecond(256 * 1024);
        qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub.endpoint()));
        QTemporaryDir home;
        {
            WindowFixture fixture(home.path());
            fixture.app().settings().setTheme(theme);
            QVERIFY(fixture.open());
            findAndStart(fixture);
            pauseHalfway(fixture);
        }
        QVERIFY(!QTest::currentTestFailed());
        hub.setBytesPerSecond(0);
        const std::int64_t before = hub.bodyBytes(snug::test::Origin::Cdn);
        {
            WindowFixture fixture(home.path());
            QVERIFY(fixture.open());
            resumeAndTalk(fixture);
        }
        QVERIFY(!QTest::currentTestFailed());
        const std::int64_t size = QFile(m_demo).size();
        QVERIFY2(hub.bodyBytes(snug::test::Origin::Cdn) - before < size, "the restart began from nothing");
        qunsetenv("HF_ENDPOINT");
    }

    void tellsThatTheHubDoesNotAnswer()
    {
        qunsetenv("HF_ENDPOINT");
        WindowFixture fixture;
        QVERIFY(fixture.open());
        QVERIFY(fixture.driver().click(u"rail.discover"_s));
        QVERIFY(fixture.driver().waitUntil([&] { return fixture.app().discover().state() == u"error"_s; },
                                           30000));
        QVERIFY(fixture.driver().waitFor(u"discoverTryAgain"_s));
        fixture.driver().screenshot(u"fetch-no-hub"_s);
    }

private:
    void findAndStart(WindowFixture &fixture)
    {
        auto &driver = fixture.driver();
        QVERIFY(driver.click(u"rail.discover"_s));
        QVERIFY(driver.waitUntil([&] { return fixture.app().discover().state() == u"ready"_s; }, 30000));
        driver.screenshot(u"fetch-1-discover"_s + m_tag);
        QVERIFY(driver.click(u"discoverSearch"_s));
        driver.type(u"starter snug"_s);
        QVERIFY(driver.waitUntil([&] { return fixture.app().discover().model()->rowCount() == 1; }, 30000));
        QVERIFY(driver.click(u"discoverRow.0"_s));
        QVERIFY(driver.waitUntil([&] { return fixture.app().repository().state() == u"ready"_s; }, 30000));
        QCOMPARE(fixture.app().repository().suggested(), kLevel);
        QTest::qWait(200);
        driver.screenshot(u"fetch-2-repository"_s + m_tag);
        const QSize wide = fixture.window().size();
        fixture.window().resize(900, 600);
        QTest::qWait(300);
        driver.screenshot(u"fetch-2-repository-narrow"_s + m_tag);
        fixture.window().resize(wide);
        QTest::qWait(100);
        QVERIFY(driver.click(u"downloadButton"_s));
        QVERIFY(driver.click(u"rail.downloads"_s));
    }

    void pauseHalfway(WindowFixture &fixture)
    {
        auto &driver = fixture.driver();
        const auto &downloads = fixture.app().downloads();
        QVERIFY(driver.waitUntil([&] { return downloads.fraction() > 0.5; }, 30000));
        driver.screenshot(u"fetch-3-downloading"_s + m_tag);
        QVERIFY(driver.click(u"pauseDownload.0"_s));
        QVERIFY(driver.waitUntil([&] { return !downloads.running(); }));
        QVERIFY(driver.waitFor(u"resumeDownload.0"_s));
        driver.screenshot(u"fetch-4-paused"_s + m_tag);
    }

    void resumeAndTalk(WindowFixture &fixture)
    {
        auto &driver = fixture.driver();
        QVERIFY(driver.click(u"rail.downloads"_s));
        QVERIFY(driver.click(u"resumeDownload.0"_s));
        QVERIFY(driver.waitUntil([&] { return fixture.app().downloads().finishedCount() == 1; }, 60000));
        driver.screenshot(u"fetch-5-finished"_s + m_tag);
        fixture.app().chat().setTemperature(0);
        QVERIFY(driver.click(u"chatFinished.0"_s));
        QVERIFY(fixture.waitForState(u"ready"_s));
        QVERIFY(fixture.ask(u"What is Snug?"_s));
        QVERIFY(fixture.waitForAnswer(u"done"_s));
        QVERIFY(fixture.lastText().contains(u"Snug"));
        QVERIFY(driver.click(u"rail.library"_s));
        QVERIFY(driver.waitUntil([&] { return !fixture.app().library().busy(); }, 60000));
        QTest::qWait(200);
        driver.screenshot(u"fetch-6-library"_s + m_tag);
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

    QString m_demo;
    QString m_tag;
};

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();
    TestWindowFetch test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_fetch.moc"
