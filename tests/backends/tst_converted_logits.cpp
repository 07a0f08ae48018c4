// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What the engine computes with converted files, against the logits of the model's own implementation.
#include "backends/llama/token_logits.h"
#include "tests/backends/loaded_engine.h"
#include "tests/backends/made_model.h"
#include "tests/core/convert_fixture.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace snug;
using namespace snug::test;

namespace {

using nlohmann::json;

// Both compute in F32 and differ in the last bits, but where the engine's arithmetic is coarser: its GELU is
// a table of 16 bits, and products with MXFP4 weights round the other factor to 8 bits.
double toleranceOf(const json &config, double largest)
{
    const std::string type = config.value("model_type", "");
    if (type == "gpt_oss")
        return 4e-2;
    // Gemma's is GELU unless it says otherwise.
    bool isGelu = type.starts_with("gemma");
    for (const char *key : {"hidden_act", "hidden_activation", "activation_function"})
        isGelu = isGelu || config.value(key, "").find("gelu") != std::string::npos;
    if (isGelu)
        return 5e-3;
    return 1e-5 * std::max(1.0, largest);
}

std::span<const float> position(std::span<const float> logits, std::size_t index, std::size_t count)
{
    const std::size_t width = logits.size() / count;
    return logits.subspan(index * width, width);
}

double largestDifference(std::span<const float> logits, const json &reference)
{
    double largest = 0;
    for (std::size_t i = 0; i < logits.size(); ++i)
        largest = std::max(largest, std::abs(double{logits[i]} - reference[i].get<double>()));
    return largest;
}

} // namespace

class TestConvertedLogits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (dataFile(QStringLiteral("fixtures")).isEmpty())
            QSKIP("The fixtures are not here; set SNUG_TEST_DATA.");
        const auto loaded = loadEngine();
        QVERIFY2(loaded, messageOf(loaded).c_str());
    }

    void theEngineComputesWhatTheModelDoes_data() { addFixtures({"fixtures/dev", "fixtures/dev-quantized"}); }
    void theEngineComputesWhatTheModelDoes()
    {
        QFETCH(QString, folder);
        const json reference = jsonFile(folder + QStringLiteral("/ref_logits.json"));
        const auto tokens = reference["ids"].get<std::vector<std::int32_t>>();
        const auto model =
            makeModel((folder + QStringLiteral("/model")).toStdString(), convert::OutputType::F32);
        QVERIFY2(model, messageOf(model).c_str());
        const QTemporaryDir work;
        const std::filesystem::path path = work.filePath(QStringLiteral("model.gguf")).toStdString();
        const auto written = writeModelFile(**model, path);
        QVERIFY2(written, messageOf(written).c_str());

        // The context decides between the two lists of rotary factors that some models have.
        const bool hasTwoRanges = folder.contains(QLatin1String("longrope"));
        const auto logits = llama::tokenLogits(path, tokens, hasTwoRanges ? 256 : 64);
        QVERIFY2(logits, messageOf(logits).c_str());
        QCOMPARE(logits->size(), tokens.size() * reference["shape"][1].get<std::size_t>());
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const auto here = position(*logits, i, tokens.size());
            QCOMPARE(std::max_element(here.begin(), here.end()) - here.begin(),
                     reference["argmax"][i].get<std::ptrdiff_t>());
        }
        const auto &last = reference["logits"];
        double furthest = 0;
        double largest = 0;
        for (std::size_t i = 0; i < last.size(); ++i) {
            const auto here = position(*logits, tokens.size() - last.size() + i, tokens.size());
            furthest = std::max(furthest, largestDifference(here, last[i]));
            for (const float number : here)
                largest = std::max(largest, std::abs(double{number}));
        }
        const double tolerance = toleranceOf((*model)->checkpoint.config, largest);
        qInfo("%g of %g", furthest, largest);
        QVERIFY2(furthest <= tolerance, QByteArray::number(furthest));
    }
};

QTEST_GUILESS_MAIN(TestConvertedLogits)
#include "tst_converted_logits.moc"
