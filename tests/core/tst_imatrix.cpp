// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/text.h"
#include "core/quant/imatrix.h"
#include "tests/support/gguf_errors.h"

#include <QTest>

#include <array>
#include <limits>

using namespace snug;
using namespace snug::test;

namespace {

template <class T> void append(Bytes &out, T number)
{
    gguf::appendLittleEndian(out, number);
}

void appendAll(Bytes &out, std::span<const float> numbers)
{
    for (const float number : numbers)
        append(out, number);
}

// One entry of a GGUF file: sums of `columns` x counts.size().
struct Entry {
    std::string name;
    std::vector<float> sums;
    std::vector<float> counts;
};

Bytes ggufImatrix(const std::vector<Entry> &entries, std::uint32_t chunks = 12)
{
    const std::array<std::string, 2> datasets = {"texts.txt", "more.txt"};
    GgufBuilder builder;
    builder.key("general.type", gguf::Value("imatrix"))
        .key("imatrix.datasets", gguf::Value(gguf::Array::ofStrings(datasets)))
        .key("imatrix.chunk_count", gguf::Value(chunks))
        .key("imatrix.chunk_size", gguf::Value(std::uint32_t{512}));
    for (const Entry &entry : entries) {
        const std::uint64_t matrices = entry.counts.size();
        builder.tensor(entry.name + ".in_sum2", {entry.sums.size() / matrices, matrices}, 0)
            .tensor(entry.name + ".counts", {1, matrices}, 0);
    }
    Bytes file = builder.header();
    for (const Entry &entry : entries) {
        for (const auto *numbers : {&entry.sums, &entry.counts}) {
            appendAll(file, *numbers);
            file.resize((file.size() + 31) / 32 * 32);
        }
    }
    return file;
}

Bytes oldEntry(std::string_view name, std::int32_t calls, std::span<const float> numbers)
{
    Bytes out;
    append(out, static_cast<std::int32_t>(name.size()));
    const Bytes text = bytesOf(name);
    out.insert(out.end(), text.begin(), text.end());
    append(out, calls);
    append(out, static_cast<std::int32_t>(numbers.size()));
    appendAll(out, numbers);
    return out;
}

Bytes oldImatrix(const std::vector<Bytes> &entries, const Bytes &end)
{
    Bytes out;
    append(out, static_cast<std::int32_t>(entries.size()));
    for (const Bytes &entry : entries)
        out.insert(out.end(), entry.begin(), entry.end());
    out.insert(out.end(), end.begin(), end.end());
    return out;
}

Bytes oldEnd(std::int32_t chunks, std::string_view dataset)
{
    Bytes out;
    append(out, chunks);
    append(out, static_cast<std::int32_t>(dataset.size()));
    const Bytes text = bytesOf(dataset);
    out.insert(out.end(), text.begin(), text.end());
    return out;
}

Result<quant::Imatrix> read(Bytes file)
{
    gguf::MemoryReader in(std::move(file));
    return quant::readImatrix(in);
}

const Entry kDense = {"blk.0.attn_q.weight", {8, 0, 2, 6}, {4}};
// Nothing ever went through the second expert.
const Entry kExperts = {"blk.0.ffn_up_exps.weight", {9, 3, 0, 0, 5, 10}, {3, 0, 5}};

} // namespace

class TestImatrix : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sumsBecomeMeans()
    {
        const auto imatrix = read(ggufImatrix({kDense, kExperts}));
        QVERIFY2(imatrix, messageOf(imatrix).c_str());
        QCOMPARE(imatrix->importance.size(), std::size_t{2});
        QVERIFY((imatrix->importance.at(kDense.name) == std::vector<float>{2, 0, 0.5F, 1.5F}));
        QVERIFY((imatrix->importance.at(kExperts.name) == std::vector<float>{3, 1, 1, 1, 1, 2}));
        QCOMPARE(imatrix->dataset, std::string("texts.txt"));
        QCOMPARE(imatrix->chunks, std::int64_t{12});
    }

    void theOlderFormatIsUnderstood()
    {
        const std::array<float, 3> numbers = {10, 0, 5};
        const auto imatrix = read(oldImatrix(
            {oldEntry("a.weight", 5, numbers), oldEntry("b.weight", 0, numbers)}, oldEnd(77, "old.txt")));
        QVERIFY2(imatrix, messageOf(imatrix).c_str());
        QVERIFY((imatrix->importance.at("a.weight") == std::vector<float>{2, 0, 1}));
        QVERIFY((imatrix->importance.at("b.weight") == std::vector<float>{10, 0, 5}));
        QCOMPARE(imatrix->dataset, std::string("old.txt"));
        QCOMPARE(imatrix->chunks, std::int64_t{77});
    }

    void theOlderFormatsEndMayBeMissing()
    {
        const std::array<float, 1> numbers = {1};
        const Bytes end = oldEnd(77, "old.txt");
        for (std::size_t length = 0; length <= end.size(); ++length) {
            const auto imatrix = read(oldImatrix({oldEntry("a", 1, numbers)}, truncated(end, length)));
            QVERIFY2(imatrix, messageOf(imatrix).c_str());
            QCOMPARE(imatrix->chunks, std::int64_t{length < 4 ? 0 : 77});
            QCOMPARE(imatrix->dataset, std::string(length < end.size() ? "" : "old.txt"));
        }
    }

    void numbersAreFoundForTheirTensor()
    {
        const auto imatrix = read(ggufImatrix(
            {kDense, kExperts, {"token_embd.weight", {1, 2, 3}, {1}}, {"output.weight", {1, 2, 3}, {1}}}));
        QVERIFY(imatrix);
        const auto of = [&](const std::string &name, std::vector<std::int64_t> dims) {
            return imatrix->of({name, std::move(dims), gguf::TensorType::F16, 0, 0});
        };
        QCOMPARE(of(kDense.name, {4, 7})->size(), std::size_t{4});
        QCOMPARE(of(kExperts.name, {2, 7, 3})->size(), std::size_t{6});
        QVERIFY(of("blk.1.attn_q.weight", {4, 7})->empty());
        QVERIFY(of("token_embd.weight", {4, 7})->empty());
        QCOMPARE(reasonOf(of("output.weight", {4, 7})), std::string("imatrix_shape"));
        QCOMPARE(reasonOf(of(kExperts.name, {2, 7, 4})), std::string("imatrix_shape"));
        QCOMPARE(reasonOf(of(kExperts.name, {INT64_MAX, 1, INT64_MAX})), std::string("imatrix_shape"));
    }

    void aFileMadeWithItSaysSo()
    {
        auto imatrix = read(ggufImatrix({kDense, kExperts}));
        QVERIFY(imatrix);
        const auto keys = imatrix->keys("models/my.imatrix");
        QCOMPARE(keys.size(), std::size_t{4});
        QCOMPARE(keys[0].key, std::string("quantize.imatrix.file"));
        QCOMPARE(*keys[0].value.text(), std::string("models/my.imatrix"));
        QCOMPARE(keys[1].key, std::string("quantize.imatrix.dataset"));
        QCOMPARE(*keys[1].value.text(), std::string("texts.txt"));
        QCOMPARE(keys[2].key, std::string("quantize.imatrix.entries_count"));
        QVERIFY(keys[2].value.type() == gguf::ValueType::Uint32 && keys[2].value.integer() == 2);
        QCOMPARE(keys[3].key, std::string("quantize.imatrix.chunks_count"));
        QVERIFY(keys[3].value.type() == gguf::ValueType::Uint32 && keys[3].value.integer() == 12);

        imatrix->chunks = 0;
        imatrix->dataset.clear();
        const auto fewer = imatrix->keys(std::string(126, 'x') + "\xC3\xA4");
        QCOMPARE(fewer.size(), std::size_t{2});
        QCOMPARE(*fewer[0].value.text(), std::string(126, 'x'));
    }

    void wrongNumbersAreRefused_data()
    {
        QTest::addColumn<float>("sum");
        QTest::addColumn<float>("count");
        QTest::addColumn<QString>("reason");
        constexpr float kInfinity = std::numeric_limits<float>::infinity();
        constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
        QTest::newRow("infinite sum") << kInfinity << 1.0F << "not_finite";
        QTest::newRow("no sum") << kNone << 1.0F << "not_finite";
        QTest::newRow("negative sum") << -1.0F << 1.0F << "not_finite";
        QTest::newRow("infinite count") << 1.0F << kInfinity << "bad_imatrix";
        QTest::newRow("no count") << 1.0F << kNone << "bad_imatrix";
        QTest::newRow("absurd count") << 1.0F << 1e30F << "bad_imatrix";
    }
    void wrongNumbersAreRefused()
    {
        QFETCH(float, sum);
        QFETCH(float, count);
        QFETCH(QString, reason);
        const auto imatrix = read(ggufImatrix({{"a.weight", {1, sum}, {count}}}));
        QCOMPARE(QString::fromStdString(reasonOf(imatrix)), reason);
        if (count == 1.0F) {
            const std::array<float, 2> numbers = {1, sum};
            QCOMPARE(
                QString::fromStdString(reasonOf(read(oldImatrix({oldEntry("a.weight", 3, numbers)}, {})))),
                reason);
        }
    }

    void otherGgufFilesAreRefused()
    {
        QCOMPARE(reasonOf(read(smallModel().build())), std::string("not_an_imatrix"));
        QCOMPARE(reasonOf(read(ggufImatrix({}))), std::string("not_an_imatrix"));
        const auto keyed = [] {
            GgufBuilder builder;
            builder.key("imatrix.datasets", gguf::Value("one"))
                .key("imatrix.chunk_count", gguf::Value("many"))
                .key("imatrix.chunk_size", gguf::Value(true));
            return builder;
        };
        QCOMPARE(reasonOf(read(keyed().tensor("a.in_sum2", {4}, 0).build())), std::string("bad_imatrix"));
        QCOMPARE(reasonOf(read(keyed().tensor("a.counts", {4}, 0).build())), std::string("bad_imatrix"));
        QCOMPARE(reasonOf(read(keyed().tensor("a.in_sum2", {4}, 1).tensor("a.counts", {1}, 0).build())),
                 std::string("bad_imatrix"));
        QCOMPARE(reasonOf(read(keyed().tensor("a.in_sum2", {5}, 0).tensor("a.counts", {2}, 0).build())),
                 std::string("bad_imatrix"));
    }

    // Wherever it ends or whatever byte is wrong: an error or a matrix, never more memory than the file.
    void damagedFilesAreRefused()
    {
        const std::array<float, 4> numbers = {1, 2, 3, 4};
        const Bytes old =
            oldImatrix({oldEntry("a.weight", 2, numbers), oldEntry("b.weight", 2, numbers)}, oldEnd(1, "x"));
        for (const Bytes &whole : {ggufImatrix({kDense, kExperts}), old}) {
            // The end of both may be missing: padding, and the name of the dataset.
            const std::size_t needed = whole.size() - 32;
            for (std::size_t length = 0; length < whole.size(); ++length) {
                const auto cut = read(truncated(whole, length));
                QVERIFY2(!cut || length >= needed, QByteArray::number(static_cast<qulonglong>(length)));
            }
            for (std::size_t at = 0; at < whole.size(); ++at) {
                for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
                    const auto damaged = read(withByte(whole, at, static_cast<std::uint8_t>(value)));
                    if (!damaged)
                        QVERIFY(!damaged.error().message.empty());
                }
            }
        }
    }

    void absurdCountsAreRefused()
    {
        Bytes many;
        append(many, std::int32_t{INT32_MAX});
        QCOMPARE(reasonOf(read(many)), std::string("not_an_imatrix"));
        Bytes longName;
        append(longName, std::int32_t{1});
        append(longName, std::int32_t{INT32_MAX});
        QCOMPARE(reasonOf(read(longName)), std::string("not_an_imatrix"));
        Bytes manyNumbers = oldEntry("a.weight", 1, {});
        manyNumbers.resize(manyNumbers.size() - 4);
        append(manyNumbers, std::int32_t{INT32_MAX});
        const auto refused = read(oldImatrix({manyNumbers}, {}));
        QVERIFY(!refused && refused.error().kind == ErrorKind::Truncated);
        QCOMPARE(reasonOf(read(oldImatrix({oldEntry("a.weight", 1, {})}, {}))), std::string("bad_imatrix"));
        QVERIFY(!read({}));
    }

    void aDatasetsNameBecomesText()
    {
        const std::array<float, 1> numbers = {1};
        const auto imatrix = read(oldImatrix({oldEntry("a.weight", 1, numbers)}, oldEnd(1, "a\xFF")));
        QVERIFY2(imatrix, messageOf(imatrix).c_str());
        for (const gguf::KeyValue &pair : imatrix->keys("file"))
            QVERIFY(pair.value.text() == nullptr || gguf::isUtf8(*pair.value.text()));
    }

    void largeFilesAreRefused()
    {
        gguf::MemoryReader in({}, std::int64_t{1} << 40);
        QCOMPARE(reasonOf(quant::readImatrix(in)), std::string("large_imatrix"));
    }
};

QTEST_GUILESS_MAIN(TestImatrix)
#include "tst_imatrix.moc"
