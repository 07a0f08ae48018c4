// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/solve.h"
#include "tests/core/solved.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace snug;
using namespace snug::fit;
using namespace snug::test;

namespace {

bool says(const Suggestion *suggestion, const char *part)
{
    return suggestion != nullptr &&
           (suggestion->text + " " + suggestion->cost).find(part) != std::string::npos;
}

} // namespace

class TestSolve : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aModelThatNearlyFitsIsBroughtOntoTheGpu()
    {
        const Solved solved(laptop(), "Q5_K_M", request(16384));
        QCOMPARE(solved.solution->now.verdict, Verdict::Partial);
        const auto &suggestions = solved.solution->suggestions;
        QCOMPARE(suggestions.size(), std::size_t{3});
        QCOMPARE(suggestions[0].kind, SuggestionKind::KvType);
        QCOMPARE(suggestions[0].request.kvType, std::string("q8_0"));
        QVERIFY(says(&suggestions[0], "all 36 layers fit on the GPU"));
        QVERIFY(says(&suggestions[0], "halves the conversation's memory (2.25 GiB to 1.20 GiB)"));
        QCOMPARE(suggestions[1].kind, SuggestionKind::Level);
        QCOMPARE(suggestions[1].level, std::string("Q4_K_M"));
        QVERIFY(says(&suggestions[1], "close to the original"));
        QCOMPARE(suggestions[2].kind, SuggestionKind::Context);
        QCOMPARE(suggestions[2].request.contextTokens % 256, std::int64_t{0});
        LoadRequest longer = suggestions[2].request;
        longer.contextTokens += 256;
        QCOMPARE(solved.placed("Q5_K_M", longer).verdict, Verdict::Partial);
    }

    void q4ComesWhereQ8IsNotEnough()
    {
        const Solved solved(laptop(), "Q5_K_M", request(32768));
        const Suggestion *kv = solved.find(SuggestionKind::KvType);
        QVERIFY(kv != nullptr);
        QCOMPARE(kv->request.kvType, std::string("q4_0"));
        QVERIFY(says(kv, "more than with q8_0"));
    }

    void roomToSpareIsUsed()
    {
        MadeUpMachine machine{.hostFree = gib(48), .gpus = {{"GPU0", gib(23.4)}}};
        const Solved solved(machine, "Q4_K_M", request(8192));
        QCOMPARE(solved.solution->now.verdict, Verdict::Gpu);
        const auto &suggestions = solved.solution->suggestions;
        QCOMPARE(suggestions.size(), std::size_t{2});
        // BF16 fits as well, and is no better than Q8_0 in anything that was measured.
        QCOMPARE(suggestions[0].level, std::string("Q8_0"));
        QVERIFY(says(&suggestions[0], "the same as the original (KL divergence 0.001)"));
        QCOMPARE(suggestions[1].request.contextTokens, machine.trained);
    }

    void nothingIsSaidWhereNothingIsToBeGained()
    {
        MadeUpMachine machine{.hostFree = gib(48), .gpus = {{"GPU0", gib(80)}}};
        const Solved solved(machine, "Q8_0", request(machine.trained));
        QVERIFY(solved.solution->suggestions.empty());
        QVERIFY(solved.solution->hopeless.empty());
    }

    void anUnneededCoarseCacheIsNoted()
    {
        LoadRequest asked = request(8192);
        asked.kvType = "q4_0";
        const Solved solved({.hostFree = gib(48), .gpus = {{"GPU0", gib(23.4)}}}, "Q8_0", asked);
        const Suggestion *kv = solved.find(SuggestionKind::KvType);
        QVERIFY(kv != nullptr);
        QCOMPARE(kv->request.kvType, std::string("f16"));
        QCOMPARE(kv->request.contextTokens, std::int64_t{8192});
    }

    void aLongerContextIsGainedByACoarserCache()
    {
        const Solved solved(laptop(), "Q4_K_M", request(8192));
        QCOMPARE(solved.solution->now.verdict, Verdict::Gpu);
        const Suggestion *kv = solved.find(SuggestionKind::KvType);
        const Suggestion *context = solved.find(SuggestionKind::Context);
        QVERIFY(kv != nullptr && context != nullptr);
        QVERIFY(kv->request.contextTokens > context->request.contextTokens * 3 / 2);
    }

    void layersThatWereHeldBackAreNamed()
    {
        const Solved held(laptop(), "Q4_K_M", request(8192, 20));
        QCOMPARE(held.solution->suggestions.front().kind, SuggestionKind::GpuLayers);
        QVERIFY(says(&held.solution->suggestions.front(), "36 of 36 layers fit on the GPU instead of 20."));
        const Solved tooMany(laptop(), "Q8_0", request(16384, 36));
        QCOMPARE(tooMany.solution->now.verdict, Verdict::No);
        const Suggestion &fewer = tooMany.solution->suggestions.front();
        QCOMPARE(fewer.kind, SuggestionKind::GpuLayers);
        QCOMPARE(fewer.request.gpuLayers, -1);
        QVERIFY(says(&fewer, "not 36."));
    }

    void theFewestExpertsGoToMainMemory()
    {
        const Solved solved(mixture(), "Q4_K_M", request(8192));
        const Suggestion *experts = solved.find(SuggestionKind::CpuExperts);
        QVERIFY(experts != nullptr);
        QCOMPARE(experts->verdict, Verdict::Gpu);
        const int layers = experts->request.cpuExpertLayers;
        QVERIFY(layers > 0 && layers < 48);
        LoadRequest fewer = experts->request;
        --fewer.cpuExpertLayers;
        QVERIFY(solved.placed("Q4_K_M", fewer).verdict != Verdict::Gpu);
        // And from too many there, back.
        LoadRequest all = request(8192);
        all.cpuExpertLayers = 48;
        const Solved back(mixture(), "Q4_K_M", all);
        QCOMPARE(back.find(SuggestionKind::CpuExperts)->request.cpuExpertLayers, layers);
    }

    void fewerConversationsAreSuggested()
    {
        LoadRequest asked = request(8192);
        asked.parallel = 8;
        const Solved solved(laptop(), "Q4_K_M", asked);
        const Suggestion *parallel = solved.find(SuggestionKind::Parallel);
        QVERIFY(parallel != nullptr);
        QCOMPARE(parallel->request.parallel, 2);
        QVERIFY(says(parallel, "With 2 conversations at once instead of 8"));
    }

    void oneCardIsPreferredToTwo()
    {
        const MadeUpMachine two{.hostFree = gib(48), .gpus = {{"GPU0", gib(7.6)}, {"GPU1", gib(23.4)}}};
        const Solved solved(two, "Q8_0", request(8192));
        QCOMPARE(solved.solution->now.verdict, Verdict::Gpu);
        const Suggestion &first = solved.solution->suggestions.front();
        QCOMPARE(first.kind, SuggestionKind::Devices);
        QCOMPARE(first.request.device, std::string("GPU1"));
        QVERIFY(says(&first, "Card GPU1 (GPU1) alone"));
        // And the other way round where one is too small.
        LoadRequest onSmall = request(8192);
        onSmall.device = "GPU0";
        const Solved small(two, "Q8_0", onSmall);
        QCOMPARE(small.solution->suggestions.front().request.device, std::string("GPU1"));
        const Solved huge(two, "BF16", [&] {
            LoadRequest asked = request(32768);
            asked.parallel = 2;
            asked.device = "GPU1";
            return asked;
        }());
        const Suggestion &both = huge.solution->suggestions.front();
        QCOMPARE(both.kind, SuggestionKind::Devices);
        QCOMPARE(both.request.device, std::string());
        QVERIFY(says(&both, "On 2 GPUs together, all 36 layers fit on the GPUs."));
    }

    // Some allocators also tell of cards that they leave alone.
    void theCardThatIsMeantIsNamed()
    {
        MadeUpMachine two{.hostFree = gib(48), .gpus = {{"GPU0", gib(7.6)}, {"GPU1", gib(23.4)}}};
        auto options = two.options();
        for (LevelOption &option : options) {
            option.measure = [measure = option.measure](const LoadRequest &request) {
                auto allocation = measure(request);
                if (allocation && allocation->memory.size() == 2) {
                    fit::DeviceMemory idle;
                    idle.device = "GPU2";
                    idle.totalBytes = idle.freeBytes = gib(2);
                    allocation->memory.push_back(idle);
                }
                return allocation;
            };
        }
        const auto solution = solve({request(8192), "Q8_0", options, two.devices(), 0, 200}, {});
        QVERIFY(solution.has_value());
        const Suggestion &first = solution->suggestions.front();
        QCOMPARE(first.request.device, std::string("GPU1"));
        QVERIFY2(says(&first, "Card GPU1 (GPU1) alone"), first.text.c_str());
        QVERIFY2(!says(&first, "of its 2.00 GiB"), first.cost.c_str());
    }

    void twoChangesTogetherWhereOneIsNotEnough()
    {
        MadeUpMachine machine{.hostFree = gib(4.4)};
        const Solved solved(machine, "Q8_0", request(40960));
        QCOMPARE(solved.solution->now.verdict, Verdict::No);
        QCOMPARE(solved.solution->suggestions.size(), std::size_t{1});
        const Suggestion &only = solved.solution->suggestions.front();
        QCOMPARE(only.kind, SuggestionKind::Level);
        QVERIFY(only.level != "Q8_0" && only.request.contextTokens < 40960);
        QCOMPARE(only.verdict, Verdict::Cpu);
    }

    void whatIsTooLargeIsToldSo()
    {
        MadeUpMachine machine = laptop();
        machine.parameters = 671e9;
        machine.layers = 61;
        const Solved solved(machine, "Q4_K_M", request(8192));
        QVERIFY(solved.solution->suggestions.empty());
        QVERIFY(solved.solution->hopeless.starts_with(
            "Nothing that Snug can change makes this model fit: even IQ1_S ("));
        QVERIFY(solved.solution->hopeless.find("Main memory lacks") != std::string::npos);
    }

    void nothingDamagedIsSuggestedForSpeed()
    {
        MadeUpMachine machine{.hostFree = gib(64), .gpus = {{"GPU0", gib(23.4)}}};
        machine.parameters = 70.6e9;
        machine.layers = 80;
        const Solved solved(machine, "Q4_K_M", request(8192));
        QCOMPARE(solved.solution->now.verdict, Verdict::Partial);
        for (const Suggestion &suggestion : solved.solution->suggestions)
            QVERIFY(!says(&suggestion, "damaged"));
    }

    void aKvTypeThatTheModelCannotHaveIsNotSuggested()
    {
        MadeUpMachine machine = laptop();
        machine.refusedKvType = "q8_0";
        const Solved solved(machine, "Q5_K_M", request(16384));
        QVERIFY(solved.solution);
        for (const Suggestion &suggestion : solved.solution->suggestions)
            QVERIFY(suggestion.request.kvType != "q8_0");
    }

    void levelsOfUnknownQualityAreNotSuggested()
    {
        MadeUpMachine machine = laptop();
        auto options = machine.options();
        for (LevelOption &option : options)
            option.loss.reset();
        const auto solution = solve({request(16384), "Q8_0", options, machine.devices(), 0, 200}, {});
        QVERIFY(solution);
        for (const Suggestion &suggestion : solution->suggestions)
            QCOMPARE(suggestion.level, std::string("Q8_0"));
    }

    void theAllowanceIsKept()
    {
        for (int most = 1; most < 60; most += 3) {
            const Solved solved(laptop(), "Q5_K_M", request(16384), most);
            QVERIFY(solved.machine.measured <= most);
            if (!solved.solution)
                continue;
            QVERIFY(!solved.solution->complete || solved.solution->measurements <= most);
            for (const Suggestion &suggestion : solved.solution->suggestions)
                QCOMPARE(faultOf(solved, request(16384), "Q5_K_M", suggestion), std::string());
        }
    }

    void whatCannotBeAskedForIsRefused()
    {
        const Solved negative(laptop(), "Q4_K_M", request(-1));
        QCOMPARE(negative.solution.error().kind, ErrorKind::InvalidArgument);
        const Solved huge(laptop(), "Q4_K_M", request(std::int64_t{1} << 40));
        QCOMPARE(huge.solution.error().kind, ErrorKind::TooLarge);
        const Solved unknown(laptop(), "Q9_K", request(4096));
        QCOMPARE(unknown.solution.error().kind, ErrorKind::NotFound);
        LoadRequest asked = request(4096);
        asked.kvType = "q8_0";
        MadeUpMachine refusing = laptop();
        refusing.refusedKvType = "q8_0";
        const Solved refused(refusing, "Q4_K_M", asked);
        QCOMPARE(refused.solution.error().kind, ErrorKind::Unsupported);
        const Solved usual(laptop(), "Q4_K_M", request(0));
        QVERIFY(usual.solution);
    }

    void aStopEndsTheSearch()
    {
        MadeUpMachine machine = laptop();
        std::stop_source stop;
        auto options = machine.options();
        for (LevelOption &option : options) {
            option.measure = [&, bytes = option.bytes](const LoadRequest &asked) {
                if (machine.measured == 12)
                    stop.request_stop();
                return machine.measure(bytes, asked);
            };
        }
        const auto solution =
            solve({request(16384), "Q8_0", options, machine.devices(), 0, 200}, stop.get_token());
        QVERIFY(!solution);
        QCOMPARE(solution.error().kind, ErrorKind::Cancelled);
        QCOMPARE(machine.measured, 13);
    }

    void waysToRunOfALevelThatIsAdvised()
    {
        MadeUpMachine machine = laptop();
        auto options = machine.options();
        const auto option = std::find_if(options.begin(), options.end(),
                                         [](const LevelOption &one) { return one.level == "Q5_K_M"; });
        const auto ways = waysToRun(*option, request(16384), {});
        QVERIFY(ways && ways->best);
        QVERIFY(machine.measured <= 32);
        QCOMPARE(ways->best->verdict, Verdict::Gpu);
        QVERIFY(ways->best->request.contextTokens < 16384);
        const QString text = QString::fromStdString(ways->text);
        QVERIFY2(text.startsWith(QStringLiteral("Q5_K_M runs wholly on the GPU at a context of ")),
                 text.toUtf8().constData());
        QVERIFY2(text.contains(QRegularExpression(
                     QStringLiteral(", or at 16.384 with \\d+ of 36 layers on the CPU\\.$"))),
                 text.toUtf8().constData());
        const auto fits = waysToRun(*option, request(4096), {});
        QCOMPARE(fits->text, std::string("Q5_K_M runs wholly on the GPU."));
        machine.gpus.clear();
        QVERIFY(waysToRun(*option, request(16384), {})->text.ends_with("on the CPU alone."));
        machine.hostFree = kGib;
        const auto none = waysToRun(*option, request(16384), {});
        QVERIFY(none->text.empty() && !none->best);
    }

    void becomesJson()
    {
        const Solved solved(laptop(), "Q5_K_M", request(16384));
        const nlohmann::json json = toJson(solved.solution->suggestions.front());
        QCOMPARE(json["kind"].get<std::string>(), std::string("kv_type"));
        QCOMPARE(json["level"].get<std::string>(), std::string("Q5_K_M"));
        QCOMPARE(json["context"].get<std::int64_t>(), std::int64_t{16384});
        QCOMPARE(json["kv_type"].get<std::string>(), std::string("q8_0"));
        QCOMPARE(json["gpu_layers"].get<int>(), -1);
        QCOMPARE(json["cpu_moe"].get<int>(), 0);
        QCOMPARE(json["parallel"].get<int>(), 1);
        QCOMPARE(json["device"].get<std::string>(), std::string());
        QVERIFY(json["text"].is_string() && json["cost"].is_string());
    }
};

QTEST_GUILESS_MAIN(TestSolve)
#include "tst_solve.moc"
