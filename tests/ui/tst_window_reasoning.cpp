// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/changed_model.h"
#include "tests/support/test_data.h"
#include "tests/ui/window_fixture.h"
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/text.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::GuiDriver;
using snug::test::WindowFixture;

namespace {

// As those of models that think aloud: what stands between the marks is told apart by the engine.
const char *const kThinkingTemplate =
    "{%- for m in messages %}{{- '<|im_start|>' + m.role + '\\n' + m.content.split('</think>')[-1] + "
    "'<|im_end|>\\n' }}{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}"
    "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}"
    "{%- endif %}{%- endif %}";
constexpr int kSentences = 40;

QString grammarOf(const QString &thought, int times, const QString &answer)
{
    return uR"(root ::= "<think>" %1 "</think>" "%2")"_s.arg(u"\"%1 \" "_s.arg(thought).repeated(times),
                                                             answer);
}

} // namespace

// A model that thinks before it answers, in the real window with the real engine. What it says is laid down
// by a grammar, for the smallest models do not think.
class TestWindowReasoning : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void thoughtsAreFoldedAboveTheAnswer();

private:
    static QString textOf(const GuiDriver &driver, const QString &name);
    void look(WindowFixture &fixture);

    QTemporaryDir m_folder;
    QString m_model;
};

void TestWindowReasoning::initTestCase()
{
    const QString demo = snug::test::program(u"../share/snug/models/snug-starter-Q8_0.gguf"_s);
    QVERIFY2(QFile::exists(demo), qPrintable(demo));
    m_model = m_folder.filePath(u"thinker.gguf"_s);
    QVERIFY(
        snug::test::copyWithTemplate(snug::ui::toPath(demo), snug::ui::toPath(m_model), kThinkingTemplate));
}

QString TestWindowReasoning::textOf(const GuiDriver &driver, const QString &name)
{
    const QQuickItem *item = driver.find(name);
    return item == nullptr ? QString() : item->property("text").toString();
}

void TestWindowReasoning::thoughtsAreFoldedAboveTheAnswer()
{
    WindowFixture fixture;
    QVERIFY(fixture.open());
    fixture.window().resize(1280, 800);
    auto &driver = fixture.driver();
    auto &chat = fixture.app().chat();
    chat.setGrammar(grammarOf(u"So it goes."_s, kSentences, u"Yes."_s));
    driver.key(Qt::Key_3, Qt::ControlModifier);
    QVERIFY(fixture.load(m_model));
    QVERIFY(fixture.ask(u"Is it so?"_s));
    QVERIFY(driver.waitUntil([&] { return textOf(driver, u"reasoning.1"_s) == u"Thinking"; }));
    QVERIFY(driver.click(u"reasoning.1"_s)); // whoever wants to read along
    QVERIFY(driver.waitUntil([&] { return textOf(driver, u"reasoning.1.text"_s).startsWith(u"So it"); }));
    driver.screenshot(u"reasoning-writing"_s);

    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QCOMPARE(fixture.lastText(), u"Yes."_s);
    // What is written is shown every 50 ms: the last piece may come after the answer is over.
    QVERIFY(driver.waitUntil([&] { return textOf(driver, u"answerText.1"_s) == u"Yes."; }));
    QCOMPARE(textOf(driver, u"reasoning.1.text"_s).trimmed(),
             u"So it goes. "_s.repeated(kSentences).trimmed());
    const QString told = textOf(driver, u"reasoning.1"_s);
    QVERIFY2(told.startsWith(u"Thought for "), qPrintable(told));
    look(fixture);

    // Folded again, and the next one is folded from the beginning.
    QVERIFY(driver.click(u"reasoning.1"_s));
    QVERIFY(driver.waitUntil([&] { return driver.find(u"reasoning.1.text"_s) == nullptr; }));
    chat.setGrammar(grammarOf(u"Short."_s, 1, u"No."_s));
    QVERIFY(fixture.ask(u"And now?"_s));
    QVERIFY(driver.waitUntil([&] { return fixture.lastText() == u"No."; }));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QVERIFY(driver.waitFor(u"reasoning.3"_s) != nullptr);
    QVERIFY(driver.find(u"reasoning.3.text"_s) == nullptr);
    QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
}

void TestWindowReasoning::look(WindowFixture &fixture)
{
    auto &settings = fixture.app().settings();
    const auto picture = [&](const QString &name) {
        QTest::qWait(300);
        fixture.driver().screenshot(u"reasoning-"_s + name);
    };
    for (const QString &theme : {u"light"_s, u"dark"_s}) {
        settings.setTheme(theme);
        picture(theme);
    }
    settings.setTheme(u"light"_s);
    fixture.window().resize(900, 600);
    picture(u"narrow"_s);
    settings.setTextScale(2);
    picture(u"200"_s);
    settings.setTextScale(1);
    fixture.window().resize(1280, 800);
}

QTEST_MAIN(TestWindowReasoning)
#include "tst_window_reasoning.moc"
