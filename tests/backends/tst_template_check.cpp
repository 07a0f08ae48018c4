// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/engine_log.h"
#include "backends/llama/template_check.h"
#include "backends/llama/template_error.h"
#include "tests/support/test_data.h"

#include <QDir>
#include <QTest>

#include <algorithm>

using namespace snug;
using namespace snug::llama;
using chat::TemplateReport;
using chat::TemplateSource;

namespace {

// The starter's vocabulary has ChatML's tokens, and <|im_end|> ends generation.
constexpr const char *kChatMl =
    "{%- for message in messages -%}\n"
    "{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}\n"
    "{%- endfor -%}\n"
    "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}";

QStringList idsOf(const TemplateReport &report)
{
    QStringList ids;
    for (const chat::TemplateFinding &finding : report.findings)
        ids << QString::fromStdString(finding.id);
    return ids;
}

} // namespace

class TestTemplateCheck : public QObject {
    Q_OBJECT

    std::filesystem::path m_model;

private Q_SLOTS:
    void initTestCase()
    {
        const QString model = test::dataFile(QStringLiteral("models/starter/snug-starter-Q8_0.gguf"));
        if (model.isEmpty())
            QSKIP("The models are not here; set SNUG_TEST_DATA.");
        m_model = model.toStdString();
        installEngineLog(EngineNoise::Errors);
    }

    void aGoodTemplateHasNoFindings()
    {
        const auto own = checkTemplate({m_model, {}});
        QVERIFY2(own, own ? "" : own.error().message.c_str());
        QVERIFY(own->source == TemplateSource::Model);
        QCOMPARE(idsOf(*own), QStringList());
        const auto given = checkTemplate({m_model, kChatMl});
        QVERIFY2(given, given ? "" : given.error().message.c_str());
        QVERIFY(given->source == TemplateSource::Given);
        QCOMPARE(idsOf(*given), QStringList());
    }

    void whatIsWrongIsFound_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<QStringList>("ids");
        const std::string turns = "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '";
        const std::string start = "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
        QTest::newRow("two beginnings") << "{{ bos_token }}{{ bos_token }}" + std::string(kChatMl)
                                        << QStringList{QStringLiteral("double_bos")};
        QTest::newRow("answers end with a plain text")
            << turns + "\\n### ' }}{% endfor %}" + start << QStringList{QStringLiteral("stop_token")};
        QTest::newRow("answers end with the beginning of turns")
            << turns + "' }}{% endfor %}" + start << QStringList{QStringLiteral("stop_token")};
        QTest::newRow("system messages are left out") << "{% for m in messages if m.role != 'system' %}{{ "
                                                         "'<|im_start|>' + m.role + '\\n' + m.content + "
                                                         "'<|im_end|>\\n' }}{% endfor %}" +
                                                             start
                                                      << QStringList{QStringLiteral("no_system_role")};
        QTest::newRow("system messages are refused")
            << "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" +
                   std::string(kChatMl)
            << QStringList{QStringLiteral("no_system_role")};
    }
    void whatIsWrongIsFound()
    {
        QFETCH(std::string, text);
        QFETCH(QStringList, ids);
        const auto report = checkTemplate({m_model, text});
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(idsOf(*report), ids);
        for (const chat::TemplateFinding &finding : report->findings)
            QVERIFY2(finding.message.ends_with('.'), finding.message.c_str());
    }

    void whatCannotBeUsedIsAnErrorWithItsLine_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("place");
        QTest::newRow("unknown statement") << std::string("a\nb\n{% nonsense %}") << std::string();
        QTest::newRow("bad character") << std::string("line\n{{ a $ b }}") << std::string("line 2, column 6");
        QTest::newRow("open block") << std::string("line\n{% if true %}x") << std::string();
        QTest::newRow("refuses everything")
            << std::string("\n\n{{ raise_exception('go away') }}") << std::string("line 3");
        QTest::newRow("open comment") << std::string("x\n{# y") << std::string();
        QTest::newRow("call of nothing") << std::string("{{ nothing.at_all() }}") << std::string("line 1");
    }
    void whatCannotBeUsedIsAnErrorWithItsLine()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, place);
        const auto report = checkTemplate({m_model, text});
        QVERIFY(!report);
        QCOMPARE(report.error().kind, ErrorKind::Corrupt);
        const std::string &message = report.error().message;
        qInfo("%s", message.c_str());
        QVERIFY2(message.find(place) != std::string::npos, message.c_str());
        QVERIFY(message.find('\n') == std::string::npos);
    }

    void errorsAreExplained()
    {
        QCOMPARE(explainTemplateError("\n------------\nWhile executing CallExpression at line 3, column 4 in "
                                      "source:\n...x...\n   ^\nError: Jinja Exception: go away",
                                      "x"),
                 std::string("line 3, column 4: Jinja Exception: go away"));
        QCOMPARE(explainTemplateError("Unknown statement: nonsense", "x"),
                 std::string("Unknown statement: nonsense"));
        QCOMPARE(explainTemplateError("", ""), std::string());
        // What is quoted is not in the template, or twice.
        QCOMPARE(explainTemplateError("lexer: bad\n...zz...\n    ^", "abc"), std::string("bad"));
        QCOMPARE(explainTemplateError("lexer: bad\n...a...\n   ^", "a a"), std::string("bad"));
        QCOMPARE(explainTemplateError("lexer: bad\n...c↵d...\n      ^", "ab\nc\nd"),
                 std::string("line 3, column 2: bad"));
        for (const char *said : {"^", "\n^", "\n\n^", "lexer: \n......\n^", "\xff\xc3\n...\n   ^"})
            QVERIFY(explainTemplateError(said, "text").find('\n') == std::string::npos);
    }

    // Those that llama.cpp tests itself with, with a vocabulary that is not theirs.
    void realTemplatesAreOfUse_data()
    {
        QTest::addColumn<QString>("path");
        const QDir folder(QStringLiteral(SNUG_ENGINE_TEMPLATES));
        for (const QString &name : folder.entryList({QStringLiteral("*.jinja")}, QDir::Files))
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }
    void realTemplatesAreOfUse()
    {
        QFETCH(QString, path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto report = checkTemplate({m_model, file.readAll().toStdString()});
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QVERIFY(!idsOf(*report).contains(QStringLiteral("double_bos")));
        QVERIFY(!idsOf(*report).contains(QStringLiteral("system_ignored")));
    }
};

QTEST_GUILESS_MAIN(TestTemplateCheck)
#include "tst_template_check.moc"
