// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/level_rows.h"
#include "core/gguf/writer.h"
#include "tests/support/model_headers.h"

#include <QTest>

#include <algorithm>
#include <cstdlib>
#include <limits>

using namespace snug;
using namespace snug::fit;

namespace {

const LevelRow *named(const std::vector<LevelRow> &rows, const std::string &label)
{
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&label](const LevelRow &row) { return row.label == label; });
    return found == rows.end() ? nullptr : &*found;
}

} // namespace

class TestLevelRows : public QObject {
    Q_OBJECT

    gguf::Header m_header = gguf::encodeHeader(test::knownModel("Llama 3.1 8B"))->header;
    quant::SourceModel m_model;

private Q_SLOTS:
    void initTestCase()
    {
        auto model = quant::sourceModel(std::span(&m_header, 1));
        QVERIFY(model.has_value());
        m_model = *std::move(model);
    }

    void everyLevelOnceAndTheLargestFirst()
    {
        const std::vector<ExistingLevel> existing = {{"F16", m_header.fileBytes, std::span(&m_header, 1)}};
        const auto rows = levelRows(m_model, existing);
        QCOMPARE(rows.size(), quant::levelOffers(m_model).size());
        for (std::size_t i = 1; i < rows.size(); ++i)
            QVERIFY(rows[i - 1].fileBytes.value_or(0) >= rows[i].fileBytes.value_or(0));
        const LevelRow *own = named(rows, "F16");
        QVERIFY(own != nullptr && own->exists && !own->plan);
        QCOMPARE(own->tensors(), m_header.tensors);
        const LevelRow *made = named(rows, "Q4_K_M");
        QVERIFY(made != nullptr && !made->exists && made->obstacle.empty());
        QCOMPARE(made->tensors().size(), m_header.tensors.size());
    }

    // The label is a file's name; what is in the file is F16.
    void aLevelThatWasLookedAtIsWhatItHolds()
    {
        const std::vector<ExistingLevel> existing = {
            {"my-model", m_header.fileBytes, std::span(&m_header, 1)}};
        const auto rows = levelRows(m_model, existing);
        QVERIFY(named(rows, "F16") == nullptr);
        const LevelRow *own = named(rows, "my-model");
        QVERIFY(own != nullptr && own->level != nullptr);
        QCOMPARE(own->level->fileType, quant::FileType::F16);
    }

    // A listing tells a size. Where our forecast agrees with it, the types are known without a look.
    void aListedLevelIsForecastWhereTheSizeAgrees()
    {
        const auto all = levelRows(m_model, {});
        const std::int64_t bytes = *named(all, "Q4_K_M")->fileBytes;
        const auto rows = levelRows(
            m_model, std::vector<ExistingLevel>{{"Q4_K_M", bytes + 5'000'000, {}}, {"Q5_K_M", bytes, {}}});
        const LevelRow *near = named(rows, "Q4_K_M");
        QVERIFY(near->exists && near->plan);
        QCOMPARE(near->tensors().size(), m_header.tensors.size());
        QCOMPARE(near->fileBytes.value_or(0), bytes + 5'000'000);
        const LevelRow *other = named(rows, "Q5_K_M");
        QVERIFY(other->exists && other->tensors().empty());
        QVERIFY(other->bitsPerWeight.has_value());
    }

    void aLabelThatIsNoLevelIsKept()
    {
        const auto rows = levelRows(m_model, std::vector<ExistingLevel>{{"UD-Q4_K_XL", 5'000'000'000, {}},
                                                                        {"broken", std::nullopt, {}}});
        const LevelRow *own = named(rows, "UD-Q4_K_XL");
        QVERIFY(own != nullptr && own->level == nullptr && own->tensors().empty());
        QVERIFY(named(rows, "Q4_K_M") != nullptr);
        QCOMPARE(rows.back().label, std::string("broken"));
        QVERIFY(!rows.back().bitsPerWeight);
    }

    // Before tensors are known: levels by what their names claim.
    void listedLevelsOfAModelThatIsNotKnownYet()
    {
        const std::vector<ExistingLevel> existing = {{"Q4_K_M", 4'000'000'000, {}},
                                                     {"mine", 5'000'000'000, {}}};
        const auto rows = levelRows(existing, 8'000'000'000);
        QCOMPARE(rows.size(), std::size_t{2});
        QCOMPARE(rows[0].label, std::string("mine"));
        QVERIFY(rows[0].level == nullptr);
        QVERIFY(rows[1].level != nullptr && rows[1].level->name == "Q4_K_M");
        QCOMPARE(rows[1].bitsPerWeight.value_or(0), 4.0);
        QVERIFY(!levelRows(existing).front().bitsPerWeight);
    }

    void guessesSayThatTheyAre()
    {
        const auto rows = guessedRows(8'000'000'000, "It cannot be converted.");
        QCOMPARE(rows.size(), std::size_t{3});
        QVERIFY(std::abs(rows[0].fileBytes.value_or(0) - 16'000'000'000) < 1'000'000);
        for (const LevelRow &row : rows) {
            QVERIFY(!row.exists && !row.fileBytesExact && row.tensors().empty());
            QCOMPARE(row.obstacle, std::string("It cannot be converted."));
        }
        QVERIFY(guessedRows(0, "").empty());
        QVERIFY(guessedRows(-1, "").empty());
        QVERIFY(guessedRows(std::numeric_limits<std::int64_t>::max(), "").empty());
    }
};

QTEST_APPLESS_MAIN(TestLevelRows)
#include "tst_level_rows.moc"
