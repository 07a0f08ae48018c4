// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// Our kernels against the engine's quantizer: the same bytes, whatever the numbers are, on every instruction
// set of this processor.
#include "backends/llama/ggml_row_encoder.h"
#include "core/quant/simd/instruction_sets.h"
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/simd_row_encoder.h"
#include "core/quant/type_kinds.h"
#include "tests/backends/made_model.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/number_sets.h"
#include "tests/support/test_data.h"

#include <QTest>

#include <fmt/format.h>

#include <limits>
#include <map>
#include <thread>

using namespace snug;
using namespace snug::test;
using gguf::TensorType;
using quant::simd::InstructionSet;

namespace {

struct Rows {
    TensorType type = TensorType::F32;
    std::span<const float> numbers;
    std::size_t columns = 0;
    std::span<const float> importance; // of the columns, or empty

    [[nodiscard]] const gguf::TensorTypeInfo &info() const { return gguf::tensorTypeInfo(type); }
    [[nodiscard]] std::size_t blocks() const
    {
        return numbers.size() / static_cast<std::size_t>(info().blockElements);
    }
    [[nodiscard]] std::size_t bytes() const { return blocks() * static_cast<std::size_t>(info().blockBytes); }
};

// As many whole rows as there are.
Rows rowsOf(TensorType type, std::span<const float> numbers, std::size_t columns,
            std::span<const float> importance)
{
    return {type, numbers.first(numbers.size() / columns * columns), columns, importance};
}

Result<std::vector<std::byte>> encoded(const quant::RowEncoder &encoder, const Rows &rows)
{
    std::vector<std::byte> bytes(rows.bytes());
    SNUG_CHECK(encoder.encode(rows.type, rows.numbers, static_cast<std::int64_t>(rows.columns),
                              rows.importance, bytes));
    return bytes;
}

// What the kernel makes of them; nothing if it says that they cannot be stored. Numbers and bytes lie as
// badly as they may.
std::optional<std::vector<std::byte>> fromKernel(const Rows &rows)
{
    constexpr std::byte kUntouched{0xA5};
    std::vector<float> numbers(rows.numbers.size() + 1);
    std::ranges::copy(rows.numbers, numbers.begin() + 1);
    std::vector<std::byte> bytes(rows.bytes() + 2, kUntouched);
    const auto blockElements = static_cast<std::size_t>(rows.info().blockElements);
    const bool stored = quant::simd::blockEncoder(rows.type)(
        {numbers.data() + 1, rows.blocks(), rows.columns / blockElements,
         rows.importance.empty() ? nullptr : rows.importance.data(), bytes.data() + 1});
    if (bytes.front() != kUntouched || bytes.back() != kUntouched)
        qFatal("a kernel writes beyond its blocks");
    if (!stored)
        return std::nullopt;
    return std::vector(bytes.begin() + 1, bytes.end() - 1);
}

// Where the two differ; empty if nowhere.
std::string difference(const Rows &rows, const Result<std::vector<std::byte>> &engines,
                       const std::optional<std::vector<std::byte>> &ours)
{
    if (engines.has_value() != ours.has_value())
        return engines ? "refused by the kernel alone" : "refused by the engine alone";
    if (!ours || *ours == *engines)
        return {};
    const auto [at, _] = std::ranges::mismatch(*ours, *engines);
    const auto place = static_cast<std::size_t>(at - ours->begin());
    const auto blockBytes = static_cast<std::size_t>(rows.info().blockBytes);
    std::size_t wrong = 0;
    for (std::size_t begin = 0; begin < ours->size(); begin += blockBytes)
        wrong += std::equal(ours->begin() + static_cast<std::ptrdiff_t>(begin),
                            ours->begin() + static_cast<std::ptrdiff_t>(begin + blockBytes),
                            engines->begin() + static_cast<std::ptrdiff_t>(begin))
                     ? 0
                     : 1;
    return fmt::format("{} of {} blocks of {} columns differ, first byte {} of block {}", wrong,
                       rows.blocks(), rows.columns, place % blockBytes, place / blockBytes);
}

// Fails whatever it is asked for.
class RefusingEncoder final : public quant::RowEncoder {
public:
    Result<void> encode(TensorType, std::span<const float>, std::int64_t, std::span<const float>,
                        std::span<std::byte>) const override
    {
        return fail(ErrorKind::Unsupported, "The reference was asked.", {{"reason", "asked"}});
    }
};

enum Importance { None, Ordinary, Wild };

std::vector<float> importanceOf(int kind, std::size_t columns)
{
    if (kind == None)
        return {};
    return kind == Ordinary ? ordinaryImportance(columns) : wildImportance(columns);
}

void addKernels(std::initializer_list<int> kinds = {None, Ordinary, Wild})
{
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("importance");
    const std::array names{"plain", "importance", "wild importance"};
    for (const auto &info : gguf::tensorTypes()) {
        if (quant::simd::blockEncoder(info.type) == nullptr)
            continue;
        for (const int kind : kinds) {
            if (kind == None && quant::needsImportance(info.type))
                continue;
            QTest::newRow(fmt::format("{} {}", info.name, names[static_cast<std::size_t>(kind)]).c_str())
                << static_cast<int>(info.type) << kind;
        }
    }
}

} // namespace

class TestSimdRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_sets = quant::simd::instructionSets();
        QString names;
        for (const InstructionSet &set : m_sets)
            names += QLatin1Char(' ') + QString::fromStdString(set.name);
        qInfo("instruction sets:%s", qPrintable(names));
        QVERIFY(!m_sets.empty());
    }
    void init() { m_sets = quant::simd::instructionSets(); }
    void cleanup() { quant::simd::useBest(); }

    void kernelsMakeTheEnginesBytes_data() { addKernels(); }
    void kernelsMakeTheEnginesBytes()
    {
        QFETCH(int, type);
        QFETCH(int, importance);
        constexpr std::size_t kNumbers = 10'240;
        const auto block =
            static_cast<std::size_t>(gguf::tensorTypeInfo(static_cast<TensorType>(type)).blockElements);
        std::size_t compared = 0;
        for (const NumberSet &set : numberSets(kNumbers)) {
            for (const std::size_t columns : {32, 96, 256, 768, 1280, 2048}) {
                if (columns % block != 0)
                    continue;
                const auto means = importanceOf(importance, columns);
                const Rows rows = rowsOf(static_cast<TensorType>(type), set.numbers, columns, means);
                compared += compare(rows, set.name);
            }
        }
        // Halves hold neither the largest numbers nor what comes of them; the rest is stored.
        QVERIFY2(compared > 30 * 4 * (kNumbers / 256), std::to_string(compared).c_str());
    }

    void kernelsMakeTheEnginesBytesOfModels_data() { addKernels({None, Ordinary}); }
    void kernelsMakeTheEnginesBytesOfModels()
    {
        QFETCH(int, type);
        QFETCH(int, importance);
        if (modelNumbers().empty())
            QSKIP("The models are not here; set SNUG_TEST_DATA.");
        constexpr std::size_t kColumns = 768;
        const auto means = importanceOf(importance, kColumns);
        // Not the plain one, which takes minutes for millions of numbers and is compared above.
        if (m_sets.size() > 1)
            m_sets.pop_back();
        const auto stored = static_cast<TensorType>(type);
        for (const auto &[name, numbers] : modelNumbers())
            QVERIFY(compare(rowsOf(stored, partOf(stored, numbers, kColumns), kColumns, means), name) > 0);
    }

    // One block, two, and so on: batches that are not full, in rows of whatever length.
    void anyNumberOfBlocksIsStored_data() { addKernels(); }
    void anyNumberOfBlocksIsStored()
    {
        QFETCH(int, type);
        QFETCH(int, importance);
        const auto stored = static_cast<TensorType>(type);
        const auto block = static_cast<std::size_t>(gguf::tensorTypeInfo(stored).blockElements);
        const auto sets = numberSets(40 * block);
        for (std::size_t width = 1; width <= 5; ++width) {
            const auto means = importanceOf(importance, width * block);
            for (std::size_t blocks = width; blocks <= 40; blocks += width) {
                const std::span numbers(sets[blocks % 7].numbers);
                QVERIFY(compare(rowsOf(stored, numbers.first(blocks * block), width * block, means),
                                "blocks") > 0);
            }
        }
    }

    void theEncoderSaysWhatTheReferenceSays_data() { addKernels(); }
    void theEncoderSaysWhatTheReferenceSays()
    {
        QFETCH(int, type);
        QFETCH(int, importance);
        const auto stored = static_cast<TensorType>(type);
        const quant::simd::SimdRowEncoder encoder(m_engine);
        const auto means = importanceOf(importance, 512);
        constexpr float kInfinity = std::numeric_limits<float>::infinity();
        for (const float bad : {kInfinity, -kInfinity, std::numeric_limits<float>::quiet_NaN()}) {
            auto numbers = numberSets(5 * 512).front().numbers;
            QVERIFY(encoded(encoder, rowsOf(stored, numbers, 512, means)));
            numbers[1777] = bad;
            QCOMPARE(reasonOf(encoded(encoder, rowsOf(stored, numbers, 512, means))),
                     std::string("not_finite"));
            numbers[1777] = 0;
            auto badMeans = ordinaryImportance(512);
            badMeans[500] = bad;
            QCOMPARE(reasonOf(encoded(encoder, rowsOf(stored, numbers, 512, badMeans))),
                     std::string("not_finite"));
        }
        auto negative = ordinaryImportance(512);
        negative[3] = -1;
        const auto numbers = numberSets(512);
        QCOMPARE(reasonOf(encoded(encoder, rowsOf(stored, numbers.front().numbers, 512, negative))),
                 std::string("not_finite"));
        const std::vector<float> huge(512, 3e38F);
        const auto refused = encoded(m_engine, rowsOf(stored, huge, 512, means));
        QCOMPARE(reasonOf(encoded(encoder, rowsOf(stored, huge, 512, means))), reasonOf(refused));
        std::vector<std::byte> into(10'000);
        QCOMPARE(reasonOf(encoder.encode(stored, std::span(huge).first(120), 120, {}, into)),
                 std::string("type"));
        for (const std::int64_t columns : {-512, 0, 7, 1024}) { // no row is that wide
            QCOMPARE(reasonOf(encoder.encode(stored, huge, columns, {}, into)), std::string("type"));
            QCOMPARE(reasonOf(m_engine.encode(stored, huge, columns, {}, into)), std::string("type"));
        }
        QVERIFY(encoder.encode(stored, {}, 512, {}, {}));
    }

    // Wherever it is, with whatever sign, on every instruction set: they differ in what they take for the
    // lesser of two if one is none.
    void whatIsNoNumberIsNotStored_data() { addKernels({None, Ordinary}); }
    void whatIsNoNumberIsNotStored()
    {
        QFETCH(int, type);
        QFETCH(int, importance);
        const auto means = importanceOf(importance, 256);
        constexpr float kInfinity = std::numeric_limits<float>::infinity();
        constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
        auto numbers = numberSets(3 * 256).front().numbers;
        const Rows rows = rowsOf(static_cast<TensorType>(type), numbers, 256, means);
        for (const InstructionSet &set : m_sets) {
            quant::simd::use(set);
            QVERIFY(fromKernel(rows));
            for (const std::size_t place : {0U, 17U, 300U, 511U, 767U}) {
                const float before = numbers[place];
                for (const float bad : {kInfinity, -kInfinity, kNone, -kNone}) {
                    numbers[place] = bad;
                    QVERIFY2(!fromKernel(rows), set.name.c_str());
                }
                numbers[place] = before;
            }
        }
    }

    // There the engine's own loops are faster than a kernel of one lane.
    void processorsWithoutVectorsLeaveItToTheEngine()
    {
        const RefusingEncoder reference;
        const quant::simd::SimdRowEncoder encoder(reference);
        const auto numbers = numberSets(512).front().numbers;
        const Rows rows = rowsOf(TensorType::Q4_K, numbers, 512, {});
        for (const InstructionSet &set : m_sets) {
            quant::simd::use(set);
            const bool plain = set.name == "SCALAR" || set.name == "EMU128";
            QCOMPARE(quant::simd::hasVectors(), !plain);
            QCOMPARE(reasonOf(encoded(encoder, rows)), std::string(plain ? "asked" : ""));
        }
    }

    void typesThatNeedImportanceAreRefusedWithoutIt()
    {
        const quant::simd::SimdRowEncoder encoder(m_engine);
        const auto numbers = numberSets(512).front().numbers;
        for (const TensorType type : {TensorType::IQ2_XXS, TensorType::IQ2_XS}) {
            const Rows rows = rowsOf(type, numbers, 512, {});
            QVERIFY(!fromKernel(rows));
            QCOMPARE(reasonOf(encoded(encoder, rows)), std::string("importance"));
            QCOMPARE(reasonOf(encoded(m_engine, rows)), std::string("importance"));
        }
    }

    void rowsAreTheSameFromThreads_data() { addKernels(); }
    void rowsAreTheSameFromThreads()
    {
        QFETCH(int, type);
        QFETCH(int, importance);
        const quant::simd::SimdRowEncoder encoder(m_engine);
        const auto numbers = numberSets(20 * 512).front().numbers;
        const auto means = importanceOf(importance, 512);
        const Rows rows = rowsOf(static_cast<TensorType>(type), numbers, 512, means);
        const auto expected = encoded(m_engine, rows);
        std::array<bool, 4> same{};
        {
            std::array<std::jthread, 4> threads;
            for (std::size_t i = 0; i < threads.size(); ++i)
                threads[i] = std::jthread([&, i] {
                    const auto bytes = encoded(encoder, rows);
                    same[i] = bytes && expected && *bytes == *expected;
                });
        }
        QVERIFY(std::ranges::all_of(same, std::identity()));
    }

private:
    // How many blocks were compared with the engine's, on each instruction set.
    std::size_t compare(const Rows &rows, const std::string &name)
    {
        const auto engines = encoded(m_engine, rows);
        for (const InstructionSet &set : m_sets) {
            quant::simd::use(set);
            const auto problem = difference(rows, engines, fromKernel(rows));
            if (!problem.empty())
                QTest::qFail(fmt::format("{}, {}: {}", set.name, name, problem).c_str(), __FILE__, __LINE__);
        }
        if (engines)
            return rows.blocks();
        // What cannot be stored must not hide the rest of it.
        std::size_t compared = 0;
        for (std::size_t first = 0; rows.numbers.size() > rows.columns && first < rows.numbers.size();
             first += rows.columns)
            compared += compare(
                rowsOf(rows.type, rows.numbers.subspan(first, rows.columns), rows.columns, rows.importance),
                name);
        return compared;
    }

    static std::vector<float> numbersOf(const std::filesystem::path &folder)
    {
        const auto model = makeModel(folder, convert::OutputType::Auto);
        std::vector<float> all;
        for (std::size_t place = 0; model && place < (*model)->header.header.tensors.size(); ++place) {
            const auto tensor = (*model)->data->tensor(place);
            if (!tensor)
                continue;
            std::vector<float> numbers(static_cast<std::size_t>((*tensor)->rows() * (*tensor)->columns()));
            if ((*tensor)->readRows(0, (*tensor)->rows(), numbers))
                all.insert(all.end(), numbers.begin(), numbers.end());
        }
        return all;
    }

    // All numbers of the models, one tensor after the other.
    // A large model takes a minute: each type has another quarter of it, and all if SNUG_THOROUGH is set.
    static std::span<const float> partOf(TensorType type, std::span<const float> numbers, std::size_t columns)
    {
        constexpr std::size_t kLarge = 1'000'000;
        if (numbers.size() < kLarge || qEnvironmentVariableIsSet("SNUG_THOROUGH"))
            return numbers;
        const std::size_t quarter = numbers.size() / columns / 4 * columns;
        return numbers.subspan(static_cast<std::size_t>(type) % 4 * quarter, quarter);
    }

    const std::map<std::string, std::vector<float>> &modelNumbers()
    {
        if (!m_models.empty())
            return m_models;
        for (const char *folder :
             {"fixtures/dev/llama3/model", "fixtures/dev/llama3/model-f32", "fixtures/dev/qwen3moe/model",
              "models/stories260k-hf", "models/tinystories-656k-hf", "models/tinystories-656k-wide4-hf",
              "models/starter/hf"}) {
            const QString path = dataFile(QString::fromLatin1(folder));
            if (!path.isEmpty())
                m_models.emplace(folder, numbersOf(path.toStdString()));
        }
        return m_models;
    }

    std::vector<InstructionSet> m_sets;
    std::map<std::string, std::vector<float>> m_models;
    llama::GgmlRowEncoder m_engine; // one for all: the engine's tables take seconds to make
};

QTEST_GUILESS_MAIN(TestSimdRows)
#include "tst_simd_rows.moc"
