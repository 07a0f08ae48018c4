// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/backends/serve_process.h"
#include "tests/support/scripted_server.h"
#include "tests/support/test_data.h"
#include "tests/ui/window_fixture.h"

#include <QFile>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using snug::test::ScriptedServer;
using snug::test::ServeProcess;
using snug::test::WindowFixture;

namespace {

const QString kKey = u"sk-0123456789"_s;

} // namespace

// A server on another machine, as the window sees it: the real engine, in a process that it did not start.
class TestWindowRemote : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_demo = snug::test::program(u"../share/snug/models/snug-starter-Q8_0.gguf"_s);
        QVERIFY2(QFile::exists(m_demo), qPrintable(m_demo));
    }

    void addedInTheChatAndTalkedTo_data()
    {
        QTest::addColumn<QString>("theme");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<double>("scale");
        QTest::newRow("light") << u"light"_s << QSize(1280, 800) << 1.0;
        QTest::newRow("dark narrow") << u"dark"_s << QSize(900, 600) << 1.0;
        QTest::newRow("large text") << u"light"_s << QSize(1280, 900) << 2.0;
    }
    void addedInTheChatAndTalkedTo()
    {
        QFETCH(const QString, theme);
        QFETCH(const QSize, size);
        QFETCH(const double, scale);
        m_tag = u"-"_s + QString::fromLatin1(QTest::currentDataTag()).replace(u' ', u'-');
        ServeProcess server(m_demo, {}, {{u"SNUG_API_KEY"_s, kKey}});
        QVERIFY(server.waitForReady());
        QTemporaryDir home;
        {
            WindowFixture fixture(home.path());
            fixture.app().settings().setTheme(theme);
            fixture.app().settings().setTextScale(scale);
            QVERIFY(fixture.open());
            fixture.window().resize(size);
            add(fixture, server.ready()["url"_L1].toString());
            if (QTest::currentTestFailed())
                return;
            talk(fixture);
        }
        QVERIFY(!QTest::currentTestFailed());
        WindowFixture fixture(home.path());
        QVERIFY(fixture.open());
        afterARestart(fixture, server);
    }

    // By the keyboard, and what goes wrong on the way.
    void troubles()
    {
        WindowFixture fixture;
        QVERIFY(fixture.open());
        auto &driver = fixture.driver();
        QVERIFY(driver.click(u"rail.settings"_s));
        QVERIFY(reach(driver, u"settingsAddRemote"_s));
        driver.key(Qt::Key_Return);
        QQuickItem *address = driver.waitFor(u"remoteAddress"_s);
        QVERIFY(address != nullptr);
        QVERIFY(driver.waitUntil([&] { return address->hasActiveFocus(); }));

        driver.type(u"http://me:you@127.0.0.1"_s);
        driver.key(Qt::Key_Return);
        QVERIFY(driver.waitFor(u"remoteProblem"_s));
        QTest::qWait(200);
        driver.screenshot(u"remote-refused"_s);

        const ScriptedServer page(
            {snug::test::sends("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"), snug::test::closes()});
        retype(driver, QString::fromLatin1(page.url()));
        QVERIFY(!driver.find(u"remoteProblem"_s));
        driver.key(Qt::Key_Return);
        QVERIFY(driver.waitFor(u"remoteProblem"_s, 15000));
        QCOMPARE(fixture.app().remotes().problem().kind, u"protocol"_s);
        QVERIFY(!driver.find(u"remoteSave"_s));
        driver.key(Qt::Key_Escape);
        QVERIFY(driver.waitUntil([&] { return driver.find(u"remoteAddress"_s) == nullptr; }));
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

private:
    static void retype(snug::test::GuiDriver &driver, const QString &text)
    {
        driver.key(Qt::Key_A, Qt::ControlModifier);
        driver.type(text);
    }

    // By Tab, which scrolls to what is below the window's end.
    static bool reach(snug::test::GuiDriver &driver, const QString &name)
    {
        for (int step = 0; step < 60; ++step) {
            QQuickItem *item = driver.find(name);
            if (item != nullptr && item->hasActiveFocus())
                return true;
            driver.key(Qt::Key_Tab);
        }
        return false;
    }

    void add(WindowFixture &fixture, const QString &url)
    {
        auto &driver = fixture.driver();
        QVERIFY(driver.click(u"modelPicker"_s));
        QVERIFY(driver.click(u"addRemote"_s));
        QVERIFY(driver.waitFor(u"remoteAddress"_s));
        QTest::qWait(200);
        driver.screenshot(u"remote-1-empty"_s + m_tag);
        driver.type(url);
        QVERIFY(driver.click(u"remoteKey"_s));
        driver.type(u"wrong"_s);
        QVERIFY(driver.click(u"remoteCheck"_s));
        QVERIFY(driver.waitFor(u"remoteProblem"_s, 15000));
        QTest::qWait(200);
        driver.screenshot(u"remote-2-wrong-key"_s + m_tag);
        QVERIFY(driver.click(u"remoteKey"_s));
        retype(driver, kKey);
        QVERIFY(driver.click(u"remoteCheck"_s));
        QVERIFY(driver.waitFor(u"remoteName"_s, 15000));
        QVERIFY(driver.click(u"remoteName"_s));
        driver.type(u"Workstation"_s);
        QTest::qWait(200);
        driver.screenshot(u"remote-3-reached"_s + m_tag);
        QVERIFY(driver.click(u"remoteSave"_s));
        QVERIFY(driver.waitFor(u"remoteKeyBanner"_s));
        QTest::qWait(200);
        driver.screenshot(u"remote-4-key-in-a-file"_s + m_tag);
        QVERIFY(driver.click(u"remoteCancel"_s));
        QVERIFY(fixture.waitForState(u"ready"_s));
    }

    void talk(WindowFixture &fixture)
    {
        auto &driver = fixture.driver();
        fixture.app().chat().setTemperature(0);
        QVERIFY(fixture.app().engine().remote());
        QCOMPARE(fixture.app().engine().processId(), 0);
        QVERIFY(fixture.app().chat().contextSize() > 0); // llama.cpp tells
        QVERIFY(fixture.ask(u"What is GGUF?"_s));
        QVERIFY(fixture.waitForAnswer(u"done"_s));
        QVERIFY2(!fixture.lastText().isEmpty(), qPrintable(fixture.app().chat().problem().message));
        QVERIFY(fixture.lastMessage("tokensPerSecond").toDouble() > 0);
        QVERIFY(driver.waitUntil([&] { return fixture.app().chat().contextUsed() > 0; }));
        driver.screenshot(u"remote-5-chat"_s + m_tag);
        QVERIFY(driver.click(u"modelPicker"_s));
        QVERIFY(driver.waitFor(u"pickRemote.Workstation"_s));
        QTest::qWait(200);
        driver.screenshot(u"remote-6-picker"_s + m_tag);
        driver.key(Qt::Key_Escape);
        QVERIFY(driver.click(u"rail.settings"_s));
        QVERIFY(driver.waitFor(u"themeChoice"_s));
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

    // It connects when something is sent; then its process dies.
    void afterARestart(WindowFixture &fixture, ServeProcess &server)
    {
        auto &driver = fixture.driver();
        QCOMPARE(fixture.app().engine().state(), u"none"_s);
        QVERIFY(fixture.ask(u"What is Snug?"_s));
        QVERIFY(fixture.waitForAnswer(u"done"_s));
        QVERIFY(fixture.app().engine().remote());
        ::kill(static_cast<pid_t>(server.processId()), SIGKILL);
        QVERIFY(server.waitForEnd(5000));
        QVERIFY(fixture.ask(u"And now?"_s));
        QVERIFY(fixture.waitForAnswer(u"failed"_s));
        QVERIFY(driver.waitFor(u"chatBanner"_s));
        QCOMPARE(fixture.app().chat().problem().kind, u"network"_s);
        QTest::qWait(200);
        driver.screenshot(u"remote-7-gone"_s + m_tag);
        QVERIFY(driver.click(u"rail.settings"_s));
        QVERIFY(reach(driver, u"removeRemote.Workstation"_s));
        QTest::qWait(200);
        driver.screenshot(u"remote-8-settings"_s + m_tag);
        QVERIFY(driver.click(u"removeRemote.Workstation"_s));
        QVERIFY(driver.waitUntil([&] { return fixture.app().remotes().count() == 0; }));
        QCOMPARE(fixture.app().engine().state(), u"none"_s);
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

    QString m_demo;
    QString m_tag;
};

QTEST_MAIN(TestWindowRemote)

#include "tst_window_remote.moc"
