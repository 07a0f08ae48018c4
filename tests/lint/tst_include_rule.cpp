// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/lint/include_rule.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace snug::test;

namespace {

std::filesystem::path nativePath(const QString &path)
{
    return std::filesystem::path(path.toStdU16String());
}

void write(const QDir &root, const QString &name, const QByteArray &content)
{
    QVERIFY(root.mkpath(QFileInfo(name).path()));
    QFile file(root.filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

QString described(const std::vector<Offence> &offences)
{
    QString text;
    for (const Offence &each : offences) {
        text += QStringLiteral("\n%1:%2: %3")
                    .arg(QString::fromStdString(each.file))
                    .arg(each.line)
                    .arg(QString::fromStdString(each.text));
    }
    return text;
}

} // namespace

class TestIncludeRule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTreeObeys()
    {
        const QString root = qEnvironmentVariable("SNUG_SOURCE");
        QVERIFY2(QFile::exists(root + QStringLiteral("/core/base/result.h")), qPrintable(root));
        const IncludeReport report = checkIncludes(nativePath(root));
        QVERIFY2(report.files > 15 && report.includes > 50, "too few files: the check read the wrong folder");
        QVERIFY2(report.offences.empty(), qPrintable(described(report.offences)));
    }

    void breachIsFound_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("expected"); // empty: allowed

        const auto row = [](const char *file, const char *content, const char *expected) {
            QTest::addRow("%s: %s", file, content)
                << QString::fromUtf8(file) << QByteArray(content) << QString::fromUtf8(expected);
        };
        row("core/x.cpp", "#include <QString>", "header of Qt");
        row("core/x.cpp", "#include <QtCore/qstring.h>", "header of Qt");
        row("core/x.cpp", "#include <qstring.h>", "header of Qt");
        row("core/x.cpp", "  #  include <llama.h>", "header of the engine");
        row("core/deep/x.h", "#include \"ggml-backend.h\"", "header of the engine");
        row("core/x.cpp", "#include \"backends/devices.h\"", "must not be seen in core");
        row("core/x.cpp", "#include \"ui/page.h\"", "must not be seen in core");
        row("core/x.cpp", "#include \"core/a.h\"\n#include <vector>\n#include <nlohmann/json.hpp>", "");
        row("core/x.cpp", "#include \"core/gone.h\"", "no file of this tree");
        row("core/x.cpp", "#include NAME", "names no file");
        row("ui/x.cpp", "#include \"backends/devices.h\"", "must not be seen in ui");
        row("ui/x.cpp", "#include \"app/desktop/application.h\"", "must not be seen in ui");
        row("ui/x.cpp", "#include <gguf.h>", "header of the engine");
        row("ui/x.cpp", "#include \"core/a.h\"\n#include <QObject>\n#include \"x.moc\"", "");
        row("app/desktop/x.cpp", "#include \"backends/devices.h\"", "must not be seen in app/desktop");
        row("app/desktop/x.cpp", "#include \"ui/page.h\"\n#include <QGuiApplication>", "");
        row("app/cli/x.cpp", "#include \"common/chat.h\"", "header of the engine");
        row("app/cli/x.cpp", "#include <sampling.h>", "header of the engine");
        row("app/cli/x.cpp", "#include <QCoreApplication>", "header of Qt");
        row("app/cli/x.cpp", "#include \"backends/llama/leak.h\"", "through backends/llama/leak.h");
        row("app/cli/x.cpp", "#include \"backends/leaky.h\"", "through backends/llama/leak.h");
        row("app/cli/x.cpp", "#include \"backends/devices.h\"", "");
        row("backends/x.cpp", "#include \"server-context.h\"", "header of the engine");
        row("backends/llama/x.cpp", "#include <llama.h>\n#include \"chat.h\"\n#include \"core/a.h\"", "");
        row("backends/llama/x.cpp", "#include <QObject>", "header of Qt");
        row("backends/llama/x.cpp", "#include \"ui/page.h\"", "must not be seen in backends/llama");
        row("tests/core/x.cpp", "#include <llama.h>", "header of the engine");
        row("tests/core/x.cpp", "#include \"core/a.h\"\n#include <QTest>", "");
        row("stray/x.cpp", "#include <vector>", "no rule covers");
        row("build/x.cpp", "#include <llama.h>", "");
    }

    // One file at a time is put into a small tree that obeys, but for the leak that is allowed where it
    // stands.
    void breachIsFound()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        QFETCH(QString, expected);
        QTemporaryDir folder;
        QVERIFY(folder.isValid());
        const QDir root(folder.path());
        write(root, QStringLiteral("core/a.h"), "#pragma once\n");
        write(root, QStringLiteral("ui/page.h"), "#pragma once\n#include <QObject>\n");
        write(root, QStringLiteral("backends/devices.h"), "#pragma once\n#include \"core/a.h\"\n");
        write(root, QStringLiteral("backends/llama/leak.h"), "#pragma once\n#include <llama.h>\n");
        write(root, QStringLiteral("app/desktop/application.h"), "#pragma once\n");
        if (expected.contains(QStringLiteral("through")))
            write(root, QStringLiteral("backends/leaky.h"), "#include \"backends/llama/leak.h\"\n");
        write(root, file, content);

        std::vector<Offence> ours;
        for (const Offence &each : checkIncludes(nativePath(folder.path())).offences) {
            if (QString::fromStdString(each.file) == file)
                ours.push_back(each);
        }
        QCOMPARE(ours.size(), expected.isEmpty() ? std::size_t{0} : std::size_t{1});
        if (!expected.isEmpty())
            QVERIFY2(described(ours).contains(expected), qPrintable(described(ours)));
    }
};

QTEST_GUILESS_MAIN(TestIncludeRule)
#include "tst_include_rule.moc"
