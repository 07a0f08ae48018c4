// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/gguf/sparse_copy.h"
#include "core/gguf/writer.h"
#include "tests/cli/cli_process.h"
#include "tests/support/model_headers.h"
#include "tests/support/test_data.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace snug;
using test::Ended;

namespace {

// Writes a model without data and runs `fit --levels` on it.
Ended fitLevels(const gguf::Header &header, const QStringList &more = {})
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("model.gguf"));
    const auto file = gguf::encodeHeader(header);
    if (!file || !gguf::writeSparse(file->bytes, file->header.fileBytes, fromUtf8(path.toStdString())))
        return {};
    return test::runProgram(test::program(QStringLiteral("snug-cli")),
                            QStringList{QStringLiteral("fit"), path, QStringLiteral("--levels")} + more);
}

QJsonObject named(const QJsonArray &levels, const QString &name)
{
    for (const auto &level : levels) {
        if (level.toObject().value(QLatin1String("level")) == name)
            return level.toObject();
    }
    return {};
}

QJsonArray levelsIn(const Ended &ended)
{
    return ended.last().value(QLatin1String("levels")).toArray();
}

} // namespace

class TestCliLevels : public QObject {
    Q_OBJECT

    QTemporaryDir m_home;

private Q_SLOTS:
    void initTestCase() { qputenv("SNUG_HOME", m_home.path().toUtf8()); }

    void everyLevelOfASixteenBitFile()
    {
        const Ended ended = fitLevels(test::knownModel("SmolLM 135M"), {QStringLiteral("--json")});
        QVERIFY2(ended.exitCode == 0, ended.err.constData());
        const QJsonArray levels = levelsIn(ended);
        QCOMPARE(levels.size(), 35);
        QCOMPARE(levels[0].toObject().value(QLatin1String("level")), QJsonValue(QLatin1String("F16")));
        QVERIFY(levels[0].toObject().value(QLatin1String("exists")).toBool());

        // As the engine's dry run has it: tests/backends/tst_quant_rules.cpp.
        const QJsonObject level = named(levels, QStringLiteral("Q4_K_M"));
        QVERIFY(!level.value(QLatin1String("exists")).toBool());
        QVERIFY(level.value(QLatin1String("can_be_made")).toBool());
        QCOMPARE(level.value(QLatin1String("file_bytes")).toInteger(), kQ4_K_M);
        QVERIFY(level.value(QLatin1String("bits_per_weight")).toDouble() > 6);
        QVERIFY(level.value(QLatin1String("verdict")).toString() != QLatin1String("unknown"));
        QVERIFY(level.value(QLatin1String("notes"))
                    .toArray()[0]
                    .toString()
                    .contains(QLatin1String("180 of 272 tensors become")));
        QVERIFY(level.value(QLatin1String("quality"))
                    .toObject()
                    .value(QLatin1String("source"))
                    .toString()
                    .contains(QLatin1String("Llama 3 8B")));

        const QJsonObject impossible = named(levels, QStringLiteral("Q1_0"));
        QVERIFY(!impossible.value(QLatin1String("can_be_made")).toBool());
        QVERIFY(impossible.value(QLatin1String("file_bytes")).isNull());
    }

    void theTableForPeople()
    {
        const Ended ended = fitLevels(test::knownModel("SmolLM 135M"));
        QVERIFY2(ended.exitCode == 0, ended.err.constData());
        QVERIFY2(ended.out.contains("Levels that could be made of it"), ended.out.constData());
        QVERIFY2(ended.out.contains("\nQ4_K_M "), ended.out.constData());
        QVERIFY2(ended.out.contains("no multiples of 256"), ended.out.constData());
        QVERIFY2(!ended.out.contains("\nQ1_0 "), ended.out.constData());
    }

    void aQuantizedFileSaysThatItIsNoSource()
    {
        gguf::Header header = test::transformer({.tied = true, .type = gguf::TensorType::Q8_0});
        header.values[1].value = gguf::Value(std::uint32_t{7});
        const Ended ended = fitLevels(header);
        QVERIFY2(ended.exitCode == 0, ended.err.constData());
        QVERIFY2(ended.out.contains("No other level can be made. The file is quantized already"),
                 ended.out.constData());
        const QJsonArray levels = levelsIn(fitLevels(header, {QStringLiteral("--json")}));
        QCOMPARE(levels.size(), 35);
        for (qsizetype i = 1; i < levels.size(); ++i)
            QVERIFY(!levels[i].toObject().value(QLatin1String("can_be_made")).toBool());
    }

private:
    static constexpr qint64 kQ4_K_M = 103685216;
};

QTEST_GUILESS_MAIN(TestCliLevels)
#include "tst_cli_levels.moc"
