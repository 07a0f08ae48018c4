// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/fit_search.h"
#include "core/fit/request_check.h"

#include <QTest>

#include <climits>

using namespace snug;
using namespace snug::fit;

namespace {

constexpr std::int64_t kMib = std::int64_t{1} << 20;
constexpr std::int64_t kGib = std::int64_t{1} << 30;

// A made-up machine and a model of 32 layers of 100 MiB, whose cache takes 1 MiB for 16 tokens.
struct Machine {
    std::int64_t hostFree = 64 * kGib;
    std::vector<std::int64_t> gpuFree;
    bool shared = false;
    std::int64_t gpuTotal = 128 * kGib;
    int measured = 0;

    static constexpr int kLayers = 32;
    static constexpr std::int64_t kTrained = 32768;

    Result<Allocation> operator()(const LoadRequest &request)
    {
        ++measured;
        Allocation result;
        result.layers = kLayers;
        result.trainingContext = kTrained;
        result.contextTokens = request.contextTokens;
        result.memory.resize(1);
        result.memory[0].device = "CPU";
        result.memory[0].freeBytes = hostFree;
        result.memory[0].totalBytes = 64 * kGib;
        if (request.gpuLayers != 0) {
            for (const auto free : gpuFree) {
                result.memory.emplace_back();
                result.memory.back().device = "GPU" + std::to_string(result.memory.size() - 2);
                result.memory.back().freeBytes = free;
                result.memory.back().totalBytes = gpuTotal;
                result.memory.back().sharesHost = shared;
            }
        }
        const int onGpu = result.memory.size() == 1 ? 0
                          : request.gpuLayers < 0   ? kLayers
                                                    : std::min(request.gpuLayers, kLayers);
        result.gpuLayers = onGpu;
        put(result.memory[0], kLayers - onGpu, request.contextTokens);
        const int gpus = static_cast<int>(result.memory.size()) - 1;
        for (int i = 0; i < gpus; ++i)
            put(result.memory[static_cast<std::size_t>(i) + 1], onGpu / gpus, request.contextTokens);
        return result;
    }

private:
    static void put(DeviceMemory &memory, int layers, std::int64_t tokens)
    {
        memory.layers = layers;
        memory.weights = layers * 100 * kMib;
        memory.kvCache = layers * tokens * kMib / 16 / kLayers;
    }
};

LoadRequest request(std::int64_t context, int gpuLayers = -1)
{
    LoadRequest result;
    result.contextTokens = context;
    result.gpuLayers = gpuLayers;
    return result;
}

} // namespace

Q_DECLARE_METATYPE(snug::fit::LoadRequest)

class TestFitSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everythingGoesOnAGpuThatIsLargeEnough()
    {
        Machine machine{.gpuFree = {8 * kGib}};
        const auto answer = place(request(4096), std::ref(machine), {});
        QVERIFY(answer);
        QCOMPARE(answer->verdict, Verdict::Gpu);
        QCOMPARE(answer->allocation.gpuLayers, Machine::kLayers);
        QVERIFY(answer->cpuReason.empty());
        QCOMPARE(machine.measured, 1);
    }

    void asManyLayersAsFitWithTheMargin_data()
    {
        QTest::addColumn<qint64>("free");
        QTest::addColumn<int>("layers");
        // A layer takes 100 MiB and 8 MiB of cache at 4096 tokens.
        QTest::newRow("one") << qint64(kGpuMarginBytes + 108 * kMib) << 1;
        QTest::newRow("a byte short of two") << qint64(kGpuMarginBytes + 2 * 108 * kMib - 1) << 1;
        QTest::newRow("two") << qint64(kGpuMarginBytes + 2 * 108 * kMib) << 2;
        QTest::newRow("half") << qint64(kGpuMarginBytes + 16 * 108 * kMib) << 16;
        QTest::newRow("all but one") << qint64(kGpuMarginBytes + 31 * 108 * kMib) << 31;
        QTest::newRow("a byte short of all") << qint64(kGpuMarginBytes + 32 * 108 * kMib - 1) << 31;
    }

    void asManyLayersAsFitWithTheMargin()
    {
        QFETCH(qint64, free);
        QFETCH(int, layers);
        Machine machine{.gpuFree = {free}};
        const auto answer = place(request(4096), std::ref(machine), {});
        QVERIFY(answer);
        QCOMPARE(answer->allocation.gpuLayers, layers);
        QCOMPARE(answer->verdict, Verdict::Partial);
        QVERIFY(fits(answer->allocation));
        QVERIFY(!answer->notes.empty());
        QVERIFY2(machine.measured <= 7, "two measurements and one for each binary digit of 32");
    }

    void aGpuThatIsTooSmallIsTheReasonForTheCpu()
    {
        Machine machine{.gpuFree = {600 * kMib}};
        const auto answer = place(request(4096), std::ref(machine), {});
        QVERIFY(answer);
        QCOMPARE(answer->verdict, Verdict::Cpu);
        QCOMPARE(answer->allocation.gpuLayers, 0);
        QVERIFY(answer->cpuReason.find("600 MiB") != std::string::npos);
        QVERIFY(answer->cpuReason.find("GPU0") != std::string::npos);
    }

    void theReasonForTheCpuIsTold()
    {
        Machine without;
        QCOMPARE(place(request(512), std::ref(without), {})->cpuReason,
                 std::string("no GPU backend found a device"));
        Machine with{.gpuFree = {8 * kGib}};
        QCOMPARE(place(request(512, 0), std::ref(with), {})->cpuReason,
                 std::string("--gpu-layers 0 asks for it"));
        LoadRequest onCpu = request(512);
        onCpu.device = "CPU";
        QCOMPARE(place(onCpu, std::ref(without), {})->cpuReason, std::string("the chosen device is the CPU"));
    }

    void whatWasAskedForIsNotChanged()
    {
        Machine machine{.gpuFree = {1 * kGib}};
        const auto answer = place(request(4096, 20), std::ref(machine), {});
        QVERIFY(answer);
        QCOMPARE(answer->allocation.gpuLayers, 20);
        QCOMPARE(answer->verdict, Verdict::No);
        QVERIFY(answer->notes.front().find("GPU0 lacks") != std::string::npos);
    }

    void memoryOfASharedGpuIsMainMemory()
    {
        // 32 * 108 MiB fit the GPU's own idea of its memory, and not the machine's.
        Machine machine{.hostFree = 3 * kGib, .gpuFree = {16 * kGib}, .shared = true};
        const auto answer = place(request(4096), std::ref(machine), {});
        QVERIFY(answer);
        QCOMPARE(answer->verdict, Verdict::No);
        machine.shared = false;
        QCOMPARE(place(request(4096), std::ref(machine), {})->verdict, Verdict::Gpu);
    }

    void everyGpuMustFit()
    {
        Machine machine{.gpuFree = {8 * kGib, 1 * kGib}};
        const auto answer = place(request(4096), std::ref(machine), {});
        QVERIFY(answer);
        QCOMPARE(answer->verdict, Verdict::Partial);
        QVERIFY(fits(answer->allocation));
    }

    void theLargestContextIsTheTrainingLengthWhereItFits()
    {
        Machine machine{.gpuFree = {24 * kGib}};
        const auto answer = searchFit(request(512), std::ref(machine), {});
        QVERIFY(answer);
        QCOMPARE(answer->maxContext, Machine::kTrained);
    }

    void theLargestContextIsTheLastThatFits()
    {
        // All 32 layers, their weights and 100 MiB: 1600 tokens of cache, 1536 in steps of 256.
        Machine machine{.gpuFree = {kGpuMarginBytes + 3300 * kMib}};
        const auto answer = searchFit(request(512), std::ref(machine), {});
        QVERIFY(answer);
        QCOMPARE(answer->verdict, Verdict::Gpu);
        QCOMPARE(answer->maxContext, std::int64_t{1536});
        QVERIFY2(machine.measured <= 10, "one for each binary digit of the number of steps");
    }

    void nothingFitsOnAFullMachine()
    {
        Machine machine{.hostFree = 1 * kGib, .gpuFree = {}};
        const auto answer = searchFit(request(4096), std::ref(machine), {});
        QVERIFY(answer);
        QCOMPARE(answer->verdict, Verdict::No);
        QCOMPARE(answer->maxContext, std::int64_t{0});
        QVERIFY(answer->notes.front().find("Main memory lacks") != std::string::npos);
    }

    void aContextBeyondTheTrainingIsNoted()
    {
        Machine machine{.gpuFree = {64 * kGib}};
        const auto answer = place(request(65536), std::ref(machine), {});
        QVERIFY(answer);
        QVERIFY(answer->notes.front().find("trained") != std::string::npos);
    }

    void whatADeviceCannotMeanIsCorrected_data()
    {
        QTest::addColumn<qint64>("free");
        QTest::addColumn<qint64>("total");
        QTest::addColumn<bool>("shared");
        QTest::addColumn<int>("layers"); // of 108 MiB each
        QTest::addColumn<QString>("note");
        QTest::newRow("sense") << qint64(8 * kGib) << qint64(8 * kGib) << false << 32 << "";
        QTest::newRow("more free than there is")
            << qint64(64 * kGib) << qint64(kGpuMarginBytes + 16 * 108 * kMib) << false << 16 << "cannot be";
        QTest::newRow("less than nothing free")
            << qint64(-1) << qint64(8 * kGib) << false << 0 << "less than";
        QTest::newRow("no total") << qint64(8 * kGib) << qint64(0) << false << 32 << "only that 8.00 GiB";
        QTest::newRow("a negative total") << qint64(8 * kGib) << qint64(-8) << false << 32 << "only that";
        QTest::newRow("nothing") << qint64(0) << qint64(0) << false << 0 << "taken for full";
        QTest::newRow("nothing of its own") << qint64(0) << qint64(0) << true << 32 << "shares main memory";
        QTest::newRow("the largest number")
            << qint64(INT64_MAX) << qint64(8 * kGib) << false << 32 << "cannot be";
    }

    void whatADeviceCannotMeanIsCorrected()
    {
        QFETCH(qint64, free);
        QFETCH(qint64, total);
        QFETCH(bool, shared);
        QFETCH(int, layers);
        QFETCH(QString, note);
        Machine machine{.gpuFree = {free}, .shared = shared, .gpuTotal = total};
        const auto answer = searchFit(request(4096), std::ref(machine), {});
        QVERIFY(answer);
        QCOMPARE(answer->allocation.gpuLayers, layers);
        if (note.isEmpty())
            QVERIFY(answer->notes.empty());
        else
            QVERIFY(QString::fromStdString(answer->notes.front()).contains(note));
        for (const DeviceMemory &memory : answer->allocation.memory) {
            QVERIFY(memory.freeBytes >= 0);
            QVERIFY(memory.freeBytes <= memory.totalBytes);
        }
    }

    void aRequestThatMakesNoSenseIsRefused_data()
    {
        QTest::addColumn<LoadRequest>("asked");
        QTest::addColumn<bool>("tooLarge");
        const auto row = [](const char *name, auto change, bool tooLarge) {
            LoadRequest asked = request(4096);
            change(asked);
            QTest::newRow(name) << asked << tooLarge;
        };
        row(
            "negative context", [](auto &r) { r.contextTokens = -1; }, false);
        row(
            "the least context", [](auto &r) { r.contextTokens = INT64_MIN; }, false);
        row(
            "context 2^40", [](auto &r) { r.contextTokens = std::int64_t{1} << 40; }, true);
        row(
            "the largest context", [](auto &r) { r.contextTokens = INT64_MAX; }, true);
        row(
            "2^30 tokens, 8 times", [](auto &r) { r.contextTokens = kMostContext, r.parallel = 8; }, true);
        row(
            "layers -5", [](auto &r) { r.gpuLayers = -5; }, false);
        row(
            "too many layers", [](auto &r) { r.gpuLayers = INT_MAX; }, true);
        row(
            "parallel 0", [](auto &r) { r.parallel = 0; }, false);
        row(
            "parallel -1", [](auto &r) { r.parallel = INT_MIN; }, false);
        row(
            "parallel 257", [](auto &r) { r.parallel = 257; }, true);
        row(
            "negative experts", [](auto &r) { r.cpuExpertLayers = -1; }, false);
        row(
            "too many experts", [](auto &r) { r.cpuExpertLayers = INT_MAX; }, true);
        row(
            "negative threads", [](auto &r) { r.threads = -2; }, false);
        row(
            "too many threads", [](auto &r) { r.threads = 5000; }, true);
        row(
            "no such KV type", [](auto &r) { r.kvType = "q3_K"; }, false);
        row(
            "no KV type", [](auto &r) { r.kvType = ""; }, false);
    }

    void aRequestThatMakesNoSenseIsRefused()
    {
        QFETCH(LoadRequest, asked);
        QFETCH(bool, tooLarge);
        Machine machine{.gpuFree = {8 * kGib}};
        const auto answer = searchFit(asked, std::ref(machine), {});
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, tooLarge ? ErrorKind::TooLarge : ErrorKind::InvalidArgument);
        QVERIFY(answer.error().message.ends_with('.'));
        QVERIFY(!answer.error().hint.empty());
        QCOMPARE(machine.measured, 0);
    }

    void theLimitsThemselvesAreFine()
    {
        LoadRequest asked = request(kMostContext);
        asked.parallel = 3;
        asked.gpuLayers = kMostLayers;
        asked.cpuExpertLayers = kMostLayers;
        asked.threads = kMostThreads;
        for (const std::string &type : kvTypeNames()) {
            asked.kvType = type;
            QVERIFY(checkRequest(asked));
        }
    }

    void aStopEndsTheSearch()
    {
        Machine machine{.gpuFree = {1 * kGib}};
        std::stop_source stop;
        stop.request_stop();
        const auto answer = searchFit(request(4096), std::ref(machine), stop.get_token());
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Cancelled);
        QVERIFY(machine.measured <= 2);
    }
};

QTEST_GUILESS_MAIN(TestFitSearch)
#include "tst_fit_search.moc"
