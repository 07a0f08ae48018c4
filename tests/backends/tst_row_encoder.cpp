// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/ggml_row_encoder.h"
#include "core/quant/type_kinds.h"
#include "tests/support/gguf_errors.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>
#include <thread>

using namespace snug;
using gguf::TensorType;

namespace {

constexpr std::int64_t kColumns = 512;
constexpr std::size_t kRows = 12;

std::size_t rowBytes(TensorType type)
{
    const auto &info = gguf::tensorTypeInfo(type);
    return static_cast<std::size_t>(kColumns / info.blockElements * info.blockBytes);
}

std::vector<float> numbers(std::size_t rows, float spread, unsigned seed)
{
    std::minstd_rand random(seed);
    std::normal_distribution<float> normal(0.0F, spread);
    std::vector<float> all(rows * static_cast<std::size_t>(kColumns));
    for (float &number : all)
        number = normal(random);
    return all;
}

std::vector<float> someImportance()
{
    auto all = numbers(1, 1.0F, 7);
    for (float &number : all)
        number *= number;
    return all;
}

// The bytes, or why there are none.
Result<std::vector<std::byte>> encoded(const llama::GgmlRowEncoder &encoder, TensorType type,
                                       std::span<const float> rows, std::span<const float> importance)
{
    std::vector<std::byte> bytes(rows.size() / static_cast<std::size_t>(kColumns) * rowBytes(type));
    SNUG_CHECK(encoder.encode(type, rows, kColumns, importance, bytes));
    return bytes;
}

void addTypes()
{
    QTest::addColumn<int>("type");
    for (const auto &info : gguf::tensorTypes()) {
        if (quant::isEncodable(info.type))
            QTest::newRow(info.name.data()) << static_cast<int>(info.type);
    }
}

} // namespace

class TestRowEncoder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsAreTheSameAloneTogetherAndFromThreads_data() { addTypes(); }
    void rowsAreTheSameAloneTogetherAndFromThreads()
    {
        QFETCH(int, type);
        const auto stored = static_cast<TensorType>(type);
        const auto rows = numbers(kRows, 0.02F, 1);
        const auto importance = someImportance();
        const auto together = encoded(m_encoder, stored, rows, importance);
        QVERIFY2(together, test::messageOf(together).c_str());

        std::vector<std::byte> apart(together->size());
        std::vector<std::jthread> threads;
        for (std::size_t row = 0; row < kRows; ++row) {
            threads.emplace_back([&, row] {
                const auto width = static_cast<std::size_t>(kColumns);
                const auto into = std::span(apart).subspan(row * rowBytes(stored), rowBytes(stored));
                if (!m_encoder.encode(stored, std::span(rows).subspan(row * width, width), kColumns,
                                      importance, into))
                    std::fill(into.begin(), into.end(), std::byte{0xFF});
            });
        }
        threads.clear();
        QVERIFY(apart == *together);
    }

    // Grids are searched by arithmetic that ends the program when it goes wrong: none of these may.
    void anyNumbersAreStoredOrRefused_data() { addTypes(); }
    void anyNumbersAreStoredOrRefused()
    {
        QFETCH(int, type);
        const auto stored = static_cast<TensorType>(type);
        int refused = 0;
        for (const float spread : {0.0F, 1e-44F, 1e-20F, 1e-7F, 1.0F, 3e3F, 1e5F, 1e7F, 1e9F, 1e15F, 1e36F}) {
            for (const float weight : {-1.0F, 0.0F, 1e-44F, 1e-20F, 1.0F, 1e6F, 1e12F, 1e20F, 1e37F}) {
                auto importance = someImportance();
                for (std::size_t i = 0; i < importance.size(); ++i)
                    importance[i] = i % 5 == 0 ? 0.0F : importance[i] * weight;
                if (weight < 0)
                    importance.clear();
                const auto bytes = encoded(m_encoder, stored, numbers(2, spread, 3), importance);
                refused += bytes ? 0 : 1;
                QVERIFY2(bytes || test::reasonOf(bytes) == "range" || test::reasonOf(bytes) == "importance",
                         test::messageOf(bytes).c_str());
                if (spread < 1e5F && weight >= 0 && weight < 1e7F)
                    QVERIFY2(bytes, test::messageOf(bytes).c_str());
            }
        }
        if (stored != TensorType::F32 && stored != TensorType::BF16 && stored != TensorType::MXFP4 &&
            stored != TensorType::NVFP4)
            QVERIFY(refused > 0);
    }

    void numbersThatAreNoneAreRefused_data() { addTypes(); }
    void numbersThatAreNoneAreRefused()
    {
        QFETCH(int, type);
        const auto stored = static_cast<TensorType>(type);
        for (const float bad :
             {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
              std::numeric_limits<float>::quiet_NaN()}) {
            auto rows = numbers(2, 1.0F, 4);
            rows[777] = bad;
            QCOMPARE(test::reasonOf(encoded(m_encoder, stored, rows, someImportance())),
                     std::string("not_finite"));
            auto importance = someImportance();
            importance[99] = bad;
            QCOMPARE(test::reasonOf(encoded(m_encoder, stored, numbers(2, 1.0F, 4), importance)),
                     std::string("not_finite"));
        }
        auto importance = someImportance();
        importance[99] = -1e-3F;
        QCOMPARE(test::reasonOf(encoded(m_encoder, stored, numbers(2, 1.0F, 4), importance)),
                 std::string("not_finite"));
    }

    void whatIsOutOfRangeIsSaidToBeLargeOrSmall()
    {
        const auto saysOf = [&](TensorType type, float number) {
            const std::vector<float> row(static_cast<std::size_t>(kColumns), number);
            return QString::fromStdString(test::messageOf(encoded(m_encoder, type, row, {})));
        };
        QVERIFY(saysOf(TensorType::Q4_0, 1e38F).contains(QStringLiteral("so large")));
        QVERIFY(saysOf(TensorType::MXFP4, 0x1.8p-126F).contains(QStringLiteral("so small")));
    }

    void someTypesNeedImportance()
    {
        for (const auto type : {TensorType::IQ1_S, TensorType::IQ2_XXS, TensorType::IQ2_XS}) {
            QCOMPARE(test::reasonOf(encoded(m_encoder, type, numbers(1, 1.0F, 5), {})),
                     std::string("importance"));
        }
        QVERIFY(encoded(m_encoder, TensorType::IQ2_S, numbers(1, 1.0F, 5), {}));
    }

    void typesOfCalculationsAreRefused()
    {
        for (const auto type :
             {TensorType::Q8_1, TensorType::Q8_K, TensorType::I8, TensorType::I64, TensorType::F64})
            QCOMPARE(test::reasonOf(encoded(m_encoder, type, numbers(1, 1.0F, 5), {})), std::string("type"));
    }

    void rowsThatAreNoWholeBlocksAreRefused()
    {
        std::vector<float> row(96);
        std::vector<std::byte> into(1024);
        QCOMPARE(test::reasonOf(m_encoder.encode(TensorType::Q4_K, row, 96, {}, into)), std::string("type"));
    }

private:
    llama::GgmlRowEncoder m_encoder; // one for all: the engine's tables take seconds to make
};

QTEST_GUILESS_MAIN(TestRowEncoder)
#include "tst_row_encoder.moc"
