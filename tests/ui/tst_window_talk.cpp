// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_chat_server.h"
#include "tests/ui/fake_child.h"
#include "tests/ui/window_fixture.h"

#include <QFile>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

using namespace Qt::StringLiterals;
using snug::test::FakeChatServer;
using snug::test::FakeChild;
using snug::test::GuiDriver;
using snug::test::WindowFixture;

// Talking in the real window, by clicks and keys; the engine is a fake one that answers at once.
class TestWindowTalk : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void versionsOfQuestionAndAnswer();
    void goesOnWithAStoppedAnswer();
    void theKeyboardReachesEverything();
    void theListFindsSortsAndPins();
    void deletingCanBeUndone();
    void settingsAreSavedUnderNames();
    void aNewerFileSaysSo();
    void looks_data();
    void looks();

private:
    [[nodiscard]] bool begin(WindowFixture &fixture);
    static bool say(WindowFixture &fixture, const QString &question);
    static QString itemText(const GuiDriver &driver, const QString &name);
    static bool rightClick(WindowFixture &fixture, const QString &name);
    // What can be done with a message shows when the pointer is on it.
    static void hover(WindowFixture &fixture, const QString &name);
    static bool focus(WindowFixture &fixture, const QString &name);

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<FakeChatServer> m_server;
    std::unique_ptr<FakeChild> m_engine;
};

void TestWindowTalk::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FakeChatServer>();
    QFile ready(m_home->filePath(u"ready"_s));
    QVERIFY(ready.open(QIODevice::WriteOnly));
    ready.write(
        R"({"event":"ready","url":")" + m_server->url().toUtf8() +
        R"(","model":{"name":"Snug Starter","level":"Q8_0"},"context":4096,"gpu_layers":0,"layers":9})" +
        "\n");
    ready.close();
    m_engine = std::make_unique<FakeChild>("serve", "serve:" + ready.fileName().toUtf8());
}

void TestWindowTalk::cleanup()
{
    m_engine.reset();
    m_server.reset();
}

bool TestWindowTalk::begin(WindowFixture &fixture)
{
    if (!fixture.open() || !fixture.load(u"starter.gguf"_s))
        return false;
    fixture.window().resize(1280, 800);
    fixture.driver().key(Qt::Key_3, Qt::ControlModifier);
    return fixture.driver().waitFor(u"composer"_s) != nullptr;
}

bool TestWindowTalk::say(WindowFixture &fixture, const QString &question)
{
    return fixture.ask(question) && fixture.waitForAnswer(u"done"_s);
}

QString TestWindowTalk::itemText(const GuiDriver &driver, const QString &name)
{
    const QQuickItem *item = driver.waitFor(name);
    return item == nullptr ? QString() : item->property("text").toString();
}

bool TestWindowTalk::rightClick(WindowFixture &fixture, const QString &name)
{
    QQuickItem *item = fixture.driver().waitFor(name);
    if (item == nullptr)
        return false;
    const QPointF middle = item->mapToScene(QPointF(item->width() / 2, item->height() / 2));
    QTest::mouseClick(&fixture.window(), Qt::RightButton, Qt::NoModifier, middle.toPoint());
    return true;
}

void TestWindowTalk::hover(WindowFixture &fixture, const QString &name)
{
    if (const QQuickItem *item = fixture.driver().waitFor(name))
        QTest::mouseMove(&fixture.window(), item->mapToScene(QPointF(20, 15)).toPoint());
}

// By Tab alone, at most once around.
bool TestWindowTalk::focus(WindowFixture &fixture, const QString &name)
{
    for (int step = 0; step < 80; ++step) {
        const QQuickItem *item = fixture.window().activeFocusItem();
        if (item != nullptr && item->objectName() == name)
            return true;
        fixture.driver().key(Qt::Key_Tab);
    }
    return false;
}

void TestWindowTalk::versionsOfQuestionAndAnswer()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    QVERIFY(say(fixture, u"First question"_s));
    QVERIFY(driver.find(u"branchText.1"_s) == nullptr);
    m_server->pieces = {u"Another answer"_s};
    QVERIFY(driver.click(u"regenerateButton"_s));
    QVERIFY(driver.waitUntil([&] { return itemText(driver, u"branchText.1"_s) == u"2/2"; }));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QCOMPARE(fixture.lastText(), u"Another answer"_s);
    driver.screenshot(u"talk-versions"_s);
    QVERIFY(driver.click(u"branchBack.1"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.lastText() == u"Hello, you"; }));

    hover(fixture, u"userText.0"_s);
    QVERIFY(driver.click(u"editButton.0"_s));
    QVERIFY(driver.waitFor(u"messageEditor"_s));
    driver.screenshot(u"talk-edit"_s);
    driver.key(Qt::Key_A, Qt::ControlModifier);
    driver.type(u"Second wording"_s);
    m_server->pieces = {u"Of the second"_s};
    driver.key(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(driver.waitUntil([&] { return fixture.lastText() == u"Of the second"; }));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QCOMPARE(itemText(driver, u"userText.0"_s), u"Second wording"_s);
    QCOMPARE(itemText(driver, u"branchText.0"_s), u"2/2"_s);
    QVERIFY(driver.click(u"branchBack.0"_s));
    QVERIFY(driver.waitUntil([&] { return itemText(driver, u"userText.0"_s) == u"First question"; }));

    QVERIFY(driver.click(u"editButton.1"_s));
    QVERIFY(driver.waitFor(u"messageEditor"_s));
    driver.key(Qt::Key_A, Qt::ControlModifier);
    driver.type(u"Corrected"_s);
    QVERIFY(driver.click(u"keepEditButton"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.lastText() == u"Corrected"; }));
    QCOMPARE(itemText(driver, u"branchText.1"_s), u"3/3"_s);

    QVERIFY(driver.click(u"messageMore.1"_s));
    QVERIFY(driver.waitFor(u"answerWithItem"_s));
    driver.screenshot(u"talk-message-menu"_s);
    driver.key(Qt::Key_Escape);
    QVERIFY(driver.click(u"branchBack.1"_s));
    QVERIFY(driver.click(u"messageMore.1"_s));
    QVERIFY(driver.click(u"messageInfoItem"_s));
    QVERIFY(driver.waitFor(u"fact.0"_s));
    QCOMPARE(itemText(driver, u"fact.0"_s), u"Snug Starter"_s);
    driver.screenshot(u"talk-info"_s);
    driver.key(Qt::Key_Escape);
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

void TestWindowTalk::goesOnWithAStoppedAnswer()
{
    m_server->holdAfter = 2;
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    QVERIFY(fixture.ask(u"Tell me"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.lastText() == u"Hello, "; }));
    QVERIFY(driver.click(u"stopButton"_s));
    QVERIFY(fixture.waitForAnswer(u"stopped"_s));
    QVERIFY(driver.waitFor(u"continueButton"_s));
    driver.screenshot(u"talk-stopped"_s);
    m_server->holdAfter = -1;
    m_server->pieces = {u"world"_s};
    QVERIFY(driver.click(u"continueButton"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QCOMPARE(fixture.lastText(), u"Hello, world"_s);
    QVERIFY(driver.find(u"continueButton"_s) == nullptr);
}

void TestWindowTalk::theKeyboardReachesEverything()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    QVERIFY(say(fixture, u"Older"_s));
    QVERIFY(say(fixture, u"Newer"_s));
    QVERIFY(driver.click(u"composer"_s));
    driver.key(Qt::Key_Up);
    QCOMPARE(itemText(driver, u"composer"_s), u"Newer"_s);
    driver.key(Qt::Key_Up);
    QCOMPARE(itemText(driver, u"composer"_s), u"Older"_s);
    driver.key(Qt::Key_Down);
    driver.key(Qt::Key_Down);
    QCOMPARE(itemText(driver, u"composer"_s), QString());

    QVERIFY(focus(fixture, u"editButton.2"_s));
    driver.screenshot(u"talk-keyboard"_s);
    driver.key(Qt::Key_Return);
    QVERIFY(driver.waitFor(u"messageEditor"_s));
    driver.key(Qt::Key_Escape);
    QVERIFY(driver.waitUntil([&] { return driver.find(u"messageEditor"_s) == nullptr; }));
    for (const QString &name : {u"copyButton"_s, u"regenerateButton"_s, u"messageMore.3"_s, u"chatsMore"_s})
        QVERIFY2(focus(fixture, name), qPrintable(name));

    QVERIFY(focus(fixture, u"conversation.0"_s));
    driver.key(Qt::Key_F10, Qt::ShiftModifier);
    const QQuickItem *pin = driver.waitFor(u"pinItem"_s);
    QVERIFY(pin != nullptr);
    for (int step = 0; step < 5 && !pin->property("highlighted").toBool(); ++step)
        driver.key(Qt::Key_Down);
    driver.key(Qt::Key_Return);
    QVERIFY(driver.waitUntil(
        [&] { return fixture.app().chat().conversations()->index(0, 0).data(Qt::UserRole + 8).toBool(); }));
    QVERIFY(focus(fixture, u"conversation.0"_s));
    driver.key(Qt::Key_F2);
    QVERIFY(driver.waitFor(u"renameField"_s));
    driver.type(u"By keys"_s);
    driver.key(Qt::Key_Return);
    QVERIFY(driver.waitUntil([&] { return fixture.app().chat().currentTitle() == u"By keys"; }));
}

void TestWindowTalk::theListFindsSortsAndPins()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    for (const QString &question : {u"About apples"_s, u"About pears"_s, u"About plums"_s}) {
        QVERIFY(driver.click(u"newChatButton"_s));
        QVERIFY(say(fixture, question));
    }
    QVERIFY(rightClick(fixture, u"conversation.2"_s));
    QVERIFY(driver.waitFor(u"pinItem"_s));
    driver.screenshot(u"talk-list-menu"_s);
    QVERIFY(driver.click(u"pinItem"_s));
    const auto title = [&](int row) {
        return fixture.app().chat().conversations()->index(row, 0).data(Qt::UserRole + 2).toString();
    };
    QVERIFY(driver.waitUntil([&] { return title(0) == u"About apples"; }));

    QVERIFY(rightClick(fixture, u"conversation.2"_s));
    QVERIFY(driver.click(u"folderItem"_s));
    QVERIFY(driver.waitFor(u"newFolderName"_s));
    driver.type(u"Fruit"_s);
    driver.screenshot(u"talk-folders"_s);
    QVERIFY(driver.click(u"createFolder"_s));
    QVERIFY(driver.waitUntil([&] { return title(1) == u"About pears"; }));
    driver.screenshot(u"talk-list"_s);

    QVERIFY(driver.click(u"conversationFilter"_s));
    driver.type(u"hello"_s);
    QVERIFY(driver.waitFor(u"snippet.2"_s));
    QCOMPARE(itemText(driver, u"snippet.0"_s), u"<b>Hello</b>, you"_s);
    driver.screenshot(u"talk-search"_s);
    driver.type(u"zzz"_s);
    QVERIFY(driver.waitUntil([&] { return driver.find(u"conversation.0"_s) == nullptr; }));
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

void TestWindowTalk::deletingCanBeUndone()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    QVERIFY(say(fixture, u"Keep me"_s));
    QVERIFY(driver.click(u"messageMore.1"_s));
    QVERIFY(driver.click(u"deleteMessageItem"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.app().chat().messages()->rowCount() == 1; }));
    QVERIFY(driver.click(u"toastAction"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.app().chat().messages()->rowCount() == 2; }));
    QVERIFY(rightClick(fixture, u"conversation.0"_s));
    QVERIFY(driver.click(u"deleteItem"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.app().chat().conversations()->rowCount() == 0; }));
    QVERIFY(driver.click(u"toastAction"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.app().chat().messages()->rowCount() == 2; }));
}

void TestWindowTalk::settingsAreSavedUnderNames()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    QVERIFY(driver.click(u"chatSettingsButton"_s));
    fixture.app().chat().setTemperature(0.1);
    QVERIFY(driver.click(u"presetsButton"_s));
    QVERIFY(driver.click(u"presetsButtonSave"_s));
    QVERIFY(driver.waitFor(u"saveName"_s));
    driver.type(u"Exact"_s);
    driver.screenshot(u"talk-save-preset"_s);
    QVERIFY(driver.click(u"saveNow"_s));
    fixture.app().chat().resetSettings();
    QVERIFY(driver.click(u"presetsButton"_s));
    driver.screenshot(u"talk-presets"_s);
    QVERIFY(driver.click(u"presetsButton.0"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.app().chat().temperature() == 0.1; }));

    QVERIFY(driver.click(u"systemPrompt"_s));
    driver.type(u"Be brief."_s);
    QVERIFY(driver.click(u"promptsButton"_s));
    QVERIFY(driver.click(u"promptsButtonSave"_s));
    QVERIFY(driver.waitFor(u"saveName"_s));
    driver.type(u"Brief"_s);
    driver.key(Qt::Key_Return);
    QVERIFY(driver.waitUntil([&] { return fixture.app().chat().saved()->prompts()->rowCount() == 1; }));
    fixture.app().chat().setSystemPrompt({});
    QVERIFY(driver.click(u"promptsButton"_s));
    QVERIFY(driver.click(u"promptsButton.0"_s));
    QVERIFY(driver.waitUntil([&] { return itemText(driver, u"systemPrompt"_s) == u"Be brief."; }));
    QVERIFY(driver.click(u"promptsButton"_s));
    QVERIFY(driver.click(u"promptsButtonRemove"_s));
    QVERIFY(driver.click(u"promptsButtonRemove.0"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.app().chat().saved()->prompts()->rowCount() == 0; }));
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

void TestWindowTalk::aNewerFileSaysSo()
{
    {
        WindowFixture fixture(m_home->path(), snug::test::fakeWorker());
        QVERIFY(begin(fixture));
        QVERIFY(say(fixture, u"From the future"_s));
    }
    const QString file = m_home->filePath(u"data/conversations.sqlite"_s);
    SQLite::Database(file.toStdString(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
    WindowFixture fixture(m_home->path(), snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    QVERIFY(fixture.driver().waitFor(u"readOnlyBanner"_s));
    fixture.driver().screenshot(u"talk-read-only"_s);
    QCOMPARE(fixture.lastText(), u"Hello, you"_s);
}

void TestWindowTalk::looks_data()
{
    QTest::addColumn<QString>("theme");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<double>("scale");
    QTest::newRow("light") << u"light"_s << QSize(1280, 800) << 1.0;
    QTest::newRow("dark") << u"dark"_s << QSize(1280, 800) << 1.0;
    QTest::newRow("narrow") << u"light"_s << QSize(900, 600) << 1.0;
    QTest::newRow("double") << u"dark"_s << QSize(1280, 800) << 2.0;
}

// No item of a message lies outside of the window, whatever its size.
void TestWindowTalk::looks()
{
    QFETCH(const QString, theme);
    QFETCH(const QSize, size);
    QFETCH(const double, scale);
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    fixture.app().settings().setTheme(theme);
    fixture.app().settings().setTextScale(scale);
    fixture.window().resize(size);
    m_server->pieces = {u"The sums are small; only the file is large. So read it in pieces and keep just one "
                        "number per user."_s};
    QVERIFY(say(fixture, u"My script reads a 40 GB file and dies. I need the sum for each user."_s));
    QVERIFY(driver.click(u"regenerateButton"_s));
    QVERIFY(driver.waitUntil([&] { return itemText(driver, u"branchText.1"_s) == u"2/2"; }));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    fixture.app().chat().edit(
        0, u"My script reads a 40 GB file and dies. I need the sum for each user, please."_s);
    QVERIFY(driver.waitUntil([&] { return itemText(driver, u"branchText.0"_s) == u"2/2"; }));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    hover(fixture, u"userText.0"_s);
    for (const QString &name : {u"branchOn.0"_s, u"editButton.0"_s, u"messageMore.0"_s, u"messageMore.1"_s}) {
        const QQuickItem *item = driver.waitFor(name);
        QVERIFY2(item != nullptr, qPrintable(name));
        const QRectF place = item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
        QVERIFY2(QRectF(QPointF(0, 0), fixture.window().size()).contains(place), qPrintable(name));
    }
    driver.screenshot(u"talk-looks-"_s + QString::fromLatin1(QTest::currentDataTag()));
}

QTEST_MAIN(TestWindowTalk)
#include "tst_window_talk.moc"
