// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/convert_fixture.h"
#include "tests/support/test_data.h"

#include <QTest>

#include <cmath>
#include <map>

using namespace snug;
using namespace snug::test;

namespace {

using nlohmann::json;

constexpr const char *kNoFixtures = "The fixtures are not here; set SNUG_TEST_DATA.";

// The keys that are compared, as text.
std::map<std::string, std::string> toldKeys(const convert::Conversion &conversion)
{
    std::map<std::string, std::string> told;
    for (const auto &[key, value] : conversion.keys)
        told.emplace(key, toldValue(value));
    return told;
}

std::map<std::string, std::string> toldKeys(const json &kv)
{
    std::map<std::string, std::string> told;
    for (const auto &[key, value] : kv.items()) {
        if (isComparedKey(key))
            told.emplace(key, toldValue(value));
    }
    return told;
}

QByteArray difference(const std::map<std::string, std::string> &made,
                      const std::map<std::string, std::string> &expected)
{
    for (const auto &[key, value] : expected) {
        const auto found = made.find(key);
        if (found == made.end())
            return QByteArray::fromStdString("missing: " + key + " " + value);
        if (found->second != value)
            return QByteArray::fromStdString(key + ": " + found->second + " instead of " + value);
    }
    for (const auto &[key, value] : made) {
        if (!expected.contains(key))
            return QByteArray::fromStdString("too much: " + key + " " + value);
    }
    return {};
}

convert::Checkpoint checkpoint(const QString &folder)
{
    auto read = convert::readCheckpoint(folder.toStdString());
    if (!read)
        QTest::qFail(read.error().message.c_str(), __FILE__, __LINE__);
    return read ? *std::move(read) : convert::Checkpoint{json::object(), {}, {}, {}};
}

// Layers that predict further tokens stand behind those that block_count counts.
bool isFurtherLayer(const convert::Conversion &conversion, const std::string &name)
{
    const QStringList parts = QString::fromStdString(name).split(QLatin1Char('.'));
    const std::string key = std::string(conversion.architecture->name) + ".block_count";
    const auto found = std::find_if(conversion.keys.begin(), conversion.keys.end(),
                                    [&key](const auto &pair) { return pair.key == key; });
    return parts.size() > 3 && parts[1] == QStringLiteral("layers") && found != conversion.keys.end() &&
           parts[2].toLongLong() >= found->value.integer().value_or(0);
}

} // namespace

// Of every fixture: each key and each tensor's name, shape and type are those that the reference makes.
class TestConvertHeaders : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (dataFile(QStringLiteral("fixtures")).isEmpty())
            QSKIP(kNoFixtures);
        QCOMPARE(fixturesIn(dataFile(QStringLiteral("fixtures/dev"))).size(), 23);
        QCOMPARE(fixturesIn(dataFile(QStringLiteral("fixtures/dev-quantized"))).size(), 8);
    }

    void everySourceAndType_data() { addFixtures({"fixtures/dev", "fixtures/dev-quantized"}); }
    void everySourceAndType()
    {
        QFETCH(QString, folder);
        const json expected = jsonFile(folder + QStringLiteral("/expected.json"));
        int compared = 0;
        for (const auto &[source, made] : expected["sources"].items()) {
            const convert::Checkpoint read =
                checkpoint(folder + QLatin1Char('/') + QString::fromStdString(source));
            const json &kv = made.contains("kv") ? made["kv"] : expected["sources"]["model"]["kv"];
            for (const auto &[name, out] : made.items()) {
                const auto type = outputType(name);
                if (!type)
                    continue;
                const auto conversion = convert::planConversion(read, *type);
                QVERIFY2(conversion, messageOf(conversion).c_str());
                const QByteArray tensors =
                    test::difference(toldTensors(conversion->tensors), toldTensors(out["tensors"]));
                QVERIFY2(tensors.isEmpty(), (source + " " + name + " ").c_str() + tensors);
                json all = kv;
                if (out.contains("kv_changes"))
                    all.update(out["kv_changes"]);
                const QByteArray keys = ::difference(toldKeys(*conversion), toldKeys(all));
                QVERIFY2(keys.isEmpty(), (source + " " + name + " ").c_str() + keys);
                ++compared;
            }
        }
        QVERIFY(compared >= 2);
    }

    void autoIsAsStored_data() { addFixtures({"fixtures/dev", "fixtures/dev-quantized"}); }
    void autoIsAsStored()
    {
        QFETCH(QString, folder);
        const json expected = jsonFile(folder + QStringLiteral("/expected.json"));
        for (const auto &[source, made] : expected["sources"].items()) {
            const convert::Checkpoint read =
                checkpoint(folder + QLatin1Char('/') + QString::fromStdString(source));
            const auto first = std::find_if(read.tensors.begin(), read.tensors.end(), [](const auto &tensor) {
                return tensor.shape.size() >= 2 &&
                       (tensor.dtype == safetensors::Dtype::BF16 || tensor.dtype == safetensors::Dtype::F16);
            });
            const bool isBf16 = first != read.tensors.end() && first->dtype == safetensors::Dtype::BF16;
            const char *name = isBf16 ? "bf16" : "f16";
            if (!made.contains(name))
                continue;
            const auto conversion = convert::planConversion(read);
            QVERIFY2(conversion, messageOf(conversion).c_str());
            const QByteArray tensors =
                test::difference(toldTensors(conversion->tensors), toldTensors(made[name]["tensors"]));
            QVERIFY2(tensors.isEmpty(), (source + " ").c_str() + tensors);
        }
    }

    void theLayoutOfTransformers5_data()
    {
        addFixtures({"fixtures/dev", "fixtures/dev-quantized"}, "config.v5.json");
    }
    void theLayoutOfTransformers5()
    {
        QFETCH(QString, folder);
        const json config = jsonFile(folder + QStringLiteral("/config.v5.json"));
        const json expected = jsonFile(folder + QStringLiteral("/expected.json"));
        convert::Checkpoint read = checkpoint(folder + QStringLiteral("/model"));
        read.config = config;
        const auto conversion = convert::planConversion(read, convert::OutputType::F32);
        QVERIFY2(conversion, messageOf(conversion).c_str());
        auto keys = toldKeys(expected["sources"]["model"]["kv"]);
        const json &changes = expected["with_config_v5"];
        if (changes.is_object() && changes.contains("kv")) {
            for (const auto &[key, change] : changes["kv"].items()) {
                keys.erase(key);
                if (change[0].is_object() && isComparedKey(key))
                    keys.emplace(key, toldValue(change[0]));
            }
        }
        const QByteArray different = ::difference(toldKeys(*conversion), keys);
        QVERIFY2(different.isEmpty(), different);
    }

    // Their values follow from the configuration alone.
    void constantsHaveTheirValues_data() { addFixtures({"fixtures/dev", "fixtures/dev-quantized"}); }
    void constantsHaveTheirValues()
    {
        QFETCH(QString, folder);
        const json expected = jsonFile(folder + QStringLiteral("/expected.json"))["sources"]["model"]["f32"];
        const auto conversion = convert::planConversion(checkpoint(folder + QStringLiteral("/model")));
        QVERIFY2(conversion, messageOf(conversion).c_str());
        for (const auto &tensor : conversion->tensors) {
            if (!tensor.sources.empty())
                continue;
            const auto found = std::find_if(expected["tensors"].begin(), expected["tensors"].end(),
                                            [&](const json &entry) { return entry["name"] == tensor.name; });
            QVERIFY(found != expected["tensors"].end());
            double sum = 0;
            for (const float value : tensor.values)
                sum += static_cast<double>(value);
            QVERIFY2(std::abs(sum - (*found)["sum"].get<double>()) < 1e-4 * std::abs(sum),
                     std::to_string(sum).c_str());
        }
    }

    // What is handed to the engine can be written, read back, and names its vocabulary's size.
    void headersAreLaidOut_data() { addFixtures({"fixtures/dev", "fixtures/dev-quantized"}); }
    void headersAreLaidOut()
    {
        QFETCH(QString, folder);
        const convert::Checkpoint read = checkpoint(folder + QStringLiteral("/model"));
        const auto conversion = convert::planConversion(read);
        QVERIFY(conversion);
        const auto header = convert::ggufHeader(*conversion);
        QVERIFY2(header, messageOf(header).c_str());
        QCOMPARE(header->tensors.size(), conversion->tensors.size());
        QCOMPARE(header->fileBytes, header->dataEnd());
        const std::string architecture(conversion->architecture->name);
        const auto *size = header->find(architecture + ".vocab_size");
        QVERIFY(size != nullptr && size->integer() == conversion->vocabulary);
        QCOMPARE(*header->find("tokenizer.ggml.model")->text(), std::string("none"));
        std::vector<int> used(conversion->sources.size());
        for (const auto &tensor : conversion->tensors) {
            for (const std::size_t source : tensor.sources)
                ++used.at(source);
        }
        for (std::size_t i = 0; i < used.size(); ++i) {
            const std::string &name = conversion->sources[i].name;
            const bool leftOut = name.find("vision") != std::string::npos ||
                                 name.find("projector") != std::string::npos ||
                                 name.find("rotary_emb.inv_freq") != std::string::npos ||
                                 name.ends_with(".bias") || name.ends_with("masked_bias") ||
                                 name == "lm_head.weight" || isFurtherLayer(*conversion, name);
            QVERIFY2(used[i] > 0 || leftOut, name.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestConvertHeaders)
#include "tst_convert_headers.moc"
