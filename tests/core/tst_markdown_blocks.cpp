// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/markdown_blocks.h"

#include <QTest>

#include <chrono>
#include <random>

using namespace snug;
using chat::MarkdownBlock;
using Kind = MarkdownBlock::Kind;

namespace {

// "Text:... | Code(python):..." with line ends as "⏎".
std::string told(const std::vector<MarkdownBlock> &blocks)
{
    constexpr std::array<std::string_view, 6> kNames = {"Text", "Code", "Table", "Formula", "Image", "Rule"};
    std::string all;
    for (const MarkdownBlock &block : blocks) {
        std::string text = block.text;
        while (text.ends_with('\n'))
            text.pop_back();
        for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 3))
            text.replace(at, 1, "⏎");
        const bool withInfo = !block.info.empty() && block.kind != Kind::Table && block.kind != Kind::Formula;
        all += (all.empty() ? "" : " | ") + std::string(kNames.at(static_cast<std::size_t>(block.kind))) +
               (withInfo ? "(" + block.info + ")" : "") + ":" + text;
    }
    return all;
}

std::string blocksOf(std::string_view text)
{
    return told(chat::splitMarkdown(text));
}

const std::vector<std::string> kPieces = {"```",          "```python\n",
                                          "\n",           "\n\n",
                                          "- ",           "1. ",
                                          "7. ",          "> ",
                                          "| a | b |\n",  "|---|---|\n",
                                          "$$",           "$x$",
                                          "\\[",          "\\]",
                                          "---",          "# ",
                                          "    ",         "word ",
                                          "\r\n",         "\r",
                                          "~~~",          "![a](http://h/p.png)",
                                          "[^1]",         "[^1]: ",
                                          "ä€😀",          "\t",
                                          "**b**",        "\\begin{align}\n",
                                          "\\end{align}", "   "};

std::string randomText(std::mt19937 &random)
{
    std::string text;
    for (unsigned i = 0; i < 4 + random() % 40; ++i)
        text += kPieces[random() % kPieces.size()];
    return text;
}

} // namespace

class TestMarkdownBlocks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void blocks_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QByteArray>("wanted");
        const auto row = [](const char *name, const char *source, const char *wanted) {
            QTest::newRow(name) << QByteArray(source) << QByteArray(wanted);
        };
        row("text and code", "Before\n```python\nprint(1)\n\nprint(2)\n```\nAfter",
            "Text:Before | Code(python):print(1)⏎⏎print(2) | Text:After");
        row("open fence", "```cpp\nint a", "Code(cpp):int a");
        row("fence inside code", "````md\n```\n![x](http://h/p.png)\n```\n````\nEnd",
            "Code(md):```⏎![x](http://h/p.png)⏎``` | Text:End");
        row("indented code", "Run\n\n    make all\n\nDone", "Text:Run | Code:make all | Text:Done");
        row("code of a quote", "> ```\n> a\nb", "Code:a | Text:b");
        row("nothing", "\n \n", "");
        row("windows line ends", "a\r\n```\r\nb\r\n```\r\n", "Text:a | Code:b");
        row("rule", "a\n\n---\n\nb", "Text:a | Rule: | Text:b");
        row("heading by underline", "Title\n---\n", "Text:Title⏎---");
        row("numbers go on after code", "1. One\n   ```\n   a\n   ```\n   more\n2. Two\n3. Three",
            "Text:1. One | Code:a | Text:more | Text(2.):Two | Text(3.):Three");
        row("numbers go on after a paragraph", "1. One\n\nBetween\n\n2. Two",
            "Text:1. One⏎⏎Between | Text(2.):Two");
        row("item with sub-items", "4) Four\n   - a\n   - b\n\n   More\n\nOut",
            "Text(4)):Four⏎- a⏎- b⏎⏎More | Text:Out");
        row("number inside a paragraph", "It was in\n1986. Then", "Text:It was in⏎1986. Then");
        row("bullets then numbers", "- a\n- b\n3. c", "Text:- a⏎- b | Text(3.):c");
        row("table", "Look:\n| a | b |\n|:--|--:|\n| 1 | 2 |\n| 3 |\n\nEnd",
            "Text:Look: | Table:| a | b |⏎|:---|---:|⏎| 1 | 2 |⏎| 3 |  | | Text:End");
        row("table without edges", "a | b\n--|--\n1 | 2\nText",
            "Table:| a | b |⏎|---|---|⏎| 1 | 2 | | Text:Text");
        row("cells that are too many", "|a|\n|-|\n|1|2|3|", "Table:| a |⏎|---|⏎| 1 \\| 2 \\| 3 |");
        row("pipe in a cell", "|a|b|\n|-|-|\n|x \\| y|`p\\|q`|",
            "Table:| a | b |⏎|---|---|⏎| x \\| y | `p\\|q` |");
        row("pipes are no table", "a | b\nc | d", "Text:a | b⏎c | d");
        row("formula", "So\n$$\na^2\n$$\nthen", "Text:So | Formula:a² | Text:then");
        row("formula on one line", "\\[ x_1 = \\frac{a}{b} \\].", "Formula:x₁ = a/b.");
        row("open formula", "$$\\alpha", "Formula:α");
        row("formula in a sentence", "It is $$x^2$$ here", "Text:It is x² here");
        row("formula that never ends", "$$ was paid\n\nLater", "Text:$$ was paid⏎⏎Later");
        row("environment", "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}", "Formula:a = b⏎c = d");
        row("image", "![A cat](https://h.example/cat.png)", "Image(https://h.example/cat.png):A cat");
        row("image in a sentence", "See ![A](https://h/c.png) now", "Text:See [A](https://h/c.png) now");
        row("image from a file", "![A](file:///c.png)", "Text:\\!\\[A\\](file\\:///c.png)");
        row("footnote", "Yes[^1].\n\n[^1]: Because", "Text:Yes¹.⏎⏎¹ Because");
        row("task list", "- [ ] open\n- [x] done", "Text:- [ ] open⏎- [x] done");
        row("line break in a cell", "|a|\n|-|\n|x<br>y|", "Table:| a |⏎|---|⏎| x\u2028y |");
        row("half a character at the end", "a\xE2\x82", "Text:a\xEF\xBF\xBD");
        row("NUL and controls",
            "a\x01\x7F"
            "b",
            "Text:ab");
        row("turned direction", "a\u202Eb\u2066c", "Text:abc");
    }
    void blocks()
    {
        QFETCH(const QByteArray, source);
        QFETCH(const QByteArray, wanted);
        QCOMPARE(QByteArray::fromStdString(blocksOf(source.toStdString())), wanted);
    }

    // The same blocks however the text arrives, and a finished block stays as it is.
    void piecesMakeTheSameBlocks()
    {
        std::mt19937 random(20260202);
        for (int round = 0; round < 1500; ++round) {
            const std::string text = randomText(random);
            chat::MarkdownSplitter splitter;
            std::vector<MarkdownBlock> before;
            for (std::size_t at = 0; at < text.size();) {
                const std::size_t length = 1 + random() % 9;
                splitter.feed(std::string_view(text).substr(at, length));
                at += length;
                const auto &finished = splitter.finished();
                QVERIFY(finished.size() >= before.size());
                QVERIFY(std::equal(before.begin(), before.end(), finished.begin()));
                before = finished;
            }
            const auto open = splitter.open();
            before.insert(before.end(), open.begin(), open.end());
            QCOMPARE(told(before), told(chat::splitMarkdown(text)));
        }
    }

    void longCodeLineIsNotCut()
    {
        const std::string line(200'000, 'x');
        const auto blocks = chat::splitMarkdown("```\n" + line + "\n" + line + "\n```\nEnd");
        QCOMPARE(blocks.size(), 2U);
        QVERIFY(blocks[0].text == line + "\n" + line);
    }

    // Nothing is lost, and no block of text grows without bound.
    void longLineIsManyBlocks()
    {
        std::string line;
        while (line.size() < 1'000'000)
            line += "- word ";
        const auto blocks = chat::splitMarkdown(line);
        std::size_t words = 0;
        for (const MarkdownBlock &block : blocks) {
            QVERIFY(block.kind == Kind::Text);
            QVERIFY(block.text.size() < 100'000);
            for (std::size_t at = block.text.find("word"); at != std::string::npos;
                 at = block.text.find("word", at + 1))
                ++words;
        }
        QVERIFY(words + blocks.size() >= line.size() / 7); // a cut may go through a word
    }

    void largeTableIsSeveral()
    {
        std::string text = "| a | b |\n|---|---|\n";
        for (int i = 0; i < 1000; ++i)
            text += "| " + std::to_string(i) + " | x |\n";
        const auto blocks = chat::splitMarkdown(text);
        QCOMPARE(blocks.size(), 5U);
        for (const MarkdownBlock &block : blocks)
            QVERIFY(block.kind == Kind::Table && block.text.starts_with("| a | b |\n"));
        QVERIFY(blocks.back().text.ends_with("| 999 | x |\n"));
    }

    void hugeInputIsQuick()
    {
        for (const char *piece : {"[](",
                                  "`",
                                  "![",
                                  "> ",
                                  "- ",
                                  "``` ` ",
                                  "*",
                                  "\\",
                                  "    ",
                                  "$",
                                  "$$",
                                  "\\[",
                                  "|",
                                  "{",
                                  "\\frac",
                                  "^",
                                  "1. ",
                                  "2. ",
                                  "\\begin{matrix}",
                                  "[^",
                                  "<sup>",
                                  "$$\n",
                                  "$x\n",
                                  "|\n",
                                  "a|b\n",
                                  "7. a\n",
                                  "![a](http://b)\n",
                                  "\xF0",
                                  "\n"}) {
            std::string source;
            while (source.size() < 300'000)
                source += piece;
            const auto begin = std::chrono::steady_clock::now();
            const auto blocks = chat::splitMarkdown(source);
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
            QVERIFY2(took.count() < 10, piece);
            std::size_t bytes = 0;
            for (const MarkdownBlock &block : blocks)
                bytes += block.text.size();
            QVERIFY2(bytes < 6 * source.size(), piece);
        }
    }
};

QTEST_GUILESS_MAIN(TestMarkdownBlocks)
#include "tst_markdown_blocks.moc"
