// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/checkpoint_data.h"
#include "core/quant/float_encoder.h"
#include "core/quant/half.h"
#include "tests/core/convert_fixture.h"
#include "tests/support/reference_values.h"
#include "tests/support/test_data.h"

#include <QTest>

#include <cmath>
#include <map>

using namespace snug;
using namespace snug::test;

namespace {

using nlohmann::json;

// A checkpoint with its conversion, ready to be read.
struct Opened {
    convert::Checkpoint checkpoint;
    convert::Conversion conversion;
    std::unique_ptr<convert::FolderShards> shards;
    std::unique_ptr<convert::CheckpointData> data;
};

Result<std::unique_ptr<Opened>> opened(const QString &folder, convert::OutputType type)
{
    auto all = std::make_unique<Opened>();
    SNUG_TRY(all->checkpoint, convert::readCheckpoint(folder.toStdString()));
    SNUG_TRY(all->conversion, convert::planConversion(all->checkpoint, type));
    SNUG_TRY(all->shards, convert::FolderShards::open(folder.toStdString(), all->checkpoint));
    all->data = std::make_unique<convert::CheckpointData>(all->conversion, all->checkpoint, *all->shards);
    return all;
}

// As README.md of the fixtures tells it: the largest of 32 numbers is 127, rounded half away from zero.
void encodeQ8(std::span<const float> numbers, std::span<std::byte> into)
{
    constexpr std::size_t kBlock = 32;
    constexpr std::size_t kBytes = 34;
    for (std::size_t block = 0; block < numbers.size() / kBlock; ++block) {
        const auto from = numbers.subspan(block * kBlock, kBlock);
        float most = 0;
        for (const float number : from)
            most = std::max(most, std::abs(number));
        const float step = most / 127.0F;
        const float perStep = most == 0 ? 0.0F : 1.0F / step;
        const std::uint16_t half = quant::toHalf(step);
        const auto to = into.subspan(block * kBytes, kBytes);
        to[0] = static_cast<std::byte>(half & 0xFFU);
        to[1] = static_cast<std::byte>(half >> 8U);
        for (std::size_t i = 0; i < kBlock; ++i)
            to[2 + i] = static_cast<std::byte>(static_cast<std::int8_t>(std::round(from[i] * perStep)));
    }
}

Result<void> encode(gguf::TensorType type, std::span<const float> numbers, std::int64_t columns,
                    std::span<std::byte> into)
{
    if (type != gguf::TensorType::Q8_0)
        return quant::FloatEncoder().encode(type, numbers, columns, {}, into);
    encodeQ8(numbers, into);
    return {};
}

// The bytes of one tensor, a few rows at a time.
Result<std::string> tensorHash(const Opened &all, std::size_t place, std::int64_t rowsAtOnce)
{
    const convert::PlannedTensor &planned = all.conversion.tensors[place];
    SNUG_CHECK(all.data->await(place, {}));
    SNUG_TRY(const auto tensor, all.data->tensor(place));
    const auto width = static_cast<std::size_t>(tensor->columns());
    const auto &info = gguf::tensorTypeInfo(planned.type);
    const std::size_t rowBytes =
        width / static_cast<std::size_t>(info.blockElements) * static_cast<std::size_t>(info.blockBytes);
    std::vector<std::byte> bytes(rowBytes * static_cast<std::size_t>(tensor->rows()));
    for (std::int64_t row = 0; row < tensor->rows(); row += rowsAtOnce) {
        const std::int64_t count = std::min(rowsAtOnce, tensor->rows() - row);
        const auto into = std::span(bytes).subspan(static_cast<std::size_t>(row) * rowBytes,
                                                   static_cast<std::size_t>(count) * rowBytes);
        if (tensor->storedAs() == planned.type) {
            SNUG_CHECK(tensor->readStored(row, count, into));
            continue;
        }
        std::vector<float> numbers(static_cast<std::size_t>(count) * width);
        SNUG_CHECK(tensor->readRows(row, count, numbers));
        SNUG_CHECK(encode(planned.type, numbers, tensor->columns(), into));
    }
    return hashOf(bytes);
}

// Name and hash of each tensor, sorted.
Result<QStringList> hashes(const Opened &all)
{
    QStringList lines;
    for (std::size_t i = 0; i < all.conversion.tensors.size(); ++i) {
        SNUG_TRY(const std::string hash, tensorHash(all, i, 1 + static_cast<std::int64_t>(i % 7)));
        lines += QString::fromStdString(all.conversion.tensors[i].name + " " + hash);
    }
    lines.sort();
    return lines;
}

QStringList hashes(const json &tensors)
{
    QStringList lines;
    for (const auto &tensor : tensors)
        lines += QString::fromStdString(tensor["name"].get<std::string>() + " " +
                                        tensor["sha256"].get<std::string>());
    lines.sort();
    return lines;
}

} // namespace

// Of every fixture: the data of each tensor is that which the reference writes, to the byte.
class TestConvertValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (dataFile(QStringLiteral("fixtures")).isEmpty())
            QSKIP("The fixtures are not here; set SNUG_TEST_DATA.");
    }

    void everySourceAndType_data() { addFixtures({"fixtures/dev", "fixtures/dev-quantized"}); }
    void everySourceAndType()
    {
        QFETCH(QString, folder);
        const json expected = jsonFile(folder + QStringLiteral("/expected.json"));
        int compared = 0;
        for (const auto &[source, made] : expected["sources"].items()) {
            for (const auto &[name, out] : made.items()) {
                const auto type = outputType(name);
                if (!type)
                    continue;
                const auto all = opened(folder + QLatin1Char('/') + QString::fromStdString(source), *type);
                QVERIFY2(all, messageOf(all).c_str());
                const auto written = hashes(**all);
                QVERIFY2(written, messageOf(written).c_str());
                const QByteArray different = difference(*written, hashes(out["tensors"]));
                QVERIFY2(different.isEmpty(), (source + " " + name + " ").c_str() + different);
                ++compared;
            }
        }
        QVERIFY(compared >= 2);
    }

    void packedNumbersAreThoseTheyStandFor_data()
    {
        addFixtures({"fixtures/dev-quantized"}, "dequantized.json");
    }
    void packedNumbersAreThoseTheyStandFor()
    {
        QFETCH(QString, folder);
        const json expected = jsonFile(folder + QStringLiteral("/dequantized.json"));
        const auto checkpoint = convert::readCheckpoint((folder + QStringLiteral("/model")).toStdString());
        QVERIFY2(checkpoint, messageOf(checkpoint).c_str());
        const convert::Config config(checkpoint->config, {});
        const auto sources = convert::sourcesOf(*checkpoint, config);
        QVERIFY2(sources, messageOf(sources).c_str());
        const auto shards =
            convert::FolderShards::open((folder + QStringLiteral("/model")).toStdString(), *checkpoint);
        QVERIFY2(shards, messageOf(shards).c_str());
        std::size_t compared = 0;
        for (const convert::Source &source : *sources) {
            const auto told = expected["tensors"].find(source.name);
            if (told == expected["tensors"].end())
                continue;
            convert::PackedSource packed{source, checkpoint->config, {}};
            for (const std::size_t part : source.parts) {
                const auto bytes = (*shards)->bytesOf(checkpoint->tensors[part]);
                QVERIFY2(bytes, messageOf(bytes).c_str());
                packed.parts.push_back({&checkpoint->tensors[part], *bytes});
            }
            const auto numbers = convert::unpackedNumbers(packed);
            QVERIFY2(numbers, messageOf(numbers).c_str());
            QVERIFY(json(source.shape) == (*told)["shape"]);
            std::vector<float> all(
                static_cast<std::size_t>(safetensors::elementCount(source.shape).value_or(0)));
            (*numbers)->read(0, 1, all);
            QCOMPARE(hashOf(std::as_bytes(std::span(all))), (*told)["sha256_f32"].get<std::string>());
            ++compared;
        }
        QCOMPARE(compared, expected["tensors"].size());
    }
};

QTEST_GUILESS_MAIN(TestConvertValues)
#include "tst_convert_values.moc"
