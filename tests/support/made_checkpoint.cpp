// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/made_checkpoint.h"

#include "tests/support/safetensors_builder.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <bit>
#include <random>
#include <vector>

using namespace Qt::StringLiterals;

namespace snug::test {
namespace {

constexpr int kWidth = 1024;
constexpr int kInner = 2816;
constexpr int kHeads = 16;
constexpr int kKvHeads = 8;

bool writeConfig(const QString &folder, const MadeCheckpoint &size)
{
    const QJsonObject config = {{u"architectures"_qs, QJsonArray{u"LlamaForCausalLM"_qs}},
                                {u"model_type"_qs, u"llama"_qs},
                                {u"hidden_size"_qs, kWidth},
                                {u"intermediate_size"_qs, kInner},
                                {u"num_hidden_layers"_qs, size.layers},
                                {u"num_attention_heads"_qs, kHeads},
                                {u"num_key_value_heads"_qs, kKvHeads},
                                {u"vocab_size"_qs, size.vocabulary},
                                {u"max_position_embeddings"_qs, 2048},
                                {u"rms_norm_eps"_qs, 1e-5},
                                {u"bos_token_id"_qs, 0},
                                {u"eos_token_id"_qs, 2},
                                {u"tie_word_embeddings"_qs, false},
                                {u"torch_dtype"_qs, u"bfloat16"_qs}};
    QFile file(folder + u"/config.json"_qs);
    return file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(config).toJson()) > 0;
}

SafetensorsBuilder tensors(const MadeCheckpoint &size)
{
    SafetensorsBuilder builder;
    const int keys = kWidth / kHeads * kKvHeads;
    builder.bf16("model.embed_tokens.weight", {size.vocabulary, kWidth});
    for (int layer = 0; layer < size.layers; ++layer) {
        const std::string name = "model.layers." + std::to_string(layer) + ".";
        builder.bf16(name + "input_layernorm.weight", {kWidth})
            .bf16(name + "self_attn.q_proj.weight", {kWidth, kWidth})
            .bf16(name + "self_attn.k_proj.weight", {keys, kWidth})
            .bf16(name + "self_attn.v_proj.weight", {keys, kWidth})
            .bf16(name + "self_attn.o_proj.weight", {kWidth, kWidth})
            .bf16(name + "post_attention_layernorm.weight", {kWidth})
            .bf16(name + "mlp.gate_proj.weight", {kInner, kWidth})
            .bf16(name + "mlp.up_proj.weight", {kInner, kWidth})
            .bf16(name + "mlp.down_proj.weight", {kWidth, kInner});
    }
    builder.bf16("model.norm.weight", {kWidth}).bf16("lm_head.weight", {size.vocabulary, kWidth});
    return builder;
}

// A million numbers that repeat at a length that fits no row.
std::vector<quint16> someWeights()
{
    std::mt19937 random(7);
    std::normal_distribution<float> normal(0, 0.02F);
    std::vector<quint16> weights(1'000'003);
    std::ranges::generate(
        weights, [&] { return static_cast<quint16>(std::bit_cast<quint32>(normal(random)) >> 16U); });
    return weights;
}

} // namespace

bool makeCheckpoint(const QString &folder, const QString &tokenizer, const MadeCheckpoint &size)
{
    QDir().mkpath(folder);
    for (const char *name : {"tokenizer.json", "tokenizer_config.json"})
        QFile::copy(tokenizer + u'/' + QLatin1StringView(name), folder + u'/' + QLatin1StringView(name));
    const auto model = tensors(size);
    const auto header = model.header();
    const auto weights = someWeights();
    QFile file(folder + u"/model.safetensors"_qs);
    bool good = writeConfig(folder, size) && file.open(QIODevice::WriteOnly) &&
                file.write(reinterpret_cast<const char *>(header.data()), std::ssize(header)) > 0;
    const auto whole = static_cast<std::int64_t>(weights.size() * sizeof(weights.front()));
    for (std::int64_t left = model.dataBytes(); good && left > 0; left -= whole) {
        const std::int64_t length = std::min(left, whole);
        good = file.write(reinterpret_cast<const char *>(weights.data()), length) == length;
    }
    return good && file.flush();
}

} // namespace snug::test
