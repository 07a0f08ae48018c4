// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/known_architectures.h"
#include "core/model/shape.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/model_draft.h"
#include "tests/support/model_headers.h"

#include <QTest>

#include <algorithm>
#include <array>

using namespace snug;
using test::Draft;

Q_DECLARE_METATYPE(snug::gguf::Header)

namespace {

Result<ModelShape> shapeOfHeader(const gguf::Header &header)
{
    return shapeOf(std::span(&header, 1));
}

// Keys of a model of `layers` layers with 8 heads of 64 and 2 key heads.
Draft draft(const char *architecture, std::int64_t layers)
{
    Draft keys(architecture);
    keys.count("block_count", layers)
        .count("embedding_length", 512)
        .count("context_length", 4096)
        .count("attention.head_count", 8)
        .count("attention.head_count_kv", 2);
    return keys;
}

gguf::Value list(const std::vector<std::uint32_t> &numbers)
{
    return gguf::Value(gguf::Array::ofNumbers<std::uint32_t>(numbers));
}

gguf::Value truths(std::initializer_list<bool> values)
{
    std::vector<std::byte> content;
    for (const bool value : values)
        content.push_back(std::byte{value});
    const auto count = static_cast<std::int64_t>(content.size());
    return gguf::Value(gguf::Array{gguf::ValueType::Bool, count, -1, count, std::move(content)});
}

// "w" a window, "." none, "r" a state, "-" nothing, one letter a layer; capitals keep both.
QByteArray told(const ModelShape &shape)
{
    QByteArray text;
    for (const LayerShape &layer : shape.layers) {
        if (layer.recurrent)
            text += layer.cached ? 'R' : 'r';
        else
            text += !layer.cached ? '-' : layer.window > 0 ? 'w' : '.';
    }
    return text;
}

} // namespace

class TestModelShape : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anOrdinaryModelIsUnderstood()
    {
        const auto shape = shapeOfHeader(test::knownModel("Llama 3.1 8B"));
        QVERIFY2(shape, test::messageOf(shape).c_str());
        QVERIFY(shape->known && shape->doubt.empty() && shape->remembers);
        QCOMPARE(shape->trainedContext, std::int64_t{8192});
        QCOMPARE(shape->width, std::int64_t{4096});
        QCOMPARE(shape->vocabulary, std::int64_t{128256});
        QCOMPARE(shape->trunk, std::int64_t{32});
        QCOMPARE(shape->layers.size(), std::size_t{32});
        const LayerShape expected{
            .heads = 32, .keyHeads = 8, .keyLength = 128, .valueLength = 128, .feedForward = 14336};
        for (const LayerShape &layer : shape->layers)
            QVERIFY(layer == expected);
    }

    void windowsAndStatesFollowTheArchitecture_data()
    {
        QTest::addColumn<gguf::Header>("header");
        QTest::addColumn<QByteArray>("expected");
        const auto windowed = [](const char *name, std::int64_t layers) {
            Draft keys = draft(name, layers);
            keys.count("attention.sliding_window", 1024);
            return keys;
        };
        const auto row = [](const char *name, Draft keys, const char *expected) {
            QTest::newRow(name) << keys.take() << QByteArray(expected);
        };
        row("llama ignores the key", windowed("llama", 4), "....");
        row("phi3 ignores it too", windowed("phi3", 4), "....");
        row("gemma3: five of six", windowed("gemma3", 8), "wwwww.ww");
        row("gemma3 without a window", draft("gemma3", 3), "...");
        row("gemma2: every other, without a key", draft("gemma2", 4), "w.w.");
        row("gpt-oss: every other", windowed("gpt-oss", 5), "w.w.w");
        row("cohere2moe: the first sees all", windowed("cohere2moe", 6), ".www.w");
        row("exaone4: only the largest", windowed("exaone4", 4), "....");
        Draft period = windowed("gemma3", 6);
        period.count("attention.sliding_window_pattern", 3);
        row("a period of the file's own", std::move(period), "ww.ww.");
        Draft named = windowed("gemma4", 4);
        named.key("attention.sliding_window_pattern", truths({false, true, true, false}))
            .count("attention.shared_kv_layers", 1);
        row("gemma4: named, the last shares", std::move(named), ".ww-");
        row("mamba", draft("mamba", 3), "rrr");
        row("falcon-h1", draft("falcon-h1", 2), "RR");
        row("qwen3next: three of four", draft("qwen3next", 6), "rrr.rr");
        Draft interval = draft("qwen3next", 4);
        interval.count("full_attention_interval", 2);
        row("an interval of the file's own", std::move(interval), "r.r.");
        Draft mixed("jamba");
        mixed.count("block_count", 4)
            .count("embedding_length", 512)
            .count("attention.head_count", 8)
            .key("attention.head_count_kv", list({0, 2, 0, 0}));
        row("jamba: without key heads", std::move(mixed), "r.rr");
        row("bert remembers nothing", draft("bert", 2), "--");
        Draft predicting = draft("glm4moe", 4);
        predicting.count("nextn_predict_layers", 1);
        row("a layer that predicts further", std::move(predicting), "...-");
    }

    void windowsAndStatesFollowTheArchitecture()
    {
        QFETCH(gguf::Header, header);
        QFETCH(QByteArray, expected);
        const auto shape = shapeOfHeader(header);
        QVERIFY2(shape, test::messageOf(shape).c_str());
        QCOMPARE(told(*shape), expected);
    }

    // llama_hparams::n_embd_r and n_embd_s, by hand.
    void statesHaveTheirSize()
    {
        const auto mamba = shapeOfHeader(test::knownModel("Mamba 130M"));
        QVERIFY2(mamba, test::messageOf(mamba).c_str());
        QCOMPARE(mamba->convolution, std::int64_t{3 * 1536});
        QCOMPARE(mamba->state, std::int64_t{16 * 1536});

        Draft rwkv = draft("rwkv7", 2);
        rwkv.count("wkv.head_size", 64);
        const auto wkv = shapeOfHeader(rwkv.take());
        QVERIFY(wkv);
        QCOMPARE(wkv->convolution, std::int64_t{2 * 512});
        QCOMPARE(wkv->state, std::int64_t{512 * 64});

        Draft lfm = draft("lfm2", 2);
        lfm.count("shortconv.l_cache", 3);
        const auto shortConvolution = shapeOfHeader(lfm.take());
        QVERIFY(shortConvolution);
        QCOMPARE(shortConvolution->convolution, std::int64_t{0}); // all its layers have key heads
    }

    void latentAttentionKeepsNoValues()
    {
        Draft keys("deepseek2");
        keys.count("block_count", 2)
            .count("embedding_length", 2048)
            .count("attention.head_count", 16)
            .count("attention.head_count_kv", 1)
            .count("attention.kv_lora_rank", 512)
            .count("attention.key_length", 576)
            .count("attention.value_length", 512)
            .count("attention.key_length_mla", 192)
            .count("attention.value_length_mla", 128)
            .count("expert_count", 64)
            .count("expert_used_count", 6)
            .count("expert_feed_forward_length", 1408)
            .count("expert_shared_count", 2)
            .count("leading_dense_block_count", 1);
        const auto shape = shapeOfHeader(keys.take());
        QVERIFY2(shape, test::messageOf(shape).c_str());
        QCOMPARE(shape->latent, std::int64_t{512});
        QVERIFY(!shape->layers[0].valuesCached);
        QCOMPARE(shape->layers[0].keyLength, std::int64_t{576});
        QCOMPARE(shape->layers[0].keyHeads, std::int64_t{1});
        QCOMPARE(shape->layers[0].expertsUsed, std::int64_t{0});
        QCOMPARE(shape->layers[1].expertsUsed, std::int64_t{6});
        QCOMPARE(shape->expertWidth, std::int64_t{1408});
        QCOMPARE(shape->sharedWidth, std::int64_t{2 * 1408});
    }

    void layersThatRepeatAreCounted()
    {
        const auto twice = shapeOfHeader(test::knownModel("layers twice"));
        QVERIFY2(twice, test::messageOf(twice).c_str());
        QCOMPARE(twice->layers.size(), std::size_t{16});
        QCOMPARE(twice->trunk, std::int64_t{16});
        const auto more = shapeOfHeader(test::knownModel("a layer more"));
        QVERIFY2(more, test::messageOf(more).c_str());
        QCOMPARE(more->layers.size(), std::size_t{16});
        QCOMPARE(more->layers.back().keyHeads, std::int64_t{1});
        QVERIFY(more->layers.back().cached);
    }

    void theVocabularyIsFoundWhereItIs()
    {
        Draft keys = draft("llama", 1);
        keys.count("vocab_size", 7);
        gguf::Header header = keys.take();
        QCOMPARE(shapeOfHeader(header)->vocabulary, std::int64_t{7});
        QCOMPARE(shapeOf(header.values, 9)->vocabulary, std::int64_t{9});
        header.values.push_back({"tokenizer.ggml.tokens", gguf::Value(gguf::Array::ofStrings(
                                                              std::vector<std::string>{"a", "b", "c"}))});
        QCOMPARE(shapeOf(header.values, 9)->vocabulary, std::int64_t{3});
    }

    void everyKnownModelHasAShape_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < test::knownModels().size(); ++i)
            QTest::newRow(test::knownModels()[i].name) << static_cast<int>(i);
    }

    void everyKnownModelHasAShape()
    {
        QFETCH(int, index);
        const auto shape = shapeOfHeader(test::knownModels()[static_cast<std::size_t>(index)].make());
        QVERIFY2(shape, test::messageOf(shape).c_str());
        QVERIFY2(shape->known, shape->doubt.c_str());
        QVERIFY(shape->width > 0 && !shape->layers.empty());
    }

    void whatTheEngineDoesNotKnowIsDoubted()
    {
        const auto strange = shapeOfHeader(draft("mamba9", 2).take());
        QVERIFY(strange);
        QVERIFY(!strange->known);
        QCOMPARE(strange->doubt, std::string("The memory of a mamba9 model can only be guessed, because this "
                                             "version of the engine does not know it."));
        QCOMPARE(strange->layers.front().keyLength, std::int64_t{64});
        QVERIFY(!shapeOfHeader(draft("deepseek32", 2).take())->known);
        const auto names = knownArchitectures();
        QVERIFY(std::is_sorted(names.begin(), names.end()));
    }

    void absurdNumbersAreRefused_data()
    {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<qint64>("number");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *suffix, qint64 number, const char *reason) {
            QTest::newRow(suffix) << QString::fromLatin1(suffix) << number << QString::fromLatin1(reason);
        };
        row("block_count", 0, "no_layers");
        row("block_count", 513, "absurd_layers");
        row("block_count", 0xFFFFFFFF, "no_layers");
        row("embedding_length", 0, "no_width");
        row("embedding_length", 1 << 30, "absurd_shape");
        row("attention.head_count", 1 << 30, "absurd_shape");
        row("attention.head_count_kv", 1 << 30, "absurd_shape");
        row("attention.key_length", 1 << 30, "absurd_shape");
        row("attention.value_length", 0x7FFFFFFF, "absurd_shape");
        row("feed_forward_length", 1 << 30, "absurd_shape");
        row("expert_count", 1025, "absurd_shape");
        row("vocab_size", 0x7FFFFFFF, "absurd_shape");
    }

    void absurdNumbersAreRefused()
    {
        QFETCH(QString, suffix);
        QFETCH(qint64, number);
        QFETCH(QString, reason);
        gguf::Header header = draft("llama", 2).take();
        const std::string key = "llama." + suffix.toStdString();
        std::erase_if(header.values, [&key](const gguf::KeyValue &pair) { return pair.key == key; });
        header.values.push_back({key, gguf::Value(static_cast<std::uint32_t>(number))});
        const auto shape = shapeOfHeader(header);
        QVERIFY(!shape);
        QCOMPARE(test::reasonOf(shape), reason.toStdString());
        QVERIFY(!shape.error().message.empty());
    }

    void aHugeStateIsRefused()
    {
        Draft keys = draft("mamba", 2);
        keys.count("ssm.inner_size", 0x7FFFFFFF)
            .count("ssm.state_size", 0x7FFFFFFF)
            .count("ssm.conv_kernel", 4);
        QCOMPARE(test::reasonOf(shapeOfHeader(keys.take())), std::string("absurd_shape"));
    }

    void shortListsAreNotBelieved()
    {
        Draft keys("llama");
        keys.count("block_count", 4).count("embedding_length", 512).key("attention.head_count", list({8, 8}));
        const auto shape = shapeOfHeader(keys.take());
        QVERIFY2(shape, test::messageOf(shape).c_str());
        QCOMPARE(shape->layers.back().heads, std::int64_t{0});
    }

    void withoutAnArchitectureThereIsNoShape()
    {
        const gguf::Header header;
        QCOMPARE(test::reasonOf(shapeOfHeader(header)), std::string("no_architecture"));
    }
};

QTEST_GUILESS_MAIN(TestModelShape)
#include "tst_model_shape.moc"
