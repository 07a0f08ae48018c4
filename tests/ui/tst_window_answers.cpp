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
