// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_hash SHA256SUM [MEBIBYTES] [ROUNDS]: how fast `snug-cli verify` reads and hashes a file, beside
// sha256sum on the same file, which lies in the system's memory for both. In turn, medians and their ratio;
// never a verdict.
#include "core/download/sha256.h"
#include "tests/bench/figures.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

bool makeFile(const QString &path, int mebibytes)
{
    QFile file(path);
    QByteArray block(1 << 20, 'x');
    bool good = file.open(QIODevice::WriteOnly);
    for (int i = 0; good && i < mebibytes; ++i) {
        block[0] = static_cast<char>(i);
        good = file.write(block) == block.size();
    }
    return good;
}

double seconds(const QElapsedTimer &clock)
{
    return static_cast<double>(clock.nsecsElapsed()) / 1e9;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    const QString peer = arguments.value(1);
    const int mebibytes = arguments.value(2, u"1024"_qs).toInt();
    const int rounds = arguments.value(3, u"5"_qs).toInt();
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"file"_qs);
    if (!makeFile(path, mebibytes)) {
        std::fprintf(stderr, "no space for the file\n");
        return 1;
    }
    std::vector<double> own;
    std::vector<double> peers;
    for (int round = 0; round < rounds; ++round) {
        QElapsedTimer clock;
        clock.start();
        const auto hash =
            snug::download::hashFile(path.toStdString(), snug::download::HashKind::Sha256, {}, {});
        own.push_back(seconds(clock));
        clock.restart();
        QProcess process;
        process.start(peer, {path});
        if (!process.waitForFinished(-1) || !hash ||
            !process.readAllStandardOutput().startsWith(QByteArray::fromStdString(*hash))) {
            std::fprintf(stderr, "the two do not agree\n");
            return 1;
        }
        peers.push_back(seconds(clock));
    }
    const double ownRate = mebibytes / snug::bench::median(own);
    const double peerRate = mebibytes / snug::bench::median(peers);
    std::printf("SHA-256 of %d MiB: snug %.0f MiB/s, sha256sum %.0f MiB/s, ratio %.3f\n", mebibytes, ownRate,
                peerRate, ownRate / peerRate);
    return 0;
}
