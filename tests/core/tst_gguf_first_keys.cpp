// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/reader.h"
#include "core/model/shape.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/gguf_errors.h"

#include <QTest>

using namespace snug;
using namespace snug::test;

namespace {

// A file of which only the first `length` bytes were fetched.
Result<gguf::FirstKeys> firstKeys(const Bytes &whole, std::size_t length)
{
    gguf::MemoryReader in(truncated(whole, length), static_cast<std::int64_t>(whole.size()));
    return gguf::readFirstKeys(in);
}

GgufBuilder llama()
{
    return GgufBuilder()
        .key("general.architecture", gguf::Value("llama"))
        .key("llama.block_count", gguf::Value(std::uint32_t{2}))
        .key("llama.embedding_length", gguf::Value(std::uint32_t{64}))
        .key("llama.attention.head_count", gguf::Value(std::uint32_t{4}));
}

Bytes withVocabulary()
{
    const std::vector<std::string> tokens(1000, "token");
    return llama()
        .key("tokenizer.ggml.tokens", gguf::Value(gguf::Array::ofStrings(tokens)))
        .key("tokenizer.ggml.eos_token_id", gguf::Value(std::uint32_t{2}))
        .tensor("token_embd.weight", {64, 1000}, 0)
        .build();
}

} // namespace

class TestGgufFirstKeys : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theWholeFileGivesAllKeys()
    {
        const Bytes whole = withVocabulary();
        const auto keys = firstKeys(whole, whole.size());
        QVERIFY2(keys, messageOf(keys).c_str());
        QVERIFY(keys->complete() && !keys->cut);
        QCOMPARE(keys->values.size(), std::size_t{6});
        QCOMPARE(keys->tensorCount, std::int64_t{1});
    }

    void aCutListIsCounted()
    {
        const Bytes whole = withVocabulary();
        const auto keys = firstKeys(whole, 600);
        QVERIFY2(keys, messageOf(keys).c_str());
        QVERIFY(!keys->complete());
        QCOMPARE(keys->values.size(), std::size_t{4});
        QVERIFY(keys->cut.has_value());
        QCOMPARE(keys->cut->key, std::string("tokenizer.ggml.tokens"));
        QCOMPARE(keys->cut->type, gguf::ValueType::String);
        QCOMPARE(keys->cut->count, std::int64_t{1000});
        const auto shape = shapeOf(*keys);
        QVERIFY2(shape, messageOf(shape).c_str());
        QCOMPARE(shape->vocabulary, std::int64_t{1000});
        QCOMPARE(shape->layers.size(), std::size_t{2});
    }

    // Every length gives the keys before it or asks for more, and never another error.
    void everyCutIsUnderstood()
    {
        const Bytes whole = withVocabulary();
        std::size_t before = 0;
        for (std::size_t length = 0; length < 900; ++length) {
            const auto keys = firstKeys(whole, length);
            if (!keys) {
                QVERIFY2(before == 0 && reasonOf(keys) == "need_more_bytes", std::to_string(length).c_str());
                continue;
            }
            QVERIFY(keys->values.size() >= before);
            before = keys->values.size();
            QCOMPARE(keys->keyCount, std::int64_t{6});
            const auto shape = shapeOf(*keys);
            QVERIFY(shape || reasonOf(shape).starts_with("no_"));
        }
        QCOMPARE(before, std::size_t{4});
    }

    void aFileThatEndsThereIsAnError()
    {
        const Bytes whole = withVocabulary();
        for (const std::size_t length : {30, 200, 600}) {
            gguf::MemoryReader in(truncated(whole, length));
            const auto keys = gguf::readFirstKeys(in);
            QVERIFY(!keys);
            QCOMPARE(keys.error().kind, ErrorKind::Truncated);
            QCOMPARE(reasonOf(keys), std::string("truncated"));
        }
    }

    void whatIsThereIsChecked_data()
    {
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("absurd_count") << QByteArray("absurd_count");
        QTest::newRow("duplicate_key") << QByteArray("duplicate_key");
        QTest::newRow("bad_value_type") << QByteArray("bad_value_type");
        QTest::newRow("long_array") << QByteArray("long_array");
        QTest::newRow("not_gguf") << QByteArray("not_gguf");
    }

    void whatIsThereIsChecked()
    {
        QFETCH(QByteArray, reason);
        GgufBuilder builder = llama();
        if (reason == "absurd_count")
            builder.claimKeys(UINT64_MAX);
        if (reason == "duplicate_key")
            builder.key("llama.block_count", gguf::Value(std::uint32_t{3}));
        if (reason == "bad_value_type")
            builder.rawKey("x", 99, Bytes(8));
        if (reason == "long_array") {
            Bytes list;
            gguf::appendLittleEndian(list, std::uint32_t{8});
            gguf::appendLittleEndian(list, UINT64_MAX);
            builder.rawKey("x", 9, list);
        }
        Bytes whole = builder.build();
        if (reason == "not_gguf")
            whole = Bytes(1000, std::byte{0x55});
        whole.resize(whole.size() + 5000);
        const auto keys = firstKeys(whole, whole.size() - 4000);
        QVERIFY(!keys);
        QCOMPARE(QByteArray::fromStdString(reasonOf(keys)), reason);
    }
};

QTEST_GUILESS_MAIN(TestGgufFirstKeys)
#include "tst_gguf_first_keys.moc"
