// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/checkpoint_facts.h"
#include "core/convert/plan.h"
#include "core/convert/tokenizer_size.h"
#include "tests/support/gguf_errors.h"

#include <QTest>

#include <limits>

using namespace snug;
using namespace snug::convert;
using snug::test::reasonOf;

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

CheckpointTensor tensor(std::string name, std::vector<std::int64_t> shape, std::int64_t bytes = 0)
{
    return {std::move(name), safetensors::Dtype::BF16, std::move(shape), 0, 0, bytes};
}

// A model of that class with embeddings, and what else is given.
Checkpoint checkpoint(const char *className, std::vector<CheckpointTensor> more)
{
    Checkpoint made;
    made.config = {{"architectures", {className}},
                   {"hidden_size", 64},
                   {"num_attention_heads", 4},
                   {"num_key_value_heads", 4},
                   {"num_hidden_layers", 1},
                   {"intermediate_size", 128},
                   {"vocab_size", 100},
                   {"rms_norm_eps", 1e-5},
                   {"moe_intermediate_size", 32},
                   {"num_experts", 2},
                   {"num_experts_per_tok", 1},
                   {"max_position_embeddings", 512}};
    made.shards = {{"model.safetensors", 1000}};
    made.tensors = std::move(more);
    made.tensors.push_back(tensor("model.embed_tokens.weight", {100, 64}));
    return made;
}

// Two of the experts' matrices, under these names.
std::string expertsAs(const char *className, const std::string &first, std::vector<std::int64_t> shape,
                      const std::string &second)
{
    const std::string layer = "model.layers.0.";
    return reasonOf(planConversion(
        checkpoint(className, {tensor(layer + first, std::move(shape)), tensor(layer + second, {32, 64})})));
}

} // namespace

// Checkpoints whose headers are well-formed, and say what no model can be.
class TestConvertHostile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aVocabularyBeyondCountingIsRefused()
    {
        Checkpoint absurd = checkpoint("LlamaForCausalLM", {});
        QVERIFY(planConversion(absurd));
        absurd.tensors.back().shape = {std::int64_t{1} << 32, 64};
        QCOMPARE(reasonOf(planConversion(absurd)), std::string("wrong_shape"));
        QVERIFY(!factsOf(absurd, "absurd").warnings.empty());
    }

    void noPartOfAStackIsLost()
    {
        QCOMPARE(expertsAs("Qwen3MoeForCausalLM", "mlp.experts.0.gate_proj.weight", {32, 64},
                           "mlp.experts.00.gate_proj.weight"),
                 std::string("duplicate_tensor"));
        QCOMPARE(expertsAs("Qwen3MoeForCausalLM", "mlp.experts.gate_up_proj", {2, 64, 64},
                           "mlp.experts.0.gate_proj.weight"),
                 std::string("duplicate_tensor"));
    }

    void sumsBeyondCountingAreTheLargest()
    {
        Checkpoint absurd = checkpoint("LlamaForCausalLM", {tensor("visual.one.weight", {1 << 30}, kMost),
                                                            tensor("visual.two.weight", {1 << 30}, kMost)});
        absurd.shards = {{"one.safetensors", kMost}, {"two.safetensors", kMost}};
        QCOMPARE(factsOf(absurd, "absurd").fileBytes, kMost);
        const auto conversion = planConversion(absurd);
        QVERIFY2(conversion, test::messageOf(conversion).c_str());
        QCOMPARE(conversion->leftOutBytes, kMost);
        QCOMPARE(conversion->leftOutTensors, std::int64_t{2});
    }

    void anAbsurdTokenizerIsStillASize()
    {
        constexpr std::int64_t kWords = std::numeric_limits<std::uint32_t>::max();
        for (const TokenizerFiles &files :
             {TokenizerFiles{}, TokenizerFiles{kMost, {}}, TokenizerFiles{{}, kMost}}) {
            const std::int64_t bytes = tokenizerBytes(files, kWords);
            QVERIFY(bytes > 0 && bytes < std::int64_t{1} << 40);
        }
    }
};

QTEST_GUILESS_MAIN(TestConvertHostile)
#include "tst_convert_hostile.moc"
