// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What is loaded beside a model: what the dry run says of it against what the engine then allocates.
#include "backends/llama/dry_run.h"
#include "core/base/error_detail.h"
#include "core/fit/fit_search.h"
#include "tests/backends/companion_fixture.h"
#include "tests/backends/loaded_engine.h"
#include "tests/support/companion_headers.h"
#include "tests/support/predicting_model.h"

#include <QTest>

#include <cstdlib>
#include <fstream>

using namespace snug;
using namespace snug::llama;
using test::baseModel;
using test::hostOf;
using test::why;

namespace {

constexpr int kAll = -1;

const gguf::Header &expertModel()
{
    static const gguf::Header header =
        test::transformer({.layers = 4, .experts = 8, .expertFeedForward = 512});
    return header;
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

    test::CompanionFolder m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        const auto loaded = test::loadEngine();
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
    }

    void init() { QVERIFY(m_folder.make()); }

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
        request.model = m_folder.file("model", baseModel());
        request.contextTokens = 512;
        request.gpuLayers = gpuLayers;
        request.loras = {m_folder.file("one", test::adapterOf(baseModel(), adapted, rank)),
                         m_folder.file("two", test::adapterOf(baseModel(), {"blk.3.attn_q.weight"}, 8))};
        const auto files = m_folder.open(request);
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
        request.model = m_folder.file("model", expertModel());
        request.contextTokens = 512;
        request.cpuExpertLayers = 2;
        request.loras = {m_folder.file(
            "experts", test::adapterOf(expertModel(), {"blk.1.attn_q.weight", "blk.3.attn_q.weight"}, 8))};
        // Experts have a third dimension, their matrices too.
        gguf::Header adapter = test::adapterOf(expertModel(), {"blk.1.ffn_up_exps.weight"}, 8);
        for (gguf::Tensor &tensor : adapter.tensors)
            tensor.dims.push_back(8);
        request.loras.push_back(m_folder.file("up", adapter));
        const auto files = m_folder.open(request, expertModel());
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
        request.model = m_folder.file("model", baseModel());
        request.draft =
            m_folder.file("draft", test::transformer({.layers = 2, .width = 128, .vocabulary = 2048}));
        request.contextTokens = context;
        request.parallel = parallel;
        request.gpuLayers = gpuLayers;
        request.kvType = "q8_0"; // the draft's stays F16
        const auto files = m_folder.open(request);
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

    void aModelThatGuessesForItself_data()
    {
        QTest::addColumn<bool>("hybrid");
        QTest::addColumn<int>("gpuLayers");
        QTest::addColumn<int>("parallel");
        for (const int layers : {kAll, 0, 2}) {
            QTest::addRow("states, %d on the GPU", layers) << true << layers << 1;
            QTest::addRow("experts, %d on the GPU, three conversations", layers) << false << layers << 3;
        }
    }

    void aModelThatGuessesForItself()
    {
        QFETCH(bool, hybrid);
        QFETCH(int, gpuLayers);
        QFETCH(int, parallel);
        const gguf::Header model = hybrid ? test::hybridPredicting() : test::expertsPredicting();
        fit::LoadRequest request;
        request.model = m_folder.file("model", model);
        request.contextTokens = 600;
        request.parallel = parallel;
        request.gpuLayers = gpuLayers;
        DryRun warm;
        const auto plain = warm(request);
        request.draft = fit::LoadRequest::kOwnDraft;
        const auto files = m_folder.open(request, model);
        QVERIFY2(files, why(files));
        const auto predicted = warm(files->dry(request));
        const auto real = realRun(request);
        QVERIFY2(plain && predicted, why(predicted));
        QVERIFY2(real, why(real));
        std::int64_t together = 0;
        std::int64_t weights = 0;
        for (std::size_t i = 0; i < real->memory.size(); ++i) {
            QVERIFY(near(predicted->memory[i].draft, real->memory[i].draft));
            QVERIFY(near(predicted->memory[i].weights, real->memory[i].weights));
            QVERIFY(near(predicted->memory[i].kvCache, real->memory[i].kvCache));
            together += real->memory[i].draft;
            weights += real->memory[i].weights - plain->memory[i].weights;
            QCOMPARE(plain->memory[i].draft, std::int64_t{0});
        }
        // One layer with keys and values of two heads of 64 x F16 for each token at least.
        QVERIFY(together > std::int64_t{2} * 2 * 64 * 2 * request.contextTokens * parallel);
        std::int64_t own = 0;
        for (const gguf::Tensor &tensor : model.tensors) {
            if (tensor.name.starts_with(hybrid ? "blk.4." : "blk.2."))
                own += gguf::tensorBytes(tensor.type, tensor.dims).value_or(0);
        }
        QVERIFY2(std::abs(weights - own) <= 4096, "its layer is loaded then, and only then");
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
        std::filesystem::path path = m_folder.path() / "missing.gguf";
        if (what == QLatin1String("page")) {
            path = m_folder.path() / "page.gguf";
            std::ofstream(path) << "<!DOCTYPE html><html>Not found</html>";
        } else if (what == QLatin1String("cut")) {
            path = m_folder.file("cut", baseModel());
            std::filesystem::resize_file(path, 300);
        } else if (what != QLatin1String("missing")) {
            path = m_folder.file("other", what == QLatin1String("model") ? baseModel()
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
        const auto files = m_folder.open(request);
        QVERIFY(!files);
        QCOMPARE(static_cast<int>(files.error().kind), kind);
        const auto name = path.filename().string();
        QVERIFY2(files.error().message.starts_with("The " + role.toStdString() + " " + name),
                 files.error().message.c_str());
        QCOMPARE(textOf(files.error(), "path"), path.string());
    }

    void theCommandLineShowsTheParts()
    {
        const QStringList beside = {
            QStringLiteral("--lora"),
            test::argument(m_folder.file("one", test::adapterOf(baseModel(), {"blk.0.attn_q.weight"}, 8))),
            QStringLiteral("--lora"),
            test::argument(m_folder.file("two", test::adapterOf(baseModel(), {"output.weight"}, 8))),
            QStringLiteral("--draft"),
            test::argument(
                m_folder.file("draft", test::transformer({.layers = 2, .width = 128, .vocabulary = 2048}))),
            QStringLiteral("--mmproj"),
            test::argument(m_folder.file("mmproj", test::projector({})))};
        const QJsonObject answer = m_folder.fitWith(beside);
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
};

QTEST_GUILESS_MAIN(TestCompanions)
#include "tst_companions.moc"
