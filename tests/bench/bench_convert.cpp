// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_convert SNUG_CLI LLAMA_QUANTIZE [--levels NAME,...] [--rounds N] [--json FILE]: how long `snug-cli
// convert` takes from a made checkpoint of 350 million parameters in bfloat16 to a file, beside llama.cpp's
// quantizer from a 16-bit GGUF file, which is only the second half of its way, and beside plain copies of
// what it reads and of what it writes. In turn, medians: seconds, processor seconds, memory (beyond mapped
// files, where the system tells) and ratios for each level; then the first level with other numbers of
// threads. Never a verdict.
#include "core/base/host_memory.h"
#include "tests/bench/figures.h"
#include "tests/bench/measured_run.h"
#include "tests/support/made_checkpoint.h"
#include "tests/support/test_data.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QThread>

#include <array>
#include <cstdio>
#include <map>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace snug;

namespace {

const QString kSixteen = u"BF16"_qs; // what llama-quantize starts from
constexpr std::array kThreads = {1, 2, 4, 16};

struct Figures {
    std::vector<double> seconds;
    std::vector<double> processor;
    std::vector<double> mebibytes;

    void add(const bench::MeasuredRun &run)
    {
        seconds.push_back(run.seconds);
        processor.push_back(run.processorSeconds);
        mebibytes.push_back(static_cast<double>(run.privateBytes) / (1 << 20));
    }
    [[nodiscard]] QJsonObject json() const
    {
        return {{u"seconds"_qs, bench::median(seconds)},
                {u"processor_seconds"_qs, bench::median(processor)},
                {u"mebibytes"_qs, bench::median(mebibytes)}};
    }
};

// As `cp` does it, until the bytes are on the disk.
double copySeconds(const QString &from, const QString &to)
{
    QElapsedTimer clock;
    clock.start();
    QFile in(from);
    QFile out(to);
    if (!in.open(QIODevice::ReadOnly) || !out.open(QIODevice::WriteOnly))
        return 0;
    for (QByteArray block; !(block = in.read(1 << 20)).isEmpty();) {
        if (out.write(block) != block.size())
            return 0;
    }
    out.flush();
    fsync(out.handle());
    return static_cast<double>(clock.nsecsElapsed()) / 1e9;
}

// Both are measured until the bytes are on the disk.
bool measure(Figures &figures, const QString &program, const QStringList &arguments, const QString &made)
{
    QElapsedTimer clock;
    clock.start();
    auto run = bench::measureRun(program, arguments);
    QFile file(made);
    if (!run || run->exitCode != 0 || !file.open(QIODevice::ReadWrite)) {
        std::fprintf(stderr, "failed: %s %s\n", qPrintable(program), qPrintable(arguments.join(u' ')));
        return false;
    }
    fsync(file.handle());
    run->seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
    figures.add(*run);
    return true;
}

void print(const QString &what, const Figures &figures)
{
    std::printf("%-28s %7.2f s  %7.2f CPU-s  %6.0f MiB\n", qPrintable(what), bench::median(figures.seconds),
                bench::median(figures.processor), bench::median(figures.mebibytes));
    std::fflush(stdout);
}

class Bench {
public:
    Bench(QString cli, QString quantizer, const QString &folder)
        : m_cli(std::move(cli)), m_quantizer(std::move(quantizer)), m_folder(folder)
    {
    }

    [[nodiscard]] bool makeSource(const QString &tokenizer)
    {
        return !tokenizer.isEmpty() && test::makeCheckpoint(checkpoint(), tokenizer);
    }
    // The checkpoint to a level and a file of 16 bits to it, once.
    [[nodiscard]] bool measureLevel(const QString &level);
    // The checkpoint to a level, with so many threads.
    [[nodiscard]] bool measureThreads(const QString &level, int threads)
    {
        return convert(m_ofThreads[threads], level, threads, at(u"made.gguf"_qs));
    }
    [[nodiscard]] QJsonObject printLevel(const QString &level) const;
    [[nodiscard]] QJsonArray printThreads(const QString &level) const;

private:
    [[nodiscard]] QString at(const QString &name) const { return m_folder + u'/' + name; }
    [[nodiscard]] QString checkpoint() const { return at(u"checkpoint"_qs); }
    [[nodiscard]] bool convert(Figures &figures, const QString &level, int threads, const QString &made)
    {
        QFile::remove(made);
        return measure(figures, m_cli,
                       {u"convert"_qs, checkpoint(), u"-o"_qs, made, u"--type"_qs, level, u"--threads"_qs,
                        QString::number(threads)},
                       made);
    }

    QString m_cli;
    QString m_quantizer;
    QString m_folder;
    int m_threads = QThread::idealThreadCount();
    std::map<QString, Figures> m_own;
    std::map<QString, Figures> m_peer;
    std::map<QString, std::vector<double>> m_copies; // of what was written
    std::vector<double> m_sourceCopies;
    std::map<int, Figures> m_ofThreads;
};

bool Bench::measureLevel(const QString &level)
{
    const bool isSixteen = level == kSixteen;
    const QString made = at(isSixteen ? u"BF16.gguf"_qs : u"made.gguf"_qs);
    const QString copy = at(u"copy"_qs);
    if (!convert(m_own[level], level, m_threads, made))
        return false;
    m_copies[level].push_back(copySeconds(made, copy));
    m_sourceCopies.push_back(copySeconds(checkpoint() + u"/model.safetensors"_qs, copy));
    QFile::remove(copy);
    if (isSixteen)
        return true;
    QFile::remove(made);
    return measure(m_peer[level], m_quantizer, {at(u"BF16.gguf"_qs), made, level, QString::number(m_threads)},
                   made);
}

QJsonObject Bench::printLevel(const QString &level) const
{
    const Figures &own = m_own.at(level);
    const double mine = bench::median(own.seconds);
    const double source = bench::median(m_sourceCopies);
    const double result = bench::median(m_copies.at(level));
    QJsonObject json{{u"level"_qs, level},
                     {u"snug"_qs, own.json()},
                     {u"copy_of_source_seconds"_qs, source},
                     {u"copy_of_result_seconds"_qs, result}};
    print(level + u" convert"_qs, own);
    if (const auto peer = m_peer.find(level); peer != m_peer.end()) {
        print(level + u" llama-quantize"_qs, peer->second);
        std::printf("%-28s %7.2f of llama-quantize's time, %.2f of its processor time\n", "",
                    mine / bench::median(peer->second.seconds),
                    bench::median(own.processor) / bench::median(peer->second.processor));
        json[u"llama_quantize"_qs] = peer->second.json();
    }
    std::printf("%-28s %7.2f of the time of copying the checkpoint (%.2f s), %.2f of copying the result "
                "(%.2f s)\n",
                "", mine / source, source, mine / result, result);
    return json;
}

QJsonArray Bench::printThreads(const QString &level) const
{
    QJsonArray all;
    for (const auto &[threads, figures] : m_ofThreads) {
        print(u"%1 convert, %2 threads"_qs.arg(level).arg(threads), figures);
        QJsonObject json = figures.json();
        json[u"threads"_qs] = threads;
        json[u"level"_qs] = level;
        all.append(json);
    }
    return all;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addPositionalArgument(u"snug-cli"_qs, {});
    parser.addPositionalArgument(u"llama-quantize"_qs, {});
    parser.addOptions({{u"levels"_qs, u"those"_qs, u"names"_qs, u"Q4_K_M,Q6_K,Q8_0"_qs},
                       {u"rounds"_qs, u"of each"_qs, u"count"_qs, u"3"_qs},
                       {u"json"_qs, u"a file for the figures"_qs, u"file"_qs}});
    parser.process(app);
    const QStringList levels = parser.value(u"levels"_qs).split(u',', Qt::SkipEmptyParts);
    const QStringList programs = parser.positionalArguments();
    const QTemporaryDir folder;
    Bench bench(programs.value(0), programs.value(1), folder.path());
    if (!bench.makeSource(test::dataFile(u"models/starter/hf"_qs))) {
        std::fprintf(stderr, "no test data (SNUG_TEST_DATA), or no space for the checkpoint\n");
        return 1;
    }
    for (int round = 0; round < std::max(1, parser.value(u"rounds"_qs).toInt()); ++round) {
        for (const QString &level : QStringList(kSixteen) + levels) {
            if (!bench.measureLevel(level))
                return 1;
        }
        for (const int threads : kThreads) {
            if (!levels.isEmpty() && !bench.measureThreads(levels.front(), threads))
                return 1;
        }
    }
    const QString processor = QString::fromStdString(processorName());
    std::printf("%s, %d threads\n", qPrintable(processor), QThread::idealThreadCount());
    QJsonArray byLevel;
    for (const QString &level : QStringList(kSixteen) + levels)
        byLevel.append(bench.printLevel(level));
    const QJsonObject json{{u"processor"_qs, processor},
                           {u"threads"_qs, QThread::idealThreadCount()},
                           {u"levels"_qs, byLevel},
                           {u"by_threads"_qs, bench.printThreads(levels.value(0))}};
    if (QFile file(parser.value(u"json"_qs)); parser.isSet(u"json"_qs) && file.open(QIODevice::WriteOnly))
        file.write(QJsonDocument(json).toJson());
    return 0;
}
