// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/names.h"
#include "core/hub/safe_path.h"
#include "tests/support/gguf_errors.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace snug;
using namespace snug::hub;

namespace {

http::Url endpoint()
{
    return *http::Url::parse("https://hub.example");
}

} // namespace

class TestHubNames : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusesFileNames_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("reason");
        const auto row = [](const char *title, QByteArray name, const char *reason) {
            QTest::newRow(title) << std::move(name) << QByteArray(reason);
        };
        row("nothing", "", "empty");
        row("up", "../x", "dots");
        row("up by backslash", "..\\x", "character");
        row("backslash inside", "a\\..\\..\\x", "character");
        row("absolute", "/abs", "absolute");
        row("drive relative", "C:x", "absolute");
        row("drive", "C:\\x", "absolute");
        row("drive with slash", "c:/x", "absolute");
        row("network share", "\\\\srv\\s", "absolute");
        row("network share with slashes", "//srv/s", "absolute");
        row("device path", "\\\\?\\C:\\x", "absolute");
        row("up inside", "a/../../b", "dots");
        row("up at the end", "a/..", "dots");
        row("here", "./x", "dots");
        row("NUL byte", QByteArray("a\0b", 3), "character");
        row("stream", "model.gguf:stream", "character");
        row("only a stream", ":stream", "character");
        row("device", "CON", "device_name");
        row("device with ending", "NUL.gguf", "device_name");
        row("device in lower case", "sub/aux.txt", "device_name");
        row("device with blank", "nul .txt", "device_name");
        row("serial port", "COM1", "device_name");
        row("printer port", "lpt9.gguf", "device_name");
        row("superscript port", "COM\xC2\xB9", "character");
        row("console", "CONIN$", "device_name");
        row("dot at the end", "model.", "blank_or_dot_at_end");
        row("blank at the end", "model ", "blank_or_dot_at_end");
        row("blank at a folder's end", "a /b", "blank_or_dot_at_end");
        row("blank in front", " model", "blank_or_dot_at_end");
        row("three dots", ".../x", "blank_or_dot_at_end");
        row("300 characters", QByteArray(300, 'a'), "too_long");
        row("long path", QByteArray("abcdefg/").repeated(70) + "x", "too_long");
        row("deep path", QByteArray("a/").repeated(20) + "x", "too_deep");
        row("empty segment", "a//b", "empty");
        row("slash at the end", "a/", "empty");
        row("right to left override",
            "gguf.\xE2\x80\xAE"
            "exe",
            "character");
        row("zero width",
            "a\xE2\x80\x8B"
            "b",
            "character");
        row("full-width solidus",
            "a\xEF\xBC\x8F"
            "b",
            "character");
        row("combining mark", "a\xCC\x88.gguf", "character");
        row("line break", "a\nb", "character");
        row("escape", "a\x1B[2J", "character");
        row("delete", "a\x7F", "character");
        row("wildcard", "*.gguf", "character");
        row("question mark", "a?b", "character");
        row("quote", "a\"b", "character");
        row("angle", "a<b", "character");
        row("pipe", "a|b", "character");
        row("short name", "MODEL~1.GGU", "character");
        row("half a character", "a\xC3", "not_utf8");
        row("overlong slash",
            "a\xC0\xAF"
            "b",
            "not_utf8");
    }
    void refusesFileNames()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, reason);
        const auto path = safeRelativePath(name.toStdString());
        QVERIFY(!path);
        QCOMPARE(path.error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(QByteArray::fromStdString(test::reasonOf(path)), reason);
        const QString message = QString::fromStdString(path.error().message);
        for (const QChar c : message)
            QVERIFY2(c.isPrint(), qPrintable(message));
    }

    void acceptsFileNames_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto &name :
             {u"model.gguf"_qs, u"BF16/Qwen3-235B-BF16-00001-of-00010.gguf"_qs, u".gitattributes"_qs,
              u"a b (1).gguf"_qs, u"model-UD-Q4_K_XL+x=1,@2;3.gguf"_qs, u"Größe.gguf"_qs,
              u"模型/文件.gguf"_qs, u"モデル.gguf"_qs, u"модель.gguf"_qs, u"console.gguf"_qs, u"com10.txt"_qs,
              u"nullable"_qs, u"a..b.gguf"_qs})
            QTest::newRow(qPrintable(name)) << name;
    }
    void acceptsFileNames()
    {
        QFETCH(QString, name);
        const auto path = safeRelativePath(name.toStdString());
        QVERIFY2(path, path ? "" : path.error().message.c_str());
        QCOMPARE(QString::fromStdString(*path), name);
    }

    void seesCaseTwins()
    {
        QCOMPARE(pathKey("A/Model.GGUF"), pathKey("a/model.gguf"));
        QCOMPARE(pathKey("GRÖSSE Я Ё Ґ Ω Ά ĀẼŽŁŸƯ"), pathKey("grösse я ё ґ ω ά āẽžłÿư"));
        QVERIFY(pathKey("a.gguf") != pathKey("b.gguf"));
        QVERIFY(pathKey("模型") != pathKey("文件"));
    }

    void showsStrangersWords()
    {
        QCOMPARE(QString::fromStdString(shownText("a\xE2\x80\xAE\n\xFF"
                                                  "é")),
                 u"a\\u{202E}\\u{A}\\u{FFFD}é"_qs);
        QVERIFY(shownText(std::string(10'000, 'x')).size() < 200);
    }

    void readsRepositories_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("valid");
        for (const auto &text : {u"gpt2"_qs, u"ggml-org/gemma-3-1b-it-GGUF"_qs, u"a/b.c_d"_qs, u"_x/y"_qs})
            QTest::newRow(qPrintable(text)) << text << true;
        QTest::newRow("longest") << QString(96, u'a') + u'/' + QString(96, u'b') << true;
        QTest::newRow("too long") << QString(97, u'a') << false;
        for (const auto &text : {u""_qs, u"/"_qs, u"a/"_qs, u"/b"_qs, u"a/b/c"_qs, u"../b"_qs, u"a/.."_qs,
                                 u"a--b/c"_qs, u"a/b..c"_qs, u".a/b"_qs, u"a/b-"_qs, u"a b/c"_qs,
                                 u"a/b.git"_qs, u"a\\b"_qs, u"a/b?c"_qs, u"ä/b"_qs, u"a/b%2e"_qs})
            QTest::newRow(qPrintable(u"refused: "_qs + text)) << text << false;
    }
    void readsRepositories()
    {
        QFETCH(QString, text);
        QFETCH(bool, valid);
        const auto id = RepoId::parse(text.toStdString());
        QCOMPARE(id.has_value(), valid);
        if (!id) {
            QCOMPARE(id.error().kind, ErrorKind::InvalidArgument);
            return;
        }
        QCOMPARE(QString::fromStdString(id->text()), text);
        QCOMPARE(QString::fromUtf8(id->name().data(), qsizetype(id->name().size())), text.section(u'/', -1));
        QCOMPARE(id->owner().empty(), !text.contains(u'/'));
    }

    void readsReferences_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("repo"); // empty: refused
        QTest::addColumn<QString>("revision");
        QTest::addColumn<QString>("selector");
        const auto row = [](const char *text, const char *repo, const char *revision, const char *selector) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(repo)
                                << QString::fromUtf8(revision) << QString::fromUtf8(selector);
        };
        row("o/n", "o/n", "", "");
        row("n:Q4_K_M", "n", "", "Q4_K_M");
        row("o/n@main:a/b.gguf", "o/n", "main", "a/b.gguf");
        row("o/n@refs/pr/1", "o/n", "refs/pr/1", "");
        row("o/n@:x", "", "", "");
        row("o/n@..", "", "", "");
        row("o/n@-x", "", "", "");
        row("o/n@a b", "", "", "");
        row("o/n:", "", "", "");
        row("o/n:../x", "", "", "");
        row("o/n:C:x", "", "", "");
        row("https://hub.example/o/n", "o/n", "", "");
        row("https://hub.example/o/n/", "o/n", "", "");
        row("https://hub.example/o/n?library=gguf#files", "o/n", "", "");
        row("https://hub.example/o/n/tree/main", "o/n", "main", "");
        row("https://hub.example/o/n/tree/refs%2Fpr%2F1/Q4", "o/n", "refs/pr/1", "Q4");
        row("https://hub.example/o/n/blob/v1.0/a/b%20c.gguf", "o/n", "v1.0", "a/b c.gguf");
        row("https://huggingface.co/o/n/resolve/main/x.gguf?download=true", "o/n", "main", "x.gguf");
        row("https://huggingface.co/gpt2/tree/main", "gpt2", "main", "");
        row("https://huggingface.co/o/n/discussions/4", "o/n", "", "");
        row("hf.co/o/n:Q8_0", "o/n", "", "Q8_0");
        row("https://elsewhere.example/o/n", "", "", "");
        row("https://huggingface.co.evil.example/o/n", "", "", "");
        row("https://huggingface.co@evil.example/o/n", "", "", "");
        row("ftp://huggingface.co/o/n", "", "", "");
        row("https://huggingface.co/", "", "", "");
        row("https://huggingface.co/datasets/o/n", "", "", "");
        row("https://huggingface.co/o/n/blob/main/..%2F..%2Fx", "", "", "");
        row("https://huggingface.co/o/n/blob/main/%zz", "", "", "");
    }
    void readsReferences()
    {
        QFETCH(QString, text);
        QFETCH(QString, repo);
        QFETCH(QString, revision);
        QFETCH(QString, selector);
        const auto reference = parseReference(text.toStdString(), endpoint());
        QCOMPARE(reference.has_value(), !repo.isEmpty());
        if (!reference) {
            QCOMPARE(reference.error().kind, ErrorKind::InvalidArgument);
            QVERIFY(!reference.error().hint.empty());
            return;
        }
        QCOMPARE(QString::fromStdString(reference->repo.text()), repo);
        QCOMPARE(QString::fromStdString(reference->revision.value_or("")), revision);
        QCOMPARE(QString::fromStdString(reference->selector), selector);
    }

    void knowsCommits()
    {
        QVERIFY(isCommit("ec0cbabd8dbff316f659876a50202295c3c4a314"));
        QVERIFY(!isCommit("EC0CBABD8DBFF316F659876A50202295C3C4A314"));
        QVERIFY(!isCommit("ec0cbabd8dbff316f659876a50202295c3c4a31"));
        QVERIFY(!isCommit("main"));
    }
};

QTEST_GUILESS_MAIN(TestHubNames)
#include "tst_hub_names.moc"
