// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/type_plan.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/model_headers.h"

#include <QTest>

#include <span>

using namespace snug;
using namespace snug::quant;
using gguf::TensorType;
using snug::test::messageOf;
using snug::test::reasonOf;

namespace {

std::vector<TypePattern> patterns(std::initializer_list<const char *> texts)
{
    std::vector<TypePattern> all;
    for (const char *text : texts)
        all.push_back(TypePattern::parse(text).value());
    return all;
}

// The planned type of `name`; nullopt if there is no such tensor or no plan.
std::optional<TensorType> typeOf(const Result<TypePlan> &plan, std::string_view name)
{
    if (!plan)
        return std::nullopt;
    for (const PlannedTensor &tensor : plan->tensors) {
        if (tensor.source->tensor->name == name)
            return tensor.type;
    }
    return std::nullopt;
}

} // namespace

// The engine's own answers are compared in tst_quant_rules.
class TestTypePattern : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void patternsAreReadAsTheEngineReadsThem()
    {
        const auto pattern = TypePattern::parse(R"(BLK\.\D+FFN_(up|down)=iq4_Nl)");
        QVERIFY2(pattern, messageOf(pattern).c_str());
        QCOMPARE(pattern->type(), TensorType::IQ4_NL);
        QCOMPARE(pattern->pattern(), std::string(R"(blk\.\d+ffn_(up|down))"));
        QCOMPARE(TypePattern::parse("a=b=q8_0").has_value(), false);
        QCOMPARE(TypePattern::parse("attn_q=NVFP4")->type(), TensorType::NVFP4);
    }

    void itIsFoundAnywhereInTheName()
    {
        const auto pattern = TypePattern::parse("attn_[qk]=q8_0");
        QVERIFY(pattern->isIn("blk.0.attn_q.weight").value());
        QVERIFY(!pattern->isIn("blk.0.attn_v.weight").value());
        QVERIFY(!TypePattern::parse("^attn=q8_0")->isIn("blk.0.attn_q.weight").value());
    }

    void whatIsNoneIsRefused_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"", "=", "attn", "attn=", "=q8_0", "attn=q9", "attn=q8_1", "attn=q8_K",
                                 "attn=i32", "attn=F64", "att(=q8_0", "[z-a]=q8_0", "a{3,1}=q8_0", "*=q8_0"})
            QTest::newRow(text) << QString::fromLatin1(text);
        QTest::newRow("long") << QString(257, QLatin1Char('a')) + QStringLiteral("=q8_0");
    }
    void whatIsNoneIsRefused()
    {
        QFETCH(QString, text);
        const auto pattern = TypePattern::parse(text.toStdString());
        QCOMPARE(reasonOf(pattern), std::string("tensor_type"));
        QCOMPARE(pattern.error().kind, ErrorKind::InvalidArgument);
    }

    void theFirstPatternCounts()
    {
        const gguf::Header header = test::transformer({.layers = 3});
        const auto model = sourceModel(std::span(&header, 1));
        TypeOptions options;
        options.patterns = patterns({R"(blk\.1\.ffn=q5_k)", "ffn_down=q8_0", "norm=q8_0"});
        const auto plan = planTypes(*model, FileType::Q4_K_S, options);
        QCOMPARE(typeOf(plan, "blk.0.ffn_down.weight"), TensorType::Q8_0);
        QCOMPARE(typeOf(plan, "blk.1.ffn_down.weight"), TensorType::Q5_K);
        QCOMPARE(typeOf(plan, "blk.1.ffn_up.weight"), TensorType::Q5_K);
        QCOMPARE(typeOf(plan, "blk.0.ffn_up.weight"), TensorType::Q4_K);
        // What is never quantized stays as it is.
        QCOMPARE(typeOf(plan, "blk.0.attn_norm.weight"), TensorType::F32);
    }

    void theirTypesFallBackToo()
    {
        const gguf::Header header =
            test::transformer({.width = 96, .feedForward = 512, .heads = 3, .keyHeads = 3});
        const auto model = sourceModel(std::span(&header, 1));
        TypeOptions options;
        options.patterns = patterns({"attn_q=q6_k"});
        QCOMPARE(typeOf(planTypes(*model, FileType::Q4_0, options), "blk.0.attn_q.weight"), TensorType::Q8_0);
        options.patterns = patterns({"attn_q=q1_0"});
        QCOMPARE(reasonOf(planTypes(*model, FileType::Q4_0, options)), std::string("no_fallback"));
    }

    void typesOfEmbeddingsAndOutputComeFirst()
    {
        const gguf::Header header = test::transformer({});
        const auto model = sourceModel(std::span(&header, 1));
        TypeOptions options;
        options.patterns = patterns({"token_embd|output=q8_0"});
        options.embeddingType = TensorType::Q5_0;
        options.outputType = TensorType::F16;
        const auto plan = planTypes(*model, FileType::Q4_0, options);
        QCOMPARE(typeOf(plan, "token_embd.weight"), TensorType::Q5_0);
        QCOMPARE(typeOf(plan, "output.weight"), TensorType::F16);
        QCOMPARE(typeOf(plan, "blk.0.attn_output.weight"), TensorType::Q8_0);
    }

    void embeddingsOfLayersMayBeNamed()
    {
        gguf::Header header = test::transformer({});
        header.tensors.push_back({"per_layer_token_embd.weight", {256, 1024}, TensorType::F16, 0, 0});
        const auto model = sourceModel(std::span(&header, 1));
        TypeOptions options;
        options.embeddingType = TensorType::Q5_0;
        QCOMPARE(typeOf(planTypes(*model, FileType::Q4_0, options), "per_layer_token_embd.weight"),
                 TensorType::Q5_0);
        options.patterns = patterns({"per_layer=q8_0"});
        QCOMPARE(typeOf(planTypes(*model, FileType::Q4_0, options), "per_layer_token_embd.weight"),
                 TensorType::Q8_0);
    }

    void levelsThatDoNotQuantizeLeaveThemOut()
    {
        const gguf::Header header = test::transformer({});
        const auto model = sourceModel(std::span(&header, 1));
        TypeOptions options;
        options.patterns = patterns({"attn_q=q8_0"});
        QCOMPARE(typeOf(planTypes(*model, FileType::BF16, options), "blk.0.attn_q.weight"), TensorType::BF16);
    }
};

QTEST_GUILESS_MAIN(TestTypePattern)
#include "tst_type_pattern.moc"
