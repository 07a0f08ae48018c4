// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_scroll [ROWS]: the real window with so many search results from the fake Hub, scrolled from the first
// to the last. Prints how long frames took (scroll step to the end of rendering) and how much memory the
// results added. Run it with QT_QPA_PLATFORM=offscreen and QT_QUICK_BACKEND=software. Never a verdict.
#include "tests/bench/frames.h"
#include "tests/support/fake_hub.h"
#include "tests/ui/window_fixture.h"

#include <QAbstractItemModel>
#include <QGuiApplication>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

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

std::vector<double> scroll(QQuickWindow &window, QQuickItem &list)
{
    constexpr double kStep = 240; // pixels: a brisk wheel
    std::vector<double> frames;
    const double end = list.property("contentHeight").toDouble() - list.height();
    for (double y = 0; y < end; y += kStep)
        frames.push_back(bench::frameOf(window, [&] { list.setProperty("contentY", y); }).took);
    return frames;
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
    const double before = bench::ownMemoryMiB();
    while (discover.hasMore()) {
        discover.loadMore();
        if (!driver.waitUntil([&] { return !discover.busy(); }, 30'000))
            return 1;
    }
    const double added = bench::ownMemoryMiB() - before;
    auto *list = fixture.window().findChild<QQuickItem *>(u"discoverList"_qs);
    if (list == nullptr || discover.model()->rowCount() < rows) {
        std::fprintf(stderr, "%d of %d results arrived\n", discover.model()->rowCount(), rows);
        return 1;
    }
    QTest::qWait(500);
    std::printf("%d search results, %s; %.1f MiB more memory\n", rows,
                bench::frameFigures(scroll(fixture.window(), *list)).c_str(), added);
    return 0;
}
