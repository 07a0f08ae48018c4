// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// Our type rules and sizes against the engine's own quantizer: every level of every known model, each
// tensor's type and each size to the byte.
#include "core/base/paths.h"
#include "core/gguf/sparse_copy.h"
#include "core/gguf/writer.h"
#include "core/quant/file_size.h"
#include "tests/support/model_headers.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vector>

using namespace snug;
using namespace snug::quant;
using nlohmann::json;

namespace {

constexpr int kProgramTimeout = 120 * 1000;
constexpr int kWaysPerLevel = 6; // of tests/backends/quantize_program.cpp

gguf::EncodedHeader encoded(gguf::Header header)
{
    auto result = gguf::encodeHeader(std::move(header));
    if (!result)
        qFatal("%s", result.error().message.c_str());
    return *std::move(result);
}

// What quantize-program says of the model; empty, with a failure of the test, if it did not end well.
std::vector<json> engineSays(const QString &model, const QString &target)
{
    QProcess program;
    program.start(qEnvironmentVariable("SNUG_QUANTIZE_PROGRAM"), {model, target});
    if (!program.waitForFinished(kProgramTimeout) || program.exitStatus() != QProcess::NormalExit ||
        program.exitCode() != 0) {
        QTest::qFail(program.readAllStandardError().right(2000).constData(), __FILE__, __LINE__);
        return {};
    }
    std::vector<json> lines;
    for (const QByteArray &line : program.readAllStandardOutput().split('\n')) {
        if (!line.isEmpty())
            lines.push_back(json::parse(line.toStdString()));
    }
    return lines;
}

std::optional<gguf::TensorType> typeIn(const json &line, const char *field)
{
    return line.contains(field)
               ? std::optional(gguf::tensorTypeFromId(line[field].get<std::uint32_t>())->type)
               : std::nullopt;
}

std::string lower(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<int>(text.size())).toLower().toStdString();
}

// The first difference between the engine's types and ours; empty if there is none.
std::string difference(const json &types, const TypePlan &plan)
{
    if (types.size() != plan.tensors.size())
        return fmt::format("{} tensors instead of {}", plan.tensors.size(), types.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
        const PlannedTensor &ours = plan.tensors[i];
        const auto name = types[i][0].get<std::string>();
        const auto type = types[i][1].get<std::string>();
        if (ours.source->tensor->name != name || lower(gguf::tensorTypeName(ours.type)) != lower(type))
            return fmt::format("{} {} instead of {} {}", ours.source->tensor->name,
                               gguf::tensorTypeName(ours.type), name, type);
    }
    return {};
}

std::string sizeDifference(const json &line, const FileSize &size)
{
    const FileSize engines{line["header_bytes"].get<std::int64_t>(), line["tensor_bytes"].get<std::int64_t>(),
                           line["file_bytes"].get<std::int64_t>()};
    const auto quantSize = fmt::format("{:.2f} MiB", static_cast<double>(size.tensorBytes) / 1024.0 / 1024.0);
    if (size != engines || quantSize != line["quant_size"].get<std::string>())
        return fmt::format("header {} data {} file {} instead of {} {} {} ({})", size.headerBytes,
                           size.tensorBytes, size.fileBytes, engines.headerBytes, engines.tensorBytes,
                           engines.fileBytes, line["quant_size"].get<std::string>());
    return {};
}

// How our answer differs from the engine's in `line`; empty if it does not.
std::string compared(const SourceModel &model, const json &line)
{
    TypeOptions options;
    options.imatrix = line["imatrix"].get<bool>();
    options.pure = line["pure"].get<bool>();
    options.outputType = typeIn(line, "output");
    options.embeddingType = typeIn(line, "embedding");
    for (const json &pattern : line.value("patterns", json::array()))
        options.patterns.push_back(TypePattern::parse(pattern.get<std::string>()).value());
    const auto plan = planTypes(model, levelFromNumber(line["level"].get<int>())->fileType, options);
    if (line.contains("failed"))
        return plan ? "planned although the engine says: " + line["failed"].get<std::string>() : "";
    if (!plan)
        return plan.error().message;
    const auto size = fileSize(model, *plan);
    if (!size)
        return size.error().message;
    // With a matrix at hand the engine does not say that it needs one.
    if (!options.imatrix && plan->needsImatrix != line["needs_imatrix"].get<bool>())
        return "the need of an importance matrix";
    const auto types = difference(line["types"], *plan);
    return types.empty() ? sizeDifference(line, *size) : types;
}

} // namespace

class TestQuantRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void typesAndSizesAreTheEngines_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < test::knownModels().size(); ++i)
            QTest::newRow(test::knownModels()[i].name) << static_cast<int>(i);
    }

    void typesAndSizesAreTheEngines()
    {
        QFETCH(int, index);
        const auto file = encoded(test::knownModels()[static_cast<std::size_t>(index)].make());
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("model.gguf"));
        QVERIFY(gguf::writeSparse(file.bytes, file.header.fileBytes, fromUtf8(path.toStdString())));
        const auto lines = engineSays(path, {});
        QCOMPARE(lines.size(), levels().size() * kWaysPerLevel);
        const auto model = sourceModel(std::span(&file.header, 1));
        QVERIFY(model.has_value());
        for (const json &line : lines) {
            const auto problem = compared(*model, line);
            QVERIFY2(problem.empty(),
                     fmt::format("{} imatrix {} pure {}: {}", levelFromNumber(line["level"].get<int>())->name,
                                 line["imatrix"].get<bool>(), line["pure"].get<bool>(), problem)
                         .c_str());
        }
        m_rows += static_cast<int>(lines.size());
    }

    // The dry run writes nothing; this does.
    void filesHaveThePredictedLength_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"odd widths", "layers twice", "small experts", "alignment of 256"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }

    void filesHaveThePredictedLength()
    {
        QFETCH(QString, name);
        const auto file = encoded(test::knownModel(name.toStdString()));
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("model.gguf"));
        QVERIFY(gguf::writeSparse(file.bytes, file.header.fileBytes, fromUtf8(path.toStdString())));
        const auto model = sourceModel(std::span(&file.header, 1));
        QVERIFY(model.has_value());
        int written = 0;
        for (const json &line : engineSays(path, folder.filePath(QStringLiteral("target.gguf")))) {
            if (!line.contains("written_bytes"))
                continue;
            const Level &level = *levelFromNumber(line["level"].get<int>());
            const auto plan = planTypes(*model, level.fileType);
            QVERIFY2(plan.has_value(), level.name.data());
            QVERIFY2(!plan->needsImatrix && plan->alreadyQuantized == nullptr, level.name.data());
            const auto size = fileSize(*model, *plan);
            QVERIFY(size.has_value());
            QCOMPARE(size->fileBytes, line["written_bytes"].get<std::int64_t>());
            ++written;
        }
        QVERIFY2(written >= 20, QByteArray::number(written));
    }

    void cleanupTestCase() { qInfo("%d answers of the engine compared", m_rows); }

private:
    int m_rows = 0;
};

QTEST_GUILESS_MAIN(TestQuantRules)
#include "tst_quant_rules.moc"
