// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_chat_server.h"
#include "tests/ui/fake_child.h"
#include "tests/ui/window_fixture.h"

#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeChatServer;
using snug::test::FakeChild;
using snug::test::WindowFixture;

// Titles by the model and the preset of a model in the real window; the engine is a fake one.
class TestWindowTitles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_engine.reset(); }
    void aTitleIsSuggestedAndTakenBack();
    void titlesAreSwitchedOnInTheSettings();
    void aPresetComesWithItsModel();

private:
    [[nodiscard]] static bool begin(WindowFixture &fixture);
    [[nodiscard]] static QString itemText(WindowFixture &fixture, const QString &name);

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<FakeChatServer> m_server;
    std::unique_ptr<FakeChild> m_engine;
};

void TestWindowTitles::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FakeChatServer>();
    QFile ready(m_home->filePath(u"ready"_s));
    QVERIFY(ready.open(QIODevice::WriteOnly));
    ready.write(R"({"event":"ready","url":")" + m_server->url().toUtf8() +
                R"(","model":{"name":"Snug Starter","level":"Q8_0"},"context":4096})" + "\n");
    ready.close();
    m_engine = std::make_unique<FakeChild>("serve", "serve:" + ready.fileName().toUtf8());
}

bool TestWindowTitles::begin(WindowFixture &fixture)
{
    if (!fixture.open() || !fixture.load(u"starter.gguf"_s))
        return false;
    fixture.window().resize(1280, 800);
    return fixture.driver().waitFor(u"composer"_s) != nullptr;
}

QString TestWindowTitles::itemText(WindowFixture &fixture, const QString &name)
{
    const QQuickItem *item = fixture.driver().waitFor(name);
    return item == nullptr ? QString() : item->property("text").toString();
}

void TestWindowTitles::aTitleIsSuggestedAndTakenBack()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    QVERIFY(fixture.ask(u"How do I bake bread?"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    m_server->pieces = {u"\"Baking <b>bread</b>\"\n"_s};
    const QQuickItem *row = driver.waitFor(u"conversation.0"_s);
    QVERIFY(row != nullptr);
    QTest::mouseClick(&fixture.window(), Qt::RightButton, Qt::NoModifier,
                      row->mapToScene(QPointF(row->width() / 2, row->height() / 2)).toPoint());
    QVERIFY(driver.waitFor(u"suggestTitleItem"_s));
    driver.screenshot(u"titles-menu"_s);
    QVERIFY(driver.click(u"suggestTitleItem"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.app().chat().currentTitle() == u"Baking bread"; }));
    QVERIFY(driver.waitFor(u"chatToast"_s));
    driver.screenshot(u"titles-suggested"_s);
    QVERIFY(driver.click(u"toastAction"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.app().chat().currentTitle() == u"How do I bake bread?"; }));
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

void TestWindowTitles::titlesAreSwitchedOnInTheSettings()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    driver.key(Qt::Key_7, Qt::ControlModifier);
    QVERIFY(driver.click(u"automaticTitles"_s));
    QVERIFY(fixture.app().chat().titles()->automatic());
    driver.screenshot(u"titles-settings"_s);
    driver.key(Qt::Key_3, Qt::ControlModifier);
    m_server->first = {{u"With flour"_s}, {u"Baking bread"_s}};
    QVERIFY(fixture.ask(u"How do I bake bread?"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.app().chat().currentTitle() == u"Baking bread"; }));
    // And off again beside the list.
    QVERIFY(driver.click(u"chatsMore"_s));
    QVERIFY(driver.click(u"titlesItem"_s));
    QVERIFY(!fixture.app().chat().titles()->automatic());
}

void TestWindowTitles::aPresetComesWithItsModel()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    auto &chat = fixture.app().chat();
    QVERIFY(driver.click(u"chatSettingsButton"_s));
    QVERIFY(driver.find(u"modelPresetAction"_s) == nullptr);
    chat.setTemperature(0.1);
    QVERIFY(driver.click(u"presetsButton"_s));
    QVERIFY(driver.click(u"presetsButtonSave"_s));
    QVERIFY(driver.waitFor(u"saveName"_s));
    driver.type(u"Exact"_s);
    QVERIFY(driver.click(u"saveNow"_s));
    QVERIFY(driver.waitFor(u"modelPresetAction"_s));
    driver.screenshot(u"preset-offered"_s);
    QVERIFY(driver.click(u"modelPresetAction"_s));
    QCOMPARE(itemText(fixture, u"modelPresetText"_s), u"“Exact” is used whenever Snug Starter is loaded."_s);
    driver.screenshot(u"preset-in-use"_s);
    chat.resetSettings();
    QVERIFY(itemText(fixture, u"modelPresetText"_s).contains(u"your own"));
    fixture.app().engine().reload();
    QVERIFY(driver.waitUntil([&] { return chat.temperature() == 0.1; }));
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

QTEST_MAIN(TestWindowTitles)
#include "tst_window_titles.moc"
