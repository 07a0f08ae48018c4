// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What is loaded beside a model: what the dry run says of it against what the engine then allocates.
#include "backends/llama/companions.h"
#include "backends/llama/dry_run.h"
#include "core/base/error_detail.h"
#include "core/fit/fit_search.h"
#include "core/fit/rough_memory.h"
#include "tests/backends/loaded_engine.h"
#include "tests/support/companion_headers.h"
#include "tests/support/fit_errors.h"
#include "tests/support/model_headers.h"
#include "tests/support/test_data.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

#include <cstdlib>
#include <fstream>
#include <memory>

using namespace snug;
using namespace snug::llama;

namespace {

constexpr int kAll = -1;

const gguf::Header &baseModel()
{
    static const gguf::Header header = test::transformer({.layers = 4, .vocabulary = 2048});
    return header;
}

const gguf::Header &expertModel()
{
    static const gguf::Header header =
        test::transformer({.layers = 4, .experts = 8, .expertFeedForward = 512});
    return header;
}

template <class T> const char *why(const Result<T> &result)
{
    return result ? "" : result.error().message.c_str();
}

// A buffer of pinned memory begins where the driver likes to; how far that is from its first tensor only
// shows once it is there.
bool near(std::int64_t predicted, std::int64_t real)
{
    return std::abs(predicted - real) <= 128;
}

} // namespace

class TestCompanions : public QObject {
    Q_OBJECT

    std::unique_ptr<DryFolder> m_models; // as they would lie on a disk
    std::unique_ptr<DryFolder> m_copies; // what the dry run reads
    test::ErrorList m_roughErrors;

    [[nodiscard]] std::filesystem::path file(const std::string &name, const gguf::Header &header) const
    {
        const auto path = m_models->write(name, header);
        return path ? *path : std::filesystem::path();
    }

    [[nodiscard]] Result<CompanionFiles> open(const fit::LoadRequest &request,
                                              const gguf::Header &base = baseModel()) const
    {
        return CompanionFiles::open(request, std::span(&base, 1), *m_copies);
    }

    [[nodiscard]] static QString text(const std::filesystem::path &path)
    {
        return QString::fromStdString(path.string());
    }

    // The last line of `fit` on the CPU.
    [[nodiscard]] QJsonObject fitWith(const QStringList &beside) const
    {
        QProcess process;
        process.start(test::program(QStringLiteral("snug-cli")),
                      QStringList{QStringLiteral("fit"), text(file("model", baseModel())),
                                  QStringLiteral("--json"), QStringLiteral("--ctx"), QStringLiteral("512"),
                                  QStringLiteral("--gpu-layers"), QStringLiteral("0")} +
                          beside);
        if (!process.waitForFinished(120000))
            return {};
        const QByteArrayList lines = process.readAllStandardOutput().trimmed().split('\n');
        return QJsonDocument::fromJson(lines.last()).object();
    }

    [[nodiscard]] static QJsonObject hostOf(const QJsonObject &answer)
    {
        const QJsonObject level = answer.value(u"levels").toArray().at(0).toObject();
        return level.value(u"memory").toArray().at(0).toObject();
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto loaded = test::loadEngine();
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
    }

    void init()
    {
        for (auto *folder : {&m_models, &m_copies}) {
            auto made = DryFolder::make();
            QVERIFY(made);
            *folder = std::make_unique<DryFolder>(*std::move(made));
        }
    }

    void anAdapterIsAsItWillBeLoaded_data()
    {
        QTest::addColumn<int>("gpuLayers");
        QTest::addColumn<int>("rank");
        for (const int layers : {kAll, 0, 2}) {
            for (const int rank : {4, 33})
                QTest::addRow("%d on the GPU, rank %d", layers, rank) << layers << rank;
        }
    }

    void anAdapterIsAsItWillBeLoaded()
    {
        QFETCH(int, gpuLayers);
        QFETCH(int, rank);
        const std::vector<std::string> adapted = {"blk.0.attn_q.weight", "blk.1.ffn_down.weight",
                                                  "blk.3.attn_v.weight", "blk.3.ffn_up.weight",
                                                  "blk.2.attn_k.weight", "output.weight",
                                                  "token_embd.weight",   "blk.2.attn_output.weight"};
        fit::LoadRequest request;
        request.model = file("model", baseModel());
        request.contextTokens = 512;
        request.gpuLayers = gpuLayers;
        request.loras = {file("one", test::adapterOf(baseModel(), adapted, rank)),
                         file("two", test::adapterOf(baseModel(), {"blk.3.attn_q.weight"}, 8))};
        const auto files = open(request);
        QVERIFY2(files, why(files));
        const auto predicted = dryRun(files->dry(request));
        QVERIFY2(predicted, why(predicted));
        const auto real = realRun(request);
        QVERIFY2(real, why(real));
        QCOMPARE(predicted->memory.size(), real->memory.size());
        std::int64_t together = 0;
        for (std::size_t i = 0; i < real->memory.size(); ++i) {
            QVERIFY(near(predicted->memory[i].lora, real->memory[i].lora));
            together += real->memory[i].lora;
        }
        QVERIFY(together > 0);
        if (gpuLayers != 0 && real->memory.size() > 1)
            QVERIFY(real->memory[1].lora > 0 && real->memory[0].lora > 0);
    }

    void anAdapterOfExpertsFollowsThem()
    {
        fit::LoadRequest request;
        request.model = file("model", expertModel());
        request.contextTokens = 512;
        request.cpuExpertLayers = 2;
        request.loras = {file(
            "experts", test::adapterOf(expertModel(), {"blk.1.attn_q.weight", "blk.3.attn_q.weight"}, 8))};
        // Experts have a third dimension, their matrices too.
        gguf::Header adapter = test::adapterOf(expertModel(), {"blk.1.ffn_up_exps.weight"}, 8);
        for (gguf::Tensor &tensor : adapter.tensors)
            tensor.dims.push_back(8);
        request.loras.push_back(file("up", adapter));
        const auto files = open(request, expertModel());
        QVERIFY2(files, why(files));
        const auto predicted = dryRun(files->dry(request));
        const auto real = realRun(request);
        QVERIFY2(predicted, why(predicted));
        QVERIFY2(real, why(real));
        for (std::size_t i = 0; i < real->memory.size(); ++i)
            QVERIFY(near(predicted->memory[i].lora, real->memory[i].lora));
    }

    void aDraftIsAsItWillBeLoaded_data()
    {
        QTest::addColumn<int>("gpuLayers");
        QTest::addColumn<int>("context");
        QTest::addColumn<int>("parallel");
        for (const int layers : {kAll, 0, 2}) {
            QTest::addRow("%d on the GPU", layers) << layers << 1024 << 1;
            QTest::addRow("%d on the GPU, three conversations", layers) << layers << 600 << 3;
        }
    }

    void aDraftIsAsItWillBeLoaded()
    {
        QFETCH(int, gpuLayers);
        QFETCH(int, context);
        QFETCH(int, parallel);
        fit::LoadRequest request;
        request.model = file("model", baseModel());
        request.draft = file("draft", test::transformer({.layers = 2, .width = 128, .vocabulary = 2048}));
        request.contextTokens = context;
        request.parallel = parallel;
        request.gpuLayers = gpuLayers;
        request.kvType = "q8_0"; // the draft's stays F16
        const auto files = open(request);
        QVERIFY2(files, why(files));
        DryRun warm;
        const auto predicted = warm(files->dry(request));
        const auto again = warm(files->dry(request));
        const auto real = realRun(request);
        QVERIFY2(predicted && again, why(predicted));
        QVERIFY2(real, why(real));
        std::int64_t together = 0;
        for (std::size_t i = 0; i < real->memory.size(); ++i) {
            QVERIFY(near(predicted->memory[i].draft, real->memory[i].draft));
            QVERIFY(near(again->memory[i].draft, real->memory[i].draft));
            together += real->memory[i].draft;
        }
        // Two layers with keys and values of 128 x F16 for each token at least.
        QVERIFY(together > std::int64_t{2} * 2 * 128 * 2 * context * parallel);

        // Nothing of it is left where it is not asked for.
        request.draft.clear();
        const auto without = warm(request);
        QVERIFY(without);
        for (const auto &memory : without->memory)
            QCOMPARE(memory.draft, std::int64_t{0});
    }

    void aProjectorIsMeasuredOnce()
    {
        fit::LoadRequest request;
        request.model = file("model", baseModel());
        const gguf::Header shape = test::projector({});
        request.projector = file("mmproj", shape);
        request.contextTokens = 512;
        request.gpuLayers = 0;
        const auto files = open(request);
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
        request.model = file("model", baseModel());
        request.projector = file("mmproj", test::projector({.layers = 3}));
        request.contextTokens = 512;
        const auto files = open(request);
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
        request.model = file("model", baseModel());
        request.draft = file("draft", test::transformer({.layers = 2, .width = 128, .vocabulary = 2048}));
        request.projector = file("mmproj", test::projector({.layers = 4,
                                                            .width = 768,
                                                            .heads = 12,
                                                            .imageSize = imageSize,
                                                            .patchSize = 14,
                                                            .netWidths = context == 512 ? 4 : 2}));
        request.loras = {file("one", test::adapterOf(baseModel(),
                                                     {"blk.0.attn_q.weight", "blk.3.ffn_up.weight",
                                                      "output.weight", "token_embd.weight"},
                                                     64))};
        request.contextTokens = context;
        request.parallel = context == 512 ? 3 : 1;
        request.gpuLayers = gpuLayers;
        const auto files = open(request);
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

    // What a projector takes, layers cannot have.
    void aProjectorMovesLayersOffTheGpu()
    {
        fit::LoadRequest request;
        request.model = file("model", baseModel());
        request.contextTokens = 512;
        const auto alone = dryRun(request);
        QVERIFY2(alone, why(alone));
        if (alone->memory.size() < 2)
            QSKIP("There is no Vulkan plugin or device.");
        const auto used = alone->memory[1].used();
        request.projector = file("mmproj", test::projector({}));
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

    void filesOfAnotherKindAreRefused_data()
    {
        QTest::addColumn<QString>("role");
        QTest::addColumn<QString>("what");
        QTest::addColumn<int>("kind");
        const auto refused = static_cast<int>(ErrorKind::InvalidArgument);
        for (const char *role : {"projector", "draft model", "adapter"}) {
            for (const char *what : {"model", "projector", "adapter"}) {
                if (!QString::fromLatin1(role).startsWith(QLatin1String(what)) &&
                    (QString::fromLatin1(role) != QLatin1String("draft model") ||
                     QLatin1String(what) != QLatin1String("model")))
                    QTest::addRow("%s as %s", what, role) << role << what << refused;
            }
            QTest::addRow("nothing as %s", role)
                << role << "missing" << static_cast<int>(ErrorKind::NotFound);
            QTest::addRow("a page as %s", role) << role << "page" << static_cast<int>(ErrorKind::Corrupt);
            QTest::addRow("a part as %s", role) << role << "cut" << static_cast<int>(ErrorKind::Truncated);
        }
    }

    void filesOfAnotherKindAreRefused()
    {
        QFETCH(QString, role);
        QFETCH(QString, what);
        QFETCH(int, kind);
        std::filesystem::path path = m_models->path() / "missing.gguf";
        if (what == QLatin1String("page")) {
            path = m_models->path() / "page.gguf";
            std::ofstream(path) << "<!DOCTYPE html><html>Not found</html>";
        } else if (what == QLatin1String("cut")) {
            path = file("cut", baseModel());
            std::filesystem::resize_file(path, 300);
        } else if (what != QLatin1String("missing")) {
            path = file("other", what == QLatin1String("model") ? baseModel()
                                 : what == QLatin1String("projector")
                                     ? test::projector({})
                                     : test::adapterOf(baseModel(), {"output.weight"}, 4));
        }
        fit::LoadRequest request;
        if (role == QLatin1String("projector"))
            request.projector = path;
        else if (role == QLatin1String("adapter"))
            request.loras = {path};
        else
            request.draft = path;
        const auto files = open(request);
        QVERIFY(!files);
        QCOMPARE(static_cast<int>(files.error().kind), kind);
        const auto name = path.filename().string();
        QVERIFY2(files.error().message.starts_with("The " + role.toStdString() + " " + name),
                 files.error().message.c_str());
        QCOMPARE(textOf(files.error(), "path"), path.string());
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
        request.model = file("model", baseModel());
        request.projector = file("strange", strange);
        request.contextTokens = 512;
        const auto files = open(request);
        QVERIFY2(files, why(files));
        const auto answer = dryRun(files->dry(request));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Unsupported);
    }

    void theCommandLineShowsTheParts()
    {
        const QStringList beside = {
            QStringLiteral("--lora"),
            text(file("one", test::adapterOf(baseModel(), {"blk.0.attn_q.weight"}, 8))),
            QStringLiteral("--lora"),
            text(file("two", test::adapterOf(baseModel(), {"output.weight"}, 8))),
            QStringLiteral("--draft"),
            text(file("draft", test::transformer({.layers = 2, .width = 128, .vocabulary = 2048}))),
            QStringLiteral("--mmproj"),
            text(file("mmproj", test::projector({})))};
        const QJsonObject answer = fitWith(beside);
        const QJsonObject host = hostOf(answer);
        QCOMPARE(host.value(u"lora").toInteger() / 1000, (8 * (256 + 256) + 8 * (256 + 2048)) * 4 / 1000);
        QVERIFY(host.value(u"draft").toInteger() > 0);
        QVERIFY(host.value(u"projector").toInteger() > 0);
        QCOMPARE(host.value(u"reserve").toInteger(), qint64{fit::kHostMarginBytes});
        qint64 sum = 0;
        for (const char *part : {"weights", "kv_cache", "compute", "overhead", "projector", "draft", "lora"})
            sum += host.value(QLatin1String(part)).toInteger();
        QCOMPARE(host.value(u"total").toInteger(), sum);
    }

    void cleanupTestCase()
    {
        qInfo("rough answers: median %.2f %%, worst %+.2f %%", m_roughErrors.percentile(50),
              m_roughErrors.worst());
        QVERIFY(m_roughErrors.percentile(50) <= 3);
        QVERIFY(std::abs(m_roughErrors.worst()) <= 10);
    }

    // The engine divides by it.
    void aProjectorThatEndsTheEngineEndsNothingElse()
    {
        gguf::Header broken = test::projector({});
        for (auto &pair : broken.values) {
            if (pair.key == "clip.vision.patch_size")
                pair.value = gguf::Value(std::uint32_t{0});
        }
        const QJsonObject answer = fitWith({QStringLiteral("--mmproj"), text(file("broken", broken))});
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

QTEST_GUILESS_MAIN(TestCompanions)
#include "tst_companions.moc"
