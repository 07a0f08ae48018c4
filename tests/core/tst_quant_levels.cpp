// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/writer.h"
#include "core/quant/level_offers.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/model_headers.h"

#include <QElapsedTimer>
#include <QTest>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

using namespace snug;
using namespace snug::quant;

namespace {

SourceModel sourceOf(gguf::Header &&) = delete; // it points into the header
SourceModel sourceOf(const gguf::Header &header)
{
    auto model = sourceModel(std::span(&header, 1));
    if (!model)
        qFatal("%s", model.error().message.c_str());
    return *std::move(model);
}

const LevelOffer &of(const std::vector<LevelOffer> &offers, FileType type)
{
    return *std::find_if(offers.begin(), offers.end(),
                         [type](const LevelOffer &offer) { return offer.level->fileType == type; });
}

} // namespace

class TestQuantLevels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyLevelHasItsOwnNumberAndName()
    {
        std::set<FileType> numbers;
        std::set<std::string_view> names;
        for (const Level &entry : levels()) {
            QVERIFY(numbers.insert(entry.fileType).second);
            QVERIFY(names.insert(entry.name).second);
            QCOMPARE(levelFromNumber(static_cast<std::int64_t>(entry.fileType)), &entry);
            QCOMPARE(&level(entry.fileType), &entry);
            QVERIFY2(entry.sentence.ends_with('.'), entry.name.data());
        }
        QVERIFY(std::is_sorted(levels().begin(), levels().end(),
                               [](const Level &a, const Level &b) { return a.fileType < b.fileType; }));
        for (const std::int64_t number : {-1LL, 6LL, 33LL, 42LL, 1LL << 40})
            QVERIFY(levelFromNumber(number) == nullptr);
    }

    // Of the 8B model that the catalogue's figures speak of.
    void bitsAndNeedOfAMatrixAreThoseOfTheRules()
    {
        const gguf::Header header = test::knownModel("Llama 3.1 8B");
        TypeOptions options;
        for (const LevelOffer &offer : levelOffers(sourceOf(header))) {
            // The figure of tools/quantize/README.md was measured with a matrix.
            options.imatrix = offer.level->fileType == FileType::IQ3_XXS;
            const auto offers = levelOffers(sourceOf(header), options);
            const double bits = of(offers, offer.level->fileType).bitsPerWeight;
            QVERIFY2(std::abs(bits - offer.level->bitsPerWeight) < 1e-4,
                     fmt::format("{}: {}", offer.level->name, bits).c_str());
            QCOMPARE(offer.needsImatrix, offer.level->imatrix == ImatrixUse::Required);
            QVERIFY(offer.fallbacks.empty());
            const bool forExperts = offer.level->fileType == FileType::MXFP4_MOE;
            QCOMPARE(offer.obstacle.find("has no experts") != std::string::npos, forExperts);
            QCOMPARE(offer.obstacle.empty(), !forExperts);
        }
    }

    void finerLevelsAreLargerAndBetterOnes()
    {
        double divergence = 10;
        for (const FileType type :
             {FileType::Q2_K, FileType::Q3_K_S, FileType::Q3_K_M, FileType::Q3_K_L, FileType::Q4_K_S,
              FileType::Q4_K_M, FileType::Q5_K_S, FileType::Q5_K_M, FileType::Q6_K, FileType::Q8_0}) {
            QVERIFY(level(type).quality.plain.value_or(100) < divergence);
            divergence = *level(type).quality.plain;
        }
    }

    void aNarrowModelFallsBackInWords()
    {
        const gguf::Header header = test::knownModel("SmolLM 135M");
        const auto offers = levelOffers(sourceOf(header));
        QCOMPARE(of(offers, FileType::Q6_K).fallbacks,
                 std::string("This model's rows of 576 weights are no multiples of 256: 180 of 272 tensors "
                             "become Q8_0."));
        QCOMPARE(of(offers, FileType::Q4_K_M).fallbacks,
                 std::string("This model's rows of 576 weights are no multiples of 256: 180 of 272 tensors "
                             "become Q5_0 (166), Q8_0 (14)."));
        QVERIFY(of(offers, FileType::Q8_0).fallbacks.empty());
        QVERIFY(of(offers, FileType::Q1_0).obstacle.starts_with("Q1_0 stores 128 weights at a time"));
        QCOMPARE(of(offers, FileType::Q1_0).size, FileSize());
    }

    // What stands in for the lowest types does without a matrix.
    void noMatrixWhereNothingFits()
    {
        const gguf::Header header = test::transformer(
            {.layers = 4, .width = 576, .feedForward = 1440, .heads = 9, .keyHeads = 3, .tied = true});
        for (const LevelOffer &offer : levelOffers(sourceOf(header)))
            QVERIFY2(!offer.needsImatrix, offer.level->name.data());
    }

    void aQuantizedFileMakesNoOtherLevel()
    {
        const gguf::Header header = test::transformer({.type = gguf::TensorType::Q8_0});
        const auto offers = levelOffers(sourceOf(header));
        QVERIFY(of(offers, FileType::Q8_0).obstacle.empty());
        QVERIFY(of(offers, FileType::Q4_0).obstacle.find("can only be made from a better one") !=
                std::string::npos);
        QVERIFY(of(offers, FileType::F16).obstacle.find("is Q8_0") != std::string::npos);
    }

    // Experts that are quantized already may stay so.
    void expertsInMxfp4AreNoObstacleToTheirOwnLevel()
    {
        const gguf::Header header = test::knownModel("gpt-oss 20B");
        const auto offers = levelOffers(sourceOf(header));
        QVERIFY(of(offers, FileType::MXFP4_MOE).obstacle.empty());
        QVERIFY(!of(offers, FileType::Q4_K_M).obstacle.empty());
    }

    void allLevelsOfALargeModelTakeMilliseconds()
    {
        const gguf::Header header = test::knownModel("Llama 3.1 70B");
        qint64 best = INT64_MAX;
        std::size_t count = 0;
        for (int i = 0; i < 5; ++i) {
            QElapsedTimer timer;
            timer.start();
            count = levelOffers(sourceOf(header)).size();
            best = std::min(best, timer.nsecsElapsed());
        }
        qInfo("%zu levels of 723 tensors in %.2f ms", count, static_cast<double>(best) / 1e6);
        // Sanitizers and busy machines make it a hundred times slower than a release build.
        QVERIFY(best < 1000 * 1000 * 1000);
    }
};

QTEST_GUILESS_MAIN(TestQuantLevels)
#include "tst_quant_levels.moc"
