// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/gguf/sparse_copy.h"
#include "core/gguf/writer.h"
#include "core/model/facts.h"
#include "core/model/name_hint.h"
#include "core/model/split_files.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/test_data.h"

#include <QTemporaryDir>
#include <QTest>

using namespace snug;
using namespace snug::test;
using gguf::TensorType;
using gguf::Value;

namespace {

// A model of `type` matrices, with embeddings kept in F16 that outweigh them.
gguf::Header modelOf(TensorType type, std::optional<std::uint32_t> fileType, TensorType down)
{
    gguf::Header header;
    header.values = {{"general.architecture", Value("llama")}};
    if (fileType)
        header.values.push_back({"general.file_type", Value(*fileType)});
    header.tensors = {{"token_embd.weight", {256, 4096}, TensorType::F16},
                      {"blk.0.attn_norm.weight", {256}, TensorType::F32},
                      {"blk.0.attn_q.weight", {256, 256}, type},
                      {"blk.0.ffn_up.weight", {256, 512}, type},
                      {"blk.0.ffn_down.weight", {512, 256}, down}};
    return gguf::encodeHeader(header)->header;
}

// Part `index` (from 0) of a split model, with `count` matrices; only the first names architecture and level.
gguf::Header part(std::uint16_t index, std::uint16_t count, int matrices)
{
    gguf::Header draft;
    if (index == 0)
        draft.values = {{"general.architecture", Value("llama")},
                        {"general.file_type", Value(std::uint32_t{15})}};
    draft.values.push_back({"split.no", Value(index)});
    draft.values.push_back({"split.count", Value(count)});
    draft.values.push_back({"split.tensors.count", Value(std::int32_t{291})});
    for (int i = 0; i < matrices; ++i)
        draft.tensors.push_back({"blk." + std::to_string(i) + ".weight", {256, 256}, TensorType::Q4_K});
    return gguf::encodeHeader(draft)->header;
}

gguf::Header withValues(std::vector<gguf::KeyValue> values)
{
    gguf::Header header;
    header.values = std::move(values);
    return gguf::encodeHeader(header)->header;
}

bool warnsOf(const ModelFacts &facts, std::string_view words)
{
    return std::any_of(facts.warnings.begin(), facts.warnings.end(), [words](const std::string &warning) {
        return warning.find(words) != std::string::npos;
    });
}

} // namespace

class TestModelFacts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatTheKeysSay()
    {
        const std::vector<std::uint32_t> perLayer = {8, 0, 16};
        const auto facts = factsOf(withValues({{"general.architecture", Value("qwen3moe")},
                                               {"general.name", Value("Qwen3 30B A3B")},
                                               {"general.organization", Value("Qwen")},
                                               {"general.author", Value("Somebody")},
                                               {"general.quantized_by", Value("Anybody")},
                                               {"general.license", Value("apache-2.0")},
                                               {"qwen3moe.context_length", Value(std::uint64_t{40960})},
                                               {"qwen3moe.block_count", Value(std::uint16_t{48})},
                                               {"qwen3moe.embedding_length", Value(std::uint32_t{2048})},
                                               {"qwen3moe.attention.head_count", Value(std::uint32_t{32})},
                                               {"qwen3moe.attention.head_count_kv",
                                                Value(gguf::Array::ofNumbers<std::uint32_t>(perLayer))},
                                               {"qwen3moe.expert_count", Value(std::uint32_t{128})},
                                               {"qwen3moe.expert_used_count", Value(std::uint32_t{8})},
                                               {"tokenizer.ggml.model", Value("gpt2")},
                                               {"tokenizer.ggml.pre", Value("qwen2")},
                                               {"tokenizer.chat_template", Value("{{ messages }}")}}),
                                   "file.gguf");
        const auto json = toJson(facts);
        QVERIFY(json["name"] == "Qwen3 30B A3B");
        QVERIFY(json["architecture"] == "qwen3moe");
        QVERIFY(json["maker"] == "Qwen");
        QVERIFY(json["quantized_by"] == "Anybody");
        QVERIFY(json["license"] == "apache-2.0");
        QVERIFY(json["context_length"] == 40960);
        QVERIFY(json["layers"] == 48);
        QVERIFY(json["head_count"] == 32);
        QVERIFY(json["head_count_kv"] == 16);
        QVERIFY(json["expert_count"] == 128);
        QVERIFY(json["expert_used_count"] == 8);
        QVERIFY(json["tokenizer"]["pre"] == "qwen2");
        QVERIFY(json["tokenizer"]["tokens"].is_null());
        QVERIFY(json["chat_template"] == true);
        QVERIFY(json["parameters"].is_null());
        QVERIFY(json["level"].is_null());
    }

    void whatIsNotSaidIsNull()
    {
        const auto facts = factsOf(withValues({}), "A-Model.Q4_K_M.gguf");
        const auto json = toJson(facts);
        QVERIFY(json["name"] == "A-Model.Q4_K_M");
        for (const char *key : {"architecture", "maker", "license", "parameters", "level", "bits_per_weight",
                                "layers", "context_length", "tokenizer", "split", "expert_count"})
            QVERIFY2(json[key].is_null(), key);
        QVERIFY(json["chat_template"] == false);
        QVERIFY(warnsOf(facts, "architecture"));
        QVERIFY(warnsOf(facts, "no tensors"));
    }

    void valuesOfWrongTypesAreNotBelieved()
    {
        const auto facts = factsOf(withValues({{"general.architecture", Value("llama")},
                                               {"general.name", Value(std::uint32_t{3})},
                                               {"llama.context_length", Value("long")},
                                               {"llama.block_count", Value(std::int32_t{-5})},
                                               {"llama.embedding_length", Value(1.5F)},
                                               {"tokenizer.ggml.tokens", Value("none")},
                                               {"tokenizer.chat_template", Value("")}}),
                                   "x.gguf");
        QCOMPARE(facts.name, std::string("x"));
        QVERIFY(!facts.contextLength && !facts.layers && !facts.embeddingLength && !facts.tokenizer);
        QVERIFY(!facts.chatTemplate);
    }

    void textsAreMadeSafe()
    {
        const auto facts = factsOf(withValues({{"general.name", Value("evil\x1b[31m\n\xFF")},
                                               {"general.license", Value(std::string(5000, 'l'))}}),
                                   "x.gguf");
        QCOMPARE(facts.name, std::string("evil\\x1b[31m\\x0a\\xff"));
        QVERIFY(facts.license->size() < 400);
    }

    void countsParametersAndBits()
    {
        const auto facts = factsOf(modelOf(TensorType::Q4_K, 15, TensorType::Q6_K), "x.gguf");
        constexpr std::int64_t kParameters = 256 * 4096 + 256 + 256 * 256 + 256 * 512 + 512 * 256;
        constexpr std::int64_t kBytes = 256 * 4096 * 2 + 256 * 4 + (256 + 512) * 144 + 512 * 210;
        QCOMPARE(facts.parameters, std::optional(kParameters));
        QCOMPARE(*facts.bitsPerWeight, static_cast<double>(kBytes) * 8 / static_cast<double>(kParameters));
        QCOMPARE(facts.tensorCount, std::int64_t{5});
        QCOMPARE(facts.tensorsByType,
                 (std::map<std::string, std::int64_t>{{"F16", 1}, {"F32", 1}, {"Q4_K", 2}, {"Q6_K", 1}}));
    }

    void levels_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("down");
        QTest::addColumn<int>("fileType");
        QTest::addColumn<QString>("level");
        QTest::addColumn<QString>("doubt");
        const auto row = [](const char *name, TensorType type, TensorType down, int fileType,
                            const char *level, const char *doubt) {
            QTest::newRow(name) << static_cast<int>(type) << static_cast<int>(down) << fileType
                                << QString::fromLatin1(level) << QString::fromLatin1(doubt);
        };
        row("agreeing", TensorType::Q4_K, TensorType::Q6_K, 15, "Q4_K_M", "");
        row("agreeing small", TensorType::Q4_K, TensorType::Q5_K, 14, "Q4_K_S", "");
        row("mixed", TensorType::MXFP4, TensorType::Q8_0, 38, "MXFP4_MOE", "");
        row("IQ2_S is made of IQ2_XS", TensorType::IQ2_XS, TensorType::IQ2_XS, 28, "IQ2_S", "");
        row("fallback", TensorType::Q5_0, TensorType::Q8_0, 15, "mostly Q5_0", "calls itself Q4_K_M");
        row("contradicting", TensorType::BF16, TensorType::BF16, 1, "BF16", "calls itself F16");
        row("silent", TensorType::Q8_0, TensorType::Q8_0, -1, "Q8_0", "does not name its level");
        row("silent and mixed", TensorType::Q8_0, TensorType::F16, -1, "mostly Q8_0",
            "does not name its level");
        row("unknown", TensorType::Q8_0, TensorType::Q8_0, 77, "Q8_0", "level number 77");
        row("removed", TensorType::Q4_0, TensorType::Q4_0, 33, "Q4_0", "level number 33");
    }

    void levels()
    {
        QFETCH(int, type);
        QFETCH(int, down);
        QFETCH(int, fileType);
        QFETCH(QString, level);
        QFETCH(QString, doubt);
        const auto stated = fileType < 0 ? std::nullopt : std::optional(static_cast<std::uint32_t>(fileType));
        const auto facts =
            factsOf(modelOf(static_cast<TensorType>(type), stated, static_cast<TensorType>(down)), "x.gguf");
        QCOMPARE(QString::fromStdString(facts.level.value_or("")), level);
        QCOMPARE(facts.warnings.empty(), doubt.isEmpty());
        QVERIFY(doubt.isEmpty() || warnsOf(facts, doubt.toStdString()));
    }

    void partsOfASplitModelSaySo()
    {
        const auto facts = factsOf(part(1, 3, 5), "x-00002-of-00003.gguf");
        QCOMPARE(facts.split, std::optional(SplitFacts{2, 3, 291, false}));
        QCOMPARE(facts.name, std::string("x"));
        QVERIFY(!facts.parameters);
        QVERIFY(facts.bitsPerWeight);
        QVERIFY(warnsOf(facts, "part 2 of 3"));
        QVERIFY(toJson(facts)["split"]["count"] == 3);
    }

    void allPartsOfASplitModelAreReadTogether()
    {
        QTemporaryDir folder;
        const auto path = [&folder](int number) {
            return fromUtf8(
                folder.filePath(QStringLiteral("x-0000%1-of-00003.gguf").arg(number)).toStdString());
        };
        std::int64_t bytes = 0;
        for (const int number : {1, 2, 3}) {
            const auto encoded = gguf::encodeHeader(part(static_cast<std::uint16_t>(number - 1), 3, number));
            QVERIFY(gguf::writeSparse(encoded->bytes, encoded->header.fileBytes, path(number)));
            bytes += encoded->header.fileBytes;
        }
        // Whichever part is named, the answer is that of the whole.
        const auto facts = inspectFile(path(2));
        QVERIFY2(facts, messageOf(facts).c_str());
        QCOMPARE(facts->split, std::optional(SplitFacts{1, 3, 291, true}));
        QCOMPARE(facts->parameters, std::optional<std::int64_t>(256 * 256 * 6));
        QCOMPARE(facts->tensorCount, std::int64_t{6});
        QCOMPARE(facts->fileBytes, bytes);
        QCOMPARE(facts->level, std::optional<std::string>("Q4_K_M"));
        QCOMPARE(facts->architecture, std::optional<std::string>("llama"));
        QVERIFY(facts->warnings.empty());
        QCOMPARE(inspectFile(path(1)).value(), *facts);

        writeFile(path(3), bytesOf("<html>"));
        QVERIFY(warnsOf(*inspectFile(path(1)), "Part 3 of 3 cannot be read: This is a web page"));
        std::filesystem::remove(path(3));
        const auto without = inspectFile(path(1));
        QVERIFY(warnsOf(*without, "Part 3 of 3 is missing: x-00003-of-00003.gguf"));
        QVERIFY(!without->parameters && !without->split->complete);
        std::filesystem::copy(path(2), path(3));
        QVERIFY(warnsOf(*inspectFile(path(1)), "x-00003-of-00003.gguf is not part 3 of 3"));
        std::filesystem::rename(path(1), path(1).parent_path() / "renamed.gguf");
        QVERIFY(warnsOf(*inspectFile(path(1).parent_path() / "renamed.gguf"), "renamed"));
    }

    void parametersThatANameClaims_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<qint64>("parameters"); // 0: none
        QTest::newRow("plain") << QStringLiteral("Qwen/Qwen3-8B-GGUF") << qint64{8'000'000'000};
        QTest::newRow("part of one") << QStringLiteral("qwen2.5-0.5b-instruct") << qint64{500'000'000};
        QTest::newRow("million") << QStringLiteral("SmolLM2-360M") << qint64{360'000'000};
        QTest::newRow("experts") << QStringLiteral("Mixtral-8x7B") << qint64{56'000'000'000};
        QTest::newRow("active") << QStringLiteral("Qwen3-30B-A3B_GGUF") << qint64{30'000'000'000};
        QTest::newRow("none") << QStringLiteral("phi-4") << qint64{0};
        QTest::newRow("bits") << QStringLiteral("model-4bit") << qint64{0};
        QTest::newRow("absurd") << QStringLiteral("m-99999999999B") << qint64{0};
        QTest::newRow("zero") << QStringLiteral("m-0B") << qint64{0};
        QTest::newRow("empty") << QString() << qint64{0};
    }
    void parametersThatANameClaims()
    {
        QFETCH(QString, name);
        QFETCH(qint64, parameters);
        QCOMPARE(parametersInName(name.toStdString()).value_or(0), parameters);
    }

    void namesOfParts()
    {
        QCOMPARE(parseSplitName("a-b-00002-of-00012.gguf"), (SplitName{"a-b", 2, 12}));
        for (const char *other : {"a.gguf", "a-00002-of-00011.gguf", "-00002-of-00012.gguf",
                                  "a-0000x-of-00012.gguf", "a00002-of-00012.gguf", "a-00002-of-00012.bin"})
            QVERIFY2(!splitPartPath(other, 1, 12), other);
        QCOMPARE(splitPartPath("dir/m-00002-of-00012.gguf", 7, 12),
                 std::optional<std::filesystem::path>("dir/m-00007-of-00012.gguf"));
    }

    void sumsBeyondSixtyThreeBitsAreUnknown()
    {
        // Three tensors of Q1_0, each just countable; the file would be some 3 exabytes, of which only the
        // header is here.
        gguf::Header draft;
        const std::int64_t row = std::int64_t{1} << 61;
        draft.tensors = {{"a", {row, 3}, TensorType::Q1_0},
                         {"b", {row, 3}, TensorType::Q1_0},
                         {"c", {row, 3}, TensorType::Q1_0},
                         {"d", {row, 3}, TensorType::Q1_0}};
        const auto encoded = gguf::encodeHeader(draft);
        QVERIFY2(encoded, messageOf(encoded).c_str());
        const auto facts = factsOf(encoded->header, "x.gguf");
        QVERIFY(!facts.parameters && !facts.bitsPerWeight);
        QCOMPARE(facts.level, std::optional<std::string>("Q1_0"));
    }

    void bytesAfterTheLastTensorAreNoticed()
    {
        auto header = modelOf(TensorType::Q8_0, 7, TensorType::Q8_0);
        header.fileBytes += 10 << 20;
        QVERIFY(warnsOf(factsOf(header, "x.gguf"), "10.0 MiB"));
    }

    void errorsNameTheFile()
    {
        QTemporaryDir folder;
        const auto path = fromUtf8(folder.filePath(QStringLiteral("broken.gguf")).toStdString());
        writeFile(path, truncated(smallModel().build(), 500));
        const auto facts = inspectFile(path);
        QCOMPARE(facts.error().kind, ErrorKind::Truncated);
        const auto *named = detailOf(facts, "path");
        QVERIFY(named != nullptr);
        QCOMPARE(std::get<std::string>(*named), toUtf8(path));
        QCOMPARE(inspectFile(path.parent_path()).error().kind, ErrorKind::InvalidArgument);
    }

    void theStarterModel()
    {
        const QString path = dataFile(QStringLiteral("models/starter/snug-starter-Q8_0.gguf"));
        if (path.isEmpty())
            QSKIP("the model is not among the test data");
        const auto facts = inspectFile(fromUtf8(path.toStdString()));
        QVERIFY2(facts, messageOf(facts).c_str());
        QCOMPARE(facts->architecture, std::optional<std::string>("llama"));
        QCOMPARE(facts->level, std::optional<std::string>("Q8_0"));
        QCOMPARE(facts->parameters, std::optional<std::int64_t>(4295424));
        QCOMPARE(facts->layers, std::optional<std::int64_t>(5));
        QCOMPARE(facts->contextLength, std::optional<std::int64_t>(1024));
        QCOMPARE(facts->tokenizer->tokens, std::optional<std::int64_t>(2048));
        QVERIFY(facts->chatTemplate);
        QVERIFY(facts->warnings.empty());
    }

    void theFirstKeysAlone()
    {
        gguf::FirstKeys first;
        first.tensorCount = 291;
        first.values = {{"general.architecture", gguf::Value("llama")},
                        {"general.name", gguf::Value("Big")},
                        {"llama.block_count", gguf::Value(std::uint32_t{32})},
                        {"llama.context_length", gguf::Value(std::uint32_t{8192})},
                        {"tokenizer.ggml.model", gguf::Value("gpt2")}};
        first.cut = gguf::CutList{"tokenizer.ggml.tokens", gguf::ValueType::String, 128'256};
        const ModelFacts facts = factsOf(first, "file.gguf");
        QCOMPARE(facts.name, std::string("Big"));
        QCOMPARE(facts.layers, std::optional<std::int64_t>(32));
        QCOMPARE(facts.contextLength, std::optional<std::int64_t>(8192));
        QCOMPARE(facts.tokenizer->tokens, std::optional<std::int64_t>(128'256));
        QCOMPARE(facts.tensorCount, std::int64_t{291});
        QVERIFY(!facts.parameters && !facts.level && facts.tensorsByType.empty());
        QVERIFY(facts.warnings.empty());
    }

    void stories260K()
    {
        const QString path = dataFile(QStringLiteral("models/stories260k-gguf/stories260K.gguf"));
        if (path.isEmpty())
            QSKIP("the model is not among the test data");
        const auto facts = inspectFile(fromUtf8(path.toStdString()));
        QVERIFY2(facts, messageOf(facts).c_str());
        QCOMPARE(facts->level, std::optional<std::string>("F32"));
        QCOMPARE(*facts->bitsPerWeight, 32.0);
        QVERIFY(!facts->chatTemplate);
        QVERIFY(warnsOf(*facts, "does not name its level"));
    }
};

QTEST_GUILESS_MAIN(TestModelFacts)
#include "tst_model_facts.moc"
