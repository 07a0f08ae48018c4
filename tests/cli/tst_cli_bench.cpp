// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/cli/cli_process.h"
#include "tests/support/model_data.h"
#include "tests/support/model_headers.h"
#include "tests/support/test_data.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace snug;
using namespace Qt::StringLiterals;
using test::Ended;
using test::Running;

namespace {

QString cli()
{
    return test::program(u"snug-cli"_qs);
}

QString starter()
{
    return test::dataFile(u"models/starter/snug-starter-Q8_0.gguf"_qs);
}

// As short as a run can be that still means something.
Ended bench(const QStringList &more)
{
    return test::runProgram(cli(), QStringList{u"bench"_qs, u"--json"_qs} + more);
}

Ended benchModel(const QString &model)
{
    return bench({model, u"--prompt"_qs, u"64"_qs, u"--tokens"_qs, u"16"_qs, u"--rounds"_qs, u"2"_qs});
}

QString kindOf(const Ended &ended)
{
    return ended.last().value(u"kind"_qs).toString();
}

} // namespace

class TestCliBench : public QObject {
    Q_OBJECT

    QTemporaryDir m_home;

    [[nodiscard]] QString stateFile(const QString &name) const { return m_home.filePath(u"data/"_qs + name); }
    [[nodiscard]] QJsonObject state(const QString &name) const
    {
        QFile file(stateFile(name));
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                              : QJsonObject();
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("SNUG_HOME", m_home.path().toUtf8());
        QVERIFY2(QFile::exists(cli()), qPrintable(cli()));
    }

    void whatCannotBeMeasuredIsSaid()
    {
        QCOMPARE(kindOf(bench({})), u"invalid_argument"_qs);
        QCOMPARE(kindOf(bench({u"--device"_qs, u"CUDA77"_qs})), u"not_found"_qs);
        QCOMPARE(kindOf(bench({m_home.filePath(u"none.gguf"_qs)})), u"not_found"_qs);
        QCOMPARE(bench({u"--tokens"_qs, u"-1"_qs}).exitCode, 2);
        QCOMPARE(bench({u"--rounds"_qs, u"0"_qs}).exitCode, 2);
        QFile broken(m_home.filePath(u"broken.gguf"_qs));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write(QByteArray("GGUF\3\0\0\0", 8) + QByteArray(100, '\xff'));
        broken.close();
        const Ended ended = bench({broken.fileName()});
        QCOMPARE(ended.exitCode, 1);
        QCOMPARE(ended.last().value(u"event"_qs), u"error"_qs);
    }

    void aStopEndsItAndLeavesNothing()
    {
        Running running(cli(), {u"bench"_qs, u"--device"_qs, u"CPU"_qs, u"--json"_qs});
        QVERIFY(!running.waitForEvent(u"progress"_qs).isEmpty());
        QElapsedTimer clock;
        clock.start();
        running.signal(SIGINT);
        const Ended ended = running.waitForEnd(20'000);
        QCOMPARE(ended.exitCode, 130);
        // 200 ms where nothing else runs.
        QVERIFY2(clock.elapsed() < 2000, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(!QFile::exists(stateFile(u"device_speeds.json"_qs)));
    }

    void theProcessorIsMeasuredOnce()
    {
        QVERIFY(QDir(m_home.path()).mkpath(u"data"_qs));
        QFile damaged(stateFile(u"device_speeds.json"_qs));
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        damaged.write("{\"schema\":1,\"speeds\":[{\"device\":");
        damaged.close();
        const Ended ended = bench({u"--device"_qs, u"CPU"_qs});
        QVERIFY2(ended.exitCode == 0, ended.err.constData());
        const QJsonArray speeds = ended.last().value(u"speeds"_qs).toArray();
        QCOMPARE(speeds.size(), 1);
        const QJsonObject speed = speeds[0].toObject();
        QCOMPARE(speed.value(u"device"_qs), u"CPU"_qs);
        QVERIFY(speed.value(u"threads"_qs).toInt() > 0);
        const QJsonArray rates = speed.value(u"rates"_qs).toArray();
        QVERIFY(rates.size() > 10);
        for (const auto &entry : rates) {
            const QJsonObject rate = entry.toObject();
            const QByteArray type = rate.value(u"type"_qs).toString().toUtf8();
            // From a tired laptop to the largest server.
            const double vector = rate.value(u"vector_bytes"_qs).toDouble();
            QVERIFY2(vector > 2e7 && vector < 2e12, type.constData());
            const double flops = rate.value(u"flops"_qs).toDouble();
            QVERIFY2(flops > 1e8 && flops < 1e14, type.constData());
        }
        const QJsonArray kept = state(u"device_speeds.json"_qs).value(u"speeds"_qs).toArray();
        QCOMPARE(kept.size(), 1);
        QCOMPARE(kept[0].toObject(), speed);
    }

    void aModelRunsBesideItsPrediction()
    {
        if (starter().isEmpty())
            QSKIP("The starter model is not there.");
        const Ended first = benchModel(starter());
        QVERIFY2(first.exitCode == 0, first.err.constData());
        const QJsonObject result = first.last();
        for (const char *field : {"prompt_tps", "generation_tps", "first_token_ms"})
            QVERIFY2(result.value(QLatin1String(field)).toDouble() > 0, field);
        QCOMPARE(result.value(u"layers"_qs).toInt(), 5);
        QCOMPARE(result.value(u"prompt_tokens"_qs).toInt(), 64);
        const QJsonObject predicted = result.value(u"predicted"_qs).toObject();
        QVERIFY(predicted.value(u"generation_tps"_qs).toDouble() > 0);
        QCOMPARE(predicted.value(u"source"_qs), u"from the measured speed of the device"_qs);
        QCOMPARE(predicted.value(u"uncertainty"_qs).toDouble(), 0.15);
        // What the dry run says is what is really taken.
        const auto total = [](const QJsonObject &of) {
            return of.value(u"memory"_qs).toArray().at(0).toObject().value(u"total"_qs).toDouble();
        };
        QVERIFY(qAbs(total(predicted) / total(result) - 1) < 0.01);
        // Other programs may slow either run down, but hardly a hundred times.
        const double ratio =
            predicted.value(u"generation_tps"_qs).toDouble() / result.value(u"generation_tps"_qs).toDouble();
        QVERIFY2(ratio > 0.01 && ratio < 100, qPrintable(QString::number(ratio)));

        QCOMPARE(state(u"speed_runs.json"_qs).value(u"runs"_qs).toArray().size(), 1);
        const Ended second = benchModel(starter());
        QVERIFY2(second.exitCode == 0, second.err.constData());
        QCOMPARE(second.last().value(u"predicted"_qs).toObject().value(u"source"_qs),
                 u"from 1 run on this device"_qs);
    }

    // Another number of threads than was measured is no comparison.
    void aRunWithOtherThreadsTeachesNothing()
    {
        if (starter().isEmpty())
            QSKIP("The starter model is not there.");
        const auto count = [this] { return state(u"speed_runs.json"_qs).value(u"runs"_qs).toArray().size(); };
        const auto before = count();
        const Ended ended = bench({starter(), u"--prompt"_qs, u"8"_qs, u"--tokens"_qs, u"4"_qs,
                                   u"--rounds"_qs, u"1"_qs, u"--threads"_qs, u"97"_qs});
        QVERIFY2(ended.exitCode == 0, ended.err.constData());
        QCOMPARE(ended.last().value(u"threads"_qs).toInt(), 97);
        QCOMPARE(count(), before);
    }

    void talkingTeachesToo()
    {
        if (starter().isEmpty())
            QSKIP("The starter model is not there.");
        const auto before = state(u"speed_runs.json"_qs).value(u"runs"_qs).toArray().size();
        const Ended ended =
            test::runProgram(cli(), {u"chat"_qs, starter(), u"--json"_qs, u"--temperature"_qs, u"0"_qs,
                                     u"-p"_qs, u"Tell me what a context window is."_qs});
        QVERIFY2(ended.exitCode == 0, ended.err.constData());
        if (ended.last().value(u"tokens"_qs).toInt() < 34)
            QSKIP("The answer is too short to tell anything.");
        const QJsonArray runs = state(u"speed_runs.json"_qs).value(u"runs"_qs).toArray();
        QCOMPARE(runs.size(), before + 1);
        QCOMPARE(runs.last().toObject().value(u"prompt_ratio"_qs).toDouble(), 0.0);
        QVERIFY(runs.last().toObject().value(u"token_ratio"_qs).toDouble() > 0);
    }

    void aLongPromptTeachesAboutPrompts()
    {
        if (starter().isEmpty())
            QSKIP("The starter model is not there.");
        const auto before = state(u"speed_runs.json"_qs).value(u"runs"_qs).toArray().size();
        const QString question =
            u"Tell me what a context window is, and what quantization does. "_qs.repeated(12);
        const Ended ended = test::runProgram(
            cli(), {u"chat"_qs, starter(), u"--json"_qs, u"--max-tokens"_qs, u"2"_qs, u"-p"_qs, question});
        QVERIFY2(ended.exitCode == 0, ended.err.constData());
        QVERIFY(ended.last().value(u"prompt_tokens"_qs).toInt() >= 64);
        QVERIFY(ended.last().value(u"load_seconds"_qs).toDouble() > 0);
        const QJsonArray runs = state(u"speed_runs.json"_qs).value(u"runs"_qs).toArray();
        QCOMPARE(runs.size(), before + 1);
        QVERIFY(runs.last().toObject().value(u"prompt_ratio"_qs).toDouble() > 0);
        QCOMPARE(runs.last().toObject().value(u"token_ratio"_qs).toDouble(), 0.0);
        QVERIFY2(!QFile::exists(stateFile(u"load_speeds.json"_qs)), "too small a model to tell");
        QVERIFY2(!QFile::exists(stateFile(u"device_overheads.json"_qs)), "a processor has none");
    }

    void loadsAreRemembered()
    {
        const test::Transformer shape{
            .layers = 2, .width = 512, .feedForward = 1536, .heads = 8, .keyHeads = 8, .vocabulary = 80000};
        const QString model = m_home.filePath(u"model.gguf"_qs);
        QVERIFY(test::writeRandomModel(model.toStdString(), test::transformer(shape), quant::FileType::Q8_0));
        const Ended chat = test::runProgram(cli(), {u"chat"_qs, model, u"--json"_qs, u"--gpu-layers"_qs,
                                                    u"0"_qs, u"--max-tokens"_qs, u"1"_qs, u"-p"_qs, u"a"_qs});
        const QJsonArray loads = state(u"load_speeds.json"_qs).value(u"loads"_qs).toArray();
        QVERIFY2(loads.size() == 1, chat.err.constData());
        QCOMPARE(loads[0].toObject().value(u"bytes_per_second"_qs).toArray().size(), 1);
        const Ended fit =
            test::runProgram(cli(), {u"fit"_qs, model, u"--json"_qs, u"--gpu-layers"_qs, u"0"_qs});
        QVERIFY2(fit.exitCode == 0, fit.err.constData());
        const QJsonObject speed =
            fit.last().value(u"levels"_qs).toArray().at(0).toObject().value(u"speed"_qs).toObject();
        QVERIFY(speed.value(u"load_seconds"_qs).toDouble() > 0);
        QVERIFY(speed.value(u"prompt_uncertainty"_qs).toDouble() > 0);
        QVERIFY(speed.value(u"uncertainty"_qs).toDouble() > 0);
    }

    void peopleGetATable()
    {
        if (starter().isEmpty())
            QSKIP("The starter model is not there.");
        const Ended ended = test::runProgram(cli(), {u"bench"_qs, starter(), u"--prompt"_qs, u"32"_qs,
                                                     u"--tokens"_qs, u"8"_qs, u"--rounds"_qs, u"1"_qs});
        QVERIFY2(ended.exitCode == 0, ended.err.constData());
        for (const char *word :
             {"tokens/s", "prompt", "generation", "predicted", "First token after", "CPU:"})
            QVERIFY2(ended.out.contains(word), word);
    }
};

QTEST_GUILESS_MAIN(TestCliBench)
#include "tst_cli_bench.moc"
