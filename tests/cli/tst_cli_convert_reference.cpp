// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// Files that `convert` makes of the reference's fixtures, whole: every key and the bytes of every tensor.
#include "core/gguf/random_reader.h"
#include "core/gguf/reader.h"
#include "tests/cli/cli_process.h"
#include "tests/support/isolated_home.h"
#include "tests/support/reference_values.h"
#include "tests/support/test_data.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <map>

using namespace Qt::StringLiterals;
using namespace snug;
using namespace snug::test;

namespace {

using nlohmann::json;

// Where a file of ours says something else on purpose; the reason stands beside it.
bool isDeliberate(const QString &fixture, const std::string &key)
{
    // Who made the file, and of what.
    if (key == "general.quantized_by" || key.starts_with("general.source."))
        return true;
    // The reference gives all tokens of a byte-fallback tokenizer one score, and so loses the order in which
    // its merges apply; ours have scores.
    if (fixture == u"llama-spm-json"_s)
        return key == "tokenizer.ggml.scores";
    return false;
}

using Told = std::map<std::string, std::string>;

Told toldKeys(const gguf::Header &header, const QString &fixture)
{
    Told keys;
    for (const auto &pair : header.values) {
        if (!isDeliberate(fixture, pair.key))
            keys[pair.key] = toldWhole(pair.value);
    }
    return keys;
}

Told expectedKeys(const json &source, const std::string &type, const QString &fixture)
{
    Told keys;
    json all = source["kv"];
    all.update(source[type]["kv_changes"]);
    for (const auto &[key, value] : all.items()) {
        if (!isDeliberate(fixture, key))
            keys[key] = toldWhole(value);
    }
    return keys;
}

Told toldTensors(gguf::RandomReader &in, const gguf::Header &header)
{
    Told tensors;
    for (const gguf::Tensor &tensor : header.tensors) {
        std::vector<std::byte> bytes(static_cast<std::size_t>(tensor.bytes));
        std::string told(gguf::tensorTypeName(tensor.type));
        for (const auto dim : tensor.dims)
            told += " " + std::to_string(dim);
        const auto read = in.readAt(header.dataOffset + tensor.offset, bytes);
        tensors[tensor.name] = told + (read ? " " + hashOf(bytes) : " unreadable");
    }
    return tensors;
}

Told expectedTensors(const json &made)
{
    Told tensors;
    for (const json &tensor : made["tensors"]) {
        std::string told = tensor["type"].get<std::string>();
        for (const json &dim : tensor["ne"])
            told += " " + dim.dump();
        tensors[tensor["name"].get<std::string>()] = told + " " + tensor["sha256"].get<std::string>();
    }
    return tensors;
}

QByteArray difference(const Told &made, const Told &expected)
{
    for (const auto &[name, value] : expected) {
        const auto found = made.find(name);
        if (found == made.end())
            return QByteArray::fromStdString("missing: " + name);
        if (found->second != value)
            return QByteArray::fromStdString(name + ": " + found->second + " instead of " + value);
    }
    for (const auto &[name, value] : made) {
        if (!expected.contains(name))
            return QByteArray::fromStdString("too much: " + name + " " + value);
    }
    return {};
}

} // namespace

class CliConvertReferenceTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyFileIsTheReferences_data();
    void everyFileIsTheReferences();

private:
    QTemporaryDir m_home;
};

void CliConvertReferenceTest::initTestCase()
{
    if (dataFile(u"fixtures"_s).isEmpty())
        QSKIP("The fixtures are not here; set SNUG_TEST_DATA.");
    isolateIn(m_home.path());
}

void CliConvertReferenceTest::everyFileIsTheReferences_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("type");
    for (const char *group : {"fixtures/dev", "fixtures/dev-quantized"}) {
        const QString root = dataFile(QString::fromLatin1(group));
        for (const QString &name : fixturesIn(root)) {
            const QString folder = root + u'/' + name;
            const json expected = jsonFile(folder + u"/expected.json"_s);
            for (const auto &[source, made] : expected["sources"].items()) {
                for (const char *type : {"f32", "bf16", "f16", "q8_0"}) {
                    if (made.contains(type))
                        QTest::addRow("%s %s %s", qPrintable(name), source.c_str(), type)
                            << folder << QString::fromStdString(source) << QString::fromLatin1(type);
                }
            }
        }
    }
}

void CliConvertReferenceTest::everyFileIsTheReferences()
{
    QFETCH(const QString, folder);
    QFETCH(const QString, source);
    QFETCH(const QString, type);
    const QTemporaryDir target;
    const QString file = target.filePath(u"made.gguf"_s);
    const Ended ended = runProgram(program(u"snug-cli"_s), {u"convert"_s, folder + u'/' + source, u"-o"_s,
                                                            file, u"--type"_s, type, u"--json"_s});
    QVERIFY2(ended.exitCode == 0, ended.out + ended.err);

    const auto in = gguf::FileReader::open(file.toStdString());
    QVERIFY2(in, messageOf(in).c_str());
    auto header = gguf::readHeader(**in);
    QVERIFY2(header, messageOf(header).c_str());
    QVERIFY(gguf::loadArrays(**in, *header));
    const QString fixture = QDir(folder).dirName();
    const json expected = jsonFile(folder + u"/expected.json"_s)["sources"][source.toStdString()];
    auto keys = toldKeys(*header, fixture);
    auto wanted = expectedKeys(expected, type.toStdString(), fixture);
    const json names = jsonFile(dataFile(u"fixtures/pre_tokenizers.json"_s));
    for (Told *told : {&keys, &wanted}) {
        if (auto &pre = (*told)["tokenizer.ggml.pre"]; pre.starts_with("STRING "))
            pre = samePreTokenizer(names, pre.substr(7));
    }
    QByteArray differs = difference(keys, wanted);
    QVERIFY2(differs.isEmpty(), differs);
    differs = difference(toldTensors(**in, *header), expectedTensors(expected[type.toStdString()]));
    QVERIFY2(differs.isEmpty(), differs);
}

QTEST_GUILESS_MAIN(CliConvertReferenceTest)
#include "tst_cli_convert_reference.moc"
