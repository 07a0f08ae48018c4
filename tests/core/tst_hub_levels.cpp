// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/json.h"
#include "core/hub/levels.h"
#include "core/hub/quant_label.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/test_data.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <limits>
#include <random>

using namespace Qt::StringLiterals;
using namespace snug;
using namespace snug::hub;

namespace {

using Names = std::vector<std::string>;

// Each of 100 bytes and one more than the one before.
std::vector<RemoteFile> filesOf(const Names &names)
{
    std::vector<RemoteFile> files;
    std::int64_t bytes = 100;
    for (const std::string &name : names)
        files.push_back({name, bytes++, std::nullopt, std::nullopt});
    return files;
}

Names labelsOf(const std::vector<Level> &levels)
{
    Names labels;
    for (const Level &level : levels)
        labels.push_back(level.label);
    return labels;
}

Names pathsOf(const Level &level)
{
    Names paths;
    for (const RemoteFile &file : level.files)
        paths.push_back(file.path);
    return paths;
}

} // namespace

class TestHubLevels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsLabels_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("label");
        QTest::addColumn<int>("bits");
        const auto row = [](const char *name, const char *label, int bits) {
            QTest::newRow(name) << QByteArray(name) << QByteArray(label) << bits;
        };
        row("gemma-3-12b-it-Q4_K_M.gguf", "Q4_K_M", 4);
        row("gemma-3-12b-it-f16.gguf", "F16", 16);
        row("mmproj-model-f16.gguf", "F16", 16);
        row("Model-BF16.gguf", "BF16", 16);
        row("model.fp16.gguf", "F16", 16);
        row("model-F32", "F32", 32);
        row("Qwen3-30B-A3B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL", 4);
        row("Qwen3-UD-IQ1_S.gguf", "UD-IQ1_S", 1);
        row("CLOUD-Q4_0.gguf", "Q4_0", 4);
        row("UD-Q2_K", "UD-Q2_K", 2);
        row("model.i1-IQ3_XXS.gguf", "IQ3_XXS", 3);
        row("model_q5_k_m.gguf", "Q5_K_M", 5);
        row("model-Q4_0_8_8.gguf", "Q4_0_8_8", 4);
        row("model-Q6_K_L.gguf", "Q6_K_L", 6);
        row("model-IQ4_NL.gguf", "IQ4_NL", 4);
        row("model-TQ1_0.gguf", "TQ1_0", 1);
        row("gpt-oss-20b-mxfp4.gguf", "MXFP4", 4);
        row("gpt-oss-MXFP4_MOE.gguf", "MXFP4_MOE", 4);
        row("model-NVFP4.gguf", "NVFP4", 4);
        row("f16-model-Q8_0.gguf", "Q8_0", 8);
        row("model-Q8_0-imat.gguf", "Q8_0", 8);
        row("model-Q3_K_S_v2.gguf", "Q3_K_S", 3);
        row("model-q4.gguf", "Q4", 4);
        row("Phi-3.5-mini.gguf", "", 0);
        row("SmolLM2-135M.gguf", "", 0);
        row("iq-test.gguf", "", 0);
        row("model-IQ4.gguf", "", 0);
        row("modelQ4_K_M.gguf", "", 0);
        row("model-Q4_K_MX.gguf", "Q4_K", 4);
        row("model-Q44.gguf", "", 0);
        row("", "", 0);
        row("Q", "", 0);
        row("_", "", 0);
    }
    void readsLabels()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, label);
        QFETCH(int, bits);
        QCOMPARE(QByteArray::fromStdString(quantLabel(name.toStdString()).value_or("")), label);
        QCOMPARE(labelBits(label.toStdString()).value_or(0), bits);
    }

    void joinsParts()
    {
        const Offer offer = offerOf(
            filesOf({"README.md", "m-Q8_0-00002-of-00002.gguf", "m-Q8_0-00001-of-00002.gguf", "m-Q4_K_M.gguf",
                     "BF16/m-BF16-00001-of-00003.gguf", "BF16/m-BF16-00003-of-00003.gguf"}));
        QCOMPARE(labelsOf(offer.levels), (Names{"Q4_K_M", "Q8_0", "BF16"}));
        const Level &whole = offer.levels[1];
        QVERIFY(whole.isSplit && whole.complete);
        QCOMPARE(whole.name, std::string("m-Q8_0"));
        QCOMPARE(pathsOf(whole), (Names{"m-Q8_0-00001-of-00002.gguf", "m-Q8_0-00002-of-00002.gguf"}));
        QCOMPARE(whole.bytes.value_or(0), std::int64_t(203));
        const Level &partial = offer.levels[2];
        QVERIFY(partial.isSplit && !partial.complete);
        QCOMPARE(partial.folder, std::string("BF16"));
        QVERIFY(!offer.levels[0].isSplit && offer.levels[0].complete);
        QVERIFY(offer.checkpoints.empty() && offer.companions.empty());
    }

    void takesTheLabelOfAFolder()
    {
        const Offer offer = offerOf(filesOf({"UD-Q2_K_XL/model-00001-of-00001.gguf", "plain/model.gguf"}));
        QCOMPARE(labelsOf(offer.levels), (Names{"UD-Q2_K_XL", "model"}));
    }

    void doesNotMixNumbersOfParts()
    {
        const Offer offer = offerOf(filesOf(
            {"m-Q4_0-00001-of-00002.gguf", "m-Q4_0-00002-of-00003.gguf", "m-Q4_0-00004-of-00002.gguf"}));
        QCOMPARE(offer.levels.size(), std::size_t(3));
        QVERIFY(std::none_of(offer.levels.begin(), offer.levels.end(),
                             [](const Level &level) { return level.isSplit && level.complete; }));
    }

    void sumsCarefully()
    {
        auto files = filesOf({"m-Q4_0-00001-of-00002.gguf", "m-Q4_0-00002-of-00002.gguf"});
        files[0].bytes = std::numeric_limits<std::int64_t>::max();
        QVERIFY(!offerOf(files).levels.front().bytes);
        files[0].bytes.reset();
        QVERIFY(!offerOf(files).levels.front().bytes);
        QVERIFY(offerOf(files).levels.front().complete);
    }

    void knowsCompanions_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<int>("kind"); // -1: a level, -2: nothing
        const auto row = [](const char *name, int kind) { QTest::newRow(name) << QByteArray(name) << kind; };
        const int projector = int(CompanionKind::Projector);
        const int draft = int(CompanionKind::DraftHead);
        const int matrix = int(CompanionKind::ImportanceMatrix);
        row("mmproj-model-f16.gguf", projector);
        row("gemma-3-4b-it.mmproj-Q8_0.gguf", projector);
        row("MMPROJ-BF16.gguf", projector);
        row("sub/mmproj.gguf", projector);
        row("mtp-head.gguf", draft);
        row("eagle3-llama-Q8_0.gguf", draft);
        row("dflash-x.gguf", draft);
        row("dspark-x.gguf", draft);
        row("imatrix.gguf", matrix);
        row("imatrix_unsloth.dat", matrix);
        row("imatrix_unsloth.gguf_file", matrix);
        row("model-imatrix.gguf", matrix);
        row("model.imatrix", -2);
        row("model-imatrix-Q4_K_M.gguf", -1);
        row("empty-mtp.gguf", -1);
        row("mmproj.txt", -2);
        row("model.bin", -2);
    }
    void knowsCompanions()
    {
        QFETCH(QByteArray, name);
        QFETCH(int, kind);
        const Offer offer = offerOf(filesOf({name.toStdString()}));
        QCOMPARE(offer.levels.size(), std::size_t(kind == -1 ? 1 : 0));
        QCOMPARE(offer.companions.size(), std::size_t(kind >= 0 ? 1 : 0));
        if (kind >= 0)
            QCOMPARE(int(offer.companions.front().kind), kind);
    }

    void pairsProjectors()
    {
        const Offer offer =
            offerOf(filesOf({"m-Q4_K_M.gguf", "m-F16.gguf", "mmproj-F32.gguf", "mmproj-Q8_0.gguf",
                             "27b/big-F16.gguf", "27b/mmproj-Q8_0.gguf", "27b/q/deep-Q4_0.gguf"}));
        const auto projector = [&offer](const char *name) -> std::string {
            const auto level = std::find_if(offer.levels.begin(), offer.levels.end(),
                                            [name](const Level &one) { return one.name == name; });
            const Companion *found = level == offer.levels.end() ? nullptr : projectorFor(*level, offer);
            return found == nullptr ? "" : found->level.files.front().path;
        };
        QCOMPARE(projector("m-Q4_K_M"), std::string("mmproj-Q8_0.gguf"));
        QCOMPARE(projector("m-F16"), std::string("mmproj-Q8_0.gguf"));
        QCOMPARE(projector("big-F16"), std::string("27b/mmproj-Q8_0.gguf"));
        QCOMPARE(projector("deep-Q4_0"), std::string("27b/mmproj-Q8_0.gguf"));
        const Offer none = offerOf(filesOf({"m-Q4_K_M.gguf", "imatrix.gguf"}));
        QVERIFY(projectorFor(none.levels.front(), none) == nullptr);
    }

    void gathersCheckpoints()
    {
        const Offer offer = offerOf(filesOf(
            {"README.md", "config.json", "tokenizer.json", "tokenizer.model", "merges.txt",
             "chat_template.jinja", "additional_chat_templates/tools.jinja", "model.safetensors.index.json",
             "model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors", "modeling_x.py",
             "pytorch_model.bin", "pytorch_model.bin.index.json", "adapter_model.safetensors",
             "adapter_config.json", "consolidated.safetensors", "vae/config.json",
             "vae/weights_00001-of-00002.safetensors"}));
        QCOMPARE(offer.checkpoints.size(), std::size_t(3));
        const Level &main = offer.checkpoints[0];
        QCOMPARE(main.name, std::string("model"));
        QVERIFY(main.isSplit && main.complete && main.bytes);
        QCOMPARE(pathsOf(main), (Names{"model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
                                       "model.safetensors.index.json", "README.md", "config.json",
                                       "tokenizer.json", "tokenizer.model", "merges.txt",
                                       "chat_template.jinja", "additional_chat_templates/tools.jinja"}));
        QCOMPARE(offer.checkpoints[1].name, std::string("consolidated"));
        const Level &sub = offer.checkpoints[2];
        QCOMPARE(sub.folder, std::string("vae"));
        QVERIFY(sub.isSplit && !sub.complete);
        QCOMPARE(pathsOf(sub), (Names{"vae/weights_00001-of-00002.safetensors", "vae/config.json"}));
    }

    void chooses_data()
    {
        QTest::addColumn<QByteArray>("selector");
        QTest::addColumn<QByteArray>("first"); // path of the first file; empty: an error
        QTest::addColumn<int>("kind");
        const auto row = [](const char *selector, const char *first, ErrorKind kind = ErrorKind::Internal) {
            QTest::newRow(*selector == '\0' ? "nothing" : selector)
                << QByteArray(selector) << QByteArray(first) << int(kind);
        };
        row("", "m-Q4_K_M.gguf");
        row("q8_0", "m-Q8_0-00001-of-00002.gguf");
        row("Q5_K_XL", "m-UD-Q5_K_XL.gguf");
        row("m-Q8_0-00002-of-00002.gguf", "m-Q8_0-00001-of-00002.gguf");
        row("README.md", "README.md");
        row("mmproj-f16.gguf", "mmproj-f16.gguf");
        row("BF16", "", ErrorKind::NotFound);
        row("Q3_K_S", "", ErrorKind::NotFound);
        row("twins", "", ErrorKind::InvalidArgument);
        row("twins/a", "twins/a/x-F16.gguf");
        row("F16", "", ErrorKind::InvalidArgument);
        row("safetensors", "model.safetensors");
    }
    void chooses()
    {
        QFETCH(QByteArray, selector);
        QFETCH(QByteArray, first);
        QFETCH(int, kind);
        const auto files =
            filesOf({"README.md", "m-Q4_K_M.gguf", "m-Q8_0-00001-of-00002.gguf", "m-Q8_0-00002-of-00002.gguf",
                     "m-UD-Q5_K_XL.gguf", "mmproj-f16.gguf", "b/m-BF16-00001-of-00002.gguf",
                     "twins/a/x-F16.gguf", "twins/b/x-F16.gguf", "model.safetensors"});
        const auto level = chooseLevel(files, selector.toStdString());
        QCOMPARE(level.has_value(), !first.isEmpty());
        if (level) {
            QCOMPARE(QByteArray::fromStdString(level->files.front().path), first);
        } else {
            QCOMPARE(int(level.error().kind), kind);
            QVERIFY(!level.error().hint.empty());
        }
    }

    void choosesWithoutAWord()
    {
        QCOMPARE(chooseLevel(filesOf({"m-Q8_0.gguf", "m-F16.gguf"}), "")->label, std::string("Q8_0"));
        QCOMPARE(chooseLevel(filesOf({"m-F16.gguf"}), "")->label, std::string("F16"));
        QCOMPARE(chooseLevel(filesOf({"model.safetensors", "config.json"}), "")->label,
                 std::string("safetensors"));
        QCOMPARE(chooseLevel(filesOf({"m-Q4_0.gguf", "m-F16.gguf"}), "").error().kind,
                 ErrorKind::InvalidArgument);
        QCOMPARE(chooseLevel(filesOf({"README.md"}), "").error().kind, ErrorKind::NotFound);
        QCOMPARE(chooseLevel({}, "Q4_0").error().kind, ErrorKind::NotFound);
        const auto partial = chooseLevel(filesOf({"m-Q8_0-00001-of-00002.gguf"}), "");
        QCOMPARE(partial.error().kind, ErrorKind::NotFound);
        QCOMPARE(test::reasonOf(partial), std::string("incomplete"));
    }

    void everyOrderGivesTheSame()
    {
        auto files = filesOf({"m-Q4_K_M.gguf", "m-Q8_0-00001-of-00002.gguf", "m-Q8_0-00002-of-00002.gguf",
                              "mmproj-a-f16.gguf", "mmproj-b-f16.gguf", "model.safetensors"});
        const Offer expected = offerOf(files);
        std::mt19937 random(7);
        for (int i = 0; i < 20; ++i) {
            std::shuffle(files.begin(), files.end(), random);
            QVERIFY(offerOf(files) == expected);
        }
    }

    void readsARealRepository()
    {
        const QString path = test::dataFile(u"models/hf-api/model_ggml-org_gemma-3-12b-it-GGUF.json"_qs);
        if (path.isEmpty())
            QSKIP("no real answers of the Hub below SNUG_TEST_DATA");
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto model = parseJson(file.readAll().toStdString());
        QVERIFY(model);
        Names names;
        for (const auto &sibling : model->at("siblings"))
            names.push_back(textOf(sibling, "rfilename").value_or(""));
        const Offer offer = offerOf(filesOf(names));
        QCOMPARE(labelsOf(offer.levels), (Names{"Q4_K_M", "Q8_0", "F16"}));
        for (const Level &level : offer.levels) {
            const Companion *projector = projectorFor(level, offer);
            QVERIFY(projector != nullptr);
            QCOMPARE(projector->level.files.front().path, std::string("mmproj-model-f16.gguf"));
        }
    }
};

QTEST_GUILESS_MAIN(TestHubLevels)
#include "tst_hub_levels.moc"
