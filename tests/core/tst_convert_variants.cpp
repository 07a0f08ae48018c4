// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/checkpoint_data.h"
#include "core/convert/plan.h"
#include "core/convert/tokenizer/text_splitter.h"
#include "core/convert/tokenizer/tokenizer.h"
#include "tests/support/gguf_errors.h"

#include <QTest>

#include <map>

using namespace snug;
using namespace snug::convert;
using namespace snug::test;

namespace {

using nlohmann::json;

// One file in memory.
class OneShard final : public Shards {
public:
    std::vector<std::byte> content;

    Result<void> await(std::size_t /*shard*/, std::stop_token /*stop*/) override { return {}; }
    [[nodiscard]] std::span<const std::byte> bytes(std::size_t /*shard*/) const override { return content; }
};

class Texts final : public ModelTexts {
public:
    std::map<std::string, std::string, std::less<>> files;

    Result<std::optional<std::string>> read(std::string_view name, std::int64_t /*mostBytes*/) override
    {
        const auto found = files.find(name);
        return found != files.end() ? std::optional(found->second) : std::nullopt;
    }
    Result<std::vector<std::string>> namesIn(std::string_view /*folder*/) override
    {
        return std::vector<std::string>();
    }
};

json config(const char *className, const char *modelType)
{
    return {{"architectures", {className}},
            {"model_type", modelType},
            {"hidden_size", 64},
            {"num_attention_heads", 4},
            {"num_hidden_layers", 1},
            {"intermediate_size", 96},
            {"vocab_size", 8},
            {"num_experts_per_tok", nullptr}};
}

// Embeddings and these tensors of 16 bits, one behind the other.
Checkpoint checkpoint(json said, std::vector<std::pair<std::string, std::vector<std::int64_t>>> tensors)
{
    Checkpoint made;
    made.config = std::move(said);
    tensors.insert(tensors.begin(), {"model.embed_tokens.weight", {8, 64}});
    std::int64_t offset = 0;
    for (auto &[name, shape] : tensors) {
        const std::int64_t bytes = 2 * safetensors::elementCount(shape).value_or(0);
        made.tensors.push_back(
            {std::move(name), safetensors::Dtype::BF16, std::move(shape), 0, offset, bytes});
        offset += bytes;
    }
    made.shards = {{"model.safetensors", offset}};
    return made;
}

double numberAt(const Conversion &conversion, const std::string &suffix)
{
    for (const auto &[key, value] : conversion.keys) {
        if (key.ends_with("." + suffix))
            return value.number().value_or(-1);
    }
    return -2;
}

constexpr const char *kTokenizer = R"({"model": {"type": "BPE", "merges": [],
    "vocab": {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4,
              "<|endoftext|>": 5, "<|user|>": 6, "<|observation|>": 7}},
    "added_tokens": [{"id": 5, "content": "<|endoftext|>", "special": true},
                     {"id": 6, "content": "<|user|>", "special": true},
                     {"id": 7, "content": "<|observation|>", "special": true}],
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}})";

std::map<std::string, gguf::Value> tokenizerKeys(const char *className, const char *tokenizerConfig)
{
    Texts texts;
    texts.files = {{"tokenizer.json", kTokenizer}, {"tokenizer_config.json", tokenizerConfig}};
    const json said = {{"architectures", {className}}};
    std::map<std::string, gguf::Value> keys;
    const auto made = readTokenizer({architectureOf(className), &said, 8, "gpt-2"}, texts);
    if (!made)
        QTest::qFail(made.error().message.c_str(), __FILE__, __LINE__);
    else
        for (const auto &[key, value] : made->keys)
            keys.emplace(key.substr(key.find('.') + 1), value);
    return keys;
}

} // namespace

// What the checkpoints of some families say, leave out, or have too much; made up, without any fixture.
class TestConvertVariants : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsNotSaidIsThatOfTheClass_data()
    {
        QTest::addColumn<QString>("className");
        QTest::addColumn<QString>("modelType");
        QTest::addColumn<QString>("key");
        QTest::addColumn<double>("value");
        const auto row = [](const char *className, const char *modelType, const char *key, double value) {
            QTest::addRow("%s %s", modelType, key) << className << modelType << key << value;
        };
        row("MixtralForCausalLM", "mixtral", "rope.freq_base", 1e6);
        row("MixtralForCausalLM", "mixtral", "attention.head_count_kv", 8);
        row("MistralForCausalLM", "mistral", "context_length", 131072);
        row("LlamaForCausalLM", "llama", "attention.head_count_kv", 4);
        row("LlamaForCausalLM", "llama", "context_length", 2048);
        row("CohereForCausalLM", "cohere", "rope.freq_base", 500000);
        row("Qwen3ForCausalLM", "qwen3", "attention.head_count_kv", 32);
        row("Glm4ForCausalLM", "glm4", "context_length", 131072);
        row("Starcoder2ForCausalLM", "starcoder2", "context_length", 4096);
    }
    void whatIsNotSaidIsThatOfTheClass()
    {
        QFETCH(QString, className);
        QFETCH(QString, modelType);
        QFETCH(QString, key);
        QFETCH(double, value);
        const auto conversion = planConversion(
            checkpoint(config(className.toUtf8().constData(), modelType.toUtf8().constData()), {}));
        QVERIFY2(conversion, messageOf(conversion).c_str());
        QCOMPARE(numberAt(*conversion, key.toStdString()), value);
    }

    void granitesHeadsShareTheWidth()
    {
        json said = config("GraniteForCausalLM", "granite");
        said["head_dim"] = 32;
        const auto conversion = planConversion(checkpoint(said, {}));
        QVERIFY2(conversion, messageOf(conversion).c_str());
        QCOMPARE(numberAt(*conversion, "attention.key_length"), -2.0);
        QCOMPARE(numberAt(*conversion, "rope.dimension_count"), 16.0);
    }

    void aLostWayToStretchPositionsIsTold_data()
    {
        QTest::addColumn<QString>("className");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("lost");
        const auto row = [](const char *className, const char *type, const char *lost) {
            QTest::addRow("%s %s", className, type) << className << type << lost;
        };
        row("LlamaForCausalLM", "default", "");
        row("LlamaForCausalLM", "linear", "");
        row("LlamaForCausalLM", "yarn", "");
        row("LlamaForCausalLM", "llama3", "");
        row("Qwen2ForCausalLM", "longrope", "");
        row("Qwen2ForCausalLM", "llama3", "llama3"); // whose factors llama.cpp reads for llama alone
        row("Qwen2ForCausalLM", "Dynamic", "dynamic");
        row("Qwen2ForCausalLM", "a\nb", "a\\x0ab");
    }
    void aLostWayToStretchPositionsIsTold()
    {
        QFETCH(QString, className);
        QFETCH(QString, type);
        QFETCH(QString, lost);
        json said = config(className.toUtf8().constData(), "qwen2");
        said["rope_scaling"] = {{"rope_type", type.toStdString()}, {"factor", 8.0}};
        const auto conversion = planConversion(checkpoint(said, {}));
        QVERIFY2(conversion, messageOf(conversion).c_str());
        QCOMPARE(QString::fromStdString(conversion->lostRopeScaling), lost);
    }

    // llama.cpp could not load the file.
    void denseLayersAmongExpertsAreRefused()
    {
        for (const char *className : {"Qwen2MoeForCausalLM", "Qwen3MoeForCausalLM"}) {
            const auto conversion = planConversion(checkpoint(
                config(className, "qwen3_moe"), {{"model.layers.0.mlp.down_proj.weight", {64, 96}}}));
            QCOMPARE(reasonOf(conversion), std::string("no_rule"));
        }
    }

    // Nor one with these.
    void falconsBiasesAreRefused()
    {
        json said = config("FalconForCausalLM", "falcon");
        Checkpoint made = checkpoint(said, {{"transformer.h.0.self_attention.dense.bias", {64}}});
        made.tensors.front().name = "transformer.word_embeddings.weight";
        QCOMPARE(reasonOf(planConversion(made)), std::string("no_rule"));
    }

    void zerosMayBeLeftOut()
    {
        const Checkpoint made = checkpoint(config("Cohere2ForCausalLM", "cohere2"),
                                           {{"model.layers.0.self_attn.q_proj.bias", {64}}});
        const auto conversion = planConversion(made);
        QVERIFY2(conversion, messageOf(conversion).c_str());
        QCOMPARE(conversion->tensors.size(), std::size_t{1});
        QCOMPARE(conversion->zeroSources.size(), std::size_t{1});
        OneShard shard;
        shard.content.resize(static_cast<std::size_t>(made.shards.front().bytes));
        CheckpointData data(*conversion, made, shard);
        QVERIFY(data.await(0, {}));
        QVERIFY(data.tensor(0));
        shard.content[shard.content.size() - 2] = std::byte{0x3F};
        QCOMPARE(reasonOf(data.tensor(0)), std::string("not_zero"));
    }

    void phi2AddsNoFirstTokenUnlessItIsSaid()
    {
        QCOMPARE(tokenizerKeys("PhiForCausalLM", "{}").at("ggml.add_bos_token").boolean(), false);
        QCOMPARE(
            tokenizerKeys("PhiForCausalLM", R"({"add_bos_token": true})").at("ggml.add_bos_token").boolean(),
            true);
    }

    void glm4EndsTurnsWithTheUser()
    {
        const auto keys = tokenizerKeys("Glm4ForCausalLM", R"({"eos_token": "<|user|>"})");
        QCOMPARE(keys.at("ggml.eos_token_id").integer(), 6);
        QCOMPARE(keys.at("ggml.eot_token_id").integer(), 6);
        QCOMPARE(keys.at("ggml.bos_token_id").integer(), 5);
        QCOMPARE(keys.at("ggml.unknown_token_id").integer(), 5);
        QVERIFY(!keys.contains("ggml.eom_token_id"));
    }

    void ofTwoTemplatesWithOneNameTheLaterCounts()
    {
        const auto keys = tokenizerKeys("Qwen2ForCausalLM", R"({"chat_template": [
            {"name": "default", "template": "one"}, {"name": "default", "template": "two"}]})");
        QCOMPARE(*keys.at("chat_template").text(), std::string("two"));
    }

    void textsAreSplitAsTheTokenizersDo()
    {
        const auto pieces = [](const char *step, const char *text) {
            const auto splitter = TextSplitter::ofTokenizer(json::parse(step));
            return splitter ? splitter->split(text).value_or(std::vector<std::string>())
                            : std::vector<std::string>();
        };
        using Pieces = std::vector<std::string>;
        // A set within a set.
        QCOMPARE(pieces(R"({"type": "Split", "behavior": "Isolated",
                            "pattern": {"Regex": " ?[^(\\s|[.,!?])]+"}})",
                        "ab (c), d|e[f]"),
                 (Pieces{"ab", " (", "c", "),", " d", "|", "e[f]"}));
        QCOMPARE(pieces(R"({"type": "Punctuation", "behavior": "Contiguous"})", "a?!b"),
                 (Pieces{"a", "?!", "b"}));
        QCOMPARE(pieces(R"({"type": "Punctuation"})", "a?!b"), (Pieces{"a", "?", "!", "b"}));
    }
};

QTEST_GUILESS_MAIN(TestConvertVariants)
#include "tst_convert_variants.moc"
