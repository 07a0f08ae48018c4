// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/writer.h"
#include "core/quant/file_size.h"
#include "core/quant/shape_fallback.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/model_headers.h"

#include <QTest>

#include <fmt/format.h>

#include <array>
#include <random>

using namespace snug;
using namespace snug::quant;
using snug::test::reasonOf;

namespace {

using gguf::TensorType;
using gguf::Value;

gguf::Header small()
{
    return test::transformer({.layers = 2});
}

Result<SourceModel> sourceOf(const gguf::Header &header)
{
    return sourceModel(std::span(&header, 1));
}

// The reason why not every level of the header has a size.
template <class Change> std::string refused(Change change)
{
    gguf::Header header = small();
    change(header);
    const auto model = sourceOf(header);
    if (!model)
        return reasonOf(model);
    const auto plan = planTypes(*model, FileType::Q4_K_M);
    return plan ? reasonOf(fileSize(*model, *plan)) : reasonOf(plan);
}

void setKey(gguf::Header &header, const std::string &key, const Value &value)
{
    for (gguf::KeyValue &pair : header.values) {
        if (pair.key == key) {
            pair.value = value;
            return;
        }
    }
    header.values.push_back({key, value});
}

// A name that rules look at, or one that merely looks like it.
std::string randomName(std::mt19937 &random)
{
    constexpr std::array kPieces = {
        "blk.",  "0",      "99999999999999999999", ".attn_v", ".ffn_down", ".weight", "-1",
        "_exps", "output", "token_embd",           "altup",   "",          "\xff",    ".ffn_up"};
    std::string name;
    for (int i = 0; i < 5; ++i)
        name += kPieces[random() % kPieces.size()];
    return name;
}

std::int64_t randomDim(std::mt19937 &random)
{
    constexpr std::array<std::int64_t, 9> kDims = {1,         31,        32,        256,      4096,
                                                   1LL << 31, 1LL << 40, 1LL << 62, INT64_MAX};
    return kDims[random() % kDims.size()];
}

} // namespace

class TestQuantHostile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void headersThatTellTooLittle()
    {
        QCOMPARE(refused([](gguf::Header &) {}), std::string());
        QCOMPARE(refused([](gguf::Header &header) { header.values.erase(header.values.begin()); }),
                 std::string("no_architecture"));
        QCOMPARE(refused([](gguf::Header &header) {
                     setKey(header, "general.architecture", Value(std::uint32_t{7}));
                 }),
                 std::string("no_architecture"));
        for (const std::int64_t layers : {-1LL, 0LL})
            QCOMPARE(refused([layers](gguf::Header &header) {
                         setKey(header, "llama.block_count", Value(layers));
                     }),
                     std::string("no_layers"));
        for (const std::uint32_t layers : {513U, 0x7fffffffU})
            QCOMPARE(refused([layers](gguf::Header &header) {
                         setKey(header, "llama.block_count", Value(layers));
                     }),
                     std::string("absurd_layers"));
        QCOMPARE(refused([](gguf::Header &header) {
                     setKey(header, "general.architecture", Value("nanbeige"));
                     setKey(header, "nanbeige.block_count", Value(std::uint32_t{512}));
                     setKey(header, "nanbeige.num_loops", Value(std::uint32_t{0x7fffffff}));
                 }),
                 std::string("absurd_layers"));
    }

    // Keys that are no sensible count are as if they were not there.
    void absurdCountsAreNoCounts()
    {
        gguf::Header header = small();
        for (const char *key : {"llama.attention.head_count", "llama.expert_count",
                                "llama.nextn_predict_layers", "llama.attention.head_count_kv"})
            setKey(header, key, Value(std::int64_t{-5}));
        const auto model = sourceOf(header);
        QVERIFY(model.has_value());
        QCOMPARE(model->traits.queryHeadsPerKey, std::int64_t{0});
        QCOMPARE(model->traits.experts, std::int64_t{0});
        setKey(header, "llama.attention.head_count", Value(gguf::Array::ofNumbers<std::uint32_t>({})));
        QVERIFY(sourceOf(header).has_value());
        setKey(header, "llama.nextn_predict_layers", Value(std::uint32_t{4000000000}));
        QVERIFY(sourceOf(header).has_value());
    }

    void tensorsThatCannotBe()
    {
        const auto withTensor = [](const std::string &name, std::vector<std::int64_t> dims) {
            return [=](gguf::Header &header) { header.tensors.push_back({name, dims, TensorType::F16}); };
        };
        const std::int64_t big = 1LL << 32;
        QCOMPARE(refused(withTensor("x.weight", {})), std::string("bad_shape"));
        QCOMPARE(refused(withTensor("x.weight", {0, 5})), std::string("bad_shape"));
        QCOMPARE(refused(withTensor("x.weight", {-256, -256})), std::string("bad_shape"));
        QCOMPARE(refused(withTensor("x.weight", {2, 2, 2, 2, 2})), std::string("bad_shape"));
        QCOMPARE(refused(withTensor("x.weight", {big, big})), std::string("bad_shape"));
        QCOMPARE(refused(withTensor("output.weight", {256, 8})), std::string("duplicate_tensor"));
        // Countable weights whose bytes are not.
        QCOMPARE(refused(withTensor("x_norm.weight", {1LL << 62})), std::string("overflow"));
        QCOMPARE(refused(withTensor("x_norm.weight", {(1LL << 62) - 1})), std::string("overflow"));
        QCOMPARE(refused([&](gguf::Header &header) {
                     for (const char *name : {"a.weight", "b.weight", "c.weight", "d.weight"})
                         header.tensors.push_back({name, {1LL << 31, 1LL << 30}, TensorType::F16});
                 }),
                 std::string("overflow"));
    }

    void listsThatClaimToBeHuge()
    {
        const auto claim = [](std::int64_t bytes) {
            gguf::Array list;
            list.count = 1;
            list.bytes = bytes;
            return [list](gguf::Header &header) { header.values.push_back({"list", Value(list)}); };
        };
        QCOMPARE(refused(claim(INT64_MAX)), std::string("overflow"));
        QCOMPARE(refused(claim(INT64_MAX - 100)), std::string("overflow"));
        QCOMPARE(refused(claim(-1)), std::string("overflow"));
        QCOMPARE(refused(claim(1 << 20)), std::string());
    }

    void expertsOutsideTheLayers()
    {
        for (const char *name : {"blk.2.ffn_up_exps.weight", "ffn_up_exps.weight", "blk.x.ffn_up_exps.weight",
                                 "blk.99999999999.ffn_up_exps.weight"})
            QCOMPARE(refused([name](gguf::Header &header) {
                         setKey(header, "llama.expert_count", Value(std::uint32_t{2}));
                         header.tensors.push_back({name, {256, 256, 2}, TensorType::F16});
                     }),
                     std::string("no_layer"));
    }

    void typesThatDoNotFitAreRefused()
    {
        const gguf::Header header = test::transformer({.width = 100, .heads = 5, .keyHeads = 5});
        const auto model = sourceOf(header);
        QVERIFY(model.has_value());
        TypeOptions options;
        options.outputType = TensorType::Q6_K;
        QCOMPARE(reasonOf(planTypes(*model, FileType::Q8_0, options)), std::string("bad_type"));
        QCOMPARE(reasonOf(planTypes(*model, FileType::NVFP4)), std::string("no_such_level"));
        QCOMPARE(reasonOf(planTypes(*model, FileType::Q1_0)), std::string("no_fallback"));
    }

    // What stands in always fits, and is never coarser.
    void everySubstituteFits()
    {
        for (const gguf::TensorTypeInfo &info : gguf::tensorTypes()) {
            for (const std::int64_t row : {1, 31, 32, 64, 96, 128, 256, 300, 512}) {
                const auto type = typeForRow(info.type, row);
                if (!type)
                    continue;
                const gguf::TensorTypeInfo &found = gguf::tensorTypeInfo(*type);
                QCOMPARE(row % found.blockElements, std::int64_t{0});
                QVERIFY(found.blockBytes * info.blockElements >= info.blockBytes * found.blockElements);
            }
        }
    }

    // Any header ends in sizes that agree with one another, or in an error.
    void randomHeaders()
    {
        std::mt19937 random(4);
        int sized = 0;
        for (int round = 0; round < 300; ++round) {
            gguf::Header header = small();
            setKey(header, "llama.expert_count", Value(static_cast<std::uint32_t>(random() % 10)));
            for (std::uint32_t i = 0, count = random() % 4; i < count; ++i)
                header.tensors.push_back({fmt::format("{}{}", randomName(random), i),
                                          {randomDim(random), randomDim(random)},
                                          gguf::tensorTypes()[random() % gguf::tensorTypes().size()].type});
            const auto model = sourceOf(header);
            for (const Level &level : levels()) {
                const auto plan =
                    model ? planTypes(*model, level.fileType) : tl::make_unexpected(model.error());
                const auto size = plan ? fileSize(*model, *plan) : tl::make_unexpected(plan.error());
                if (!size) {
                    QVERIFY(!reasonOf(size).empty());
                    continue;
                }
                ++sized;
                QVERIFY(size->headerBytes % 32 == 0 && size->fileBytes % 32 == 0);
                const std::int64_t padding = size->fileBytes - size->headerBytes - size->tensorBytes;
                QVERIFY(padding >= 0 && padding < 32 * static_cast<std::int64_t>(plan->tensors.size()));
            }
        }
        QVERIFY2(sized > 1000, QByteArray::number(sized));
    }

    // Our own writer lays a file of those types out the same way, but for the padding of its end.
    void sizesAreThoseOfTheWriter()
    {
        const gguf::Header header = test::knownModel("Qwen3 30B A3B");
        const auto model = sourceOf(header);
        QVERIFY(model.has_value());
        for (const FileType level : {FileType::Q4_K_M, FileType::IQ2_XXS, FileType::F32}) {
            const auto plan = planTypes(*model, level);
            QVERIFY(plan.has_value());
            gguf::Header draft = header;
            draft.values.push_back({"general.quantization_version", Value(std::uint32_t{2})});
            draft.tensors.clear();
            for (const PlannedTensor &planned : plan->tensors)
                draft.tensors.push_back(
                    {planned.source->tensor->name, planned.source->tensor->dims, planned.type});
            const auto file = gguf::encodeHeader(draft);
            const auto size = fileSize(*model, *plan);
            QVERIFY(file.has_value() && size.has_value());
            QCOMPARE(size->headerBytes, file->header.dataOffset);
            QCOMPARE(size->tensorBytes, file->header.tensorBytes());
            QVERIFY(size->fileBytes >= file->header.fileBytes &&
                    size->fileBytes < file->header.fileBytes + 32);
        }
    }

    // Parts become one file; what a split file says of its parts goes.
    void partsAreJoined()
    {
        const gguf::Header whole = small();
        std::array<gguf::Header, 2> parts = {whole, whole};
        parts[0].tensors.resize(3);
        parts[1].tensors.erase(parts[1].tensors.begin(), parts[1].tensors.begin() + 3);
        parts[1].values.clear();
        parts[0].values.push_back({"split.no", Value(std::uint16_t{0})});
        parts[0].values.push_back({"split.count", Value(std::uint16_t{2})});
        parts[0].values.push_back({"split.tensors.count", Value(std::int32_t{21})});
        const auto joined = sourceModel(parts);
        const auto model = sourceOf(whole);
        QVERIFY(joined.has_value() && model.has_value());
        const auto size = fileSize(*joined, *planTypes(*joined, FileType::Q4_K_M));
        const auto wanted = fileSize(*model, *planTypes(*model, FileType::Q4_K_M));
        QVERIFY(size.has_value());
        QCOMPARE(*size, *wanted);
    }
};

QTEST_GUILESS_MAIN(TestQuantHostile)
#include "tst_quant_hostile.moc"
