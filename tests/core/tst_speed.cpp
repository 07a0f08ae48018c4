// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/device_speeds.h"
#include "core/fit/speed.h"
#include "core/model/shape.h"
#include "core/quant/type_plan.h"
#include "tests/support/model_headers.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace snug;
using namespace snug::fit;
using namespace Qt::StringLiterals;
using gguf::TensorType;

namespace {

// Round figures, so that sums can be done by hand.
DeviceSpeed plainSpeed(const std::string &id)
{
    DeviceSpeed speed;
    speed.device = id;
    speed.name = "Test";
    speed.rates = {{TensorType::F16, 10e9, 10e9, 100e9, 100e9}, {TensorType::Q4_K, 5e9, 20e9, 50e9, 50e9}};
    speed.activationBytes = 1e18;
    return speed;
}

Allocation allLayersOn(const std::string &device, int layers)
{
    Allocation allocation;
    allocation.memory.resize(device == "CPU" ? 1 : 2);
    allocation.memory.front().device = "CPU";
    allocation.memory.back().device = device;
    allocation.memory.back().layers = layers;
    return allocation;
}

test::Transformer small()
{
    return {.layers = 2, .width = 256, .feedForward = 512, .heads = 4, .keyHeads = 2, .vocabulary = 1024};
}

TokenWork workOf(const test::Transformer &shape)
{
    const auto header = test::transformer(shape);
    return tokenWork({&header, 1}).value();
}

double elements(const TokenWork &work)
{
    double sum = 0;
    for (const MatrixWork &matrix : work.matrices)
        sum += static_cast<double>(matrix.columns * matrix.rows) * matrix.copies;
    return sum;
}

bool near(double a, double b, double share = 1e-9)
{
    return std::abs(a - b) <= share * std::max(std::abs(a), std::abs(b));
}

} // namespace

class TestSpeed : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void workIsTheProductsOfOneToken()
    {
        const TokenWork work = workOf(small());
        // q and output 256x256, k and v 256x128, three of 256x512; the output over the vocabulary.
        const double layer = 2.0 * 256 * 256 + 2.0 * 256 * 128 + 3.0 * 256 * 512;
        QCOMPARE(elements(work), 2 * layer + 256.0 * 1024);
        QCOMPARE(work.touchedBytes(), 2 * elements(work));
        QVERIFY(work.mainType() == TensorType::F16);
        QCOMPARE(work.layers.size(), std::size_t{2});
        QCOMPARE(work.layers[0].queryHeads, 4.0);
        QCOMPARE(work.layers[0].keyHeads, 2.0);
        QCOMPARE(work.layers[0].keyLength, 64.0);
        QCOMPARE(work.vocabulary, 1024);
    }

    // Embeddings that serve as output are read whole at the end; otherwise a token touches one row of them.
    void tiedEmbeddingsAreTheOutput()
    {
        test::Transformer shape = small();
        shape.tied = true;
        QCOMPARE(elements(workOf(shape)), elements(workOf(small())));
    }

    void onlyUsedExpertsCount()
    {
        test::Transformer shape = small();
        shape.experts = 8;
        shape.expertsUsed = 2;
        const TokenWork work = workOf(shape);
        double used = 0;
        double stored = 0;
        for (const MatrixWork &matrix : work.matrices) {
            if (matrix.stored > 1) {
                used += matrix.copies;
                stored += matrix.stored;
            }
        }
        QCOMPARE(stored, 4 * used);
        const double layer = 2.0 * 256 * 256 + 2.0 * 256 * 128 + 2 * 3.0 * 256 * 512 + 256.0 * 8;
        QCOMPARE(elements(work), 2 * layer + 256.0 * 1024);
    }

    void anotherLevelTouchesFewerBytes()
    {
        const auto header = test::transformer(small());
        const auto model = quant::sourceModel({&header, 1});
        QVERIFY(model);
        const auto plan = quant::planTypes(*model, quant::FileType::Q4_K_M);
        QVERIFY(plan);
        const auto work = tokenWork({&header, 1}, *plan);
        QVERIFY(work);
        QVERIFY(work->mainType() == TensorType::Q4_K);
        QVERIFY(work->touchedBytes() < workOf(small()).touchedBytes() / 2.5);
    }

    void everyKnownShapeGivesWork()
    {
        for (const test::NamedModel &named : test::knownModels()) {
            const auto header = named.make();
            const auto work = tokenWork({&header, 1});
            QVERIFY2(work, named.name);
            const auto raw = rawSpeed(*work, allLayersOn("CPU", static_cast<int>(work->layers.size())),
                                      std::vector<DeviceSpeed>{plainSpeed("CPU")});
            QVERIFY2(raw, named.name);
            QVERIFY2(raw->tokenSeconds >= work->touchedBytes() / 10e9 * 0.99, named.name);
            // A prompt is cheaper for each token than what is generated.
            QVERIFY2(raw->promptSeconds > raw->tokenSeconds, named.name);
        }
    }

    void generationIsBytesOverTheirRate()
    {
        const TokenWork work = workOf(small());
        const auto raw = rawSpeed(work, allLayersOn("CPU", 2), std::vector<DeviceSpeed>{plainSpeed("CPU")});
        QVERIFY(raw);
        QVERIFY(near(raw->tokenSeconds, work.touchedBytes() / 10e9));
        QVERIFY(raw->source == SpeedSource::Measured);
    }

    void promptsAreOperationsOverTheirRate()
    {
        const TokenWork work = workOf(small());
        const auto raw = rawSpeed(work, allLayersOn("CPU", 2), std::vector<DeviceSpeed>{plainSpeed("CPU")});
        QVERIFY(raw);
        // Nobody asks for the successors of the prompt's first tokens: neither the output nor the last
        // feed-forward net works for them, but their weights are read.
        const double body = 2 * (2.0 * 256 * 256 + 2.0 * 256 * 128) + 3.0 * 256 * 512;
        const double ends = 3.0 * 256 * 512 + 256.0 * 1024;
        QVERIFY(near(raw->promptSeconds, 2 * body * 512 / 100e9 + 2 * ends / 10e9, 1e-6));
    }

    void weightsInTheCacheAreFaster()
    {
        test::Transformer shape = small();
        shape.type = TensorType::Q4_K;
        const TokenWork work = workOf(shape);
        DeviceSpeed speed = plainSpeed("CPU");
        const auto seconds = [&] {
            return rawSpeed(work, allLayersOn("CPU", 2), std::vector<DeviceSpeed>{speed})->tokenSeconds;
        };
        const double outside = seconds();
        speed.cacheBytes = work.touchedBytes() * 2;
        QVERIFY(near(seconds(), outside / 4));
        speed.cacheBytes = work.touchedBytes();
        QVERIFY(near(seconds(), outside / 2)); // half way, by factors
        speed.cacheBytes = work.touchedBytes() / 2;
        QVERIFY(near(seconds(), outside));
    }

    void everyOperationCosts()
    {
        const TokenWork work = workOf(small());
        DeviceSpeed speed = plainSpeed("CPU");
        const auto seconds = [&](std::int64_t fill) {
            return rawSpeed(work, allLayersOn("CPU", 2), std::vector<DeviceSpeed>{speed}, {512, fill, 0})
                ->tokenSeconds;
        };
        const double bytes = seconds(0);
        speed.graphSeconds = 1;
        speed.matrixSeconds = 0.1;
        QVERIFY(near(seconds(0), bytes + 1 + 15 * 0.1)); // seven of each layer and the output
        speed.nodeSeconds = 0.01;
        QVERIFY(near(seconds(0), bytes + 1 + 1.5 + 2 * 12 * 0.01));
        speed.nodeSeconds = speed.matrixSeconds = speed.graphSeconds = 0;
        // Four query heads of two layers look at each token.
        speed.attention = {1e-3, 1e-6};
        QVERIFY(near(seconds(100) - bytes, 2 * 4 * 100 * (1e-3 + 128e-6)));
        // Two threads share 768 places, of which 600 are taken: the first has 384.
        speed.threads = 2;
        QVERIFY(near(seconds(600) - bytes, 2 * 4 * 768 * (1e-3 + 128e-6)));
    }

    void layersAttendAsTheShapeSays()
    {
        std::size_t windows = 0;
        for (const test::NamedModel &named : test::knownModels()) {
            const auto made = named.make();
            const auto work = tokenWork({&made, 1});
            const auto shape = shapeOf({&made, 1});
            QVERIFY(work && shape);
            QCOMPARE(work->layers.size(), shape->layers.size());
            for (std::size_t i = 0; i < work->layers.size(); ++i) {
                const LayerWork &layer = work->layers[i];
                if (layer.queryHeads == 0)
                    continue;
                QVERIFY2(layer.window == shape->layers[i].window, named.name);
                QVERIFY2(static_cast<std::int64_t>(layer.keyLength) == shape->layers[i].keyLength,
                         named.name);
                windows += layer.window > 0 ? 1 : 0;
            }
        }
        QVERIFY(windows > 0);
    }

    // An architecture whose layers look at everything, unless the file says which do not.
    void aPatternOfTheFileIsFollowed()
    {
        gguf::Header header = test::transformer({.architecture = "olmo2", .layers = 4});
        const auto windowed = [&header] {
            const auto work = tokenWork({&header, 1});
            return work ? std::count_if(work->layers.begin(), work->layers.end(),
                                        [](const LayerWork &layer) { return layer.window == 128; })
                        : -1;
        };
        QCOMPARE(windowed(), 0);
        header.values.push_back({"olmo2.attention.sliding_window", gguf::Value(std::uint32_t{128})});
        QCOMPARE(windowed(), 3);
    }

    void layersThatPredictFurtherTokensAreNotRun()
    {
        gguf::Header header = test::transformer(small());
        const double whole = tokenWork({&header, 1}).value().touchedBytes();
        header.values.push_back({"llama.nextn_predict_layers", gguf::Value(std::uint32_t{1})});
        const double layer = 2 * (2.0 * 256 * 256 + 2.0 * 256 * 128 + 3.0 * 256 * 512);
        QCOMPARE(tokenWork({&header, 1}).value().touchedBytes(), whole - layer);
    }

    void layersThatAreRunTwiceCountTwice()
    {
        test::Transformer shape = small();
        shape.architecture = "nanbeige";
        gguf::Header header = test::transformer(shape);
        const double once = tokenWork({&header, 1}).value().touchedBytes();
        header.values.push_back({"nanbeige.num_loops", gguf::Value(std::uint32_t{2})});
        const TokenWork work = tokenWork({&header, 1}).value();
        const double layer = 2 * (2.0 * 256 * 256 + 2.0 * 256 * 128 + 3.0 * 256 * 512);
        QCOMPARE(work.touchedBytes(), once + 2 * layer);
        QCOMPARE(work.layers.size(), std::size_t{4});
        QVERIFY(work.layers[3] == work.layers[1]);
    }

    void anAbsurdShapeIsRefused()
    {
        gguf::Header header = test::transformer(small());
        header.values.push_back({"llama.attention.key_length", gguf::Value(std::uint32_t{1} << 30)});
        const auto work = tokenWork({&header, 1});
        QVERIFY(!work);
        QCOMPARE(work.error().kind, ErrorKind::TooLarge);
    }

    void layersOnSeveralDevicesAddUp()
    {
        const TokenWork work = workOf(small());
        Allocation allocation = allLayersOn("GPU0", 1);
        allocation.memory[0].layers = 1;
        DeviceSpeed fast = plainSpeed("GPU0");
        for (TypeRate &rate : fast.rates)
            rate.vectorBytes = rate.vectorBytesCached = 1e15;
        const std::vector<DeviceSpeed> speeds = {plainSpeed("CPU"), fast};
        const auto raw = rawSpeed(work, allocation, speeds);
        QVERIFY(raw);
        const double layer = 2 * (2.0 * 256 * 256 + 2.0 * 256 * 128 + 3.0 * 256 * 512);
        QVERIFY(near(raw->tokenSeconds, layer / 10e9, 1e-3)); // the output is on the GPU
        // Without its speed nothing is claimed.
        QVERIFY(!rawSpeed(work, allocation, std::vector<DeviceSpeed>{plainSpeed("CPU")}));
        QVERIFY(!rawSpeed(work, allocation, {}));
        // A device that holds no layers may be unknown.
        QVERIFY(rawSpeed(work, allLayersOn("GPU0", 2), std::vector<DeviceSpeed>{fast}));
    }

    void expertsCanStayInMainMemory()
    {
        test::Transformer shape = small();
        shape.experts = 8;
        const TokenWork work = workOf(shape);
        DeviceSpeed fast = plainSpeed("GPU0");
        for (TypeRate &rate : fast.rates)
            rate.vectorBytes = rate.vectorBytesCached = 1e15;
        const std::vector<DeviceSpeed> speeds = {plainSpeed("CPU"), fast};
        const auto all = rawSpeed(work, allLayersOn("GPU0", 2), speeds);
        const auto kept = rawSpeed(work, allLayersOn("GPU0", 2), speeds, {512, 576, 2});
        QVERIFY(all && kept);
        const double experts = 2 * 2 * 2 * 3.0 * 256 * 512;
        QVERIFY(near(kept->tokenSeconds - all->tokenSeconds, experts / 10e9, 1e-3));
    }

    // A prompt that goes on where another ended looks at that one too.
    void knownTokensSlowAPromptDown()
    {
        const TokenWork work = workOf(small());
        DeviceSpeed speed = plainSpeed("CPU");
        speed.attentionBatch.tokenSeconds = 1e-9;
        const auto seconds = [&](std::int64_t known) {
            return rawSpeed(work, allLayersOn("CPU", 2), std::vector<DeviceSpeed>{speed},
                            {100, 576, 0, known})
                ->promptSeconds;
        };
        const double heads = work.layers[0].queryHeads;
        QVERIFY(near(seconds(1000) - seconds(0), 2 * heads * 100 * 1000 * 1e-9, 1e-3));
    }

    void absurdRequestsGiveNothing()
    {
        const TokenWork work = workOf(small());
        const std::vector<DeviceSpeed> speeds = {plainSpeed("CPU")};
        QVERIFY(!rawSpeed(work, allLayersOn("CPU", 2), speeds, {0, 0, 0}));
        QVERIFY(!rawSpeed(work, allLayersOn("CPU", 2), speeds, {1, -1, 0}));
        QVERIFY(!rawSpeed(work, allLayersOn("CPU", 2), speeds, {1, 1, 0, -1}));
        QVERIFY(!rawSpeed(TokenWork{}, allLayersOn("CPU", 2), speeds));
        QVERIFY(!rawSpeed(work, Allocation{}, speeds));
        // Layers that do not add up are the last device's.
        QVERIFY(rawSpeed(work, allLayersOn("CPU", -5), speeds));
        QVERIFY(rawSpeed(work, allLayersOn("CPU", 1 << 30), speeds));
    }

    void estimatesSayWhereTheyAreFrom()
    {
        const RawSpeed raw{2.0, 0.05, SpeedSource::Published, 0};
        const SpeedEstimate estimate = plainEstimate(raw);
        QCOMPARE(estimate.promptTps, 256.0);
        QCOMPARE(estimate.generationTps, 20.0);
        QCOMPARE(estimate.uncertainty, 0.35);
        QCOMPARE(estimate.promptUncertainty, 0.35);
        const auto json = toJson(estimate);
        QCOMPARE(json["source"].get<std::string>(), std::string("from the maker's bandwidth figure"));
        QVERIFY(priorUncertainty(SpeedSource::Measured) < priorUncertainty(SpeedSource::Published));
    }

    void typesWithoutAMeasurementHaveANeighbour()
    {
        const auto &measured = measuredTypes();
        QVERIFY(std::is_sorted(measured.begin(), measured.end()));
        for (const auto &info : gguf::tensorTypes()) {
            const TensorType near = nearestMeasuredType(info.type);
            QVERIFY(std::find(measured.begin(), measured.end(), near) != measured.end());
        }
        DeviceSpeed speed = plainSpeed("CPU");
        QVERIFY(rateOf(speed, TensorType::Q4_K).type == TensorType::Q4_K);
        QVERIFY(rateOf(speed, TensorType::F32).type == TensorType::F16);
        QVERIFY(rateOf(speed, TensorType::IQ1_S).type == TensorType::F16); // IQ2_S is not there either
    }
};

QTEST_GUILESS_MAIN(TestSpeed)
#include "tst_speed.moc"
