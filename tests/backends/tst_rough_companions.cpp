// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What is loaded beside a model, by our own arithmetic against the engine's allocator: half of all answers
// within 3 %, none off by more than 10.
#include "backends/llama/dry_run.h"
#include "core/fit/rough_memory.h"
#include "tests/backends/companion_fixture.h"
#include "tests/backends/loaded_engine.h"
#include "tests/support/companion_headers.h"
#include "tests/support/fit_errors.h"
#include "tests/support/predicting_model.h"

#include <QTest>

#include <cstdlib>

using namespace snug;
using namespace snug::llama;
using test::baseModel;
using test::why;

namespace {

constexpr int kAll = -1;

} // namespace

class TestRoughCompanions : public QObject {
    Q_OBJECT

    test::CompanionFolder m_folder;
    test::ErrorList m_roughErrors;

private Q_SLOTS:
    void initTestCase()
    {
        const auto loaded = test::loadEngine();
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
    }

    void init() { QVERIFY(m_folder.make()); }

    void theRoughAnswerCountsThem_data()
    {
        QTest::addColumn<int>("gpuLayers");
        QTest::addColumn<int>("context");
        QTest::addColumn<int>("imageSize");
        for (const int layers : {kAll, 0, 2}) {
            QTest::addRow("%d on the GPU", layers) << layers << 512 << 896;
            QTest::addRow("%d on the GPU, longer", layers) << layers << 8192 << 448;
        }
    }

    void theRoughAnswerCountsThem()
    {
        QFETCH(int, gpuLayers);
        QFETCH(int, context);
        QFETCH(int, imageSize);
        fit::LoadRequest request;
        request.model = m_folder.file("model", baseModel());
        request.draft =
            m_folder.file("draft", test::transformer({.layers = 2, .width = 128, .vocabulary = 2048}));
        request.projector = m_folder.file("mmproj", test::projector({.layers = 4,
                                                                     .width = 768,
                                                                     .heads = 12,
                                                                     .imageSize = imageSize,
                                                                     .patchSize = 14,
                                                                     .netWidths = context == 512 ? 4 : 2}));
        request.loras = {m_folder.file("one", test::adapterOf(baseModel(),
                                                              {"blk.0.attn_q.weight", "blk.3.ffn_up.weight",
                                                               "output.weight", "token_embd.weight"},
                                                              64))};
        request.contextTokens = context;
        request.parallel = context == 512 ? 3 : 1;
        request.gpuLayers = gpuLayers;
        const auto files = m_folder.open(request);
        QVERIFY2(files, why(files));
        const auto exact = dryRun(files->dry(request));
        QVERIFY2(exact, why(exact));
        const auto model = fit::roughModel({&baseModel(), 1});
        QVERIFY2(model, why(model));
        const auto machine = test::machineOf(*exact);
        auto rough = fit::roughAllocation(*model, machine, request);
        QVERIFY2(rough, why(rough));
        const auto added = fit::addCompanions(files->rough(), machine, request, *rough);
        QVERIFY2(added, why(added));
        QVERIFY(!rough->notes.empty());
        for (std::size_t i = 0; i < exact->memory.size(); ++i) {
            const auto &ours = rough->memory[i];
            const auto &real = exact->memory[i];
            qInfo("%s: draft %lld of %lld, lora %lld of %lld, projector %lld of %lld", real.device.c_str(),
                  qlonglong(ours.draft), qlonglong(real.draft), qlonglong(ours.lora), qlonglong(real.lora),
                  qlonglong(ours.projector), qlonglong(real.projector));
            m_roughErrors.add(test::errorOf(ours.used(), real.used()), real.device);
            QVERIFY(std::abs(test::errorOf(ours.draft, real.draft)) <= 10 || real.draft < (1 << 20));
            QVERIFY(std::abs(test::errorOf(ours.lora, real.lora)) <= 1);
        }
    }

    void theRoughAnswerCountsALayerThatPredicts_data()
    {
        QTest::addColumn<bool>("hybrid");
        QTest::addColumn<int>("gpuLayers");
        for (const int layers : {kAll, 0, 2}) {
            QTest::addRow("states, %d on the GPU", layers) << true << layers;
            QTest::addRow("experts, %d on the GPU", layers) << false << layers;
        }
    }

    void theRoughAnswerCountsALayerThatPredicts()
    {
        QFETCH(bool, hybrid);
        QFETCH(int, gpuLayers);
        constexpr std::int64_t kVocabulary = 32768;
        const gguf::Header header =
            hybrid ? test::hybridPredicting(kVocabulary) : test::expertsPredicting(kVocabulary);
        fit::LoadRequest request;
        request.model = m_folder.file("model", header);
        request.draft = fit::LoadRequest::kOwnDraft;
        request.contextTokens = 8192;
        request.gpuLayers = gpuLayers;
        request.draftTokens = 5;
        const auto files = m_folder.open(request, header);
        QVERIFY2(files, why(files));
        const auto exact = dryRun(files->dry(request));
        QVERIFY2(exact, why(exact));
        const auto model = fit::roughModel({&header, 1});
        QVERIFY2(model, why(model));
        const auto machine = test::machineOf(*exact);
        auto rough = fit::roughAllocation(*model, machine, request);
        QVERIFY2(rough, why(rough));
        const auto added = fit::addCompanions(files->rough(), machine, request, *rough);
        QVERIFY2(added, why(added));
        for (std::size_t i = 0; i < exact->memory.size(); ++i) {
            const auto &ours = rough->memory[i];
            const auto &real = exact->memory[i];
            qInfo("%s: draft %lld of %lld, weights %lld of %lld, cache %lld of %lld, compute %lld of %lld",
                  real.device.c_str(), qlonglong(ours.draft), qlonglong(real.draft), qlonglong(ours.weights),
                  qlonglong(real.weights), qlonglong(ours.kvCache), qlonglong(real.kvCache),
                  qlonglong(ours.compute), qlonglong(real.compute));
            m_roughErrors.add(test::errorOf(ours.used(), real.used()), real.device);
            QVERIFY(std::abs(test::errorOf(ours.draft, real.draft)) <= 10);
            QVERIFY(std::abs(test::errorOf(ours.weights, real.weights)) <= 1);
            QVERIFY(std::abs(test::errorOf(ours.kvCache, real.kvCache)) <= 1);
        }
    }

    void cleanupTestCase()
    {
        qInfo("rough answers: median %.2f %%, worst %+.2f %%", m_roughErrors.percentile(50),
              m_roughErrors.worst());
        QVERIFY(m_roughErrors.percentile(50) <= 3);
        QVERIFY(std::abs(m_roughErrors.worst()) <= 10);
    }
};

QTEST_GUILESS_MAIN(TestRoughCompanions)
#include "tst_rough_companions.moc"
