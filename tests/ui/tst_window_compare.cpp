// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/test_data.h"
#include "tests/ui/window_fixture.h"

#include <QFile>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using snug::test::WindowFixture;

// Two models side by side in the real window, by clicks and keys, with the real engine behind them.
class TestWindowCompare : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_stories = snug::test::dataFile(u"models/stories260k-gguf/stories260K.gguf"_s);
        if (m_stories.isEmpty())
            QSKIP("needs stories260K.gguf of the shared models");
    }
    void askedOneAfterAnotherAndContinued();
    void blindVotesAreCounted();
    void aDeadEngineLeavesTheOtherGoing();
    void looks_data();
    void looks();

private:
    // The comparison, opened from the chat, with both models chosen by clicks.
    [[nodiscard]] bool begin(WindowFixture &fixture);
    [[nodiscard]] static bool pick(WindowFixture &fixture, int column, const QString &path);
    [[nodiscard]] static bool ask(WindowFixture &fixture, const QString &question);
    [[nodiscard]] static bool settles(WindowFixture &fixture);
    [[nodiscard]] static QString itemText(WindowFixture &fixture, const QString &name);
    [[nodiscard]] static QString answer(WindowFixture &fixture, int column);
    // What the models say may be anything.
    [[nodiscard]] static bool isInMessage(const QQuickItem *item);
    [[nodiscard]] static QString complaints(WindowFixture &fixture);

    QString m_stories;
};

bool TestWindowCompare::pick(WindowFixture &fixture, int column, const QString &path)
{
    const QString pane = u"compare.%1"_s.arg(column);
    const QString name = fixture.app().library().details(path)["name"_L1].toString();
    return fixture.driver().click(pane + u".model"_s) && fixture.driver().click(pane + u".pick."_s + name) &&
           fixture.app().compare().column(column)->path() == path;
}

bool TestWindowCompare::begin(WindowFixture &fixture)
{
    if (!fixture.open())
        return false;
    fixture.window().resize(1280, 800);
    auto &driver = fixture.driver();
    auto &app = fixture.app();
    app.chat().setTemperature(0);
    app.chat().setMaxTokens(60);
    app.library().addFile(QUrl::fromLocalFile(m_stories));
    const auto judged = [&](const QString &path) {
        const QString verdict = app.library().details(path)["verdict"_L1].toString();
        return !verdict.isEmpty() && verdict != u"checking";
    };
    return driver.waitUntil([&] { return judged(m_stories) && judged(app.library().demoPath()); }, 30000) &&
           driver.click(u"compareButton"_s) && driver.waitFor(u"comparePage"_s) != nullptr &&
           pick(fixture, 0, app.library().demoPath()) && pick(fixture, 1, m_stories);
}

bool TestWindowCompare::ask(WindowFixture &fixture, const QString &question)
{
    if (!fixture.driver().click(u"compareComposer"_s))
        return false;
    fixture.driver().type(question);
    fixture.driver().key(Qt::Key_Return);
    return fixture.app().compare().busy();
}

bool TestWindowCompare::settles(WindowFixture &fixture)
{
    return fixture.driver().waitUntil([&] { return !fixture.app().compare().busy(); }, 60000);
}

QString TestWindowCompare::itemText(WindowFixture &fixture, const QString &name)
{
    const QQuickItem *item = fixture.driver().waitFor(name);
    return item == nullptr ? QString() : item->property("text").toString();
}

QString TestWindowCompare::answer(WindowFixture &fixture, int column)
{
    const auto messages = fixture.app().compare().column(column)->conversation();
    return messages.empty() ? QString() : QString::fromStdString(messages.back().text);
}

bool TestWindowCompare::isInMessage(const QQuickItem *item)
{
    while (item != nullptr && !item->objectName().contains(u".message."))
        item = item->parentItem();
    return item != nullptr;
}

QString TestWindowCompare::complaints(WindowFixture &fixture)
{
    return fixture.app().qmlWarnings().join(u'\n');
}

void TestWindowCompare::askedOneAfterAnotherAndContinued()
{
    WindowFixture fixture;
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    auto &compare = fixture.app().compare();
    driver.screenshot(u"compare-chosen"_s);
    QVERIFY(ask(fixture, u"What is Snug?"_s));
    // Never two models in memory.
    QVERIFY(driver.waitUntil(
        [&] {
            if (compare.column(0)->holdsEngine() && compare.column(1)->holdsEngine())
                QTest::qFail("Two models are in memory.", __FILE__, __LINE__);
            return !compare.busy();
        },
        60000));
    QVERIFY2(answer(fixture, 0).contains(u"Snug"), qPrintable(answer(fixture, 0)));
    QVERIFY(!answer(fixture, 1).isEmpty());
    QVERIFY(itemText(fixture, u"compare.0.state"_s).contains(u"tokens/s"));
    QVERIFY(itemText(fixture, u"compare.0.heading"_s).contains(u"Q8_0"));
    driver.screenshot(u"compare-answered"_s);
    QVERIFY(ask(fixture, u"What is GGUF?"_s));
    QVERIFY(settles(fixture));
    QCOMPARE(compare.column(0)->messages()->rowCount(), 4);

    const QString liked = answer(fixture, 0);
    QVERIFY(driver.click(u"compare.0.continue"_s));
    QVERIFY(driver.waitFor(u"composer"_s));
    QVERIFY(fixture.waitForState(u"ready"_s));
    QCOMPARE(fixture.lastText(), liked);
    QCOMPARE(fixture.app().chat().messages()->rowCount(), 4);
    QVERIFY(fixture.lastMessage("tokensPerSecond").toDouble() > 0);
    driver.screenshot(u"compare-continued"_s);
    QVERIFY(fixture.ask(u"What is Snug?"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));

    // And back by the keyboard: the comparison is still there, and says what sending would do to the chat's
    // model.
    driver.key(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(driver.waitFor(u"comparePage"_s));
    QVERIFY(itemText(fixture, u"compareHint"_s).contains(u"unloads"));
    driver.key(Qt::Key_Escape);
    QVERIFY(driver.waitFor(u"chatPage"_s));
    QVERIFY2(complaints(fixture).isEmpty(), qPrintable(complaints(fixture)));
}

void TestWindowCompare::blindVotesAreCounted()
{
    QTemporaryDir home;
    {
        WindowFixture fixture(home.path());
        QVERIFY(begin(fixture));
        auto &driver = fixture.driver();
        QVERIFY(driver.click(u"compareBlind"_s));
        QVERIFY(ask(fixture, u"What is Snug?"_s));
        QVERIFY(driver.waitUntil([&] { return fixture.app().compare().canVote(); }, 60000));
        driver.screenshot(u"compare-blind"_s);
        for (const QQuickItem *item : driver.visibleItems()) {
            const QString shown = item->property("text").toString();
            QVERIFY2(isInMessage(item) || (!shown.contains(u"Q8_0") && !shown.contains(u"stories") &&
                                           !shown.contains(u"tokens/s")),
                     qPrintable(item->objectName() + u": "_s + shown));
        }
        QVERIFY(driver.click(u"compare.1.vote"_s));
        QVERIFY(driver.waitUntil([&] { return !fixture.app().compare().hidden(); }));
        QVERIFY(itemText(fixture, u"compareVerdict"_s).startsWith(u"You chose Model B"));
        QVERIFY(driver.waitFor(u"compare.0.continue"_s));
        driver.screenshot(u"compare-revealed"_s);
        QVERIFY2(complaints(fixture).isEmpty(), qPrintable(complaints(fixture)));
    }
    WindowFixture fixture(home.path());
    QVERIFY(fixture.open());
    auto &driver = fixture.driver();
    driver.key(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(driver.click(u"compareTally"_s));
    QCOMPARE(itemText(fixture, u"tally.0"_s), u"won 1 of 1"_s);
    QCOMPARE(itemText(fixture, u"tally.1"_s), u"won 0 of 1"_s);
    driver.screenshot(u"compare-tally"_s);
    QVERIFY(driver.click(u"tallyClear"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.app().compare().tally()->count() == 0; }));
}

void TestWindowCompare::aDeadEngineLeavesTheOtherGoing()
{
    WindowFixture fixture;
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    auto &compare = fixture.app().compare();
    QVERIFY(driver.click(u"option.together"_s));
    QVERIFY(compare.together());
    fixture.app().chat().setMaxTokens(0);
    QVERIFY(ask(fixture, u"Once upon a time"_s));
    QVERIFY(driver.waitUntil([&] { return answer(fixture, 1).size() > 20; }, 60000));
    driver.screenshot(u"compare-writing"_s);
    ::kill(static_cast<pid_t>(compare.column(1)->processId()), SIGKILL);
    QVERIFY(driver.waitFor(u"compare.1.problem"_s, 10000));
    QVERIFY(answer(fixture, 1).size() > 20);
    QVERIFY(driver.waitUntil([&] { return compare.column(0)->hasAnswer(); }, 60000));
    driver.screenshot(u"compare-died"_s);
    fixture.app().chat().setMaxTokens(10);
    QVERIFY(ask(fixture, u"Go on"_s));
    QVERIFY(settles(fixture));
    QVERIFY(!compare.column(1)->problem().present && compare.column(1)->hasAnswer());
    driver.key(Qt::Key_Escape);
    QVERIFY(driver.waitUntil(
        [&] { return !compare.column(0)->holdsEngine() && !compare.column(1)->holdsEngine(); }));
    QVERIFY2(complaints(fixture).isEmpty(), qPrintable(complaints(fixture)));
}

void TestWindowCompare::looks_data()
{
    QTest::addColumn<QString>("theme");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<double>("scale");
    QTest::newRow("light") << u"light"_s << QSize(1280, 800) << 1.0;
    QTest::newRow("dark") << u"dark"_s << QSize(1280, 800) << 1.0;
    QTest::newRow("narrow") << u"light"_s << QSize(900, 600) << 1.0;
    QTest::newRow("double") << u"dark"_s << QSize(1280, 800) << 2.0;
}

// Three columns; what can be pressed lies in the window, whatever its size.
void TestWindowCompare::looks()
{
    QFETCH(const QString, theme);
    QFETCH(const QSize, size);
    QFETCH(const double, scale);
    WindowFixture fixture;
    QVERIFY(begin(fixture));
    auto &driver = fixture.driver();
    QVERIFY(driver.click(u"compareAdd"_s));
    QVERIFY(pick(fixture, 2, fixture.app().library().demoPath()));
    fixture.app().settings().setTheme(theme);
    fixture.app().settings().setTextScale(scale);
    fixture.window().resize(size);
    fixture.app().chat().setMaxTokens(30);
    QVERIFY(ask(fixture, u"What is a quantization level, and which one should I take for a laptop?"_s));
    QVERIFY(settles(fixture));
    const QString tag = QString::fromLatin1(QTest::currentDataTag());
    driver.screenshot(u"compare-looks-"_s + tag);
    for (const QString &name : {u"compareBack"_s, u"compareAnew"_s, u"compareBlind"_s, u"compareSend"_s,
                                u"compareComposer"_s, u"compare.0.continue"_s}) {
        const QQuickItem *item = driver.waitFor(name);
        QVERIFY2(item != nullptr, qPrintable(name));
        const QRectF place = item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
        QVERIFY2(QRectF(QPointF(0, 0), fixture.window().size()).contains(place), qPrintable(name));
    }
    QVERIFY2(complaints(fixture).isEmpty(), qPrintable(complaints(fixture)));
}

QTEST_MAIN(TestWindowCompare)
#include "tst_window_compare.moc"
