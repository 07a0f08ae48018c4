// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What the dry run says of a file that holds nothing but a header, against what the engine then really
// allocates.
#include "backends/llama/dry_folder.h"
#include "backends/llama/dry_run.h"
#include "backends/llama/header_copy.h"
#include "core/convert/checkpoint.h"
#include "core/convert/plan.h"
#include "core/quant/dry_header.h"
#include "tests/backends/loaded_engine.h"
#include "tests/support/model_headers.h"
#include "tests/support/test_data.h"

#include <QTest>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

using namespace snug;
using namespace snug::llama;

namespace {

constexpr std::array kModels = {"models/stories260k-gguf/stories260K.gguf",
                                "models/starter/snug-starter-Q8_0.gguf"};
constexpr std::array kCheckpoints = {"models/starter/hf", "models/stories260k-hf",
                                     "models/tinystories-656k-hf", "models/tinystories-656k-wide4-hf"};

constexpr int kAll = -1;
constexpr int kNone = 0;

constexpr std::int64_t fit::BufferMemory::*kParts[] = {
    &fit::BufferMemory::weights, &fit::BufferMemory::kvCache, &fit::BufferMemory::compute};

std::string told(const fit::BufferMemory &buffer)
{
    return fmt::format("{} + {} + {}", buffer.weights, buffer.kvCache, buffer.compute);
}

// The aim of every forecast here: each buffer to 1 %, and each part of it to 1 % or 64 KiB.
std::string difference(const fit::Allocation &predicted, const fit::Allocation &real)
{
    constexpr double kSmall = 64 * 1024;
    std::map<std::pair<std::string, std::string>, std::pair<fit::BufferMemory, fit::BufferMemory>> buffers;
    for (const fit::BufferMemory &buffer : predicted.buffers)
        buffers[{buffer.device, buffer.type}].first = buffer;
    for (const fit::BufferMemory &buffer : real.buffers)
        buffers[{buffer.device, buffer.type}].second = buffer;
    for (const auto &[where, pair] : buffers) {
        double off = 0;
        double sum = 0;
        bool partsAreNear = true;
        for (const auto part : kParts) {
            const auto there = static_cast<double>(pair.second.*part);
            const double more = static_cast<double>(pair.first.*part) - there;
            partsAreNear = partsAreNear && std::abs(more) <= std::max(0.01 * there, kSmall);
            off += more;
            sum += there;
        }
        if (!partsAreNear || std::abs(off) > 0.01 * sum)
            return fmt::format("{} {}: {} predicted, {} allocated", where.first, where.second,
                               told(pair.first), told(pair.second));
    }
    return {};
}

bool hasGpu(const fit::Allocation &allocation)
{
    return allocation.memory.size() > 1;
}

// A cache of blocks of 32 wants heads as wide.
bool cacheFits(const gguf::Header &header, const std::string &kvType)
{
    const auto integer = [&header](const char *key) {
        const gguf::Value *value = header.find(key);
        return value != nullptr ? value->integer().value_or(0) : 0;
    };
    const auto heads = integer("llama.attention.head_count");
    return kvType == "f16" || (heads > 0 && integer("llama.embedding_length") / heads % 32 == 0);
}

} // namespace

class TestExactMemory : public QObject {
    Q_OBJECT

    DryRun m_warm;

    void compare(const std::filesystem::path &file, int context, const char *kvType, int gpuLayers)
    {
        fit::LoadRequest request;
        request.model = file;
        request.contextTokens = context;
        request.kvType = kvType;
        request.gpuLayers = gpuLayers;
        const auto predicted = m_warm(request);
        const auto real = realRun(request);
        QVERIFY2(predicted, predicted ? "" : predicted.error().message.c_str());
        QVERIFY2(real, real ? "" : real.error().message.c_str());
        const auto problem = difference(*predicted, *real);
        QVERIFY2(problem.empty(), problem.c_str());
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto loaded = test::loadEngine();
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
    }

    void aFileIsAsItWillBeLoaded_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("context");
        QTest::addColumn<QString>("kvType");
        QTest::addColumn<int>("gpuLayers");
        QTest::addColumn<int>("parallel");
        for (const char *file : kModels) {
            for (const int context : {512, 2048, 8192}) {
                for (const char *kvType : {"f16", "q8_0", "q4_0"}) {
                    for (const int layers : {kNone, kAll})
                        QTest::addRow("%s %d %s %s", file, context, kvType, layers == kAll ? "gpu" : "cpu")
                            << file << context << kvType << layers << 1;
                }
            }
            QTest::addRow("%s, two layers on the GPU", file) << file << 2048 << "f16" << 2 << 1;
            QTest::addRow("%s, two conversations", file) << file << 512 << "f16" << kNone << 2;
        }
    }

    void aFileIsAsItWillBeLoaded()
    {
        QFETCH(QString, file);
        QFETCH(int, context);
        QFETCH(QString, kvType);
        QFETCH(int, gpuLayers);
        QFETCH(int, parallel);
        const QString path = test::dataFile(file);
        if (path.isEmpty())
            QSKIP("The model is not here; set SNUG_TEST_DATA.");
        const auto copy = HeaderCopy::make(path.toStdString());
        QVERIFY(copy);
        const auto lean = quant::dryHeader(copy->headers().front(), quant::tensorsOf(copy->headers()));
        QVERIFY(lean);
        const auto folder = DryFolder::make();
        QVERIFY(folder);
        const auto dry = folder->write("lean", *lean);
        QVERIFY(dry);

        fit::LoadRequest request;
        request.contextTokens = context;
        request.kvType = kvType.toStdString();
        request.gpuLayers = gpuLayers;
        request.parallel = parallel;
        request.model = *dry;
        const auto predicted = dryRun(request);
        request.model = path.toStdString();
        const auto real = realRun(request);
        if (!cacheFits(copy->headers().front(), request.kvType)) {
            QVERIFY(!predicted && !real);
            return;
        }
        QVERIFY2(predicted, predicted ? "" : predicted.error().message.c_str());
        QVERIFY2(real, real ? "" : real.error().message.c_str());
        if (gpuLayers != kNone && !hasGpu(*predicted))
            QSKIP("There is no Vulkan plugin or device.");
        QCOMPARE(predicted->contextTokens, std::int64_t{context});
        QCOMPARE(predicted->gpuLayers, gpuLayers == kAll ? predicted->layers : gpuLayers);
        QCOMPARE(real->gpuLayers, predicted->gpuLayers);
        const auto problem = difference(*predicted, *real);
        QVERIFY2(problem.empty(), problem.c_str());
    }

    // Its level is forecast before anything was converted; what is loaded is a file with such a header and
    // zeros for weights, for what they are makes no difference to where they are put.
    void aCheckpointIsAsItsFileWillBeLoaded_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("level");
        for (const char *folder : kCheckpoints) {
            for (const char *level : {"F16", "Q8_0", "Q4_K_M"})
                QTest::addRow("%s %s", folder, level) << folder << level;
        }
    }

    void aCheckpointIsAsItsFileWillBeLoaded()
    {
        QFETCH(QString, folder);
        QFETCH(QString, level);
        const QString path = test::dataFile(folder);
        if (path.isEmpty())
            QSKIP("The checkpoint is not here; set SNUG_TEST_DATA.");
        const auto checkpoint = convert::readCheckpoint(path.toStdString());
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message.c_str());
        const auto header = convert::ggufHeader(*checkpoint);
        QVERIFY2(header, header ? "" : header.error().message.c_str());
        const auto model = quant::sourceModel(std::span(&*header, 1));
        QVERIFY(model);
        const auto plan = quant::planTypes(*model, quant::levelFromName(level.toStdString())->fileType);
        const auto temporary = DryFolder::make();
        QVERIFY(plan && temporary);
        const auto file = temporary->write("level", *quant::dryHeader(*header, quant::tensorsOf(*plan)));
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        for (const int context : {512, 2048, 8192}) {
            for (const char *kvType : {"f16", "q8_0", "q4_0"}) {
                if (cacheFits(*header, kvType)) {
                    compare(*file, context, kvType, kNone);
                    compare(*file, context, kvType, kAll);
                }
            }
        }
    }

    // The vocabulary is left out of what the dry run reads; that must not change a byte.
    void theVocabularyMakesNoDifference()
    {
        const QString path = test::dataFile(QString::fromLatin1(kModels.back()));
        if (path.isEmpty())
            QSKIP("The model is not here; set SNUG_TEST_DATA.");
        const auto copy = HeaderCopy::make(path.toStdString());
        const auto folder = DryFolder::make();
        QVERIFY(copy && folder);
        const auto lean = folder->write(
            "lean", *quant::dryHeader(copy->headers().front(), quant::tensorsOf(copy->headers())));
        QVERIFY(lean);
        fit::LoadRequest request;
        request.contextTokens = 2048;
        request.model = copy->path();
        const auto whole = dryRun(request);
        request.model = *lean;
        const auto without = dryRun(request);
        QVERIFY(whole && without);
        QCOMPARE(without->buffers, whole->buffers);
    }

    // Levels that nobody has made: the types are our own rules'.
    void aPredictedLevelIsAsItWillBeLoaded_data()
    {
        QTest::addColumn<QString>("level");
        for (const char *level : {"F16", "Q8_0", "Q6_K", "Q4_K_M", "Q4_0", "IQ4_NL", "Q2_K"})
            QTest::newRow(level) << level;
    }

    void aPredictedLevelIsAsItWillBeLoaded()
    {
        QFETCH(QString, level);
        const auto source = gguf::Header(test::transformer({.layers = 3, .width = 512, .vocabulary = 4096}));
        const auto model = quant::sourceModel(std::span(&source, 1));
        QVERIFY(model);
        const auto plan = quant::planTypes(*model, quant::levelFromName(level.toStdString())->fileType);
        const auto folder = DryFolder::make();
        QVERIFY(plan && folder);
        const auto file =
            folder->write(level.toStdString(), *quant::dryHeader(source, quant::tensorsOf(*plan)));
        QVERIFY(file);
        for (const int layers : {kNone, kAll}) {
            for (const int context : {512, 4096})
                compare(*file, context, "f16", layers);
        }
    }

    void aWarmAnswerIsTheSameAsACold()
    {
        const auto folder = DryFolder::make();
        QVERIFY(folder);
        const auto file = folder->write("model", test::knownModel("Llama 3.2 1B"));
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        DryRun warm;
        for (const int context : {8192, 512, 2048}) {
            for (const char *kvType : {"f16", "q8_0"}) {
                for (const int parallel : {1, 3}) {
                    fit::LoadRequest request;
                    request.model = *file;
                    request.contextTokens = context;
                    request.kvType = kvType;
                    request.parallel = parallel;
                    const auto first = warm(request);
                    const auto second = dryRun(request);
                    QVERIFY(first && second);
                    QCOMPARE(first->buffers, second->buffers);
                    QCOMPARE(first->gpuLayers, second->gpuLayers);
                    QCOMPARE(first->contextTokens, second->contextTokens);
                }
            }
        }
    }

    void expertsStayInMainMemory()
    {
        const auto folder = DryFolder::make();
        QVERIFY(folder);
        const auto file = folder->write(
            "experts", test::transformer({.layers = 4, .experts = 8, .expertFeedForward = 512}));
        QVERIFY(file);
        fit::LoadRequest request;
        request.model = *file;
        request.contextTokens = 512;
        const auto all = dryRun(request);
        QVERIFY2(all, all ? "" : all.error().message.c_str());
        if (!hasGpu(*all))
            QSKIP("There is no Vulkan plugin or device.");
        request.cpuExpertLayers = 3;
        const auto some = dryRun(request);
        QVERIFY(some);
        const auto moved = all->memory[1].weights - some->memory[1].weights;
        // Three layers of eight experts with three matrices of 512 x 256 at F16.
        QCOMPARE(moved, std::int64_t{3} * 8 * 3 * 512 * 256 * 2);
        QCOMPARE(some->gpuLayers, all->gpuLayers);
        QVERIFY(some->memory[0].weights >= all->memory[0].weights + moved);
    }
};

QTEST_GUILESS_MAIN(TestExactMemory)
#include "tst_exact_memory.moc"
