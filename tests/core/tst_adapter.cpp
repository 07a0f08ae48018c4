// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/error_detail.h"
#include "core/convert/adapter/adapter_names.h"
#include "core/convert/adapter/adapter_plan.h"
#include "tests/support/gguf_errors.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace snug;
using namespace snug::test;

namespace {

using nlohmann::json;

json plainConfig()
{
    return {{"peft_type", "LORA"},
            {"r", 8},
            {"lora_alpha", 16},
            {"base_model_name_or_path", "maker/model"},
            {"bias", "none"},
            {"use_dora", false},
            {"modules_to_save", nullptr},
            {"target_modules", {"q_proj", "v_proj"}}};
}

// Four heads of 16 that share two keys, in two layers.
json llama()
{
    return {{"architectures", {"LlamaForCausalLM"}},
            {"model_type", "llama"},
            {"hidden_size", 64},
            {"intermediate_size", 160},
            {"num_attention_heads", 4},
            {"num_key_value_heads", 2},
            {"num_hidden_layers", 2},
            {"rms_norm_eps", 1e-5},
            {"max_position_embeddings", 512},
            {"vocab_size", 320}};
}

struct Entry {
    const char *name; // below "base_model.model."
    std::vector<std::int64_t> shape;
};

Result<convert::AdapterPlan> planned(const std::vector<Entry> &entries, const json &base = llama(),
                                     const json &config = plainConfig(),
                                     convert::OutputType type = convert::OutputType::F32)
{
    SNUG_TRY(auto parsed, convert::AdapterConfig::parse(config.dump()));
    safetensors::Header header;
    for (const Entry &entry : entries) {
        safetensors::Tensor tensor;
        tensor.name = std::string("base_model.model.") + entry.name;
        tensor.dtype = safetensors::Dtype::F32;
        tensor.shape = entry.shape;
        header.tensors.push_back(std::move(tensor));
    }
    convert::Adapter adapter{std::move(parsed), {}};
    adapter.checkpoint.config = base;
    SNUG_CHECK(convert::addShard(adapter.checkpoint, "adapter_model.safetensors", std::move(header)));
    return convert::planAdapter(adapter, type);
}

constexpr const char *kQueryDown = "model.layers.1.self_attn.q_proj.lora_A.weight";
constexpr const char *kQueryUp = "model.layers.1.self_attn.q_proj.lora_B.weight";

std::vector<Entry> queries()
{
    return {{kQueryDown, {8, 64}}, {kQueryUp, {64, 8}}};
}

// "name type rows x columns, verbs" of each.
QStringList told(const convert::AdapterPlan &plan)
{
    QStringList lines;
    for (std::size_t i = 0; i < plan.conversion.tensors.size(); ++i) {
        const convert::PlannedTensor &tensor = plan.conversion.tensors[i];
        QStringList lengths;
        for (const std::int64_t length : tensor.shape)
            lengths += QString::number(length);
        lines += QString::fromStdString(tensor.name + " " + std::string(gguf::tensorTypeName(plan.types[i])) +
                                        " ") +
                 lengths.join(QLatin1Char('x')) + QStringLiteral(", %1").arg(tensor.verbs.size());
    }
    return lines;
}

std::string textOf(const std::vector<gguf::KeyValue> &keys, const char *name)
{
    const auto found =
        std::find_if(keys.begin(), keys.end(), [name](const auto &pair) { return pair.key == name; });
    return found == keys.end() || found->value.text() == nullptr ? "" : *found->value.text();
}

double numberOf(const std::vector<gguf::KeyValue> &keys, const char *name)
{
    const auto found =
        std::find_if(keys.begin(), keys.end(), [name](const auto &pair) { return pair.key == name; });
    return found == keys.end() ? -1 : found->value.number().value_or(-1);
}

} // namespace

class TestAdapter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pairsGetTheNamesOfTheirMatrices()
    {
        const auto plan = planned({{kQueryDown, {8, 64}},
                                   {kQueryUp, {64, 8}},
                                   {"model.layers.0.mlp.down_proj.lora_A.weight", {4, 160}},
                                   {"model.layers.0.mlp.down_proj.lora_B.weight", {64, 4}},
                                   {"lm_head.lora_A.weight", {8, 64}},
                                   {"lm_head.lora_B.weight", {320, 8}}});
        QVERIFY2(plan, messageOf(plan).c_str());
        const QStringList wanted = {
            QStringLiteral("output.weight.lora_a F32 8x64, 0"),
            QStringLiteral("output.weight.lora_b F32 320x8, 0"),
            QStringLiteral("blk.0.ffn_down.weight.lora_a F32 4x160, 0"),
            QStringLiteral("blk.0.ffn_down.weight.lora_b F32 64x4, 0"),
            QStringLiteral("blk.1.attn_q.weight.lora_a F32 8x64, 0"),
            QStringLiteral("blk.1.attn_q.weight.lora_b F32 64x8, 1"),
        };
        QCOMPARE(told(*plan), wanted);
        const auto &keys = plan->conversion.keys;
        QCOMPARE(textOf(keys, "general.type"), std::string("adapter"));
        QCOMPARE(textOf(keys, "adapter.type"), std::string("lora"));
        QCOMPARE(textOf(keys, "general.architecture"), std::string("llama"));
        QCOMPARE(numberOf(keys, "adapter.lora.alpha"), 16.0);
        QVERIFY(plan->warnings.empty());
    }

    // Rows of a rank are no whole blocks.
    void typesFollowTheLevel()
    {
        const auto half = planned(queries(), llama(), plainConfig(), convert::OutputType::F16);
        QVERIFY2(half, messageOf(half).c_str());
        QVERIFY(half->types == std::vector(2, gguf::TensorType::F16));
        const auto eight = planned(queries(), llama(), plainConfig(), convert::OutputType::Q8_0);
        QVERIFY2(eight, messageOf(eight).c_str());
        QVERIFY((eight->types == std::vector{gguf::TensorType::Q8_0, gguf::TensorType::F16}));
    }

    void embeddingsAreTurned()
    {
        const auto plan = planned({{"model.embed_tokens.lora_embedding_A", {8, 320}},
                                   {"model.embed_tokens.lora_embedding_B", {64, 8}}});
        QVERIFY2(plan, messageOf(plan).c_str());
        const QStringList wanted = {QStringLiteral("token_embd.weight.lora_a F32 320x8, 1"),
                                    QStringLiteral("token_embd.weight.lora_b F32 64x8, 0")};
        QCOMPARE(told(*plan), wanted);
    }

    void modulesMayHaveAlphasOfTheirOwn()
    {
        json config = plainConfig();
        config["alpha_pattern"] = {{"q_proj", 4}, {"layers\\.0\\..*", 32}};
        const auto parsed = convert::AdapterConfig::parse(config.dump());
        QVERIFY2(parsed, messageOf(parsed).c_str());
        QCOMPARE(parsed->scaling("model.layers.1.self_attn.q_proj", 8).value_or(0), 0.5);
        QCOMPARE(parsed->scaling("model.layers.0.mlp.up_proj", 8).value_or(0), 4.0);
        QCOMPARE(parsed->scaling("model.layers.1.mlp.up_proj", 8).value_or(0), 2.0);
        QCOMPARE(parsed->scaling("model.layers.1.mlp.q_proj_other", 8).value_or(0), 2.0);
        // Both patterns are about it, and nothing tells which comes first.
        QVERIFY(!parsed->scaling("model.layers.0.self_attn.q_proj", 8));

        const auto plan = planned(queries(), llama(), config);
        QVERIFY2(plan, messageOf(plan).c_str());
        QVERIFY((plan->factors == std::vector<float>{1, 0.25F}));
    }

    // peft divides by the root, llama.cpp by the rank.
    void aStabilizedRankIsPutIntoAlpha()
    {
        json config = plainConfig();
        config["use_rslora"] = true;
        const auto plan = planned(queries(), llama(), config);
        QVERIFY2(plan, messageOf(plan).c_str());
        const double alpha = numberOf(plan->conversion.keys, "adapter.lora.alpha");
        QVERIFY(std::abs(alpha / 8 - 16 / std::sqrt(8.0)) < 1e-6);
        QVERIFY((plan->factors == std::vector<float>{1, 1}));
    }

    void whatIsLeftOutIsSaid()
    {
        auto entries = queries();
        entries.push_back({"model.layers.0.input_layernorm.weight", {64}});
        entries.push_back({"model.layers.1.self_attn.q_proj.base_layer.weight", {64, 64}});
        json config = plainConfig();
        config["init_lora_weights"] = "pissa_niter_4";
        const auto plan = planned(entries, llama(), config);
        QVERIFY2(plan, messageOf(plan).c_str());
        QCOMPARE(plan->conversion.tensors.size(), std::size_t{2});
        QCOMPARE(plan->warnings.size(), std::size_t{2});
    }

    void whatTheEngineCannotTakeIsRefused_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("reason");
        const auto row = [](const char *key, const char *value, const char *reason) {
            QTest::addRow("%s: %s", key, value) << QByteArray(key) << QByteArray(value) << QByteArray(reason);
        };
        row("peft_type", "\"IA3\"", "adapter_kind");
        row("use_dora", "true", "adapter_kind");
        row("use_qalora", "true", "adapter_kind");
        row("lora_bias", "true", "adapter_kind");
        row("bias", "\"all\"", "adapter_kind");
        row("layer_replication", "[[0,1]]", "adapter_kind");
        row("modules_to_save", "[\"lm_head\"]", "adapter_kind");
        row("trainable_token_indices", "[7]", "adapter_kind");
        row("target_parameters", "[\"experts.down_proj\"]", "adapter_kind");
        row("invocation_string", "\"<|user|>\"", "adapter_kind");
        row("lora_alpha", "0", "bad_adapter");
        row("lora_alpha", "-3", "bad_adapter");
        row("lora_alpha", "1e999", "bad_adapter");
        row("lora_alpha", "1e300", "bad_adapter");
        row("lora_alpha", "1e-300", "bad_adapter");
        row("lora_alpha", "\"16\"", "bad_adapter");
        row("lora_alpha", "null", "bad_adapter");
        row("r", "0", "bad_adapter");
        row("r", "-8", "bad_adapter");
        row("r", "1e300", "bad_adapter");
        row("r", "[8]", "bad_adapter");
        row("alpha_pattern", "{\"q_proj\":0}", "bad_adapter");
        row("alpha_pattern", "{\"(\":4}", "bad_adapter");
        row("alora_invocation_tokens", "[-1]", "bad_adapter");
        row("alora_invocation_tokens", "[\"a\"]", "bad_adapter");
    }
    void whatTheEngineCannotTakeIsRefused()
    {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, reason);
        json config = plainConfig();
        config.erase(key.toStdString());
        std::string text = config.dump();
        text.back() = ',';
        text += '"' + key.toStdString() + "\":" + value.toStdString() + '}';
        const auto parsed = convert::AdapterConfig::parse(text);
        if (parsed) {
            const auto scaling = parsed->scaling("model.layers.0.self_attn.q_proj", 8);
            QVERIFY(!scaling);
            QVERIFY2(hasReason(scaling.error(), reason.constData()), messageOf(scaling).c_str());
            return;
        }
        QVERIFY2(hasReason(parsed.error(), reason.constData()), messageOf(parsed).c_str());
        QVERIFY(!parsed.error().message.empty());
    }

    void noConfigurationAtAll()
    {
        for (const char *text : {"", "{", "[]", "7", "null", "{}", "{\"r\":8}"}) {
            const auto parsed = convert::AdapterConfig::parse(text);
            QVERIFY2(!parsed && parsed.error().kind == ErrorKind::Corrupt, text);
        }
    }

    void tensorsThatDoNotFitAreRefused_data()
    {
        QTest::addColumn<QList<QPair<QByteArray, QList<qint64>>>>("tensors");
        QTest::addColumn<bool>("tied");
        QTest::addColumn<QByteArray>("reason");
        using Tensors = QList<QPair<QByteArray, QList<qint64>>>;
        const QByteArray up = kQueryUp;
        const QByteArray down = kQueryDown;
        QTest::newRow("nothing") << Tensors{} << false << QByteArray("no_tensors");
        QTest::newRow("one of two") << Tensors{{up, {64, 8}}} << false << QByteArray("incomplete_pair");
        QTest::newRow("another rank")
            << Tensors{{down, {8, 64}}, {up, {64, 4}}} << false << QByteArray("wrong_shape");
        QTest::newRow("a vector") << Tensors{{down, {64}}, {up, {64, 8}}} << false
                                  << QByteArray("wrong_shape");
        QTest::newRow("no rank") << Tensors{{down, {0, 64}}, {up, {64, 0}}} << false
                                 << QByteArray("wrong_shape");
        QTest::newRow("rows that are no heads")
            << Tensors{{down, {8, 64}}, {up, {66, 8}}} << false << QByteArray("wrong_shape");
        QTest::newRow("a layer too many") << Tensors{{"model.layers.2.mlp.up_proj.lora_A.weight", {8, 64}},
                                                     {"model.layers.2.mlp.up_proj.lora_B.weight", {160, 8}}}
                                          << false << QByteArray("no_rule");
        QTest::newRow("an unknown module")
            << Tensors{{"model.layers.0.mlp.side_proj.lora_A.weight", {8, 64}},
                       {"model.layers.0.mlp.side_proj.lora_B.weight", {160, 8}}}
            << false << QByteArray("no_rule");
        QTest::newRow("whole embeddings")
            << Tensors{{"model.embed_tokens.weight", {320, 64}}} << false << QByteArray("adapter_tensor");
        QTest::newRow("DoRA") << Tensors{{"model.layers.0.mlp.up_proj.lora_magnitude_vector", {160}}} << false
                              << QByteArray("adapter_tensor");
        QTest::newRow("a bias") << Tensors{{"model.layers.0.mlp.up_proj.bias", {160}}} << false
                                << QByteArray("adapter_tensor");
        QTest::newRow("a tied output")
            << Tensors{{"lm_head.lora_A.weight", {8, 64}}, {"lm_head.lora_B.weight", {320, 8}}} << true
            << QByteArray("tied_output");
        QTest::newRow("tied embeddings") << Tensors{{"model.embed_tokens.lora_embedding_A", {8, 320}},
                                                    {"model.embed_tokens.lora_embedding_B", {64, 8}}}
                                         << true << QByteArray("tied_output");
    }
    void tensorsThatDoNotFitAreRefused()
    {
        using Tensors = QList<QPair<QByteArray, QList<qint64>>>;
        QFETCH(Tensors, tensors);
        QFETCH(bool, tied);
        QFETCH(QByteArray, reason);
        std::vector<Entry> entries;
        for (const auto &[name, shape] : tensors)
            entries.push_back({name.constData(), {shape.begin(), shape.end()}});
        json base = llama();
        base["tie_word_embeddings"] = tied;
        const auto plan = planned(entries, base);
        QVERIFY(!plan);
        QVERIFY2(hasReason(plan.error(), reason.constData()), messageOf(plan).c_str());
    }

    void anUnknownModelIsNamed()
    {
        json base = llama();
        base["architectures"] = {"NobodysForCausalLM"};
        const auto plan = planned(queries(), base);
        QVERIFY(!plan && hasReason(plan.error(), "architecture"));
        QVERIFY(plan.error().message.find("NobodysForCausalLM") != std::string::npos);
    }

    // A kv_b_proj becomes two matrices of another form.
    void matricesThatAreTakenApartAreRefused()
    {
        json base = llama();
        base["architectures"] = {"DeepseekV2ForCausalLM"};
        base.update(
            {{"kv_lora_rank", 16}, {"qk_nope_head_dim", 16}, {"qk_rope_head_dim", 8}, {"v_head_dim", 16}});
        const auto plan = planned({{"model.layers.0.self_attn.kv_b_proj.lora_A.weight", {8, 16}},
                                   {"model.layers.0.self_attn.kv_b_proj.lora_B.weight", {64, 8}}},
                                  base);
        QVERIFY(!plan);
        QVERIFY2(hasReason(plan.error(), "adapter_rule"), messageOf(plan).c_str());
    }

    void expertsAreStacked()
    {
        json base = llama();
        base["architectures"] = {"MixtralForCausalLM"};
        base["num_local_experts"] = 2;
        std::vector<Entry> entries = {
            {"model.layers.0.block_sparse_moe.experts.0.w1.lora_A.weight", {8, 64}},
            {"model.layers.0.block_sparse_moe.experts.0.w1.lora_B.weight", {96, 8}},
            {"model.layers.0.block_sparse_moe.experts.1.w1.lora_A.weight", {8, 64}},
            {"model.layers.0.block_sparse_moe.experts.1.w1.lora_B.weight", {96, 8}}};
        const auto plan = planned(entries, base);
        QVERIFY2(plan, messageOf(plan).c_str());
        const QStringList wanted = {QStringLiteral("blk.0.ffn_gate_exps.weight.lora_a F32 2x8x64, 0"),
                                    QStringLiteral("blk.0.ffn_gate_exps.weight.lora_b F32 2x96x8, 0")};
        QCOMPARE(told(*plan), wanted);
        entries.resize(2);
        const auto lacking = planned(entries, base);
        QVERIFY(!lacking);
        QVERIFY2(hasReason(lacking.error(), "incomplete_stack"), messageOf(lacking).c_str());
    }
};

QTEST_GUILESS_MAIN(TestAdapter)
#include "tst_adapter.moc"
