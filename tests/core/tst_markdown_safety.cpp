// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/markdown_blocks.h"

#include <QGuiApplication>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextFragment>

#include <random>

using namespace snug;
using namespace Qt::StringLiterals;

// Qt's own reader of Markdown is the judge: what it makes of the result may hold no image and no link but
// those to the web, and shows HTML as text.
namespace {

// All blocks as one text, with code between fences that nothing in it can close.
std::string safeMarkdown(const std::string &source)
{
    const std::string fence(64, '~');
    std::string all;
    for (const chat::MarkdownBlock &block : chat::splitMarkdown(source)) {
        const bool code = block.kind == chat::MarkdownBlock::Kind::Code;
        const bool markdown =
            block.kind == chat::MarkdownBlock::Kind::Text || block.kind == chat::MarkdownBlock::Kind::Table;
        if (code)
            all += "\n" + fence + "\n" + block.text + "\n" + fence + "\n";
        else if (markdown)
            all += (all.empty() ? "" : "\n") + block.text;
    }
    return all;
}

struct Seen {
    QString text;
    QString code; // of code blocks
    QStringList links;
    bool image = false;
    bool object = false;
};

Seen seenByQt(const std::string &markdown)
{
    QTextDocument document;
    document.setMarkdown(QString::fromStdString(markdown), QTextDocument::MarkdownDialectGitHub);
    Seen seen;
    seen.text = document.toPlainText();
    seen.object = seen.text.contains(QChar::ObjectReplacementCharacter);
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        if (block.blockFormat().hasProperty(QTextFormat::BlockCodeFence))
            seen.code += block.text() + u'\n';
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            const QTextCharFormat format = it.fragment().charFormat();
            seen.image = seen.image || format.isImageFormat();
            if (format.isAnchor())
                seen.links += format.anchorHref();
        }
    }
    return seen;
}

bool isWebLink(const QString &link)
{
    return link.startsWith(u"http://"_qs, Qt::CaseInsensitive) ||
           link.startsWith(u"https://"_qs, Qt::CaseInsensitive) ||
           link.startsWith(u"mailto:"_qs, Qt::CaseInsensitive);
}

QString fault(const std::string &source)
{
    const Seen seen = seenByQt(safeMarkdown(source));
    if (seen.image || seen.object)
        return u"an image"_qs;
    for (const QString &link : seen.links) {
        if (!isWebLink(link))
            return u"a link to "_qs + link;
    }
    return {};
}

} // namespace

class TestMarkdownSafety : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Without this the other tests would prove nothing: Qt does see an image when it is let through.
    void theJudgeSeesImagesAndLinks()
    {
        QVERIFY(seenByQt("![a](http://h/x.png)").image);
        QCOMPARE(seenByQt("[a](file:///etc/passwd)").links, QStringList{u"file:///etc/passwd"_qs});
        QCOMPARE(seenByQt("see ftp://h.example/x now").links.size(), 1);
        QVERIFY(seenByQt("<b>x</b>").text == u"x"_qs);
        QVERIFY(!seenByQt("```\ncode\n```").code.isEmpty());
    }

    void imagesBecomeLinksOrText()
    {
        const Seen seen = seenByQt(safeMarkdown("Look: ![a cat](https://h/cat.png) ![no](file:///x)"));
        QVERIFY(!seen.image);
        QCOMPARE(seen.links, QStringList{u"https://h/cat.png"_qs});
        QCOMPARE(seen.text, u"Look: a cat ![no](file:///x)"_qs);
    }

    void htmlIsShownAsItIsWritten()
    {
        const std::string html = "<img src=x onerror=y> <b>bold</b>";
        QCOMPARE(seenByQt(safeMarkdown(html)).text, QString::fromStdString(html));
        QCOMPARE(seenByQt(safeMarkdown("<div>\n<img src=x>\n</div>")).text.count(u'<'), 3);
    }

    void onlyWebLinksAreLinks()
    {
        QCOMPARE(seenByQt(safeMarkdown("[a](http://h/?q=1&b=(2)) <https://i.example>")).links.size(), 2);
        QVERIFY(seenByQt(safeMarkdown("[a](javascript:alert(1)) [b][c]\n\n[c]: file:///x")).links.isEmpty());
        QVERIFY(seenByQt(safeMarkdown("ftp://h.example/x")).links.isEmpty());
        QCOMPARE(seenByQt(safeMarkdown("[a `]` b](https://h \"title\")")).text, u"a ] b"_qs);
    }

    void codeStaysVerbatim()
    {
        const std::string code = "if (a < b) { ![x](y); }\n\t<b> \\ `` `\n";
        const Seen seen = seenByQt(safeMarkdown("Text\n\n```cpp\n" + code + "```\nafter"));
        QVERIFY(seen.code.startsWith(u"if (a < b) { ![x](y); }\n    <b> \\ `` `\n"_qs));
        QVERIFY(seen.text.endsWith(u"after"_qs));
        QCOMPARE(seenByQt(safeMarkdown("a `<b> ![x](y)` c")).text, u"a <b> ![x](y) c"_qs);
        QVERIFY(seenByQt(safeMarkdown("open\n```\n![x](y)")).code.contains(u"![x](y)"_qs));
        QVERIFY(seenByQt(safeMarkdown("1. one\n   ```\n   <a>\n   ```\n2. two")).code.contains(u"<a>"_qs));
        QVERIFY(seenByQt(safeMarkdown("text\n\n    a < b\n\ntext")).code.contains(u"a < b"_qs));
    }

    void ordinaryMarkdownIsUntouched_data()
    {
        QTest::addColumn<QString>("markdown");
        for (const char *text : {"# Title\n\nSome *words* and **more**.\n", "- one\n- two\n  - three\n",
                                 "| a | b |\n|---|---|\n| 1 | 2 |\n", "> quote\n> more\n", "1. a\n2. b\n",
                                 "- [ ] open\n- [x] done\n", "a `code` b\n", "[a](https://h/x)\n"})
            QTest::addRow("%s", text) << QString::fromUtf8(text);
    }
    void ordinaryMarkdownIsUntouched()
    {
        QFETCH(const QString, markdown);
        QCOMPARE(QString::fromStdString(safeMarkdown(markdown.toStdString())), markdown);
    }

    void tricksThatMoveTheBordersOfCode_data()
    {
        QTest::addColumn<QByteArray>("source");
        const char *const tricks[] = {"- item\n  ```\n![x](http://h/y)\n",
                                      "`a\n`![x](http://h/y)`\n",
                                      "| a |\n|---|\n```\n![x](http://h/y)\n```\n",
                                      "> ```\n![x](http://h/y)\n",
                                      "\\`![x](http://h/y)\\`",
                                      "``a`![x](http://h/y)`",
                                      "[x]: http://h/y\n\n![x]",
                                      "![x]\n\n[x]: file:///y",
                                      "!\\[x](http://h/y)",
                                      "\\\\![x](http://h/y)",
                                      "![x\ny](http://h/y)",
                                      "[![x](http://h/y)](http://h)",
                                      "~~~\n```\n~~~\n![x](http://h/y)\n```",
                                      "````\n```\n![x](y)\n",
                                      "    code\n![x](http://h/y)",
                                      "- a\n\n      ![x](http://h/y)\n",
                                      "<!--\n![x](http://h/y)\n-->",
                                      "`` ` ![x](http://h/y)",
                                      "| `a | ![x](http://h/y)` |\n|---|---|\n",
                                      "[a](http://h\"onclick=x)",
                                      "http://h`![x](http://h/y)`",
                                      "&#33;[x](file:///y)",
                                      "!\xEF\xBB\xBF[x](file:///y)",
                                      "[x](\x01http://y)",
                                      "[a](file:///x\\)",
                                      "```\\\n![x](http://h/y)\n```",
                                      "* * *\n    ![x](http://h/y)",
                                      "[[x](javascript:y)](http://h)",
                                      "[a](mailto:x) [b](MAILTO:y) [c](HtTp://z)",
                                      "www.example.org a@b.example",
                                      "!![x](http://h/y)",
                                      "!!![x](http://h/y)",
                                      "!<http://h/y>",
                                      "\\!<http://h/y>",
                                      "!\\![x](http://h/y)"};
        for (const char *trick : tricks)
            QTest::addRow("%s", trick) << QByteArray(trick);
    }
    void tricksThatMoveTheBordersOfCode()
    {
        QFETCH(const QByteArray, source);
        QCOMPARE(fault(source.toStdString()), QString());
    }

    void randomMarkdownHoldsNoImageAndNoForeignLink()
    {
        const std::vector<std::string> pieces = {"![",     "](",          "http://h.example/a.png",
                                                 ")",      "[",           "]",
                                                 "x",      " ",           "\n",
                                                 "\n\n",   "`",           "``",
                                                 "```",    "~~~",         "    ",
                                                 "- ",     "> ",          "1. ",
                                                 "|",      "|---|\n",     "<img src='y'>",
                                                 "<",      ">",           "\\",
                                                 "!",      "*",           "_",
                                                 ":",      "javascript:", "file:///y",
                                                 "[x]: y", "&lt;",        "ftp://h.example",
                                                 "<!--",   "-->",         "\t",
                                                 "\r\n",   "# ",          "---\n",
                                                 "\"",     "(",           "www."};
        std::mt19937 random(20260101);
        for (int round = 0; round < 2000; ++round) {
            std::string source;
            for (unsigned i = 0; i < 4 + random() % 24; ++i)
                source += pieces[random() % pieces.size()];
            const QString found = fault(source);
            QVERIFY2(found.isEmpty(), qPrintable(found + u" from "_qs + QString::fromStdString(source)));
        }
    }

    void nestingIsBounded()
    {
        std::string quotes;
        for (int i = 0; i < 200; ++i)
            quotes += "> ";
        const auto depth = [](const std::string &markdown) {
            QTextDocument document;
            document.setMarkdown(QString::fromStdString(markdown), QTextDocument::MarkdownDialectGitHub);
            return document.begin().blockFormat().intProperty(QTextFormat::BlockQuoteLevel);
        };
        QCOMPARE(depth(quotes + "deep"), 200); // what Qt makes of it without us
        QCOMPARE(depth(safeMarkdown(quotes + "deep")), 12);
    }

    void hugeInputIsQuick()
    {
        for (const char *piece : {"[](", "`", "![", "> ", "- ", "``` ` ", "*", "\\", "    "}) {
            std::string source;
            while (source.size() < 200'000)
                source += piece;
            const std::string safe = safeMarkdown(source);
            QVERIFY(safe.size() < 3 * source.size());
        }
    }
};

QTEST_MAIN(TestMarkdownSafety)
#include "tst_markdown_safety.moc"
