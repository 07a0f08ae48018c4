// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/little_endian.h"
#include "core/quant/half.h"
#include "core/quant/simd/finite.h"
#include "core/quant/simd/float_rows.h"
#include "core/quant/simd/instruction_sets.h"

#include <QTest>

#include <bit>
#include <limits>
#include <optional>
#include <random>

using namespace snug;

namespace {

void addSets()
{
    QTest::addColumn<int>("set");
    const auto sets = quant::simd::instructionSets();
    for (std::size_t i = 0; i < sets.size(); ++i)
        QTest::newRow(sets[i].name.c_str()) << static_cast<int>(i);
}

// Every number of 16 bits.
std::vector<std::byte> allShorts()
{
    std::vector<std::byte> bytes(2 * 65'536);
    for (std::size_t i = 0; i < 65'536; ++i)
        gguf::toLittleEndian(static_cast<std::uint16_t>(i), bytes.data() + 2 * i);
    return bytes;
}

// Both neighbours and the middle of what each number of 16 bits becomes; and any bits.
std::vector<float> manyFloats(float (*widened)(std::uint16_t))
{
    std::vector<float> all;
    for (std::uint32_t i = 0; i < 65'536; ++i) {
        const auto bits = std::bit_cast<std::uint32_t>(widened(static_cast<std::uint16_t>(i)));
        for (const std::uint32_t nudge :
             {0U, 1U, 0xFFFU, 0x1000U, 0x1001U, 0x7FFFU, 0x8000U, 0x8001U, 0xFFFFFFFFU})
            all.push_back(std::bit_cast<float>(bits + nudge));
    }
    std::mt19937 random(3);
    for (int i = 0; i < 1'000'000; ++i)
        all.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(random())));
    return all;
}

} // namespace

class TestFloatRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { quant::simd::useBest(); }

    void shortNumbersBecomeFloats_data() { addSets(); }
    void shortNumbersBecomeFloats()
    {
        useSet();
        const auto bytes = allShorts();
        compareWidened(quant::simd::halvesToFloats, quant::fromHalf, bytes);
        compareWidened(quant::simd::bfloat16ToFloats, quant::fromBfloat16, bytes);
    }

    void floatsBecomeShortNumbers_data() { addSets(); }
    void floatsBecomeShortNumbers()
    {
        useSet();
        compareNarrowed(quant::simd::floatsToHalves, quant::toHalf, manyFloats(quant::fromHalf));
        compareNarrowed(quant::simd::floatsToBfloat16, quant::toBfloat16, manyFloats(quant::fromBfloat16));
    }

    void floatsAreCopied_data() { addSets(); }
    void floatsAreCopied()
    {
        useSet();
        for (const std::size_t count : {0U, 1U, 7U, 16U, 100U}) {
            std::vector<float> numbers(count, -1.5F);
            std::vector<std::byte> bytes(4 * count + 2, std::byte{0xA5});
            QVERIFY(quant::simd::copyFloats(numbers, bytes.data() + 1));
            QVERIFY(bytes.front() == std::byte{0xA5} && bytes.back() == std::byte{0xA5});
            for (std::size_t i = 0; i < count; ++i)
                QCOMPARE(gguf::fromLittleEndian<float>(bytes.data() + 1 + 4 * i), -1.5F);
            for (std::size_t bad = 0; bad < count; ++bad) {
                numbers[bad] = bad % 2 == 0 ? -std::numeric_limits<float>::infinity()
                                            : std::numeric_limits<float>::quiet_NaN();
                QVERIFY(!quant::simd::copyFloats(numbers, bytes.data() + 1));
                numbers[bad] = 0;
            }
        }
    }

    // Not a number more or less than asked for, wherever they lie.
    void anyLengthAtAnyPlace_data() { addSets(); }
    void anyLengthAtAnyPlace()
    {
        useSet();
        for (std::size_t length = 0; length < 70; ++length) {
            std::vector<float> numbers(length + 1, 1.5F);
            std::vector<std::byte> bytes(2 * length + 2, std::byte{0x77});
            quant::simd::floatsToBfloat16(std::span(numbers).subspan(1), bytes.data() + 1);
            QCOMPARE(bytes.front(), std::byte{0x77});
            QCOMPARE(bytes.back(), std::byte{0x77});
            std::vector<float> back(length + 2, -1.0F);
            quant::simd::bfloat16ToFloats(bytes.data() + 1, std::span(back).subspan(1, length));
            QCOMPARE(back.front(), -1.0F);
            QCOMPARE(back.back(), -1.0F);
            QCOMPARE(std::ranges::count(back, 1.5F), static_cast<std::ptrdiff_t>(length));
        }
    }

    void theFirstNumberThatIsNoneIsFound_data() { addSets(); }
    void theFirstNumberThatIsNoneIsFound()
    {
        useSet();
        constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
        constexpr float kInfinite = -std::numeric_limits<float>::infinity();
        constexpr float kLargest = std::numeric_limits<float>::max();
        for (const std::size_t count : {0U, 1U, 3U, 16U, 63U, 64U, 65U, 300U}) {
            std::vector<float> numbers(count, -kLargest);
            QVERIFY(!quant::simd::firstNotFinite(numbers));
            for (std::size_t place = count; place-- > 0;) {
                numbers[place] = place % 2 == 0 ? kNone : kInfinite; // all behind it are none, too
                QCOMPARE(quant::simd::firstNotFinite(numbers), std::optional(place));
            }
        }
    }

    // At any address, of both types of 16 bits.
    void theFirstStoredNumberThatIsNoneIsFound_data() { addSets(); }
    void theFirstStoredNumberThatIsNoneIsFound()
    {
        useSet();
        const std::vector<std::byte> all = allShorts();
        const std::vector<std::pair<gguf::TensorType, std::size_t>> types = {
            {gguf::TensorType::F16, 0x7C00}, {gguf::TensorType::BF16, 0x7F80}};
        for (const auto &[type, infinite] : types) {
            for (std::size_t skipped = 0; skipped < 150; ++skipped) {
                std::vector<std::byte> moved(all.begin() + static_cast<std::ptrdiff_t>(2 * skipped),
                                             all.end());
                moved.insert(moved.begin(), std::byte{0});
                const auto odd = std::span(std::as_const(moved)).subspan(1);
                QCOMPARE(quant::simd::firstNotFinite(type, odd), std::optional(infinite - skipped));
                QVERIFY(!quant::simd::firstNotFinite(type, odd.first(2 * (infinite - skipped))));
            }
        }
        QVERIFY(!quant::simd::firstNotFinite(gguf::TensorType::Q8_0, all));
    }

private:
    static void useSet()
    {
        QFETCH(int, set);
        quant::simd::use(quant::simd::instructionSets()[static_cast<std::size_t>(set)]);
    }

    static void compareWidened(void (*many)(const std::byte *, std::span<float>), float (*one)(std::uint16_t),
                               std::span<const std::byte> bytes)
    {
        std::vector<float> floats(bytes.size() / 2);
        many(bytes.data(), floats);
        for (std::size_t i = 0; i < floats.size(); ++i)
            QCOMPARE(std::bit_cast<std::uint32_t>(floats[i]),
                     std::bit_cast<std::uint32_t>(one(static_cast<std::uint16_t>(i))));
    }

    static void compareNarrowed(void (*many)(std::span<const float>, std::byte *),
                                std::uint16_t (*one)(float), const std::vector<float> &floats)
    {
        std::vector<std::byte> bytes(2 * floats.size());
        many(floats, bytes.data());
        for (std::size_t i = 0; i < floats.size(); ++i)
            QCOMPARE(gguf::fromLittleEndian<std::uint16_t>(bytes.data() + 2 * i), one(floats[i]));
    }
};

QTEST_GUILESS_MAIN(TestFloatRows)
#include "tst_float_rows.moc"
