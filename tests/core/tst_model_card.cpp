// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/folder_texts.h"
#include "core/convert/front_matter.h"
#include "core/convert/model_card.h"
#include "core/convert/model_name.h"
#include "core/gguf/text.h"
#include "tests/core/convert_fixture.h"
#include "tests/support/made_texts.h"
#include "tests/support/test_data.h"

#include <QTest>

#include <map>

using namespace snug;
using namespace snug::test;

namespace {

using nlohmann::json;

std::string told(const gguf::Value &value)
{
    if (const gguf::Array *array = value.array()) {
        std::string all = "ARRAY";
        for (const std::string &text : array->strings().value_or(std::vector<std::string>()))
            all += " " + json(text).dump();
        return all;
    }
    if (value.type() == gguf::ValueType::Int32)
        return "INT32 " + std::to_string(*value.integer());
    return toldValue(value);
}

std::map<std::string, std::string> told(const std::vector<gguf::KeyValue> &keys)
{
    std::map<std::string, std::string> all;
    for (const auto &[key, value] : keys)
        all[key] = told(value);
    return all;
}

// Of a card and the file beside it.
std::map<std::string, std::string> keysOf(std::string card, std::string generation = "{}",
                                          std::string_view name = "model",
                                          const json &config = json::object())
{
    MadeTexts texts;
    texts.files = {{"README.md", std::move(card)}, {"generation_config.json", std::move(generation)}};
    return told(convert::modelCardKeys({name, &config, {7'000'000'000, 7'000'000'000, 0, 0}}, texts));
}

QByteArray partsOf(std::string_view name, std::int64_t parameters)
{
    const auto found = convert::modelNameOf(name, parameters);
    QStringList parts;
    for (const auto &part :
         {found.organization, found.basename, found.finetune, found.version, found.sizeLabel})
        parts += QString::fromStdString(part.value_or("-"));
    return parts.join(QLatin1Char('|')).toUtf8();
}

} // namespace

// What a file tells about the model beside its weights.
class TestModelCard : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fixtures_data() { addFixtures({"fixtures/dev"}); }
    void fixtures()
    {
        QFETCH(QString, folder);
        const json expected = jsonFile(folder + QStringLiteral("/expected.json"));
        for (const auto &[source, made] : expected["sources"].items()) {
            if (!made.contains("kv"))
                continue;
            const QString at = folder + QLatin1Char('/') + QString::fromStdString(source);
            const auto checkpoint = convert::readCheckpoint(at.toStdString());
            QVERIFY2(checkpoint, messageOf(checkpoint).c_str());
            const auto conversion = convert::planConversion(*checkpoint, convert::OutputType::F32);
            QVERIFY2(conversion, messageOf(conversion).c_str());
            convert::FolderTexts texts(at.toStdString());
            auto keys = told(convert::modelCardKeys(
                {source, &checkpoint->config, convert::parametersOf(conversion->tensors)}, texts));
            for (const auto &[key, value] : made["kv"].items()) {
                if (!key.starts_with("general.") || isComparedKey(key))
                    continue;
                const std::string wanted = toldValue(value);
                QVERIFY2(keys[key] == wanted, (key + ": " + keys[key] + " instead of " + wanted).c_str());
                keys.erase(key);
            }
            QVERIFY2(keys.empty(), keys.empty() ? "" : ("too much: " + keys.begin()->first).c_str());
        }
    }

    void namesTellTheirParts_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<qint64>("parameters");
        QTest::addColumn<QByteArray>("parts");
        const auto row = [](const char *name, double billions, const char *parts) {
            QTest::newRow(name) << QByteArray(name) << static_cast<qint64>(billions * 1e9)
                                << QByteArray(parts);
        };
        row("Mistral-7B-Instruct-v0.2", 7, "-|Mistral|Instruct|v0.2|7B");
        row("meta-llama/Llama-3.2-1B-Instruct", 1.2, "meta-llama|Llama-3.2|Instruct|-|1B");
        row("Mixtral-8x7B-Instruct-v0.1", 47, "-|Mixtral|Instruct|v0.1|8x7B");
        row("Qwen3-30B-A3B", 30, "-|Qwen3|-|-|30B-A3B");
        row("Phi-3-mini-4k-instruct", 3.8, "-|Phi-3|4k-instruct|-|mini");
        row("Phi-3.5-mini-instruct", 3.8, "-|Phi-3.5|instruct|-|mini");
        row("bloom-7b1", 7.1, "-|bloom|-|-|7.1B");
        row("gemma-2-9b-it", 9, "-|gemma-2|it|-|9B");
        row("granite-3.1-1b-a400m-instruct", 1.3, "-|granite-3.1|instruct|-|1B-a400M");
        row("gpt2", 0.1, "-|-|-|-|-");
        row("gpt2-medium", 0.3, "-|gpt2|-|-|medium");
        row("Tiny-Q4_K_M-1B", 1, "-|Tiny|-|-|1B");
        row("A name of words", 1, "-|-|-|-|-");
        row("./Llama-7B", 7, "-|Llama|-|-|7B");
        row("--", 1, "-|-|-|-|-");
    }
    void namesTellTheirParts()
    {
        QFETCH(QByteArray, name);
        QFETCH(qint64, parameters);
        QFETCH(QByteArray, parts);
        QCOMPARE(partsOf(name.toStdString(), parameters), parts);
    }

    void titles()
    {
        QCOMPARE(convert::titleOf("tiny-llama-1b-v0.2"), std::string("Tiny Llama 1b v0.2"));
        QCOMPARE(convert::titleOf("meta-llama"), std::string("Meta Llama"));
        QCOMPARE(convert::titleOf("SmolLM2-135M"), std::string("SmolLM2 135M"));
        QCOMPARE(convert::titleOf("gpt2"), std::string("Gpt2"));
        QCOMPARE(convert::titleOf("gpt2x"), std::string("Gpt2X"));
    }

    void sizes()
    {
        const auto label = [](std::int64_t shared, std::int64_t expert, std::int64_t experts) {
            return convert::sizeLabelOf({shared + expert * experts, shared, expert, experts});
        };
        QCOMPARE(label(7'241'732'096, 0, 0), std::string("7.2B"));
        QCOMPARE(label(134'515'008, 0, 0), std::string("135M"));
        QCOMPARE(label(999'600, 0, 0), std::string("1000K"));
        QCOMPARE(label(70'553'706'496, 0, 0), std::string("71B"));
        QCOMPARE(label(400, 0, 0), std::string("0.40K"));
        QCOMPARE(label(1'600'000'000, 5'600'000'000, 8), std::string("8x7.2B"));
    }

    void cards_data()
    {
        QTest::addColumn<QByteArray>("card");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        const auto row = [](const char *name, const char *card, const char *key, const char *value) {
            QTest::newRow(name) << QByteArray("---\n") + card + "---\n# A model\nlicense: none\n"
                                << QByteArray(key) << QByteArray(value);
        };
        row("license", "license: mit # as ever\n", "license", "STRING mit");
        row("licenses", "license:\n- mit\n- apache-2.0\n", "license", "STRING mit,apache-2.0");
        row("license's name", "license: other\nlicense_name: 'Bob''s own'\n", "license.name",
            "STRING Bob's own");
        row("license's link", "license_link: https://example.org/LICENSE#a\n", "license.link",
            "STRING https://example.org/LICENSE#a");
        row("indented list", "tags:\n  - a\n  - \"b: c\"\n", "tags", "ARRAY \"a\" \"b: c\"");
        row("flow list", "tags: [a, 'b, c',\n  d]\n", "tags", "ARRAY \"a\" \"b, c\" \"d\"");
        row("pipeline", "pipeline_tag: text-generation\ntags:\n- a\n", "tags",
            "ARRAY \"a\" \"text-generation\"");
        row("languages", "language:\n- en\n- no\n", "languages", "ARRAY \"en\" \"no\"");
        row("a language", "language: de\n", "languages", "ARRAY \"de\"");
        row("base model", "base_model: org-x/tiny-1b\n", "base_model.0.name", "STRING Tiny 1b");
        row("its owner", "base_model: org-x/tiny-1b\n", "base_model.0.organization", "STRING Org X");
        row("its address", "base_model: org-x/tiny-1b\n", "base_model.0.repo_url",
            "STRING https://huggingface.co/org-x/tiny-1b");
        row("base models", "base_model:\n- a/b\n- c/d-v2\n", "base_model.1.version", "STRING v2");
        row("count", "base_model:\n- a/b\n- c/d-v2\n", "base_model.count", "UINT32 2");
        row("address", "base_model: https://huggingface.co/a/b-c\n", "base_model.0.name", "STRING B C");
        row("other address", "base_model: https://example.org/a/b\n", "base_model.0.repo_url",
            "STRING https://example.org/a/b");
        row("in words", "datasets:\n- name: A set\n  organization: Them\n- b/c\n", "dataset.0.organization",
            "STRING Them");
        row("after words", "datasets:\n- name: A set\n  organization: Them\n- b/c\n", "dataset.1.name",
            "STRING C");
        row("long text", "description: >\n  One\n  two.\nlicense: mit\n", "description", "STRING One two.\n");
        row("nested", "model-index:\n- name: x\n  results:\n  - task: y\nlicense: mit\n", "license",
            "STRING mit");
        row("creator", "model_creator: Me\n", "author", "STRING Me");
        row("name", "model_name: My Model\n", "name", "STRING My Model");
        row("nothing", "license: null\n", "license", "");
        row("empty", "tags: []\n", "tags", "");
    }
    void cards()
    {
        QFETCH(QByteArray, card);
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        auto keys = keysOf(card.toStdString());
        QCOMPARE(QByteArray::fromStdString(keys["general." + key.toStdString()]), value);
    }

    void withoutFrontMatterThereIsOnlyTheName()
    {
        const std::map<std::string, std::string> wanted = {{"general.name", "STRING Model"},
                                                           {"general.size_label", "STRING 7.0B"}};
        QCOMPARE(keysOf("# A model\n---\nlicense: mit\n---\n"), wanted);
        QCOMPARE(keysOf(""), wanted);
        QCOMPARE(keysOf("---\n]]]: {\n- \n  -\n: :\n\"\n'\n- [a\n", "no json"), wanted);
    }

    void samplingIsThatOfTheGenerationConfig()
    {
        const auto keys = keysOf("", R"({"temperature": 0.5, "top_p": 1, "top_k": 20.0,
                                        "repetition_penalty": 1.5,
                                        "penalty_last_n": 64, "sequence": "top_k",
                                        "min_p": null, "mirostat": 2.5})");
        const std::map<std::string, std::string> wanted = {
            {"general.name", "STRING Model"},
            {"general.size_label", "STRING 7.0B"},
            {"general.sampling.temp", "FLOAT32 0.500000"},
            {"general.sampling.top_p", "FLOAT32 1.000000"},
            {"general.sampling.top_k", "INT32 20"},
            {"general.sampling.penalty_repeat", "FLOAT32 1.500000"},
            {"general.sampling.penalty_last_n", "INT32 64"},
            {"general.sampling.sequence", "STRING top_k"}};
        QCOMPARE(keys, wanted);
    }

    void theConfigurationNamesTheModelBeforeItsFolder()
    {
        auto keys = keysOf("", "{}", "snapshot", {{"_name_or_path", "some-org/Real-7B-chat"}});
        QCOMPARE(keys["general.name"], std::string("STRING Real 7B Chat"));
        QCOMPARE(keys["general.organization"], std::string("STRING Some Org"));
        QCOMPARE(keys["general.finetune"], std::string("STRING chat"));
        QCOMPARE(keys["general.size_label"], std::string("STRING 7B"));
        keys = keysOf("", "{}", "Folder-7B", {{"_name_or_path", "/somewhere/else/models/x"}});
        QCOMPARE(keys["general.name"], std::string("STRING Folder 7B"));
    }

    // Lines that are no UTF-8 tell nothing, and long texts end with a whole character.
    void whatIsWrittenIsText()
    {
        std::string letters = "x";
        while (letters.size() < 10'000)
            letters += "\u00e9";
        auto keys = keysOf("---\nauthor: \xFF\nversion: 2\ndescription: " + letters + "\nmodel_name: \"" +
                           letters + "\"\nurl: |\n  " + letters + "\n---\n");
        QVERIFY(!keys.contains("general.author"));
        QCOMPARE(keys["general.version"], std::string("STRING 2"));
        for (const char *key : {"general.description", "general.name", "general.source.url"}) {
            QVERIFY2(keys[key].size() > 4000 && keys[key].size() < 4200, key);
            QVERIFY2(gguf::isUtf8(keys[key]), key);
        }
        keys = keysOf("", "{}", letters);
        QVERIFY(gguf::isUtf8(keys["general.name"]));
        QVERIFY(!keysOf("", R"({"temperature": 1e300})").contains("general.sampling.temp"));
    }
};

QTEST_GUILESS_MAIN(TestModelCard)
#include "tst_model_card.moc"
