// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/chat/conversation_store.h"
#include "tests/support/isolated_home.h"
#include "tests/ui/fake_child.h"
#include "tests/ui/window_fixture.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QQuickTextDocument>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>

using namespace Qt::StringLiterals;
using namespace snug;

namespace {

const char *const kProse = R"(# A title

The sums are **small**; only the *file* is large.
Use `usecols` and [the manual](https://pandas.pydata.org/docs).

1. First
   - nested
   - list

Between.

2. Second
3. Third

- [ ] open task
- [x] done task

> A quote of
> two lines

| Name | Right | Centre |
|:-----|------:|:------:|
| `a`  | 1 204 | **x**  |
| b    | 7     | y      |

| one | two | three | four | five | six | seven | eight | nine | ten |
|---|---|---|---|---|---|---|---|---|---|
| a long cell of words that go on | a long cell | a long cell | a | b | c | d | e | f | a long cell |

The end[^1].

[^1]: A note.
)";

const char *const kCode = R"(Read in pieces:

```python
import pandas as pd

total = pd.Series(dtype="float64")
for part in pd.read_csv("orders.csv", usecols=["user", "amount"], chunksize=2_000_000):
    total = total.add(part.groupby("user")["amount"].sum(), fill_value=0)

total.to_csv("sum_by_user.csv")  # about 100 MB at the peak, whatever the size of the file
```

For all $n \geq 1$ the sum is $\sum_{i=1}^{n} i = \frac{n(n+1)}{2}$; it costs $5 and $6.

$$
A = \begin{bmatrix} 1 & 20 \\ 300 & 4 \end{bmatrix}, \quad e^{i\pi} + 1 = 0
$$

![A chart of sales](https://example.org/chart.png)

---

<script>alert(1)</script> and [a trap](javascript:alert(1)).
)";

std::string hostile()
{
    std::string text;
    for (int i = 0; i < 10'000; ++i)
        text += "> ";
    text += "deep\n\n" + std::string(1'000'000, 'x') + "\n\n\x01\x02\xFF\xFE\u202Ereversed\n\n";
    for (int i = 0; i < 20'000; ++i)
        text += "[](";
    return text + "\n\nThe last words";
}

chat::Message message(chat::Role role, std::string text)
{
    chat::Message message;
    message.role = role;
    message.text = std::move(text);
    return message;
}

void keepConversation(const QString &home, const std::vector<std::string> &answers)
{
    test::isolateIn(home);
    auto store = chat::ConversationStore::open(defaultPaths().data / "conversations.sqlite");
    QVERIFY(store);
    const auto info = (*store)->create("Rendering");
    QVERIFY(info);
    for (const std::string &answer : answers) {
        QVERIFY((*store)->append(info->id, message(chat::Role::User, "Show me.")));
        QVERIFY((*store)->append(info->id, message(chat::Role::Assistant, answer)));
    }
}

class Sitting {
public:
    explicit Sitting(const std::vector<std::string> &answers)
    {
        keepConversation(m_home.path(), answers);
        m_fixture = std::make_unique<test::WindowFixture>(m_home.path(), test::fakeWorker());
        m_open =
            m_fixture->open() && gui().click(u"rail.chat"_s) && gui().waitFor(u"messageList"_s) != nullptr;
    }

    [[nodiscard]] bool isOpen() const { return m_open; }
    [[nodiscard]] test::WindowFixture &fixture() { return *m_fixture; }
    [[nodiscard]] test::GuiDriver &gui() { return m_fixture->driver(); }
    [[nodiscard]] QQuickItem *list() { return gui().find(u"messageList"_s); }
    void scrollTo(int message)
    {
        QMetaObject::invokeMethod(list(), "positionViewAtIndex", Q_ARG(int, message), Q_ARG(int, 0));
        QTest::qWait(200);
    }
    void picture(const QString &name, int message)
    {
        scrollTo(message);
        QTest::qWait(1200); // colours of code
        gui().screenshot(u"answers-"_s + name);
    }

private:
    QTemporaryDir m_home;
    std::unique_ptr<test::WindowFixture> m_fixture;
    bool m_open = false;
};

// The colours in which a TextEdit draws, besides its own.
QSet<QString> coloursOf(QQuickItem *edit)
{
    QSet<QString> colours;
    const auto *quick = edit->property("textDocument").value<QQuickTextDocument *>();
    for (QTextBlock block = quick->textDocument()->begin(); block.isValid(); block = block.next()) {
        const auto formats = block.layout()->formats();
        for (const auto &range : formats)
            colours.insert(range.format.foreground().color().name());
    }
    return colours;
}

// The rows of the list that show, by their message.
QMap<int, QQuickItem *> rowsOf(QQuickItem *list)
{
    static const QString kName = u"message."_s;
    QMap<int, QQuickItem *> rows;
    const auto items = list->property("contentItem").value<QQuickItem *>()->childItems();
    for (QQuickItem *item : items) {
        if (item->isVisible() && item->objectName().startsWith(kName))
            rows.insert(item->objectName().sliced(kName.size()).toInt(), item);
    }
    return rows;
}

double contentY(const QQuickItem *list)
{
    return list->property("contentY").toDouble();
}

// Where the rows stand in the view.
QMap<int, double> placesOf(QQuickItem *list)
{
    QMap<int, double> places;
    const auto rows = rowsOf(list);
    for (auto row = rows.begin(); row != rows.end(); ++row)
        places.insert(row.key(), row.value()->y() - contentY(list));
    return places;
}

// Answers of which no two neighbours are built alike.
std::vector<std::string> differentAnswers()
{
    std::vector<std::string> answers;
    for (int i = 0; i < 40; ++i) {
        const std::string number = std::to_string(i);
        std::string text = "Answer " + number + "\n\n";
        if (i % 2 == 0)
            text += "```python\nprint(" + number + ")\n```\n\n";
        if (i % 3 == 0)
            text += "| a | b |\n|---|---|\n| " + number + " | 1 |\n\n";
        answers.push_back(text + std::string(static_cast<std::size_t>(i % 5) * 300, 'x') + "\n\nThe end.");
    }
    return answers;
}

QString wordsOf(test::GuiDriver &gui, const QString &name)
{
    const QQuickItem *item = gui.find(name);
    return item == nullptr ? u"nothing"_s : item->property("text").toString().trimmed();
}

} // namespace

class TestWindowAnswers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void blocksShow()
    {
        Sitting sitting({kProse, kCode});
        QVERIFY(sitting.isOpen());
        auto &gui = sitting.gui();
        sitting.scrollTo(3);
        auto *code = gui.waitFor(u"answerText.3.1.text"_s);
        QVERIFY(code != nullptr);
        QVERIFY(gui.waitUntil([&] { return coloursOf(code).size() >= 4; }, 20'000));
        QVERIFY(gui.click(u"answerText.3.1.copy"_s));
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(u"import pandas as pd\n"_s));
        auto *words = gui.find(u"answerText.3"_s);
        QVERIFY(words != nullptr);
        QCOMPARE(words->property("text").toString().trimmed(), u"Read in pieces:"_s);
        auto *formula = gui.find(u"answerText.3.3"_s);
        QVERIFY(formula != nullptr);
        QVERIFY2(formula->property("text").toString().contains(u"⎡ 1    20 ⎤"_s),
                 qPrintable(formula->property("text").toString()));
        QVERIFY(gui.find(u"answerText.3.4.open"_s) != nullptr);
        QVERIFY2(sitting.fixture().app().qmlWarnings().isEmpty(),
                 qPrintable(sitting.fixture().app().qmlWarnings().join(u'\n')));
    }

    void pictures()
    {
        Sitting sitting({kProse, kCode});
        QVERIFY(sitting.isOpen());
        auto &settings = sitting.fixture().app().settings();
        auto &window = sitting.fixture().window();
        for (const QString &theme : {u"light"_s, u"dark"_s}) {
            settings.setTheme(theme);
            window.resize(1280, 900);
            sitting.picture(theme + u"-prose"_s, 1);
            sitting.picture(theme + u"-code"_s, 3);
        }
        settings.setTheme(u"light"_s);
        window.resize(900, 600);
        sitting.picture(u"narrow-prose"_s, 1);
        sitting.picture(u"narrow-code"_s, 3);
        window.resize(1280, 900);
        settings.setTextScale(2);
        sitting.picture(u"200-prose"_s, 1);
        sitting.picture(u"200-code"_s, 3);
        QVERIFY2(sitting.fixture().app().qmlWarnings().isEmpty(),
                 qPrintable(sitting.fixture().app().qmlWarnings().join(u'\n')));
    }

    // Rows are used again for other messages: each shows its own, and nothing of the one before.
    void rowsShowTheirOwnMessage()
    {
        const auto answers = differentAnswers();
        Sitting sitting(answers);
        QVERIFY(sitting.isOpen());
        auto &gui = sitting.gui();
        const int last = 2 * static_cast<int>(answers.size()) - 2;
        sitting.scrollTo(last);
        const auto *question = gui.waitFor(u"userText.%1"_s.arg(last));
        QVERIFY(question != nullptr);
        QTest::mouseMove(&sitting.fixture().window(), question->mapToScene(QPointF(20, 15)).toPoint());
        QVERIFY(gui.click(u"editButton.%1"_s.arg(last)));
        QVERIFY(gui.waitFor(u"messageEditor"_s) != nullptr);
        QSet<int> seen;
        while (!sitting.list()->property("atYBeginning").toBool()) {
            sitting.list()->setProperty("contentY", contentY(sitting.list()) - 300);
            QTest::qWait(20);
            const auto rows = rowsOf(sitting.list());
            for (auto row = rows.begin(); row != rows.end(); ++row) {
                const int at = row.key() / 2;
                seen.insert(row.key());
                if (row.key() % 2 == 0)
                    continue;
                QCOMPARE(wordsOf(gui, u"answerText.%1"_s.arg(row.key())).section(u'\n', 0, 0),
                         u"Answer %1"_s.arg(at));
                if (at % 2 == 0) {
                    const QString code = u"answerText.%1.1.text"_s.arg(row.key());
                    QCOMPARE(wordsOf(gui, code), u"print(%1)"_s.arg(at));
                }
            }
            QVERIFY(rows.contains(last) || gui.find(u"messageEditor"_s) == nullptr);
        }
        QCOMPARE(seen.size(), 2 * static_cast<int>(answers.size()));
        sitting.scrollTo(last);
        QVERIFY(gui.find(u"messageEditor"_s) == nullptr);
        QVERIFY2(sitting.fixture().app().qmlWarnings().isEmpty(),
                 qPrintable(sitting.fixture().app().qmlWarnings().join(u'\n')));
    }

    // Whoever scrolls up sees everything move by as much as he moved it.
    void scrollingMovesRowsByItsStepsOnly()
    {
        constexpr int kStep = 100;
        Sitting sitting(differentAnswers());
        QVERIFY(sitting.isOpen());
        auto *list = sitting.list();
        QMetaObject::invokeMethod(list, "positionViewAtEnd");
        QTest::qWait(500);
        int compared = 0;
        for (int turn = 0; turn < 60; ++turn) {
            const auto before = placesOf(list);
            list->setProperty("contentY", contentY(list) - kStep);
            QTest::qWait(30);
            const auto after = placesOf(list);
            for (auto row = before.begin(); row != before.end(); ++row) {
                if (row.value() < 0 || row.value() + kStep >= list->height())
                    continue;
                QCOMPARE(after.value(row.key()), row.value() + kStep);
                ++compared;
            }
        }
        QVERIFY2(compared > 60, qPrintable(QString::number(compared)));
    }

    // A message of 1 MB that means harm shows, and the window stays alive.
    void hostileMessageShows()
    {
        Sitting sitting({hostile(), "Fine."});
        QVERIFY(sitting.isOpen());
        // What is above grows while it is read.
        const auto reach = [&](int message) {
            return sitting.gui().waitUntil(
                [&] {
                    sitting.scrollTo(message);
                    return sitting.gui().find(u"answerText.%1"_s.arg(message)) != nullptr;
                },
                30'000);
        };
        QVERIFY(reach(1));
        sitting.gui().screenshot(u"answers-hostile"_s);
        // A megabyte is shown piece by piece.
        QVERIFY(sitting.gui().waitFor(u"answerText.1.more"_s) != nullptr);
    }
};

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    desktop::setUpProgram();
    TestWindowAnswers test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_answers.moc"
