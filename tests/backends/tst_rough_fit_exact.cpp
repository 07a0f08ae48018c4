// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// Our own arithmetic against the engine's allocator: half of all answers within 3 %, none off by more
// than 10.
#include "backends/llama/dry_run.h"
#include "core/fit/rough_memory.h"
#include "tests/backends/loaded_engine.h"
#include "tests/support/fit_errors.h"
#include "tests/support/model_file.h"
#include "tests/support/model_headers.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

using namespace snug;
using test::ErrorList;

namespace {

constexpr double kMedian = 3;
constexpr double kWorst = 10;

} // namespace

class TestRoughFitExact : public QObject {
    Q_OBJECT

private:
    struct Case {
        fit::LoadRequest request;
        std::string name;
    };

    // Compares one answer; false, with a failed test, if there is none.
    bool compare(const fit::RoughModel &model, const Case &one)
    {
        const auto exact = llama::dryRun(one.request);
        if (!exact) {
            QTest::qFail((one.name + ": " + exact.error().message).c_str(), __FILE__, __LINE__);
            return false;
        }
        const auto rough = fit::roughAllocation(model, test::machineOf(*exact), one.request);
        if (!rough || rough->memory.size() != exact->memory.size()) {
            QTest::qFail((one.name + ": " + (rough ? "other devices" : rough.error().message)).c_str(),
                         __FILE__, __LINE__);
            return false;
        }
        for (std::size_t i = 0; i < exact->memory.size(); ++i)
            note(rough->memory[i], exact->memory[i], one.name);
        if (rough->contextTokens != exact->contextTokens || rough->gpuLayers != exact->gpuLayers ||
            rough->layers != exact->layers || rough->trainingContext != exact->trainingContext) {
            QTest::qFail((one.name + ": other layers or another context").c_str(), __FILE__, __LINE__);
            return false;
        }
        return true;
    }

    void note(const fit::DeviceMemory &rough, const fit::DeviceMemory &exact, const std::string &name)
    {
        const std::string where = name + " on " + exact.device;
        m_total.add(test::errorOf(rough.used(), exact.used()), where);
        m_weights.add(test::errorOf(rough.weights, exact.weights), where);
        m_cache.add(test::errorOf(rough.kvCache, exact.kvCache), where);
        m_compute.add(test::errorOf(rough.compute, exact.compute), where);
    }

    void report(const char *what, const ErrorList &errors)
    {
        qInfo("%-8s %zu figures: median %.2f %%, 95 of 100 below %.2f %%, worst %+.2f %% (%s)", what,
              errors.count(), errors.percentile(50), errors.percentile(95), errors.worst(),
              errors.worstName().c_str());
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto loaded = test::loadEngine();
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
    }

    void mainMemoryIsForeseen_data()
    {
        QTest::addColumn<QString>("model");
        for (const char *name :
             {"Llama 3.2 1B", "Llama 3.1 8B", "Llama 3.1 70B", "Qwen2.5 0.5B", "Qwen3 30B A3B",
              "Mixtral 8x7B", "Gemma 3 4B", "Gemma 3 270M", "DeepSeek V2 Lite", "DeepSeek V2 Lite, split",
              "SmolLM 135M", "Phi 3 mini", "Falcon 7B", "Mamba 130M", "gpt-oss 20B", "layers twice",
              "small experts", "alignment of 256", "heads by layer"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }

    void mainMemoryIsForeseen()
    {
        QFETCH(QString, model);
        for (const auto level : {quant::FileType::F16, quant::FileType::Q4_K_M, quant::FileType::IQ2_XS}) {
            for (const int context : {512, 8192, 32768}) {
                for (const char *kvType : {"f16", "q8_0"}) {
                    fit::LoadRequest request;
                    request.contextTokens = context;
                    request.kvType = kvType;
                    request.parallel = context == 8192 ? 4 : 1;
                    request.gpuLayers = 0;
                    if (!compareAt(model, level, request))
                        return;
                }
            }
        }
    }

    // The software renderer takes no matrix above 128 MiB, so it gets models that have none.
    void aGpuIsForeseen_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("layers");
        for (const int layers : {-1, 12}) {
            for (const char *name : {"SmolLM 135M", "Phi 3 mini"})
                QTest::addRow("%s, %d layers", name, layers) << QString::fromLatin1(name) << layers;
        }
        // Its 16 layers are 8 that are run twice; copies of those in main memory stay on the GPU meanwhile.
        for (const int layers : {-1, 4, 8, 14})
            QTest::addRow("layers twice, %d layers", layers) << QStringLiteral("layers twice") << layers;
    }

    void aGpuIsForeseen()
    {
        QFETCH(QString, model);
        QFETCH(int, layers);
        fit::LoadRequest request;
        request.gpuLayers = layers;
        for (const int context : {512, 8192}) {
            request.contextTokens = context;
            request.parallel = context == 512 ? 4 : 1;
            if (!compareAt(model, quant::FileType::Q4_K_M, request))
                return;
        }
    }

    void cleanupTestCase()
    {
        report("total", m_total);
        report("weights", m_weights);
        report("KV cache", m_cache);
        report("compute", m_compute);
        QVERIFY(m_total.count() > 300);
        QVERIFY2(m_total.percentile(50) <= kMedian, "median");
        QVERIFY2(std::abs(m_total.worst()) <= kWorst, m_total.worstName().c_str());
        QVERIFY2(std::abs(m_cache.worst()) <= 0.01, m_cache.worstName().c_str());
        QVERIFY2(std::abs(m_weights.worst()) <= 0.5, m_weights.worstName().c_str());
        QVERIFY2(m_compute.percentile(50) <= kMedian, "compute");
    }

private:
    bool compareAt(const QString &model, quant::FileType level, fit::LoadRequest request)
    {
        const auto header = test::atLevel(test::knownModel(model.toStdString()), level);
        if (!header) {
            QTest::qFail(header.error().message.c_str(), __FILE__, __LINE__);
            return false;
        }
        request.model = m_folder.filePath(QStringLiteral("model.gguf")).toStdString();
        const auto written = test::writeModel(*header, request.model);
        const auto rough = fit::roughModel(std::span(&*header, 1));
        if (!written || !rough) {
            QTest::qFail((written ? rough.error() : written.error()).message.c_str(), __FILE__, __LINE__);
            return false;
        }
        return compare(*rough,
                       {request, fmt::format("{} {}, {} x {} tokens of {}, {} layers", model.toStdString(),
                                             quant::level(level).name, request.parallel,
                                             request.contextTokens, request.kvType, request.gpuLayers)});
    }

    QTemporaryDir m_folder;
    ErrorList m_total;
    ErrorList m_weights;
    ErrorList m_cache;
    ErrorList m_compute;
};

QTEST_GUILESS_MAIN(TestRoughFitExact)
#include "tst_rough_fit_exact.moc"
