// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/code/code_text.h"
#include "ui/code/highlighter.h"
#include "ui/markdown/markdown_blocks.h"
#include "ui/markdown/web_link.h"

#include <QAbstractItemModelTester>
#include <QCryptographicHash>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::ui::ColouredSpan;
using snug::ui::Highlighter;
using snug::ui::MarkdownBlocks;

namespace {

QString cell(const MarkdownBlocks &blocks, int row, const char *role)
{
    return blocks.index(row).data(blocks.roleNames().key(role)).toString();
}

// Kinds and texts, a row a line.
QString told(const MarkdownBlocks &blocks)
{
    QString all;
    for (int row = 0; row < blocks.rowCount(); ++row)
        all += cell(blocks, row, "kind") + u": "_s + cell(blocks, row, "text").trimmed() + u'\n';
    return all;
}

QList<ColouredSpan> coloursOf(Highlighter &highlighter, const QString &language, const QString &code)
{
    QSignalSpy finished(&highlighter, &Highlighter::finished);
    const quint64 request = highlighter.request(language, code);
    if (!finished.wait(60'000) || finished.first().at(0).toULongLong() != request)
        return {};
    return finished.first().at(1).value<QList<ColouredSpan>>();
}

// The part of the code that is drawn in that ink first.
QString firstIn(const QList<ColouredSpan> &spans, ColouredSpan::Ink ink, const QString &code)
{
    for (const ColouredSpan &span : spans) {
        if (span.ink == ink)
            return code.mid(span.start, span.length);
    }
    return {};
}

} // namespace

class TestAnswerBlocks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // A streamed answer: finished rows are told once and never again.
    void growingTextChangesOnlyItsEnd()
    {
        MarkdownBlocks blocks;
        const QAbstractItemModelTester tester(&blocks,
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        blocks.setSource(u"First\n\n```cpp\nint a;\n```\nAfter"_s);
        QCOMPARE(told(blocks), u"text: First\ncode: int a;\ntext: After\n"_s);
        QSignalSpy changed(&blocks, &MarkdownBlocks::dataChanged);
        QSignalSpy inserted(&blocks, &MarkdownBlocks::rowsInserted);
        QString source = blocks.source();
        for (int i = 0; i < 20; ++i) {
            source += u" word"_s;
            blocks.setSource(source);
        }
        QTRY_VERIFY(cell(blocks, 2, "text").count(u"word"_s) == 20);
        QCOMPARE(inserted.count(), 0);
        QVERIFY(changed.count() < 20); // twenty times a second
        for (const QList<QVariant> &change : changed)
            QCOMPARE(change.first().toModelIndex().row(), 2);
    }

    void otherTextIsReadAnew()
    {
        MarkdownBlocks blocks;
        const QAbstractItemModelTester tester(&blocks,
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        blocks.setSource(u"a\n\n---\n\nb"_s);
        QCOMPARE(blocks.rowCount(), 3);
        blocks.setSource(u"other"_s);
        QCOMPARE(told(blocks), u"text: other\n"_s);
        blocks.setSource(QString());
        QCOMPARE(blocks.rowCount(), 0);
    }

    // No turn of the event loop reads more than a slice, and in the end all of it is there.
    void longTextArrivesInSlices()
    {
        QString source;
        for (int i = 0; i < 20'000; ++i)
            source += u"Paragraph %1 of a long answer, \U0001F600.\n\n"_s.arg(i);
        MarkdownBlocks blocks;
        blocks.setSource(source);
        const int atOnce = blocks.rowCount();
        QVERIFY(atOnce > 0);
        const auto last = [&] { return cell(blocks, blocks.rowCount() - 1, "text"); };
        QTRY_VERIFY_WITH_TIMEOUT(last().contains(u"Paragraph 19999"_s), 20'000);
        QVERIFY(blocks.rowCount() > 10 * atOnce);
        QVERIFY(!told(blocks).contains(QChar::ReplacementCharacter));
    }

    // Up to the limit, then on from there; a character of two halves is not cut.
    void aLimitHidesTheRest()
    {
        const QString source = u"a\U0001F600b\n\nsecond paragraph\n\nthird"_s;
        MarkdownBlocks blocks;
        blocks.setLimit(2);
        blocks.setSource(source);
        QCOMPARE(cell(blocks, 0, "text").trimmed(), u"a\U0001F600"_s);
        QCOMPARE(blocks.hidden(), static_cast<int>(source.size()) - 3);
        blocks.setLimit(10);
        QTRY_COMPARE(blocks.hidden(), static_cast<int>(source.size()) - 10);
        QTRY_VERIFY(told(blocks).contains(u"second"_s.left(3)));
        blocks.setLimit(0);
        QCOMPARE(blocks.hidden(), 0);
        QTRY_VERIFY(told(blocks).contains(u"third"_s));
        QVERIFY(told(blocks).contains(source.left(4)));
    }

    void libraryIsThePinnedOne()
    {
        QFile file(u":/snug/highlight/highlight.min.js"_s);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256).toHex(),
                 QByteArray("8ab71eb09c51f501e5e25157d9cff100e46cc29bcbfc744d0b746d451fca7f53"));
    }

    void spansOfNestedHtml()
    {
        const QList<ColouredSpan> wanted = {
            {0, 2, ColouredSpan::String}, {2, 3, ColouredSpan::Name}, {5, 1, ColouredSpan::String}};
        QCOMPARE(snug::ui::spansOfHtml(u"<span class=\"hljs-string\">&quot;a<span class=\"hljs-subst\">"
                                       "<span class=\"hljs-title function_\">f&lt;g</span></span>b</span> c"),
                 wanted);
        QVERIFY(snug::ui::spansOfHtml(u"</span></span>& < <span class=\"x\">").isEmpty());
    }

    void languages_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("keyword");
        QTest::addColumn<QString>("string");
        const auto row = [](const char *language, const QString &code, const QString &keyword,
                            const QString &string) { QTest::newRow(language) << code << keyword << string; };
        row("python", u"import x # ä\ny = 'é'\n"_s, u"import"_s, u"'é'"_s);
        row("cpp", u"return \"a\";"_s, u"return"_s, u"\"a\""_s);
        row("javascript", u"const a = `b`;"_s, u"const"_s, u"`b`"_s);
        row("rust", u"fn main() { let a = \"b\"; }"_s, u"fn"_s, u"\"b\""_s);
        row("bash", u"if true; then echo \"a\"; fi"_s, u"if"_s, u"\"a\""_s);
        row("sql", u"SELECT 'a'"_s, u"SELECT"_s, u"'a'"_s);
        row("go", u"package main; var a = \"b\""_s, u"package"_s, u"\"b\""_s);
    }
    void languages()
    {
        QFETCH(const QString, code);
        QFETCH(const QString, keyword);
        QFETCH(const QString, string);
        const auto spans = coloursOf(m_highlighter, QString::fromUtf8(QTest::currentDataTag()), code);
        QCOMPARE(firstIn(spans, ColouredSpan::Keyword, code), keyword);
        QCOMPARE(firstIn(spans, ColouredSpan::String, code), string);
    }

    void unknownLanguageIsPlain()
    {
        QVERIFY(coloursOf(m_highlighter, u"no such'); language"_s, u"return 1"_s).isEmpty());
        QVERIFY(coloursOf(m_highlighter, u"html"_s, u"<p class='a'>"_s).isEmpty());
        QVERIFY(!Highlighter::isWorthwhile(QString(), u"a"_s));
        QVERIFY(!Highlighter::isWorthwhile(u"cpp"_s, QString(40'000, u'a')));
        QVERIFY(!Highlighter::isWorthwhile(u"cpp"_s, QString(3000, u'a')));
        QVERIFY(Highlighter::isWorthwhile(u"cpp"_s, u"int a;\n"_s));
    }

    void endingWhileItWorks()
    {
        for (int i = 0; i < 3; ++i) {
            Highlighter highlighter;
            highlighter.request(u"cpp"_s, u"int a;\n"_s.repeated(2000));
            const quint64 other = highlighter.request(u"python"_s, u"a = 1\n"_s.repeated(2000));
            highlighter.cancel(other);
            QTest::qWait(20 * i);
        }
    }

    void codeIsSavedWhole()
    {
        QTemporaryDir folder;
        snug::ui::CodeText code;
        code.setCode(u"a = 1\nb = \"é\""_s);
        code.setLanguage(u"Python"_s);
        QCOMPARE(code.fileName(), u"code.py"_s);
        const QString path = folder.filePath(u"x.py"_s);
        QCOMPARE(code.save(QUrl::fromLocalFile(path)), QString());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("a = 1\nb = \"é\"\n"));
        QVERIFY(!code.save(QUrl::fromLocalFile(folder.filePath(u"x.py/y"_s))).isEmpty());
    }

    void linksTellTheirHost_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("host");
        QTest::newRow("plain") << u"https://example.org/a?b=https://c.example"_s << u"example.org"_s;
        QTest::newRow("user that looks like a host")
            << u"https://bank.example@evil.example/"_s << u"evil.example"_s;
        QTest::newRow("letters of another alphabet")
            << u"https://xn--80ak6aa92e.com"_s << u"xn--80ak6aa92e.com"_s;
        QTest::newRow("mail") << u"mailto:a@b.example"_s << u"a@b.example"_s;
        QTest::newRow("script") << u"javascript:alert(1)"_s << QString();
        QTest::newRow("file") << u"file:///etc/passwd"_s << QString();
        QTest::newRow("data") << u"data:text/html,x"_s << QString();
    }
    void linksTellTheirHost()
    {
        QFETCH(const QString, address);
        QFETCH(const QString, host);
        snug::ui::WebLink link;
        link.setProperty("address", address);
        QCOMPARE(link.host(), host);
    }

private:
    Highlighter m_highlighter;
};

QTEST_MAIN(TestAnswerBlocks)
#include "tst_answer_blocks.moc"
