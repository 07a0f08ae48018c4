// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/folder_texts.h"
#include "core/convert/tokenizer/byte_pair_encoder.h"
#include "core/convert/tokenizer/pre_tokenizer.h"
#include "core/convert/tokenizer/tokenizer.h"
#include "tests/core/convert_fixture.h"
#include "tests/support/reference_values.h"
#include "tests/support/test_data.h"

#include <QTest>

#include <map>

using namespace snug;
using namespace snug::test;

namespace {

using nlohmann::json;

// The reference's keys about the tokenizer.
std::map<std::string, std::string> expectedKeys(const json &kv)
{
    std::map<std::string, std::string> keys;
    for (const auto &[key, value] : kv.items()) {
        if (key.starts_with("tokenizer."))
            keys.emplace(key, toldWhole(value));
    }
    return keys;
}

struct Made {
    convert::Tokenizer tokenizer;
    std::map<std::string, std::string> keys;
};

Result<Made> made(const QString &folder, const json &expected)
{
    const json config = jsonFile(folder + QStringLiteral("/config.json"));
    const convert::Architecture *architecture = convert::architectureOf(convert::className(config));
    if (architecture == nullptr)
        return fail(ErrorKind::Unsupported, "an unknown architecture");
    convert::FolderTexts texts(folder.toStdString());
    convert::TokenizerRequest request{architecture, &config,
                                      expected["tokenizer.ggml.tokens"]["count"].get<std::int64_t>(), ""};
    Made all;
    SNUG_TRY(all.tokenizer, convert::readTokenizer(request, texts));
    for (const auto &[key, value] : all.tokenizer.keys)
        all.keys[key] = toldWhole(value);
    return all;
}

convert::FastTokenizer fastTokenizer(const QString &folder)
{
    convert::FolderTexts texts(folder.toStdString());
    const auto text = texts.read("tokenizer.json", convert::kMostTokenizerBytes);
    auto parsed = convert::parseFastTokenizer(text && *text ? **text : std::string());
    return parsed ? *std::move(parsed) : convert::FastTokenizer();
}

// The published tokenizers that are BPE over bytes; the others are SentencePiece models.
void addBytePairTokenizers()
{
    QTest::addColumn<QString>("folder");
    const QString root = dataFile(QStringLiteral("fixtures/dev-tokenizers"));
    for (const QString &name : fixturesIn(root)) {
        const QString folder = root + QLatin1Char('/') + name;
        const convert::FastTokenizer fast = fastTokenizer(folder + QStringLiteral("/model"));
        if (!fast.words.empty() && !fast.isSentencePiece())
            QTest::newRow(name.toUtf8().constData()) << folder;
    }
}

} // namespace

// Of every fixture and every real tokenizer: all that the reference writes about its vocabulary.
class TestTokenizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (dataFile(QStringLiteral("fixtures")).isEmpty())
            QSKIP("The fixtures are not here; set SNUG_TEST_DATA.");
    }

    void everyKeyIsTheReferences_data() { addFixtures({"fixtures/dev", "fixtures/dev-tokenizers"}); }
    void everyKeyIsTheReferences()
    {
        QFETCH(QString, folder);
        const json expected = jsonFile(folder + QStringLiteral("/expected.json"));
        const json &kv = expected.contains("kv") ? expected["kv"] : expected["sources"]["model"]["kv"];
        const json names = jsonFile(dataFile(QStringLiteral("fixtures/pre_tokenizers.json")));
        const auto written = made(folder + QStringLiteral("/model"), kv);
        QVERIFY2(written, messageOf(written).c_str());
        auto wanted = expectedKeys(kv);
        auto keys = written->keys;
        const std::string kPre = "tokenizer.ggml.pre";
        QVERIFY(written->tokenizer.preTokenizerKnown);
        const std::string pre = samePreTokenizer(names, keys[kPre].substr(7));
        QVERIFY2(pre == samePreTokenizer(names, wanted[kPre].substr(7)), pre.c_str());
        keys.erase(kPre);
        wanted.erase(kPre);
        // There the reference gives all tokens one score, which loses their order.
        if (folder.endsWith(QStringLiteral("llama-spm-json"))) {
            keys.erase("tokenizer.ggml.scores");
            wanted.erase("tokenizer.ggml.scores");
        }
        for (const auto &[key, value] : wanted)
            QVERIFY2(keys[key] == value, (key + ": " + keys[key] + " instead of " + value).c_str());
        for (const auto &[key, value] : keys)
            QVERIFY2(wanted.contains(key), ("too much: " + key + " " + value).c_str());
    }

    // Ids of the `tokenizers` library itself.
    void textsBecomeTheSameIds_data() { addBytePairTokenizers(); }
    void textsBecomeTheSameIds()
    {
        QFETCH(QString, folder);
        const convert::FastTokenizer fast = fastTokenizer(folder + QStringLiteral("/model"));
        const auto encoder = convert::BytePairEncoder::of(fast);
        QVERIFY2(encoder, messageOf(encoder).c_str());
        const json expected = jsonFile(folder + QStringLiteral("/tokenization.json"));
        int compared = 0;
        for (const json &sample : expected["cases"]) {
            const auto text = sample["text"].get<std::string>();
            const QString unicode = QString::fromStdString(text);
            if (unicode != unicode.normalized(QString::NormalizationForm_C))
                continue;
            const auto ids = encoder->encode(text);
            QVERIFY2(ids, text.c_str());
            QVERIFY2(*ids == sample["ids"].get<std::vector<std::int64_t>>(), text.c_str());
            ++compared;
        }
        QVERIFY(compared > 15);
    }

    // Published vocabularies are found by the hash that the reference knows them by.
    void realTokenizersAreFoundByHash_data() { addBytePairTokenizers(); }
    void realTokenizersAreFoundByHash()
    {
        QFETCH(QString, folder);
        const convert::FastTokenizer fast = fastTokenizer(folder + QStringLiteral("/model"));
        const json expected = jsonFile(folder + QStringLiteral("/expected.json"));
        const auto encoder = convert::BytePairEncoder::of(fast);
        QVERIFY2(encoder, messageOf(encoder).c_str());
        const auto found = convert::preTokenizerOf(fast, *encoder, "");
        QCOMPARE(found.name, expected["kv"]["tokenizer.ggml.pre"]["value"].get<std::string>());
        QVERIFY(found.how == convert::PreTokenizerFinding::How::Hash);
    }

    // What nobody knows is said, with the nearest.
    void anUnknownSplitIsSaid()
    {
        convert::FastTokenizer fast = fastTokenizer(dataFile(QStringLiteral("fixtures/dev/qwen2/model")));
        fast.rest["pre_tokenizer"] = {{"type", "Split"},
                                      {"pattern", {{"Regex", R"(\p{L}{1,3}|.)"}}},
                                      {"behavior", "Isolated"},
                                      {"invert", false}};
        const auto encoder = convert::BytePairEncoder::of(fast);
        QVERIFY2(encoder, messageOf(encoder).c_str());
        const auto found = convert::preTokenizerOf(fast, *encoder, "qwen2");
        QVERIFY(!found.isKnown());
        QVERIFY(!found.name.empty());
        QVERIFY(found.alike < found.samples);
        QVERIFY(found.choices.size() > 2);
        QCOMPARE(found.choices.front(), found.name);
    }
};

QTEST_GUILESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
