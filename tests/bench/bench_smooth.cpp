// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_smooth: the real window with 300 search results, scrolled and turned from page to page for ten
// seconds; then the same while a snug-cli child of its own converts a checkpoint of 350 million parameters on
// all cores, at four levels one after the other. Prints how long the frames took of both. Run it with
// QT_QPA_PLATFORM=offscreen and QT_QUICK_BACKEND=software. Never a verdict.
#include "tests/bench/frames.h"
#include "tests/support/fake_hub.h"
#include "tests/support/made_checkpoint.h"
#include "tests/support/test_data.h"
#include "tests/ui/window_fixture.h"

#include <QAbstractItemModel>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QQuickItem>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cmath>
#include <cstdio>

using namespace Qt::StringLiterals;
using namespace snug;

namespace {

constexpr std::array kPages = {"rail.library"_L1, "rail.convert"_L1, "rail.chat"_L1, "rail.discover"_L1};
constexpr std::array kLevels = {"Q4_K_M"_L1, "Q6_K"_L1, "Q5_K_M"_L1, "Q8_0"_L1};

void fill(test::FakeHub &hub)
{
    for (int i = 0; i < 300; ++i) {
        test::FakeRepository repository;
        repository.id = "maker-" + std::to_string(i % 37) + "/model-" + std::to_string(i) + "-7B-GGUF";
        repository.files = {test::smallFile("README.md", "# Model\n")};
        repository.details = {{"downloads", 1'000'000 - i}, {"likes", i}, {"tags", {"gguf"}}};
        hub.addRepository(std::move(repository));
    }
}

bool showResults(test::WindowFixture &fixture)
{
    auto &discover = fixture.app().discover();
    const auto settled = [&] {
        return fixture.driver().waitUntil([&] { return discover.state() == u"ready"_s && !discover.busy(); },
                                          30'000);
    };
    if (!fixture.driver().click(u"rail.discover"_s) || !settled())
        return false;
    while (discover.hasMore()) {
        discover.loadMore();
        if (!settled())
            return false;
    }
    return true;
}

// One after the other, to and fro; then a page of the rail. All pages were open before.
class Person {
public:
    explicit Person(test::WindowFixture &fixture)
        : m_fixture(fixture), m_list(fixture.window().findChild<QQuickItem *>(u"discoverList"_s))
    {
    }

    [[nodiscard]] bool visitPages()
    {
        const auto visit = [this](QLatin1StringView page) { return m_fixture.driver().click(page); };
        return m_list != nullptr && std::ranges::all_of(kPages, visit);
    }

    std::vector<double> workWhile(const std::function<bool()> &goesOn)
    {
        constexpr int kStepsAPage = 60;
        std::vector<double> frames;
        for (int step = 1; goesOn(); ++step)
            frames.push_back(step % kStepsAPage == 0 ? turn(step / kStepsAPage) : scroll(step));
        return frames;
    }

private:
    double scroll(int step)
    {
        constexpr double kStep = 120; // pixels: a notch of the wheel
        const double end = m_list->property("contentHeight").toDouble() - m_list->height();
        const double far = std::fmod(step * kStep, 2 * end);
        return bench::frameInTurn(m_fixture.window(),
                                  [&] { m_list->setProperty("contentY", std::min(far, 2 * end - far)); })
            .took;
    }

    double turn(int page)
    {
        const auto name = kPages.at(static_cast<std::size_t>(page) % kPages.size());
        const QQuickItem *item = m_fixture.driver().find(name);
        const QPointF middle = item->mapToScene({item->width() / 2, item->height() / 2});
        return bench::frameInTurn(
                   m_fixture.window(),
                   [&] { QTest::mouseClick(&m_fixture.window(), Qt::LeftButton, {}, middle.toPoint()); })
            .took;
    }

    test::WindowFixture &m_fixture;
    QQuickItem *m_list;
};

bool startConversions(test::WindowFixture &fixture, const QString &checkpoint, const QString &folder)
{
    return std::ranges::all_of(kLevels, [&](QLatin1StringView level) {
        ui::ConvertJob job;
        job.source = checkpoint;
        job.output = folder + u'/' + level + u".gguf"_s;
        job.level = level;
        job.name = u"Made model"_s;
        return fixture.app().convertJobs().add(job);
    });
}

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    desktop::setUpProgram();
    const QTemporaryDir folder;
    const QString checkpoint = folder.filePath(u"checkpoint"_s);
    const QString tokenizer = test::dataFile(u"models/starter/hf"_s);
    if (tokenizer.isEmpty() || !test::makeCheckpoint(checkpoint, tokenizer)) {
        std::fprintf(stderr, "no test data (SNUG_TEST_DATA), or no space for the checkpoint\n");
        return 1;
    }
    test::FakeHub hub;
    fill(hub);
    qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub.endpoint()));
    test::WindowFixture fixture;
    if (!fixture.open() || !showResults(fixture))
        return 1;
    Person person(fixture);
    if (!person.visitPages())
        return 1;
    QElapsedTimer clock;
    clock.start();
    const auto alone = person.workWhile([&] { return clock.elapsed() < 10'000; });
    std::printf("alone: %s\n", bench::frameFigures(alone).c_str());
    auto &jobs = fixture.app().convertJobs();
    clock.start();
    if (!startConversions(fixture, checkpoint, folder.path()))
        return 1;
    const auto beside = person.workWhile([&] { return jobs.running() && clock.elapsed() < 120'000; });
    std::printf("beside %d conversions that took %.1f s: %s\n", jobs.finishedCount(),
                static_cast<double>(clock.elapsed()) / 1000, bench::frameFigures(beside).c_str());
    return jobs.finishedCount() == static_cast<int>(kLevels.size()) ? 0 : 1;
}
