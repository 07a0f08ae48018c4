// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/markdown_safety.h"
#include "ui/markdown/block_splitter.h"

#include <QTest>

using namespace Qt::StringLiterals;
using snug::ui::MarkdownBlock;

namespace {

std::vector<MarkdownBlock> blocksOf(const QString &answer)
{
    return snug::ui::splitSafeMarkdown(
        QString::fromStdString(snug::chat::safeMarkdown(answer.toStdString())));
}

} // namespace

class TestMarkdownBlocks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textAndCodeAlternate()
    {
        const auto blocks = blocksOf(u"Before\n```python\nprint(1)\n\nprint(2)\n```\nAfter"_s);
        QCOMPARE(blocks.size(), 3U);
        QCOMPARE(blocks[0].text.trimmed(), u"Before"_s);
        QVERIFY(!blocks[0].code);
        const MarkdownBlock code{true, u"print(1)\n\nprint(2)"_s, u"python"_s};
        QCOMPARE(blocks[1], code);
        QCOMPARE(blocks[2].text.trimmed(), u"After"_s);
    }

    // While an answer arrives its last fence is open.
    void openFenceIsCode()
    {
        const auto blocks = blocksOf(u"```cpp\nint a"_s);
        QCOMPARE(blocks.size(), 1U);
        QVERIFY(blocks[0].code);
        QCOMPARE(blocks[0].text, u"int a"_s);
        QCOMPARE(blocks[0].language, u"cpp"_s);
    }

    // Fences inside code stay in it: what follows would otherwise be read as Markdown.
    void fenceInsideCodeDoesNotEndIt()
    {
        const auto blocks = blocksOf(u"````md\n```\n![x](http://h/p.png)\n```\n````\nEnd"_s);
        QCOMPARE(blocks.size(), 2U);
        QVERIFY(blocks[0].code);
        QVERIFY(blocks[0].text.contains(u"![x](http://h/p.png)"_s));
        QCOMPARE(blocks[1].text.trimmed(), u"End"_s);
    }

    void indentedCodeIsCode()
    {
        const auto blocks = blocksOf(u"Run\n\n    make all\n\nDone"_s);
        QCOMPARE(blocks.size(), 3U);
        QVERIFY(blocks[1].code);
        QCOMPARE(blocks[1].text, u"make all"_s);
    }

    // Qt 6.4 counts every list from 1.
    void numbersGoOnAfterCode()
    {
        const auto blocks = blocksOf(u"1. One\n```\na\n```\n2. Two\n3. Three"_s);
        QCOMPARE(blocks.size(), 3U);
        QVERIFY(blocks[0].text.contains(u"1. One"_s));
        QVERIFY2(blocks[2].text.contains(u"2\\. Two"_s), qPrintable(blocks[2].text));
        QVERIFY2(blocks[2].text.contains(u"\n\n3\\. Three"_s), qPrintable(blocks[2].text));
    }

    void nothingIsNoBlock()
    {
        QVERIFY(blocksOf({}).empty());
        QVERIFY(blocksOf(u"\n \n"_s).empty());
    }
};

QTEST_GUILESS_MAIN(TestMarkdownBlocks)
#include "tst_markdown_blocks.moc"
