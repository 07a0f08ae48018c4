// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/dry_run.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/plugins.h"
#include "core/convert/plan.h"
#include "core/gguf/sparse_copy.h"
#include "core/gguf/writer.h"
#include "tests/core/convert_fixture.h"
#include "tests/support/test_data.h"

#include <QTemporaryDir>
#include <QTest>

using namespace snug;
using namespace snug::llama;

namespace {

void addFixtures()
{
    QTest::addColumn<QString>("folder");
    for (const char *group : {"fixtures/dev", "fixtures/dev-quantized"}) {
        const QString root = test::dataFile(QString::fromLatin1(group));
        for (const QString &name : test::fixturesIn(root))
            QTest::newRow(name.toUtf8().constData()) << root + QLatin1Char('/') + name;
    }
}

// What the reference's file of the checkpoint's own type keeps, and its embeddings.
struct Reference {
    std::int64_t bytes = 0;
    std::int64_t embeddings = 0;
    std::int64_t tensors = 0;
};

Reference referenceOf(const nlohmann::json &tensors)
{
    Reference reference;
    for (const auto &tensor : tensors) {
        reference.bytes += tensor["bytes"].get<std::int64_t>();
        if (tensor["name"] == "token_embd.weight")
            reference.embeddings = tensor["bytes"].get<std::int64_t>();
        ++reference.tensors;
    }
    return reference;
}

} // namespace

// Headers that were made from a checkpoint are ones that the engine loads, and it finds the weights that the
// reference's file would have.
class TestCheckpointDryRun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (test::dataFile(QStringLiteral("fixtures")).isEmpty())
            QSKIP("The fixtures are not here; set SNUG_TEST_DATA.");
        installEngineLog(EngineNoise::Errors);
        const auto loaded = loadPlugins();
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
    }

    void theEngineLoadsTheHeader_data() { addFixtures(); }
    void theEngineLoadsTheHeader()
    {
        QFETCH(QString, folder);
        const auto checkpoint = convert::readCheckpoint((folder + QStringLiteral("/model")).toStdString());
        QVERIFY2(checkpoint, test::messageOf(checkpoint).c_str());
        const auto header = convert::ggufHeader(*checkpoint, convert::OutputType::BF16);
        QVERIFY2(header, test::messageOf(header).c_str());
        const auto encoded = gguf::encodeHeader(*header);
        QVERIFY2(encoded, test::messageOf(encoded).c_str());
        QTemporaryDir place;
        fit::LoadRequest request;
        request.model = place.filePath(QStringLiteral("model.gguf")).toStdString();
        QVERIFY(gguf::writeSparse(encoded->bytes, encoded->header.fileBytes, request.model));
        request.contextTokens = 256;
        request.gpuLayers = 0;
        const auto predicted = dryRun(request);
        QVERIFY2(predicted, test::messageOf(predicted).c_str());

        const auto expected = test::jsonFile(folder + QStringLiteral("/expected.json"));
        const Reference reference = referenceOf(expected["sources"]["model"]["bf16"]["tensors"]);
        std::int64_t weights = 0;
        for (const auto &buffer : predicted->buffers)
            weights += buffer.weights;
        // Each tensor is padded, and without an output of their own the embeddings may be kept twice.
        constexpr std::int64_t kPadding = 64;
        const std::int64_t most = reference.bytes + reference.embeddings + reference.tensors * kPadding;
        QVERIFY2(weights >= reference.bytes && weights <= most,
                 (std::to_string(weights) + " of " + std::to_string(reference.bytes)).c_str());
        const auto *layers = header->find(*header->find("general.architecture")->text() + ".block_count");
        QCOMPARE(std::int64_t{predicted->layers}, *layers->integer());
    }
};

QTEST_GUILESS_MAIN(TestCheckpointDryRun)
#include "tst_checkpoint_dry_run.moc"
