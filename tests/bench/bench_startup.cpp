// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_startup SNUG EMPTY [ROUNDS]: time from exec to the first frame, and memory two seconds later, of
// Snug's window and of an empty Qt Quick window, in turn. Prints medians and ratios; never a verdict. Linux
// only (memory comes from /proc).
//
// Both programs are measured from outside, by the line that Qt's own log prints for a rendered frame, so
// neither has a special mode for it. QT_QPA_PLATFORM and QT_QUICK_BACKEND are taken from the environment.
#include "tests/bench/figures.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>

#include <cstdio>
#include <optional>

using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 60'000;
constexpr int kSettleMs = 2'000;

struct Sample {
    double firstFrameMs = 0;
    double residentMib = 0;
    double proportionalMib = 0; // shared pages counted by their share
};

// A field of /proc/PID/FILE in KiB, for example "VmRSS:      1234 kB".
double kibibytes(const QString &path, const QString &field)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QRegularExpression line(u"^%1:\\s+(\\d+) kB"_qs.arg(field), QRegularExpression::MultilineOption);
    return line.match(QString::fromUtf8(file.readAll())).captured(1).toDouble();
}

bool waitForFrame(QProcess &process)
{
    QByteArray log;
    QElapsedTimer patience;
    patience.start();
    while (patience.elapsed() < kPatienceMs && process.state() != QProcess::NotRunning) {
        process.waitForReadyRead(100);
        log += process.readAll();
        if (log.toLower().contains("frame rendered"))
            return true;
    }
    std::fprintf(stderr, "%s showed no frame:\n%s\n", qPrintable(process.program()),
                 log.right(2000).constData());
    return false;
}

// Blocks for about three seconds; nothing when the program showed no window.
std::optional<Sample> measure(const QString &program)
{
    QTemporaryDir home;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"SNUG_HOME"_qs, home.path());
    environment.insert(u"QT_LOGGING_RULES"_qs, u"qt.scenegraph.time.renderloop=true"_qs);
    environment.insert(u"QT_FORCE_STDERR_LOGGING"_qs, u"1"_qs);

    QProcess process;
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setProgram(program);
    QElapsedTimer clock;
    clock.start();
    process.start();
    if (!process.waitForStarted() || !waitForFrame(process)) {
        process.kill();
        process.waitForFinished();
        return std::nullopt;
    }
    Sample sample;
    sample.firstFrameMs = static_cast<double>(clock.nsecsElapsed()) / 1e6;

    // Nothing tells when a program has settled; it must only still be there.
    if (!process.waitForFinished(kSettleMs)) {
        const QString folder = u"/proc/%1/"_qs.arg(process.processId());
        sample.residentMib = kibibytes(folder + u"status"_qs, u"VmRSS"_qs) / 1024;
        sample.proportionalMib = kibibytes(folder + u"smaps_rollup"_qs, u"Pss"_qs) / 1024;
    }
    process.terminate();
    if (!process.waitForFinished(5'000)) {
        process.kill();
        process.waitForFinished();
    }
    return sample;
}

struct Series {
    std::vector<double> firstFrameMs;
    std::vector<double> residentMib;
    std::vector<double> proportionalMib;

    void add(const Sample &sample)
    {
        firstFrameMs.push_back(sample.firstFrameMs);
        residentMib.push_back(sample.residentMib);
        proportionalMib.push_back(sample.proportionalMib);
    }
};

void printRow(const char *name, const char *unit, const std::vector<double> &snug,
              const std::vector<double> &empty)
{
    const double ours = snug::bench::median(snug);
    const double base = snug::bench::median(empty);
    std::printf("%-24s %9.1f %9.1f %-4s %6.2f\n", name, ours, base, unit, base > 0 ? ours / base : 0);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const int rounds = arguments.size() > 3 ? arguments.at(3).toInt() : 7;
    if (arguments.size() < 3 || rounds < 1) {
        std::fprintf(stderr, "usage: bench_startup SNUG EMPTY [ROUNDS]\n");
        return 2;
    }
    Series snug;
    Series empty;
    for (int round = 0; round <= rounds; ++round) {
        const auto ours = measure(arguments.at(1));
        const auto base = measure(arguments.at(2));
        if (!ours || !base)
            return 1;
        // The first round fills the disk cache and Qt's shader and QML caches.
        if (round > 0) {
            snug.add(*ours);
            empty.add(*base);
        }
    }
    std::printf("start-up, median of %d warm rounds, platform \"%s\", scene graph \"%s\"\n", rounds,
                qPrintable(qEnvironmentVariable("QT_QPA_PLATFORM", u"default"_qs)),
                qPrintable(qEnvironmentVariable("QT_QUICK_BACKEND", u"default"_qs)));
    std::printf("%-24s %9s %9s %-4s %6s\n", "", "snug", "empty", "", "ratio");
    printRow("first frame", "ms", snug.firstFrameMs, empty.firstFrameMs);
    printRow("memory (RSS)", "MiB", snug.residentMib, empty.residentMib);
    printRow("memory (PSS)", "MiB", snug.proportionalMib, empty.proportionalMib);
    return 0;
}
