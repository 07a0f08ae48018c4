// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What turns images or sound into tokens: how much it takes, and where it goes.
#include "backends/llama/dry_run.h"
#include "core/fit/fit_search.h"
#include "tests/backends/companion_fixture.h"
#include "tests/backends/loaded_engine.h"
#include "tests/support/companion_headers.h"

#include <QTest>

#include <algorithm>

using namespace snug;
using namespace snug::llama;
using test::baseModel;
using test::hostOf;
using test::why;

class TestProjector : public QObject {
    Q_OBJECT

    test::CompanionFolder m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        const auto loaded = test::loadEngine();
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
    }

    void init() { QVERIFY(m_folder.make()); }

    void aProjectorIsMeasuredOnce()
    {
        fit::LoadRequest request;
        request.model = m_folder.file("model", baseModel());
        const gguf::Header shape = test::projector({});
        request.projector = m_folder.file("mmproj", shape);
        request.contextTokens = 512;
        request.gpuLayers = 0;
        const auto files = m_folder.open(request);
        QVERIFY2(files, why(files));
        int asked = 0;
        DryRun warm([&asked](const std::filesystem::path &path, const std::string &device) {
            ++asked;
            return measureProjector(path, device);
        });
        const auto first = warm(files->dry(request));
        QVERIFY2(first, why(first));
        request.contextTokens = 1024;
        const auto second = warm(files->dry(request));
        QVERIFY(second);
        QCOMPARE(asked, 1);
        QCOMPARE(second->memory[0].projector, first->memory[0].projector);
        // Weights and something to compute with.
        QVERIFY(first->memory[0].projector > files->projectorBytes());
        QVERIFY(first->memory[0].projector < files->projectorBytes() + (std::int64_t{16} << 20));
    }

    void aProjectorGoesWithTheLayers()
    {
        fit::LoadRequest request;
        request.model = m_folder.file("model", baseModel());
        request.projector = m_folder.file("mmproj", test::projector({.layers = 3}));
        request.contextTokens = 512;
        const auto files = m_folder.open(request);
        QVERIFY2(files, why(files));
        DryRun warm;
        const auto all = warm(files->dry(request));
        QVERIFY2(all, why(all));
        if (all->memory.size() < 2)
            QSKIP("There is no Vulkan plugin or device.");
        QVERIFY(all->memory[1].projector > files->projectorBytes());
        request.gpuLayers = 0;
        const auto none = warm(files->dry(request));
        QVERIFY(none);
        QVERIFY(none->memory[0].projector > files->projectorBytes());
    }

    // What a projector takes, layers cannot have.
    void aProjectorMovesLayersOffTheGpu()
    {
        fit::LoadRequest request;
        request.model = m_folder.file("model", baseModel());
        request.contextTokens = 512;
        const auto alone = dryRun(request);
        QVERIFY2(alone, why(alone));
        if (alone->memory.size() < 2)
            QSKIP("There is no Vulkan plugin or device.");
        const auto used = alone->memory[1].used();
        request.projector = m_folder.file("mmproj", test::projector({}));
        static constexpr std::int64_t kTaken = 100 << 20;
        DryRun warm([](const std::filesystem::path &, const std::string &device) {
            return Result<ProjectorMemory>(ProjectorMemory{{{device, kTaken}}, {"It is a guess."}});
        });
        const auto measure = [&](const fit::LoadRequest &asked) {
            auto allocation = warm(asked);
            if (allocation && allocation->memory.size() > 1) {
                auto &gpu = allocation->memory[1];
                gpu.freeBytes = used + kTaken - 1 + fit::kGpuMarginBytes;
                gpu.totalBytes = gpu.freeBytes;
                gpu.sharesHost = false;
            }
            return allocation;
        };
        const auto answer = fit::place(request, measure, {});
        QVERIFY2(answer, why(answer));
        QVERIFY(answer->allocation.gpuLayers < alone->gpuLayers);
        QVERIFY(answer->allocation.gpuLayers > 0);
        QCOMPARE(answer->allocation.memory[1].projector, kTaken);
        QCOMPARE(answer->allocation.memory[1].reserve, fit::kGpuMarginBytes);
        QCOMPARE(std::count(answer->notes.begin(), answer->notes.end(), "It is a guess."), 1);
    }

    // Our reader lets it pass; the engine has the last word.
    void aProjectorThatTheEngineDoesNotKnowIsRefused()
    {
        gguf::Header strange = test::projector({});
        for (auto &pair : strange.values) {
            if (pair.key == "clip.projector_type")
                pair.value = gguf::Value("crystal_ball");
        }
        fit::LoadRequest request;
        request.model = m_folder.file("model", baseModel());
        request.projector = m_folder.file("strange", strange);
        request.contextTokens = 512;
        const auto files = m_folder.open(request);
        QVERIFY2(files, why(files));
        const auto answer = dryRun(files->dry(request));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Unsupported);
    }

    // The engine divides by it.
    void aProjectorThatEndsTheEngineEndsNothingElse()
    {
        gguf::Header broken = test::projector({});
        for (auto &pair : broken.values) {
            if (pair.key == "clip.vision.patch_size")
                pair.value = gguf::Value(std::uint32_t{0});
        }
        const QJsonObject answer =
            m_folder.fitWith({QStringLiteral("--mmproj"), test::argument(m_folder.file("broken", broken))});
        if (answer.value(u"event") == QLatin1String("error")) {
            QCOMPARE(answer.value(u"kind").toString(), QStringLiteral("unsupported"));
            return;
        }
        QVERIFY(hostOf(answer).value(u"projector").toInteger() > 0);
        const QString notes =
            QString::fromUtf8(QJsonDocument(answer.value(u"levels").toArray().at(0).toObject()).toJson());
        QVERIFY2(notes.contains(QLatin1String("only its weights are counted")), qPrintable(notes));
    }
};

QTEST_GUILESS_MAIN(TestProjector)
#include "tst_projector.moc"
