// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What the engine makes of texts with converted vocabularies, against the models' own tokenizers.
#include "backends/llama/dry_folder.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/tokenizer_check.h"
#include "core/convert/folder_texts.h"
#include "core/convert/tokenizer/tokenizer.h"
#include "core/gguf/random_reader.h"
#include "core/gguf/reader.h"
#include "tests/core/convert_fixture.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace snug;
using namespace snug::test;

namespace {

using nlohmann::json;

// A converted tokenizer and a file with nothing but it, which the engine reads.
class Converted {
public:
    static Result<Converted> of(const QString &folder, std::int64_t vocabulary, const std::string &pre = {})
    {
        const json config = jsonFile(folder + QStringLiteral("/config.json"));
        const convert::Architecture *architecture = convert::architectureOf(convert::className(config));
        if (architecture == nullptr)
            return fail(ErrorKind::Unsupported, "an unknown architecture");
        convert::FolderTexts texts(folder.toStdString());
        SNUG_TRY(llama::DryFolder work, llama::DryFolder::make());
        Converted made(std::move(work));
        SNUG_TRY(made.m_tokenizer, convert::readTokenizer({architecture, &config, vocabulary, pre}, texts));
        gguf::Header draft;
        draft.values = made.m_tokenizer.keys;
        draft.values.push_back({"general.architecture", gguf::Value(std::string(architecture->name))});
        SNUG_TRY(made.m_file, made.m_work.write("vocabulary", std::move(draft)));
        return made;
    }

    [[nodiscard]] const convert::Tokenizer &tokenizer() const { return m_tokenizer; }

    [[nodiscard]] Result<std::vector<convert::EngineEncoding>>
    encode(std::span<const convert::SampleEncoding> samples) const
    {
        return llama::encodeByEngine(m_file, samples);
    }

    // What the user would be told.
    [[nodiscard]] Result<std::vector<std::string>> disagreements() const
    {
        SNUG_TRY(const auto engine, encode(m_tokenizer.samples));
        return convert::disagreements(m_tokenizer.samples, engine, m_tokenizer.preTokenizerPublished);
    }

private:
    explicit Converted(llama::DryFolder work) : m_work(std::move(work)) {}

    llama::DryFolder m_work;
    convert::Tokenizer m_tokenizer;
    std::filesystem::path m_file;
};

std::int64_t vocabularyOf(const QString &folder)
{
    const json expected = jsonFile(folder + QStringLiteral("/expected.json"));
    const json &kv = expected.contains("kv") ? expected["kv"] : expected["sources"]["model"]["kv"];
    return kv["tokenizer.ggml.tokens"]["count"].get<std::int64_t>();
}

bool hasMarks(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.isMark(); });
}

QByteArray joined(const std::vector<std::string> &sentences)
{
    QByteArray all;
    for (const std::string &sentence : sentences)
        all += QByteArray::fromStdString(sentence) + '\n';
    return all;
}

const gguf::Value *valueOf(const convert::Tokenizer &tokenizer, std::string_view key)
{
    for (const gguf::KeyValue &pair : tokenizer.keys) {
        if (pair.key == key)
            return &pair.value;
    }
    return nullptr;
}

} // namespace

class TestTokenizerCheck : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (dataFile(QStringLiteral("fixtures")).isEmpty())
            QSKIP("The fixtures are not here; set SNUG_TEST_DATA.");
        llama::installEngineLog(llama::EngineNoise::Errors);
    }

    // The ids that the model's own tokenizer makes, told by the libraries that it was published for.
    void theEngineEncodesAsTheModel_data()
    {
        QTest::addColumn<QString>("folder");
        const QString root = dataFile(QStringLiteral("fixtures/dev-tokenizers"));
        for (const QString &name : fixturesIn(root))
            QTest::newRow(name.toUtf8().constData()) << root + QLatin1Char('/') + name;
    }
    void theEngineEncodesAsTheModel()
    {
        QFETCH(QString, folder);
        const auto converted = Converted::of(folder + QStringLiteral("/model"), vocabularyOf(folder));
        QVERIFY2(converted, messageOf(converted).c_str());
        std::vector<convert::SampleEncoding> samples;
        const json expected = jsonFile(folder + QStringLiteral("/tokenization.json"));
        for (const json &sample : expected["cases"]) {
            // The engine does not bring texts into that form, as tokenizers do.
            const auto text = sample["text"].get<std::string>();
            const QString unicode = QString::fromStdString(text);
            if (unicode != unicode.normalized(QString::NormalizationForm_C))
                continue;
            // Its expression for that tokenizer cuts before marks (llama-vocab.cpp, PRE_TYPE_GPT4O).
            if (folder.endsWith(QStringLiteral("gptoss")) && hasMarks(unicode))
                continue;
            samples.push_back({text, true, sample["ids"].get<std::vector<std::int64_t>>()});
        }
        QVERIFY(samples.size() > 12);
        const auto engine = converted->encode(samples);
        QVERIFY2(engine, messageOf(engine).c_str());
        for (std::size_t i = 0; i < samples.size(); ++i)
            QVERIFY2((*engine)[i].ids == samples[i].ids, samples[i].text.c_str());
    }

    // Of every tokenizer that can be converted, our own pipeline and the engine agree about the samples.
    void nothingIsFoundWhereNothingIsWrong_data()
    {
        addFixtures({"fixtures/dev", "fixtures/dev-tokenizers"});
    }
    void nothingIsFoundWhereNothingIsWrong()
    {
        QFETCH(QString, folder);
        const auto converted = Converted::of(folder + QStringLiteral("/model"), vocabularyOf(folder));
        QVERIFY2(converted, messageOf(converted).c_str());
        QVERIFY(converted->tokenizer().samples.size() > 20);
        QElapsedTimer timer;
        timer.start();
        const auto found = converted->disagreements();
        QVERIFY2(found, messageOf(found).c_str());
        qInfo("%lld ms", static_cast<long long>(timer.elapsed()));
        if (folder.endsWith(QStringLiteral("gptoss"))) {
            // See above.
            QCOMPARE(found->size(), std::size_t{1});
            QVERIFY(joined(*found).contains("That is the engine's way with this tokenizer"));
            return;
        }
        QVERIFY2(found->empty(), joined(*found).constData());
    }

    void aWrongPreTokenizerIsFound_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<std::string>("pre");
        QTest::newRow("qwen3 as gpt-2") << QStringLiteral("qwen3") << std::string("gpt-2");
        QTest::newRow("gpt2 as llama 3") << QStringLiteral("gpt2") << std::string("llama-bpe");
        QTest::newRow("gpt-oss as qwen2") << QStringLiteral("gptoss") << std::string("qwen2");
        QTest::newRow("smollm2 as falcon")
            << QStringLiteral("smollm2-135m-instruct") << std::string("falcon");
    }
    void aWrongPreTokenizerIsFound()
    {
        QFETCH(QString, name);
        QFETCH(std::string, pre);
        const QString folder = dataFile(QStringLiteral("fixtures/dev-tokenizers/") + name);
        const auto converted = Converted::of(folder + QStringLiteral("/model"), vocabularyOf(folder), pre);
        QVERIFY2(converted, messageOf(converted).c_str());
        const auto found = converted->disagreements();
        QVERIFY2(found, messageOf(found).c_str());
        QCOMPARE(found->size(), std::size_t{1});
        QVERIFY2(QByteArray::fromStdString(found->front()).startsWith("The engine makes other tokens of "),
                 found->front().c_str());
        qInfo("%s", found->front().c_str());
    }

    // Files that somebody else made of the same models.
    void vocabulariesAreThoseOfPublishedFiles_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("file");
        QTest::newRow("stories260k") << QStringLiteral("models/stories260k-hf")
                                     << QStringLiteral("models/stories260k-gguf/stories260K.gguf");
        QTest::newRow("starter") << QStringLiteral("models/starter/hf")
                                 << QStringLiteral("models/starter/snug-starter-Q8_0.gguf");
    }
    void vocabulariesAreThoseOfPublishedFiles()
    {
        QFETCH(QString, folder);
        QFETCH(QString, file);
        const auto reader = gguf::FileReader::open(dataFile(file).toStdString());
        QVERIFY2(reader, messageOf(reader).c_str());
        auto header = gguf::readHeader(**reader);
        QVERIFY2(header, messageOf(header).c_str());
        QVERIFY(gguf::loadArrays(**reader, *header));
        const gguf::Array *tokens = header->find("tokenizer.ggml.tokens")->array();
        const auto converted = Converted::of(dataFile(folder), static_cast<std::int64_t>(tokens->count));
        QVERIFY2(converted, messageOf(converted).c_str());
        for (const char *key : {"tokenizer.ggml.tokens", "tokenizer.ggml.merges"}) {
            if (header->find(key) == nullptr)
                continue;
            const gguf::Value *made = valueOf(converted->tokenizer(), key);
            QVERIFY2(made != nullptr && made->array() != nullptr, key);
            QVERIFY2(made->array()->content == header->find(key)->array()->content, key);
        }
        const auto found = converted->disagreements();
        QVERIFY2(found, messageOf(found).c_str());
        QVERIFY2(found->empty(), joined(*found).constData());
    }

    void theModelsOwnTemplateIsKept_data()
    {
        QTest::addColumn<QString>("folder");
        for (const char *folder : {"fixtures/dev-tokenizers/qwen3", "fixtures/dev-tokenizers/qwen2.5"})
            QTest::newRow(folder) << dataFile(QString::fromLatin1(folder));
    }
    void theModelsOwnTemplateIsKept()
    {
        QFETCH(QString, folder);
        const auto converted = Converted::of(folder + QStringLiteral("/model"), vocabularyOf(folder));
        QVERIFY2(converted, messageOf(converted).c_str());
        const json expected = jsonFile(folder + QStringLiteral("/expected.json"));
        const gguf::Value *made = valueOf(converted->tokenizer(), "tokenizer.chat_template");
        QVERIFY(made != nullptr && made->text() != nullptr);
        QCOMPARE(*made->text(), expected["kv"]["tokenizer.chat_template"]["value"].get<std::string>());
    }
};

QTEST_GUILESS_MAIN(TestTokenizerCheck)
#include "tst_tokenizer_check.moc"
