// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/solved.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace snug;
using namespace snug::fit;
using namespace snug::test;

namespace {

// Whether the smallest that can be asked for runs.
bool anythingRuns(const Solved &solved)
{
    LoadRequest least = request(2048);
    least.kvType = "q4_0";
    return std::any_of(solved.options.begin(), solved.options.end(), [&](const LevelOption &option) {
        return option.loss && place(least, option.measure, {})->verdict != Verdict::No;
    });
}

} // namespace

class TestSolveEverywhere : public QObject {
    Q_OBJECT

private:
    void check(const Solved &solved, const LoadRequest &asked, const char *level)
    {
        const Solution &solution = *solved.solution;
        const auto about = [&](const std::string &what) {
            return QStringLiteral("%1 at %2, %3 tokens, %4, %5 layers, %6 at once: %7")
                .arg(QString::fromUtf8(verdictName(solution.now.verdict).data()), QString::fromUtf8(level))
                .arg(asked.contextTokens)
                .arg(QString::fromStdString(asked.kvType))
                .arg(asked.gpuLayers)
                .arg(asked.parallel)
                .arg(QString::fromStdString(what))
                .toUtf8();
        };
        QCOMPARE(solution.measurements, solved.machine.measured);
        QVERIFY2(solution.now.verdict == Verdict::No || solution.measurements <= 60,
                 about(std::to_string(solution.measurements) + " measurements").constData());
        QVERIFY2(solution.complete, about("incomplete").constData());
        std::set<std::string> seen;
        for (const Suggestion &suggestion : solution.suggestions) {
            const std::string fault = faultOf(solved, asked, level, suggestion);
            QVERIFY2(fault.empty(), about(fault + ": " + suggestion.text).constData());
            auto meant = toJson(suggestion);
            for (const char *field : {"kind", "text", "cost", "verdict"})
                meant.erase(field);
            QVERIFY2(seen.insert(meant.dump()).second, about("said twice: " + suggestion.text).constData());
        }
        QCOMPARE(!solution.hopeless.empty(),
                 solution.now.verdict == Verdict::No && solution.suggestions.empty());
        if (!solution.hopeless.empty())
            QVERIFY2(!anythingRuns(solved), about(solution.hopeless).constData());
    }

private Q_SLOTS:
    void everySuggestionDoesWhatItSays_data()
    {
        QTest::addColumn<int>("machine");
        for (int i = 0; i < 9; ++i)
            QTest::addRow("machine %d", i) << i;
    }

    // Every machine with many requests.
    void everySuggestionDoesWhatItSays()
    {
        QFETCH(int, machine);
        MadeUpMachine big{.hostFree = gib(48), .gpus = {{"GPU0", gib(23.4)}}};
        big.parameters = 70.6e9;
        big.layers = 80;
        big.kvBytesPerToken = 327680;
        const std::vector<MadeUpMachine> machines = {
            {.hostFree = gib(24)},
            laptop(),
            {.hostFree = gib(48), .gpus = {{"GPU0", gib(23.4)}}},
            {.hostFree = gib(24), .gpus = {{"GPU0", gib(7.6)}, {"GPU1", gib(11.5)}}},
            {.hostFree = gib(12), .gpus = {{"GPU0", gib(12)}}, .shared = true},
            mixture(),
            big,
            {.hostFree = gib(2), .gpus = {{"GPU0", gib(1.5)}}},
            {.hostFree = gib(1)},
        };
        const MadeUpMachine &made = machines[static_cast<std::size_t>(machine)];
        int cases = 0;
        int suggestions = 0;
        int most = 0;
        for (const char *level : {"Q8_0", "Q4_K_M", "IQ2_M"}) {
            for (const std::int64_t context : {2048, 16384, 40960}) {
                for (const char *kvType : {"f16", "q4_0"}) {
                    for (const int gpuLayers : {-1, 0, 10, 100}) {
                        for (const int variant : {0, 1, 2}) {
                            LoadRequest asked = request(context, gpuLayers);
                            asked.kvType = kvType;
                            asked.parallel = variant == 1 ? 4 : 1;
                            asked.cpuExpertLayers = variant == 2 ? made.expertLayers : 0;
                            asked.device = variant == 2 && !made.gpus.empty() ? "GPU0" : "";
                            const Solved solved(made, level, asked);
                            QVERIFY(solved.solution);
                            check(solved, asked, level);
                            if (QTest::currentTestFailed())
                                return;
                            ++cases;
                            suggestions += static_cast<int>(solved.solution->suggestions.size());
                            most = std::max(most, solved.solution->measurements);
                        }
                    }
                }
            }
        }
        qInfo("%d requests, %d suggestions, at most %d measurements", cases, suggestions, most);
    }
};

QTEST_GUILESS_MAIN(TestSolveEverywhere)
#include "tst_solve_everywhere.moc"
