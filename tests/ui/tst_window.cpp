// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/test_data.h"
#include "tests/ui/window_fixture.h"

#include <QFileInfo>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using snug::test::WindowFixture;

// The real window, clicked and typed into, with the real engine behind it.
class TestWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stories = snug::test::dataFile(u"models/stories260k-gguf/stories260K.gguf"_s); }

    // First run, demo, question, answer, stop, again, death of the engine, reload, answer: one recorded
    // sitting.
    void firstSitting()
    {
        WindowFixture fixture;
        QVERIFY(fixture.open());
        auto &driver = fixture.driver();
        QVERIFY(driver.waitFor(u"startDemoButton"_s));
        QVERIFY(driver.waitUntil([&] { return !fixture.app().library().demoPath().isEmpty(); }));
        driver.screenshot(u"01-first-run"_s);
        fixture.app().chat().setTemperature(0);

        QVERIFY(driver.click(u"startDemoButton"_s));
        QVERIFY(driver.waitUntil([&] { return fixture.app().engine().state() == u"loading"_s; }));
        driver.screenshot(u"02-loading"_s);
        QVERIFY(fixture.waitForState(u"ready"_s));
        QVERIFY(driver.waitFor(u"badge"_s));
        driver.screenshot(u"03-ready"_s);

        QVERIFY(fixture.ask(u"What is Snug?"_s));
        QVERIFY(fixture.waitForAnswer(u"done"_s));
        QVERIFY2(fixture.lastText().contains(u"Snug"_s), qPrintable(fixture.lastText()));
        QVERIFY(fixture.lastMessage("tokensPerSecond").toDouble() > 0);
        QVERIFY(fixture.app().chat().contextUsed() > 0);
        driver.screenshot(u"04-answer"_s);

        stopAnAnswer(fixture);
        driver.screenshot(u"05-stopped"_s);
        QVERIFY(driver.click(u"regenerateButton"_s));
        QVERIFY(fixture.waitForAnswer(u"done"_s));
        QVERIFY(!fixture.lastText().isEmpty());
        driver.screenshot(u"06-regenerated"_s);

        const QString kept = fixture.lastText();
        fixture.signalEngine(SIGKILL);
        QVERIFY(fixture.waitForState(u"failed"_s));
        QVERIFY(driver.waitFor(u"reloadButton"_s));
        QCOMPARE(fixture.lastText(), kept);
        driver.screenshot(u"07-engine-killed"_s);
        QVERIFY(driver.click(u"bannerDetails"_s));
        QVERIFY(driver.waitFor(u"detailsText"_s));
        driver.screenshot(u"08-details"_s);

        QVERIFY(driver.click(u"reloadButton"_s));
        QVERIFY(fixture.waitForState(u"ready"_s));
        QVERIFY(fixture.ask(u"What is GGUF?"_s));
        QVERIFY(fixture.waitForAnswer(u"done"_s));
        driver.screenshot(u"09-after-reload"_s);
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

    void deathWhileAnswering_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("killed") << SIGKILL;
        QTest::newRow("aborted") << SIGABRT;
    }

    // The text so far stays, a banner names the cause, and Reload works.
    void deathWhileAnswering()
    {
        if (m_stories.isEmpty())
            QSKIP("needs stories260K.gguf of the shared models");
        QFETCH(int, signal);
        WindowFixture fixture;
        QVERIFY(fixture.open());
        QVERIFY(fixture.load(m_stories));
        QVERIFY(fixture.ask(u"Once upon a time"_s));
        QVERIFY(fixture.driver().waitUntil(
            [&] { return fixture.lastMessage("role") == u"assistant"_s && fixture.lastText().size() > 20; }));
        fixture.signalEngine(signal);
        QVERIFY(fixture.waitForState(u"failed"_s));
        QVERIFY(fixture.driver().waitUntil([&] { return !fixture.app().chat().busy(); }));
        QVERIFY(fixture.lastText().size() > 20);
        QVERIFY(fixture.app().engine().problem().present);
        QVERIFY(fixture.driver().click(u"reloadButton"_s));
        QVERIFY(fixture.waitForState(u"ready"_s));
        QVERIFY(fixture.driver().click(u"regenerateButton"_s));
        QVERIFY(fixture.driver().waitUntil([&] { return fixture.lastText().size() > 20; }, 30000));
        fixture.app().chat().stop();
    }

    void deathWhileLoading()
    {
        WindowFixture fixture;
        QVERIFY(fixture.open());
        QVERIFY(fixture.driver().waitUntil([&] { return !fixture.app().library().demoPath().isEmpty(); }));
        fixture.app().engine().load(fixture.app().library().demoPath());
        QVERIFY(fixture.driver().waitUntil([&] { return fixture.app().engine().processId() > 0; }));
        fixture.signalEngine(SIGKILL);
        QVERIFY(fixture.waitForState(u"failed"_s));
        QVERIFY(fixture.driver().click(u"reloadButton"_s));
        QVERIFY(fixture.waitForState(u"ready"_s));
    }

    // No pointer at all: Tab to the demo, Enter, type, Enter.
    void keyboardAlone()
    {
        WindowFixture fixture;
        QVERIFY(fixture.open());
        auto &driver = fixture.driver();
        QVERIFY(driver.waitFor(u"startDemoButton"_s));
        QVERIFY(driver.waitUntil([&] { return !fixture.app().library().demoPath().isEmpty(); }));
        QVERIFY(tabTo(fixture, u"startDemoButton"_s));
        driver.key(Qt::Key_Return);
        QVERIFY(fixture.waitForState(u"ready"_s));
        QVERIFY(tabTo(fixture, u"composer"_s));
        driver.type(u"What is Snug?"_s);
        driver.key(Qt::Key_Return);
        QVERIFY(fixture.waitForAnswer(u"done"_s));

        for (const auto &[key, page] : {std::pair{Qt::Key_1, u"discoverPage"_s},
                                        {Qt::Key_2, u"libraryPage"_s},
                                        {Qt::Key_4, u"convertPage"_s},
                                        {Qt::Key_5, u"downloadsPage"_s},
                                        {Qt::Key_6, u"devicesPage"_s},
                                        {Qt::Key_7, u"settingsPage"_s},
                                        {Qt::Key_3, u"chatPage"_s}}) {
            driver.key(key, Qt::ControlModifier);
            QVERIFY2(driver.waitFor(page), qPrintable(page));
        }
    }

    void everyPageInBothThemes_data()
    {
        QTest::addColumn<QString>("theme");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<double>("scale");
        QTest::newRow("light") << u"light"_s << QSize(1280, 800) << 1.0;
        QTest::newRow("dark") << u"dark"_s << QSize(1280, 800) << 1.0;
        QTest::newRow("narrow") << u"light"_s << QSize(900, 600) << 1.0;
        QTest::newRow("double") << u"dark"_s << QSize(1280, 800) << 2.0;
    }

    // Shows every page and leaves pictures; fails on any complaint of QML and on a page that does not fit.
    void everyPageInBothThemes()
    {
        QFETCH(QString, theme);
        QFETCH(QSize, size);
        QFETCH(double, scale);
        WindowFixture fixture;
        fixture.app().settings().setTheme(theme);
        fixture.app().settings().setTextScale(scale);
        QVERIFY(fixture.open());
        fixture.window().resize(size);
        if (!m_stories.isEmpty())
            fixture.app().library().addFolder(QUrl::fromLocalFile(QFileInfo(m_stories).path()));
        QVERIFY(fixture.driver().waitUntil([&] { return !fixture.app().library().busy(); }, 60000));
        QVERIFY(
            fixture.driver().waitUntil([&] { return fixture.app().devices().state() == u"ready"_s; }, 30000));
        fixture.app().chat().setTemperature(0);
        QVERIFY(fixture.load(fixture.app().library().demoPath()));
        QVERIFY(fixture.ask(u"What is a quantization level?"_s));
        QVERIFY(fixture.waitForAnswer(u"done"_s));
        const QString tag = QString::fromLatin1(QTest::currentDataTag());
        for (const auto &page :
             {u"chat"_s, u"library"_s, u"convert"_s, u"downloads"_s, u"devices"_s, u"settings"_s}) {
            QVERIFY(fixture.driver().click(u"rail."_s + page));
            QVERIFY(fixture.driver().waitFor(page + u"Page"_s));
            QTest::qWait(200);
            fixture.driver().screenshot(u"page-%1-%2"_s.arg(page, tag));
            if (page == u"library"_s) {
                QVERIFY(fixture.driver().click(u"libraryRow.0"_s));
                QTest::qWait(200);
                fixture.driver().screenshot(u"page-library-row-%1"_s.arg(tag));
            }
        }
        QVERIFY(fixture.driver().click(u"rail.chat"_s));
        QVERIFY(fixture.driver().click(u"chatSettingsButton"_s));
        QTest::qWait(200);
        fixture.driver().screenshot(u"page-chat-settings-%1"_s.arg(tag));
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

private:
    // The demo answers faster than a person clicks, so the engine is held while Stop is pressed.
    static void stopAnAnswer(WindowFixture &fixture)
    {
        QVERIFY(fixture.ask(u"How much memory does a model need?"_s));
        fixture.signalEngine(SIGSTOP);
        const bool writing = fixture.driver().waitUntil([&] { return fixture.app().chat().busy(); }, 1000);
        const bool clicked = writing && fixture.driver().click(u"stopButton"_s);
        const bool stopped = clicked && fixture.waitForAnswer(u"stopped"_s, 5000);
        fixture.signalEngine(SIGCONT);
        QVERIFY(writing);
        QVERIFY(clicked);
        QVERIFY(stopped);
    }

    static bool tabTo(WindowFixture &fixture, const QString &objectName)
    {
        for (int presses = 0; presses < 60; ++presses) {
            const QQuickItem *focus = fixture.window().activeFocusItem();
            if (focus != nullptr && focus->objectName() == objectName)
                return true;
            fixture.driver().key(Qt::Key_Tab);
        }
        return false;
    }

    QString m_stories;
};

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();
    TestWindow test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window.moc"
