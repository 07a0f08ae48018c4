// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_convert SNUG_CLI LLAMA_QUANTIZE [ROUNDS]: how long `snug-cli convert` takes from a made checkpoint of
// 350 million parameters in bfloat16 to a file, beside llama.cpp's quantizer from a 16-bit GGUF file, which
// is only the second half of its way, and beside plain copies of what it reads and of what it writes. In
// turn, medians; a line for each level with seconds, processor seconds, memory (beyond mapped files for ours,
// where the system tells) and ratios; never a verdict.
#include "tests/bench/figures.h"
#include "tests/bench/measured_run.h"
#include "tests/support/made_checkpoint.h"
#include "tests/support/test_data.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QThread>

#include <array>
#include <cstdio>
#include <map>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace snug;

namespace {

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

void print(const char *what, const Figures &figures)
{
    std::printf("%-28s %7.2f s  %7.2f CPU-s  %6.0f MiB\n", what, bench::median(figures.seconds),
                bench::median(figures.processor), bench::median(figures.mebibytes));
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    const QString cli = arguments.value(1);
    const QString quantizer = arguments.value(2);
    const int rounds = arguments.value(3, u"3"_qs).toInt();
    const QString tokenizer = test::dataFile(u"models/starter/hf"_qs);
    const QTemporaryDir folder;
    const QString checkpoint = folder.filePath(u"checkpoint"_qs);
    if (tokenizer.isEmpty() || !test::makeCheckpoint(checkpoint, tokenizer)) {
        std::fprintf(stderr, "no test data (SNUG_TEST_DATA), or no space for the checkpoint\n");
        return 1;
    }
    const QString threads = QString::number(QThread::idealThreadCount());
    const QString sixteen = folder.filePath(u"BF16.gguf"_qs);
    const QString target = folder.filePath(u"made.gguf"_qs);
    const std::array levels = {u"BF16"_qs, u"Q8_0"_qs, u"Q4_K_M"_qs, u"Q6_K"_qs};
    std::map<QString, Figures> own;
    std::map<QString, Figures> peer;
    std::map<QString, std::vector<double>> copies; // of what was written
    std::vector<double> sourceCopies;
    for (int round = 0; round < rounds; ++round) {
        for (const QString &level : levels) {
            const bool isSixteen = level == levels.front();
            const QString made = isSixteen ? sixteen : target;
            QFile::remove(made);
            if (!measure(own[level], cli,
                         {u"convert"_qs, checkpoint, u"-o"_qs, made, u"--type"_qs, level, u"--threads"_qs,
                          threads},
                         made))
                return 1;
            const QString copy = folder.filePath(u"copy"_qs);
            copies[level].push_back(copySeconds(made, copy));
            QFile::remove(copy);
            sourceCopies.push_back(copySeconds(checkpoint + u"/model.safetensors"_qs, copy));
            QFile::remove(copy);
            if (isSixteen)
                continue;
            QFile::remove(target);
            if (!measure(peer[level], quantizer, {sixteen, target, level, threads}, target))
                return 1;
            QFile::remove(target);
        }
    }
    for (const QString &level : levels) {
        const double mine = bench::median(own[level].seconds);
        print(qPrintable(level + u" convert"_qs), own[level]);
        if (level != levels.front()) {
            print(qPrintable(level + u" llama-quantize"_qs), peer[level]);
            std::printf("%-28s %7.2f of llama-quantize's time, %.2f of its processor time\n", "",
                        mine / bench::median(peer[level].seconds),
                        bench::median(own[level].processor) / bench::median(peer[level].processor));
        }
        std::printf("%-28s %7.2f of the time of copying the checkpoint (%.2f s), %.2f of copying the result "
                    "(%.2f s)\n",
                    "", mine / bench::median(sourceCopies), bench::median(sourceCopies),
                    mine / bench::median(copies[level]), bench::median(copies[level]));
    }
    return 0;
}
