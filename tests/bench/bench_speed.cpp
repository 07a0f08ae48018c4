// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_speed SNUG_CLI LLAMA_BENCH STARTER [FOLDER]: for several models the tokens a second that were
// predicted from a measurement of the processor alone, beside those of `snug-cli bench` and of llama-bench on
// the same file. The processor is measured anew before each model: on a machine that is shared it is now
// faster, now slower by a third, which no prediction could know. Nothing learned from earlier runs is used.
// Models that are not there are written, with random weights, into FOLDER or a temporary one. Figures, never
// a verdict.
#include "tests/support/model_data.h"
#include "tests/support/model_headers.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <cmath>
#include <cstdio>
#include <optional>
#include <vector>

using namespace Qt::StringLiterals;
using namespace snug;

namespace {

constexpr int kPatienceMs = 300'000;

struct Model {
    QString name;
    QString path;
    int prompt = 512;
    int tokens = 64;
    int rounds = 5;
};

struct Pace {
    double prompt = 0;
    double generation = 0;
};

std::optional<QByteArray> output(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(program, arguments);
    if (process.waitForFinished(kPatienceMs) && process.exitCode() == 0)
        return process.readAllStandardOutput();
    std::fprintf(stderr, "%s failed:\n%s\n", qPrintable(program),
                 process.readAllStandardError().right(1500).constData());
    return std::nullopt;
}

QJsonObject lastLine(const QByteArray &lines)
{
    return QJsonDocument::fromJson(lines.trimmed().split('\n').last()).object();
}

// Tokens a second of reading a prompt, and of going on after it.
std::optional<Pace> peer(const QString &program, const Model &model)
{
    const auto run = [&](const QStringList &what) -> double {
        const auto text = output(program, QStringList{u"-m"_qs, model.path, u"-ngl"_qs, u"0"_qs, u"-r"_qs,
                                                      QString::number(model.rounds), u"-o"_qs, u"json"_qs} +
                                              what);
        const QJsonArray runs = QJsonDocument::fromJson(text.value_or(QByteArray())).array();
        return runs.isEmpty() ? 0 : runs.first().toObject().value(u"avg_ts"_qs).toDouble();
    };
    Pace pace;
    pace.prompt = run({u"-p"_qs, QString::number(model.prompt), u"-n"_qs, u"0"_qs});
    pace.generation = run({u"-p"_qs, u"0"_qs, u"-n"_qs, QString::number(model.tokens), u"-d"_qs,
                           QString::number(model.prompt)});
    return pace.prompt > 0 && pace.generation > 0 ? std::optional(pace) : std::nullopt;
}

class Models {
public:
    explicit Models(const QString &folder) : m_folder(folder) {}

    void add(const Model &model) { m_models.push_back(model); }
    // Written if it is not there.
    void add(Model model, const test::Transformer &shape, quant::FileType level)
    {
        model.path = m_folder + u'/' + model.name + u".gguf"_qs;
        model.path.replace(u' ', u'-');
        if (!QFile::exists(model.path)) {
            const auto written =
                test::writeRandomModel(model.path.toStdString(), test::transformer(shape), level);
            if (!written) {
                std::fprintf(stderr, "%s: %s\n", qPrintable(model.name), written.error().message.c_str());
                return;
            }
        }
        m_models.push_back(model);
    }
    [[nodiscard]] const std::vector<Model> &list() const { return m_models; }

private:
    QString m_folder;
    std::vector<Model> m_models;
};

void addAll(Models &models, const QString &starter)
{
    models.add({u"starter 4M Q8_0"_qs, starter, 512, 128, 9});
    const test::Transformer wide{
        .layers = 4, .width = 512, .feedForward = 1536, .heads = 8, .keyHeads = 8, .vocabulary = 8192};
    models.add({u"wide 22M Q8_0"_qs, {}, 512, 64, 5}, wide, quant::FileType::Q8_0);
    const test::Transformer half{
        .layers = 28, .width = 1024, .feedForward = 4096, .heads = 16, .keyHeads = 4, .vocabulary = 32000};
    models.add({u"half 0.5B Q4_K_M"_qs, {}, 512, 32, 2}, half, quant::FileType::Q4_K_M);
    models.add({u"half 0.5B Q8_0"_qs, {}, 512, 32, 2}, half, quant::FileType::Q8_0);
    const test::Transformer big{.layers = 16,
                                .width = 2048,
                                .feedForward = 8192,
                                .heads = 32,
                                .keyHeads = 8,
                                .vocabulary = 128256,
                                .tied = true};
    models.add({u"big 1.2B Q4_K_M"_qs, {}, 256, 24, 2}, big, quant::FileType::Q4_K_M);
}

void printRow(const char *what, const Model &model, double predicted, double measured, double peer)
{
    std::printf("%-18s %-11s %11.1f %11.1f %+8.1f %% %13.1f\n", qPrintable(model.name), what, predicted,
                measured, (predicted / measured - 1) * 100, peer);
}

// The farther off of the two, as a share; nullopt if it could not be run.
std::optional<double> benchOne(const QString &cli, const QString &peerProgram, const Model &model)
{
    const auto text =
        output(cli, {u"bench"_qs, model.path, u"--json"_qs, u"--gpu-layers"_qs, u"0"_qs, u"--prompt"_qs,
                     QString::number(model.prompt), u"--tokens"_qs, QString::number(model.tokens),
                     u"--rounds"_qs, QString::number(model.rounds)});
    if (!text)
        return std::nullopt;
    const QJsonObject result = lastLine(*text);
    const QJsonObject predicted = result.value(u"predicted"_qs).toObject();
    const Pace other = peer(peerProgram, model).value_or(Pace());
    double worst = 0;
    for (const auto &[what, field, theirs] :
         {std::tuple{"prompt", u"prompt_tps"_qs, other.prompt},
          std::tuple{"generation", u"generation_tps"_qs, other.generation}}) {
        const double expected = predicted.value(field).toDouble();
        const double measured = result.value(field).toDouble();
        printRow(what, model, expected, measured, theirs);
        worst = std::max(worst, std::abs(expected / measured - 1));
    }
    std::fflush(stdout);
    return worst;
}

int run(const QStringList &arguments)
{
    const QTemporaryDir temporary;
    const QTemporaryDir home;
    qputenv("SNUG_HOME", home.path().toUtf8());
    Models models(arguments.size() > 4 ? arguments[4] : temporary.path());
    addAll(models, arguments[3]);
    QElapsedTimer clock;
    clock.start();
    std::printf("%-18s %-11s %11s %11s %10s %13s\n", "tokens/s", "", "predicted", "measured", "off by",
                "llama-bench");
    int within = 0;
    for (const Model &model : models.list()) {
        if (!output(arguments[1], {u"bench"_qs, u"--device"_qs, u"CPU"_qs}))
            return 1;
        const auto worst = benchOne(arguments[1], arguments[2], model);
        constexpr double kPromised = 0.15;
        within += worst && *worst <= kPromised ? 1 : 0;
        // What one model teaches must not help to predict the next.
        QFile::remove(home.filePath(u"data/speed_runs.json"_qs));
    }
    std::printf("\n%d of %zu models within 15 %% in both. %.0f s in all.\n", within, models.list().size(),
                static_cast<double>(clock.elapsed()) / 1000);
    return 0;
}

} // namespace

int main(int count, char **values)
{
    const QCoreApplication application(count, values);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 4) {
        std::fprintf(stderr, "bench_speed SNUG_CLI LLAMA_BENCH STARTER [FOLDER]\n");
        return 2;
    }
    return run(arguments);
}
