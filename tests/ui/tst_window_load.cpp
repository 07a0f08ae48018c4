// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/changed_model.h"
#include "tests/support/companion_headers.h"
#include "tests/support/lending_worker.h"
#include "tests/support/predicting_model.h"
#include "tests/support/test_data.h"
#include "tests/ui/window_fixture.h"
#include "ui/viewmodels/text.h"

#include <QFile>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using snug::test::GuiDriver;
using snug::test::WindowFixture;
using snug::ui::toPath;

namespace {

constexpr int kPatience = 60'000;

} // namespace

// How a model is loaded, with the real snug-cli and its engine behind the window.
class TestWindowLoad : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theSheetForecastsAndReloads();
    void adaptersAreSwitchedInTheRunningEngine();
    void anAdapterOfAnotherModelIsRefused();
    void anotherTemplateIsCheckedAndUsed();
    void theModelGuessesWithItsOwnLayers();
    void aWorkerThatDoesNotAnswerIsNotAdded();
    void aWorkerIsAddedAndComputes();
    void looks_data();
    void looks();

private:
    // Loads the model and opens the sheet by the menu of its name.
    [[nodiscard]] static bool begin(WindowFixture &fixture, const QString &model);
    [[nodiscard]] static bool waitForForecast(WindowFixture &fixture);
    [[nodiscard]] static bool reloaded(WindowFixture &fixture);
    static bool reveal(const GuiDriver &driver, const QString &name);
    [[nodiscard]] static QString textOf(const GuiDriver &driver, const QString &name);

    QTemporaryDir m_folder;
    QString m_starter;
    QString m_adapter;
    QString m_twice; // the starter with a template that begins twice
};

void TestWindowLoad::initTestCase()
{
    m_starter = snug::test::dataFile(u"models/starter/snug-starter-Q8_0.gguf"_s);
    if (m_starter.isEmpty())
        QSKIP("The models are not here; set SNUG_TEST_DATA.");
    const auto base = snug::test::wholeHeader(toPath(m_starter));
    QVERIFY(base);
    m_adapter = m_folder.filePath(u"adapter.gguf"_s);
    QVERIFY(snug::test::writeSmallNumbers(
        snug::test::adapterOf(*base, {"blk.0.attn_q.weight", "blk.0.ffn_up.weight"}, 4), toPath(m_adapter)));
    m_twice = m_folder.filePath(u"twice.gguf"_s);
    QVERIFY(
        snug::test::copyWithTemplate(toPath(m_starter), toPath(m_twice),
                                     "{{ bos_token }}{{ bos_token }}{% for m in messages %}[{{ m.role }}] "
                                     "{{ m.content }}</s>\n{% endfor %}[assistant]"));
}

bool TestWindowLoad::begin(WindowFixture &fixture, const QString &model)
{
    if (!fixture.open() || !fixture.load(model))
        return false;
    fixture.window().resize(1280, 900);
    auto &driver = fixture.driver();
    driver.key(Qt::Key_3, Qt::ControlModifier);
    return driver.click(u"modelPicker"_s) && driver.click(u"loadSheetItem"_s) &&
           driver.waitFor(u"loadVerdict"_s, kPatience) != nullptr;
}

bool TestWindowLoad::waitForForecast(WindowFixture &fixture)
{
    return fixture.driver().waitUntil(
        [&] {
            const QVariantList flash = fixture.app().loadSheet().forecast()->flashChoices();
            return !flash.isEmpty() && !flash.last().toMap()[u"verdict"_s].toString().isEmpty();
        },
        kPatience);
}

bool TestWindowLoad::reloaded(WindowFixture &fixture)
{
    return fixture.driver().click(u"applyLoadButton"_s) &&
           fixture.driver().waitUntil(
               [&] {
                   return fixture.app().engine().isReady() &&
                          fixture.app().loadSheet().differences().isEmpty();
               },
               kPatience);
}

// Scrolls the sheet until the item is on it. A forecast that comes later pushes it down again.
bool TestWindowLoad::reveal(const GuiDriver &driver, const QString &name)
{
    QQuickItem *item = driver.waitFor(name);
    const QQuickItem *scroll = driver.waitFor(u"loadScroll"_s);
    auto *flickable = scroll == nullptr ? nullptr : scroll->property("contentItem").value<QQuickItem *>();
    if (item == nullptr || flickable == nullptr)
        return false;
    const double most = flickable->property("contentHeight").toDouble() - flickable->height();
    const double at =
        item->mapToItem(flickable->property("contentItem").value<QQuickItem *>(), QPointF()).y();
    flickable->setProperty("contentY", std::clamp(at - flickable->height() / 3, 0.0, std::max(0.0, most)));
    return true;
}

QString TestWindowLoad::textOf(const GuiDriver &driver, const QString &name)
{
    const QQuickItem *item = driver.waitFor(name);
    return item == nullptr ? QString() : item->property("text").toString();
}

void TestWindowLoad::theSheetForecastsAndReloads()
{
    WindowFixture fixture;
    QVERIFY(begin(fixture, m_starter));
    auto &driver = fixture.driver();
    auto &sheet = fixture.app().loadSheet();
    QVERIFY(waitForForecast(fixture));
    driver.screenshot(u"load-sheet"_s);
    // Each type of the cache takes less than the one before, by the engine's own allocator.
    const QVariantList types = sheet.forecast()->kvChoices();
    QCOMPARE(types.size(), 4);
    QStringList figures;
    for (const QVariant &type : types)
        figures.append(type.toMap()[u"figure"_s].toString());
    QCOMPARE(QSet<QString>(figures.begin(), figures.end()).size(), 4);
    QVERIFY(driver.find(u"loadDifferences"_s) == nullptr);

    const double before = fixture.app().engine().report().memory.front().kvCache;
    QVERIFY(driver.click(u"kvType.q8_0"_s));
    QCOMPARE(textOf(driver, u"loadDifferences"_s), u"Differs from what is loaded: KV cache."_s);
    driver.screenshot(u"load-differs"_s);
    QVERIFY(reloaded(fixture));
    const double after = fixture.app().engine().report().memory.front().kvCache;
    QVERIFY2(after > 0 && after < 0.6 * before, qPrintable(u"%1 of %2"_s.arg(after).arg(before)));
    // What was promised is what it holds.
    QVERIFY(waitForForecast(fixture));
    QCOMPARE(sheet.forecast()->kvChoices().at(1).toMap()[u"figure"_s].toString(),
             snug::ui::bytesText(static_cast<std::int64_t>(after)));

    // Values of few bits need flash attention: the sheet says so before a load fails.
    QVERIFY(reveal(driver, u"flashAttention.off"_s));
    QVERIFY(driver.click(u"flashAttention.off"_s));
    QVERIFY(driver.waitUntil([&] { return sheet.forecast()->now()[u"state"_s] == u"refused"_s; }, kPatience));
    QVERIFY(reveal(driver, u"loadRefusal"_s));
    driver.screenshot(u"load-refused"_s);
    QVERIFY(driver.click(u"resetLoadButton"_s));
    QVERIFY(driver.waitFor(u"loadVerdict"_s, kPatience));
    QVERIFY(driver.click(u"closeLoadButton"_s));
    QVERIFY(driver.waitUntil([&] { return driver.find(u"loadVerdict"_s) == nullptr; }));
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

void TestWindowLoad::adaptersAreSwitchedInTheRunningEngine()
{
    WindowFixture fixture;
    QVERIFY(begin(fixture, m_starter));
    auto &driver = fixture.driver();
    auto &sheet = fixture.app().loadSheet();
    auto &chat = fixture.app().chat();
    chat.setTemperature(0);
    chat.setMaxTokens(24);
    QVERIFY(fixture.ask(u"What is Q8_0?"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    const QString plain = fixture.lastText();

    sheet.addAdapter(QUrl::fromLocalFile(m_adapter));
    sheet.scaleAdapter(0, 10);
    QCOMPARE(textOf(driver, u"adapterState.0"_s), u"From the next load on"_s);
    QVERIFY(reloaded(fixture));
    QCOMPARE(textOf(driver, u"adapterState.0"_s), u"In use"_s);
    const qint64 process = fixture.app().engine().processId();
    QVERIFY(driver.click(u"newChatButton"_s));
    QVERIFY(fixture.ask(u"What is Q8_0?"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    const QString adapted = fixture.lastText();
    QVERIFY(adapted != plain);

    QVERIFY(reveal(driver, u"adapterSwitch.0"_s));
    driver.screenshot(u"load-adapters"_s);
    sheet.switchAdapter(0, false);
    QVERIFY(driver.waitUntil([&] { return textOf(driver, u"adapterState.0"_s) == u"Loaded, switched off"; }));
    QVERIFY(driver.click(u"newChatButton"_s));
    QVERIFY(fixture.ask(u"What is Q8_0?"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QCOMPARE(fixture.lastText(), plain);
    QCOMPARE(fixture.app().engine().processId(), process);
}

void TestWindowLoad::anAdapterOfAnotherModelIsRefused()
{
    WindowFixture fixture;
    QVERIFY(begin(fixture, m_starter));
    auto &driver = fixture.driver();
    auto &sheet = fixture.app().loadSheet();
    sheet.addAdapter(QUrl::fromLocalFile(m_starter)); // a model is no adapter
    QVERIFY(driver.waitUntil([&] { return sheet.forecast()->now()[u"state"_s] == u"refused"_s; }, kPatience));
    QVERIFY2(sheet.forecast()->now()[u"text"_s].toString().contains(u"snug-starter-Q8_0.gguf"),
             qPrintable(sheet.forecast()->now()[u"text"_s].toString()));
    driver.screenshot(u"load-wrong-adapter"_s);
    // Loaded all the same, it is the engine's error, and the sheet is still there to mend it.
    QVERIFY(driver.click(u"applyLoadButton"_s));
    QVERIFY(fixture.waitForState(u"failed"_s));
    QVERIFY(driver.waitFor(u"engineBanner"_s));
    sheet.removeAdapter(0);
    QVERIFY(reloaded(fixture));
}

void TestWindowLoad::anotherTemplateIsCheckedAndUsed()
{
    WindowFixture fixture;
    QVERIFY(begin(fixture, m_twice));
    auto &driver = fixture.driver();
    auto &sheet = fixture.app().loadSheet();
    QVERIFY(driver.find(u"templateMark"_s) != nullptr);
    QVERIFY(waitForForecast(fixture));
    QVERIFY(reveal(driver, u"viewTemplate"_s));
    QVERIFY(textOf(driver, u"templateFinding.0"_s).contains(u"twice"));
    driver.screenshot(u"load-template"_s);
    QVERIFY(driver.click(u"viewTemplate"_s));
    QVERIFY(driver.waitFor(u"templateText"_s));
    QVERIFY(textOf(driver, u"templateText"_s).startsWith(u"{{ bos_token }}{{ bos_token }}"));
    QQuickItem *text = driver.find(u"templateText"_s);
    text->setProperty("text", u"{% if %}{{"_s);
    QVERIFY(driver.click(u"useTemplate"_s));
    QVERIFY(driver.waitFor(u"templateRefusal"_s, kPatience));
    driver.screenshot(u"load-template-refused"_s);
    QVERIFY(!sheet.templateReplaced());
    text->setProperty("text", sheet.chatTemplate()->text().mid(15));
    QVERIFY(driver.click(u"useTemplate"_s));
    QVERIFY(driver.waitUntil([&] { return sheet.templateReplaced(); }, kPatience));
    QVERIFY(reloaded(fixture));
    QCOMPARE(sheet.templateFindings().size(), 1); // what ends an answer is as it was
    QVERIFY(!textOf(driver, u"templateFinding.0"_s).contains(u"twice"));
    QVERIFY2(sheet.templateMark().startsWith(u"Another chat template"), qPrintable(sheet.templateMark()));
    QVERIFY(waitForForecast(fixture));
    QVERIFY(reveal(driver, u"ownTemplate"_s));
    driver.screenshot(u"load-template-given"_s);
    QVERIFY(driver.click(u"ownTemplate"_s));
    QVERIFY(reloaded(fixture));
    QCOMPARE(sheet.templateFindings().size(), 2);
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

void TestWindowLoad::theModelGuessesWithItsOwnLayers()
{
    const QString counting = m_folder.filePath(u"counting.gguf"_s);
    QVERIFY(snug::test::writeCounting(snug::test::hybridPredicting(), toPath(m_starter), toPath(counting)));
    WindowFixture fixture;
    QVERIFY(begin(fixture, counting));
    auto &driver = fixture.driver();
    auto &sheet = fixture.app().loadSheet();
    QVERIFY(waitForForecast(fixture));
    QVERIFY(reveal(driver, u"ownDraft"_s));
    QVERIFY(driver.click(u"ownDraft"_s));
    QVERIFY(sheet.ownDraft());
    QCOMPARE(textOf(driver, u"loadDifferences"_s), u"Differs from what is loaded: guessing ahead."_s);
    QVERIFY(waitForForecast(fixture));
    QCOMPARE(sheet.forecast()->now()[u"state"_s].toString(), u"ready"_s);
    driver.screenshot(u"load-own-draft"_s);
    QVERIFY(reloaded(fixture));
    fixture.app().chat().setMaxTokens(40);
    QVERIFY(fixture.ask(u"Count!"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QVERIFY2(fixture.lastText().contains(u"0123456789"), qPrintable(fixture.lastText()));
    const auto &timings = fixture.app().engine().lastTimings();
    QVERIFY(timings && timings->draftTokens > timings->draftAccepted && timings->draftAccepted > 0);
    const QString right = u"%1 of %2 tokens right"_s.arg(timings->draftAccepted).arg(timings->draftTokens);
    const QVariantList facts = fixture.lastMessage("facts").toList();
    QVERIFY(std::any_of(facts.begin(), facts.end(), [&right](const QVariant &fact) {
        return fact.toMap()[u"label"_s] == u"Guessed ahead"_s && fact.toMap()[u"value"_s] == right;
    }));
    QVERIFY2(sheet.guesses().contains(u"guesses were right"), qPrintable(sheet.guesses()));
    QVERIFY(waitForForecast(fixture));
    QVERIFY(reveal(driver, u"draftGuesses"_s));
    driver.screenshot(u"load-own-draft-guesses"_s);
    QVERIFY(reveal(driver, u"ownDraft"_s));
    QVERIFY(driver.click(u"ownDraft"_s));
    QVERIFY(reloaded(fixture));
    QCOMPARE(sheet.draft(), QString());
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

// From the page where it is added to the layers that it holds; the real engine on both sides.
void TestWindowLoad::aWorkerIsAddedAndComputes()
{
    const snug::test::LendingWorker worker;
    if (!worker.ready() && worker.output().contains("no RPC plugin"))
        QSKIP("This build has no RPC plugin.");
    QVERIFY2(worker.ready(), worker.output().constData());
    WindowFixture fixture;
    QVERIFY(fixture.open());
    auto &driver = fixture.driver();
    fixture.window().resize(1280, 1600);
    driver.key(Qt::Key_7, Qt::ControlModifier);
    QVERIFY(driver.click(u"workerAddress"_s));
    driver.type(worker.address());
    driver.key(Qt::Key_Return);
    QVERIFY(driver.waitUntil(
        [&] { return fixture.app().workers().addresses() == QStringList{worker.address()}; }, kPatience));
    driver.screenshot(u"load-worker-added"_s);
    driver.key(Qt::Key_6, Qt::ControlModifier);
    QVERIFY(driver.waitFor(u"device.RPC"_s, kPatience));
    driver.screenshot(u"load-worker-device"_s);

    QVERIFY(fixture.load(m_starter));
    const auto &memory = fixture.app().engine().report().memory;
    QVERIFY(std::any_of(memory.begin(), memory.end(),
                        [](const auto &share) { return share.device == u"RPC0" && share.weights > 0; }));
    driver.key(Qt::Key_3, Qt::ControlModifier);
    QVERIFY(fixture.ask(u"What is GGUF?"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QVERIFY(!fixture.lastText().isEmpty());
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

void TestWindowLoad::aWorkerThatDoesNotAnswerIsNotAdded()
{
    WindowFixture fixture;
    QVERIFY(fixture.open());
    auto &driver = fixture.driver();
    fixture.window().resize(1280, 1600);
    driver.key(Qt::Key_7, Qt::ControlModifier);
    QVERIFY(driver.click(u"workerAddress"_s));
    driver.type(u"127.0.0.1:1"_s);
    driver.key(Qt::Key_Return);
    QVERIFY(driver.waitFor(u"workerProblem"_s, kPatience));
    driver.screenshot(u"load-workers"_s);
    QVERIFY(fixture.app().workers().addresses().isEmpty());
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

void TestWindowLoad::looks_data()
{
    QTest::addColumn<QString>("theme");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<double>("scale");
    QTest::newRow("dark") << u"dark"_s << QSize(1280, 800) << 1.0;
    QTest::newRow("narrow") << u"light"_s << QSize(900, 600) << 1.0;
    QTest::newRow("large text") << u"light"_s << QSize(1280, 900) << 1.6;
}

// What there is to press lies inside the window, whatever its size.
void TestWindowLoad::looks()
{
    QFETCH(const QString, theme);
    QFETCH(const QSize, size);
    QFETCH(const double, scale);
    WindowFixture fixture;
    QVERIFY(begin(fixture, m_starter));
    auto &driver = fixture.driver();
    fixture.app().settings().setTheme(theme);
    fixture.app().settings().setTextScale(scale);
    fixture.window().resize(size);
    fixture.app().loadSheet().addAdapter(QUrl::fromLocalFile(m_adapter));
    QVERIFY(waitForForecast(fixture));
    for (const QString &name :
         {u"kvType.q4_0"_s, u"valueType"_s, u"flashAttention.auto"_s, u"adapterSwitch.0"_s, u"chooseDraft"_s,
          u"viewTemplate"_s, u"applyLoadButton"_s}) {
        if (name != u"applyLoadButton")
            QVERIFY2(reveal(driver, name), qPrintable(name));
        const QQuickItem *item = driver.waitFor(name);
        QVERIFY2(item != nullptr, qPrintable(name));
        const QRectF place = item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
        QVERIFY2(QRectF(QPointF(0, 0), fixture.window().size()).contains(place), qPrintable(name));
        driver.screenshot(u"load-looks-%1-%2"_s.arg(QString::fromLatin1(QTest::currentDataTag()), name));
    }
}

QTEST_MAIN(TestWindowLoad)
#include "tst_window_load.moc"
