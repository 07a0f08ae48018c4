// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_scroll [ROWS]: the real window with so many search results from the fake Hub, scrolled from the first
// to the last. Prints how long frames took (scroll step to the end of rendering) and how much memory the
// results added. Run it with QT_QPA_PLATFORM=offscreen and QT_QUICK_BACKEND=software. Never a verdict.
#include "tests/bench/figures.h"
#include "tests/support/fake_hub.h"
#include "tests/ui/window_fixture.h"

#include <QAbstractItemModel>
#include <QElapsedTimer>
#include <QFile>
#include <QGuiApplication>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

#include <algorithm>
#include <cstdio>

using namespace Qt::StringLiterals;
using namespace snug;

namespace {

void fill(test::FakeHub &hub, int rows)
{
    for (int i = 0; i < rows; ++i) {
        test::FakeRepository repository;
        repository.id =
            "maker-" + std::to_string(i % 37) + "/model-" + std::to_string(i) + "-7B-Instruct-GGUF";
        repository.files = {test::smallFile("README.md", "# Model\n")};
        repository.details = {{"downloads", 1'000'000 - i},
                              {"likes", i},
                              {"tags", {"gguf", "license:apache-2.0"}},
                              {"pipeline_tag", "text-generation"}};
        hub.addRepository(std::move(repository));
    }
}

// Proportional set size of this process; 0 where the system does not tell.
double memoryMiB()
{
    QFile file(u"/proc/self/smaps_rollup"_qs);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (QByteArray line = file.readLine(); !line.isEmpty(); line = file.readLine()) {
        if (line.startsWith("Pss:"))
            return line.mid(4).simplified().split(' ').first().toDouble() / 1024;
    }
    return 0;
}

// Milliseconds from the scroll step to the rendered frame.
std::vector<double> scroll(QQuickWindow &window, QQuickItem &list)
{
    constexpr double kStep = 240; // pixels: a brisk wheel
    std::vector<double> frames;
    const double end = list.property("contentHeight").toDouble() - list.height();
    bool swapped = false;
    QObject::connect(&window, &QQuickWindow::frameSwapped, &window, [&swapped] { swapped = true; });
    for (double y = 0; y < end; y += kStep) {
        QElapsedTimer clock;
        clock.start();
        swapped = false;
        list.setProperty("contentY", y);
        window.update();
        while (!swapped && clock.elapsed() < 1000)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        frames.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    return frames;
}

void print(std::vector<double> frames, int rows, double added)
{
    std::ranges::sort(frames);
    const auto at = [&frames](double part) {
        return frames[static_cast<std::size_t>(part * static_cast<double>(frames.size() - 1))];
    };
    const auto slow = std::ranges::count_if(frames, [](double ms) { return ms > 16; });
    std::printf("%d search results, %zu frames: median %.2f ms, 99th percentile %.2f ms, slowest %.2f ms, "
                "%td over 16 ms; %.1f MiB more memory\n",
                rows, frames.size(), bench::median(frames), at(0.99), frames.back(), slow, added);
}

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    desktop::setUpProgram();
    const int rows = app.arguments().value(1, u"1000"_qs).toInt();
    test::FakeHub hub;
    fill(hub, rows);
    qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub.endpoint()));
    test::WindowFixture fixture;
    if (!fixture.open() || !fixture.driver().click(u"rail.discover"_qs))
        return 1;
    auto &discover = fixture.app().discover();
    auto &driver = fixture.driver();
    if (!driver.waitUntil([&] { return discover.state() == u"ready"_qs; }, 30'000))
        return 1;
    const double before = memoryMiB();
    while (discover.hasMore()) {
        discover.loadMore();
        if (!driver.waitUntil([&] { return !discover.busy(); }, 30'000))
            return 1;
    }
    const double added = memoryMiB() - before;
    auto *list = fixture.window().findChild<QQuickItem *>(u"discoverList"_qs);
    if (list == nullptr || discover.model()->rowCount() < rows) {
        std::fprintf(stderr, "%d of %d results arrived\n", discover.model()->rowCount(), rows);
        return 1;
    }
    QTest::qWait(500);
    print(scroll(fixture.window(), *list), rows, added);
    return 0;
}
