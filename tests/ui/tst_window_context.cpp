// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/test_data.h"
#include "tests/ui/window_fixture.h"
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/engine_session.h"

#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::GuiDriver;
using snug::test::WindowFixture;

namespace {

constexpr int kContext = 256; // tokens
const QString kRules = u"Be brief."_s;

QString longQuestion(const QString &name)
{
    return name +
           u" walks through the quiet forest, finds a little red house, and knocks at its door "_s
           u"again and again. Who opens the door, and what is in the pot on the stove behind the table?"_s;
}

} // namespace

// A small context that runs full, in the real window with the real engine; and the commands of a line.
class TestWindowContext : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_demo = snug::test::program(u"../share/snug/models/snug-starter-Q8_0.gguf"_s);
        QVERIFY2(QFile::exists(m_demo), qPrintable(m_demo));
    }

    void nothingIsSentUntilSomebodyChooses();
    void theOldestIsLeftOut_data();
    void theOldestIsLeftOut();
    void theOldestIsSummedUp();
    void linesThatAreCommands();

private:
    [[nodiscard]] bool begin(WindowFixture &fixture) const;
    // Until the last question does not fit any more; -1: that did not happen.
    static int fill(WindowFixture &fixture);
    static QString textOf(const GuiDriver &driver, const QString &name);

    QString m_demo;
};

bool TestWindowContext::begin(WindowFixture &fixture) const
{
    if (!fixture.open())
        return false;
    fixture.window().resize(1280, 800);
    fixture.app().engine().setContextSizeWanted(kContext);
    auto &chat = fixture.app().chat();
    chat.setMaxTokens(16);
    chat.setTemperature(0);
    chat.setSystemPrompt(kRules);
    fixture.driver().key(Qt::Key_3, Qt::ControlModifier);
    return fixture.load(m_demo) && fixture.app().engine().contextSize() == kContext;
}

int TestWindowContext::fill(WindowFixture &fixture)
{
    auto &chat = fixture.app().chat();
    if (!fixture.driver().click(u"composer"_s))
        return -1;
    for (int i = 0; i < 12; ++i) {
        fixture.driver().type(longQuestion(u"Mira %1"_s.arg(i)));
        // Counted before it is sent.
        if (!fixture.driver().waitUntil([&] { return chat.contextUsed() > 0; }))
            return -1;
        QTest::qWait(800);
        if (chat.contextUsed() >= kContext)
            return i;
        fixture.driver().key(Qt::Key_Return);
        if (!fixture.waitForAnswer(u"done"_s))
            return -1;
    }
    return -1;
}

QString TestWindowContext::textOf(const GuiDriver &driver, const QString &name)
{
    const QQuickItem *item = driver.waitFor(name);
    return item == nullptr ? QString() : item->property("text").toString();
}

void TestWindowContext::nothingIsSentUntilSomebodyChooses()
{
    WindowFixture fixture;
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    auto &chat = fixture.app().chat();
    QCOMPARE(chat.context()->atEdge(), u"stop"_s);
    const int asked = fill(fixture);
    QVERIFY(asked > 0);
    QVERIFY(textOf(driver, u"edgeNotice"_s).contains(QString::number(chat.contextUsed())));
    driver.screenshot(u"context-notice"_s);
    driver.key(Qt::Key_Return);
    QVERIFY(driver.waitUntil([&] { return chat.problem().present; }));
    QVERIFY2(chat.problem().message.contains(QString::number(kContext)), qPrintable(chat.problem().message));
    QVERIFY(!chat.busy());
    QCOMPARE(fixture.lastMessage("role").toString(), u"user"_s); // it is kept
    driver.screenshot(u"context-refused"_s);

    QVERIFY(driver.click(u"atEdge.drop"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QVERIFY(chat.context()->cutRow() > 0);
    QVERIFY(driver.waitFor(u"cutLine"_s) != nullptr);
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

void TestWindowContext::theOldestIsLeftOut_data()
{
    QTest::addColumn<QString>("theme");
    QTest::addColumn<QSize>("size");
    QTest::newRow("light") << u"light"_s << QSize(1280, 800);
    QTest::newRow("dark narrow") << u"dark"_s << QSize(900, 600);
}

void TestWindowContext::theOldestIsLeftOut()
{
    QFETCH(const QString, theme);
    QFETCH(const QSize, size);
    const QString tag = u"-"_s + theme;
    QTemporaryDir home;
    int row = 0;
    {
        WindowFixture fixture(home.path());
        fixture.app().settings().setTheme(theme);
        QVERIFY(begin(fixture));
        fixture.window().resize(size);
        auto &driver = fixture.driver();
        auto &chat = fixture.app().chat();
        const int asked = fill(fixture);
        QVERIFY(asked > 0);
        QVERIFY(driver.click(u"atEdge.drop"_s));
        QVERIFY(driver.click(u"composer"_s));
        driver.key(Qt::Key_Return);
        QVERIFY(fixture.waitForAnswer(u"done"_s));
        row = chat.context()->cutRow();
        QVERIFY(row > 0);
        QCOMPARE(row % 2, 0); // whole turns
        QVERIFY(driver.waitUntil([&] { return chat.contextUsed() < kContext; }));
        QMetaObject::invokeMethod(driver.waitFor(u"messageList"_s), "positionViewAtIndex", Q_ARG(int, row),
                                  Q_ARG(int, 1));
        QVERIFY(driver.waitFor(u"cutLine"_s) != nullptr);
        driver.screenshot(u"context-cut"_s + tag);

        // What the model is given begins with the rules, and without the first question.
        QVERIFY(driver.click(u"composer"_s));
        driver.type(u"/prompt And then?"_s);
        driver.key(Qt::Key_Return);
        QVERIFY(driver.waitUntil([&] { return chat.prompt()->state() == u"ready"; }));
        const QString prompt = chat.prompt()->text();
        QVERIFY2(prompt.contains(kRules) && prompt.contains(u"And then?"_s), qPrintable(prompt));
        QVERIFY(!prompt.contains(u"Mira 0"_s));
        QVERIFY(prompt.contains(u"Mira %1"_s.arg(asked)));
        QVERIFY(chat.prompt()->tokens() > 0);
        driver.screenshot(u"context-prompt"_s + tag);
        QVERIFY(driver.click(u"copyPrompt"_s));
        QCOMPARE(QGuiApplication::clipboard()->text(), prompt);
        driver.key(Qt::Key_Escape);
        QVERIFY(driver.waitUntil([&] { return chat.prompt()->state() == u"none"; }));
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }
    WindowFixture fixture(home.path());
    QVERIFY(fixture.open());
    auto &driver = fixture.driver();
    driver.key(Qt::Key_3, Qt::ControlModifier);
    auto &chat = fixture.app().chat();
    QVERIFY(driver.waitUntil([&] { return chat.messages()->rowCount() > 0; }));
    QCOMPARE(chat.context()->cutRow(), row);
    QCOMPARE(chat.context()->atEdge(), u"drop"_s);
    chat.context()->sendAllAgain();
    QCOMPARE(chat.context()->cutRow(), 0);
    QVERIFY(driver.waitUntil([&] { return driver.find(u"cutLine"_s) == nullptr; }));
}

void TestWindowContext::theOldestIsSummedUp()
{
    WindowFixture fixture;
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    auto &chat = fixture.app().chat();
    QVERIFY(fill(fixture) > 0);
    QVERIFY(driver.click(u"atEdge.summarise"_s));
    QVERIFY(driver.click(u"composer"_s));
    driver.key(Qt::Key_Return);
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QVERIFY(chat.context()->cutRow() > 0);
    QVERIFY(!chat.context()->summary().isEmpty());
    QMetaObject::invokeMethod(driver.waitFor(u"messageList"_s), "positionViewAtIndex",
                              Q_ARG(int, chat.context()->cutRow()), Q_ARG(int, 1));
    QVERIFY(driver.click(u"cutSummaryButton"_s));
    QCOMPARE(textOf(driver, u"cutSummary"_s), chat.context()->summary());
    driver.screenshot(u"context-summary"_s);
    chat.prompt()->show({});
    QVERIFY(driver.waitUntil([&] { return chat.prompt()->state() == u"ready"; }));
    QVERIFY(chat.prompt()->text().contains(chat.context()->summary().trimmed()));
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

void TestWindowContext::linesThatAreCommands()
{
    WindowFixture fixture;
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    auto &chat = fixture.app().chat();
    const auto line = [&](const QString &text) {
        driver.type(text);
        driver.key(Qt::Key_Return);
    };
    QVERIFY(driver.click(u"composer"_s));
    driver.type(u"/"_s);
    QVERIFY(driver.waitFor(u"command/regenerate"_s) != nullptr);
    driver.screenshot(u"commands"_s);
    driver.type(u"sy"_s);
    driver.key(Qt::Key_Tab);
    QCOMPARE(textOf(driver, u"composer"_s), u"/system "_s);
    line(u"Answer in verse."_s);
    QCOMPARE(chat.systemPrompt(), u"Answer in verse."_s);
    QVERIFY(textOf(driver, u"composer"_s).isEmpty());

    line(u"//etc is a folder"_s);
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QCOMPARE(textOf(driver, u"userText.0"_s), u"/etc is a folder"_s);
    line(u"/edit 1 What is a folder?"_s);
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QCOMPARE(textOf(driver, u"userText.0"_s), u"What is a folder?"_s);
    QCOMPARE(textOf(driver, u"branchText.0"_s), u"2/2"_s);
    line(u"/regenerate"_s);
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QVERIFY(driver.waitUntil([&] { return textOf(driver, u"branchText.1"_s) == u"2/2"; }));
    line(u"/context"_s);
    QVERIFY(driver.waitUntil([&] { return textOf(driver, u"chatToast"_s).contains(u"256"_s); }));
    line(u"/undo"_s);
    QVERIFY(driver.waitUntil([&] { return textOf(driver, u"userText.0"_s) == u"/etc is a folder"; }));
    QVERIFY(driver.click(u"toastAction"_s));
    QVERIFY(driver.waitUntil([&] { return textOf(driver, u"userText.0"_s) == u"What is a folder?"; }));
    QVERIFY(driver.click(u"composer"_s));
    line(u"/reset"_s);
    QVERIFY(driver.waitUntil([&] { return chat.messages()->rowCount() == 0; }));
    QCOMPARE(chat.systemPrompt(), u"Answer in verse."_s);

    line(u"/nonsense at all"_s);
    QVERIFY(driver.waitUntil([&] { return chat.problem().message.contains(u"/nonsense"_s); }));
    QCOMPARE(textOf(driver, u"composer"_s), u"/nonsense at all"_s); // to be corrected
    driver.screenshot(u"commands-unknown"_s);
    driver.key(Qt::Key_A, Qt::ControlModifier);
    line(u"/edit two words"_s);
    QVERIFY(driver.waitUntil([&] { return chat.problem().hint.contains(u"/edit 2"_s); }));
    driver.key(Qt::Key_A, Qt::ControlModifier);
    line(u"/help"_s);
    QVERIFY(driver.waitFor(u"command/help"_s) != nullptr);
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

QTEST_MAIN(TestWindowContext)
#include "tst_window_context.moc"
