// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// From the checkpoint to a level at once, against the engine's quantizer on the file of 16 bits: the same
// bytes.
#include "backends/llama/engine_log.h"
#include "backends/llama/ggml_row_encoder.h"
#include "backends/llama/quantize_run.h"
#include "core/gguf/mapped_file.h"
#include "core/gguf/reader.h"
#include "core/quant/simd/simd_row_encoder.h"
#include "core/quant/type_plan.h"
#include "tests/backends/made_model.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/test_data.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <map>
#include <random>

using namespace snug;
using namespace snug::test;

namespace {

std::int64_t matricesOf(const gguf::Tensor &tensor)
{
    return tensor.dims.size() > 2 ? tensor.dims[2] : 1;
}

// Some columns that nothing ever went through, and others that matter much; none for the embeddings, as in
// the files of llama-imatrix.
quant::Imatrix madeUpImatrix(const quant::SourceModel &model)
{
    std::minstd_rand random(1);
    std::exponential_distribution<float> square(2.0F);
    quant::Imatrix imatrix;
    for (const quant::SourceTensor &source : model.tensors) {
        if (!source.converted || source.role == quant::TensorRole::TokenEmbedding)
            continue;
        std::vector<float> means(
            static_cast<std::size_t>(source.tensor->dims[0] * matricesOf(*source.tensor)));
        for (std::size_t i = 0; i < means.size(); ++i)
            means[i] = i % 37 == 5 ? 0.0F : square(random) * (i % 61 == 7 ? 100.0F : 1.0F);
        imatrix.importance.emplace(source.tensor->name, std::move(means));
    }
    return imatrix;
}

// Encodes what the engine's quantizer would write, a few rows at a time.
class OnePass {
public:
    OnePass(const MadeModel &model, const quant::RowEncoder &encoder) : m_model(model), m_encoder(encoder)
    {
        const auto &tensors = model.header.header.tensors;
        for (std::size_t place = 0; place < tensors.size(); ++place)
            m_places[tensors[place].name] = place;
    }

    Result<std::vector<std::byte>> bytes(const quant::PlannedTensor &planned,
                                         const quant::Imatrix &imatrix) const
    {
        const gguf::Tensor &source = *planned.source->tensor;
        const std::size_t place = m_places.at(source.name);
        if (planned.type == source.type)
            return floatBytes(m_model, place);
        SNUG_TRY(const auto tensor, m_model.data->tensor(place));
        SNUG_TRY(const auto importance, imatrix.of(source));
        std::vector<std::byte> all(
            static_cast<std::size_t>(gguf::tensorBytes(planned.type, source.dims).value_or(0)));
        const std::int64_t matrixRows = tensor->rows() / matricesOf(source);
        for (std::int64_t matrix = 0; matrix < matricesOf(source); ++matrix) {
            const auto width = static_cast<std::size_t>(source.dims[0]);
            const auto means = importance.empty()
                                   ? importance
                                   : importance.subspan(static_cast<std::size_t>(matrix) * width, width);
            SNUG_CHECK(encode(*tensor, planned.type, matrix * matrixRows, matrixRows, means, all));
        }
        return all;
    }

private:
    Result<void> encode(const convert::TensorData &tensor, gguf::TensorType type, std::int64_t first,
                        std::int64_t rows, std::span<const float> means, std::span<std::byte> all) const
    {
        constexpr std::int64_t kAtOnce = 13;
        const std::size_t rowBytes = all.size() / static_cast<std::size_t>(tensor.rows());
        for (std::int64_t row = first; row < first + rows; row += kAtOnce) {
            const std::int64_t count = std::min(kAtOnce, first + rows - row);
            std::vector<float> numbers(static_cast<std::size_t>(count * tensor.columns()));
            SNUG_CHECK(tensor.readRows(row, count, numbers));
            SNUG_CHECK(m_encoder.encode(type, numbers, tensor.columns(), means,
                                        all.subspan(static_cast<std::size_t>(row) * rowBytes,
                                                    static_cast<std::size_t>(count) * rowBytes)));
        }
        return {};
    }

    const MadeModel &m_model;
    const quant::RowEncoder &m_encoder;
    std::map<std::string, std::size_t, std::less<>> m_places;
};

// A finished file.
struct Quantized {
    gguf::MappedFile file;
    gguf::Header header;

    static Result<Quantized> open(const std::filesystem::path &path)
    {
        SNUG_TRY(const auto in, gguf::FileReader::open(path));
        SNUG_TRY(gguf::Header header, gguf::readHeader(*in));
        SNUG_TRY(gguf::MappedFile file, gguf::MappedFile::open(path));
        return Quantized{std::move(file), std::move(header)};
    }

    std::span<const std::byte> bytesOf(const gguf::Tensor &tensor) const
    {
        return file.bytes().subspan(static_cast<std::size_t>(header.dataOffset + tensor.offset),
                                    static_cast<std::size_t>(tensor.bytes));
    }
};

// How the engine's file differs from what one pass makes; empty if it does not.
std::string difference(const Quantized &engines, const quant::TypePlan &plan, const OnePass &ours,
                       const quant::Imatrix &imatrix)
{
    if (engines.header.tensors.size() != plan.tensors.size())
        return "another number of tensors";
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
        const gguf::Tensor &theirs = engines.header.tensors[i];
        if (theirs.name != plan.tensors[i].source->tensor->name || theirs.type != plan.tensors[i].type)
            return theirs.name + " has another type or place";
        const auto bytes = ours.bytes(plan.tensors[i], imatrix);
        if (!bytes)
            return theirs.name + ": " + bytes.error().message;
        const auto expected = engines.bytesOf(theirs);
        if (!std::equal(bytes->begin(), bytes->end(), expected.begin(), expected.end()))
            return fmt::format("{} as {} has other bytes", theirs.name, gguf::tensorTypeName(theirs.type));
    }
    return {};
}

void addModels()
{
    QTest::addColumn<QString>("folder");
    // Else with importance at the levels that need it alone. Large models take minutes: each has every
    // fourth level then, and all if SNUG_THOROUGH is set.
    QTest::addColumn<bool>("bothWays");
    QTest::addColumn<int>("atLeast");
    for (const char *folder :
         {"fixtures/dev/llama3/model", "fixtures/dev/llama3/model-f32", "fixtures/dev/qwen3moe/model",
          "models/stories260k-hf", "models/tinystories-656k-hf"})
        QTest::newRow(folder) << QString::fromLatin1(folder) << true << 60;
    for (const char *folder : {"models/tinystories-656k-wide4-hf", "models/starter/hf"})
        QTest::newRow(folder) << QString::fromLatin1(folder) << false << 7;
    // Its experts are quantized already, which fits one level.
    QTest::newRow("gpt-oss") << QStringLiteral("fixtures/dev/gpt-oss/model") << true << 2;
}

bool isTurnOf(const quant::Level &level, const QString &folder, bool withImatrix)
{
    const bool isNeeded = level.imatrix == quant::ImatrixUse::Required;
    const auto turn = (&level - quant::levels().data()) % 4;
    const bool isTurn = turn == (folder.contains(QLatin1String("wide")) ? 0 : 2);
    return withImatrix == isNeeded && (isTurn || qEnvironmentVariableIsSet("SNUG_THOROUGH"));
}

} // namespace

class TestOnePass : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { llama::installEngineLog(llama::EngineNoise::Errors); }

    void everyLevelHasTheEnginesBytes_data() { addModels(); }
    void everyLevelHasTheEnginesBytes()
    {
        QFETCH(QString, folder);
        QFETCH(bool, bothWays);
        QFETCH(int, atLeast);
        const QString path = dataFile(folder);
        if (path.isEmpty())
            QSKIP("The model is not here; set SNUG_TEST_DATA.");
        const auto model = makeModel(path.toStdString(), convert::OutputType::Auto);
        QVERIFY2(model, messageOf(model).c_str());
        const QTemporaryDir work;
        const std::filesystem::path source = work.filePath(QStringLiteral("source.gguf")).toStdString();
        const std::filesystem::path target = work.filePath(QStringLiteral("target.gguf")).toStdString();
        const auto written = writeModelFile(**model, source);
        QVERIFY2(written, messageOf(written).c_str());

        const auto types = quant::sourceModel(std::span(&(*model)->header.header, 1));
        QVERIFY2(types, messageOf(types).c_str());
        const quant::Imatrix imatrix = madeUpImatrix(*types);
        const llama::GgmlRowEncoder reference;
        const quant::simd::SimdRowEncoder encoder(reference);
        const OnePass ours(**model, encoder);
        int compared = 0;
        for (const quant::Level &level : quant::levels()) {
            for (const bool withImatrix : {false, true}) {
                if (!bothWays && !isTurnOf(level, folder, withImatrix))
                    continue;
                quant::TypeOptions options;
                options.imatrix = withImatrix;
                const auto plan = quant::planTypes(*types, level.fileType, options);
                if (!level.canBeMade || (plan && plan->needsImatrix && !withImatrix))
                    continue;
                const auto made = llama::quantizeFile(source, target, level.fileType, options,
                                                      withImatrix ? &imatrix : nullptr);
                QVERIFY2(made.has_value() == (plan.has_value() && plan->alreadyQuantized == nullptr),
                         level.name.data());
                if (!made)
                    continue;
                const auto engines = Quantized::open(target);
                QVERIFY2(engines, messageOf(engines).c_str());
                const auto problem =
                    difference(*engines, *plan, ours, withImatrix ? imatrix : quant::Imatrix());
                QVERIFY2(problem.empty(), fmt::format("{} {}: {}", level.name,
                                                      withImatrix ? "with importance" : "plain", problem)
                                              .c_str());
                ++compared;
            }
        }
        qInfo("%d files compared", compared);
        QVERIFY(compared >= atLeast);
    }
};

QTEST_GUILESS_MAIN(TestOnePass)
#include "tst_one_pass.moc"
