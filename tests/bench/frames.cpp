// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/bench/frames.h"

#include "tests/bench/figures.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace snug::bench {
namespace {

double threadSeconds()
{
#if defined(CLOCK_THREAD_CPUTIME_ID)
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
#else
    return 0;
#endif
}

} // namespace

Frame frameOf(QQuickWindow &window, const std::function<void()> &change)
{
    bool swapped = false;
    const auto connection =
        QObject::connect(&window, &QQuickWindow::frameSwapped, &window, [&swapped] { swapped = true; });
    const double before = threadSeconds();
    QElapsedTimer clock;
    clock.start();
    change();
    window.update();
    while (!swapped && clock.elapsed() < 5000)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
    QObject::disconnect(connection);
    return {static_cast<double>(clock.nsecsElapsed()) / 1e6, 1000 * (threadSeconds() - before)};
}

Frame frameInTurn(QQuickWindow &window, const std::function<void()> &change)
{
    constexpr int kTurnMs = 16;
    QElapsedTimer turn;
    turn.start();
    const Frame frame = frameOf(window, change);
    while (turn.elapsed() < kTurnMs)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
    return frame;
}

std::string frameFigures(std::vector<double> milliseconds)
{
    if (milliseconds.empty())
        return "no frames";
    std::ranges::sort(milliseconds);
    const auto over = [&](double limit) {
        return std::ranges::count_if(milliseconds, [limit](double took) { return took > limit; });
    };
    return fmt::format(
        "{} frames: median {:.1f} ms, 99th percentile {:.1f} ms, slowest {:.1f} ms; over 16 ms: "
        "{}, 33 ms: {}, 50 ms: {}",
        milliseconds.size(), median(milliseconds), milliseconds[(milliseconds.size() - 1) * 99 / 100],
        milliseconds.back(), over(16), over(33), over(50));
}

double ownMemoryMiB()
{
    QFile file(QStringLiteral("/proc/self/smaps_rollup"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (QByteArray line = file.readLine(); !line.isEmpty(); line = file.readLine()) {
        if (line.startsWith("Pss:"))
            return line.mid(4).simplified().split(' ').first().toDouble() / 1024;
    }
    return 0;
}

} // namespace snug::bench
