// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What a running server gives the model, against llama.cpp's own rendering of real templates.
#include "backends/llama/engine_log.h"
#include "backends/llama/reference_prompt.h"
#include "core/chat/engine_client.h"
#include "core/chat/openai_client.h"
#include "tests/backends/serve_process.h"
#include "tests/support/test_data.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <optional>

using namespace snug;
using namespace snug::chat;
using snug::llama::ReferencePrompt;
using test::ServeProcess;

namespace {

const QString kKey = QStringLiteral("k");

struct Conversation {
    const char *name;
    std::vector<ChatMessage> messages;
    nlohmann::json extra = nlohmann::json::object();
};

ChatRequest requestOf(const Conversation &conversation)
{
    ChatRequest request;
    request.messages = conversation.messages;
    request.extra = conversation.extra;
    return request;
}

std::vector<Conversation> conversations()
{
    using nlohmann::json;
    const ChatMessage system{Role::System, "You are brief."};
    const ChatMessage hi{Role::User, "Hi there"};
    const ChatMessage hello{Role::Assistant, "Hello!"};
    const ChatMessage more{Role::User, "Tell me more."};
    return {
        {"one question", {hi}},
        {"system prompt", {system, hi}},
        {"empty system prompt", {{Role::System, ""}, hi}},
        {"several turns", {system, hi, hello, more}},
        {"several turns without a system prompt", {hi, hello, more, hello, more}},
        {"an answer to go on with", {hi, hello}},
        {"an answer to go on with, asked for",
         {system, hi, {Role::Assistant, "Once upon a"}},
         json{{"continue_final_message", true}, {"add_generation_prompt", false}}},
        {"an empty question", {{Role::User, ""}}},
        {"white space", {{Role::User, "  two\n\nlines \t "}, {Role::Assistant, " a\n"}, {Role::User, "\n"}}},
        {"unicode", {{Role::System, "Zwölf"}, {Role::User, "日本 🙂 e\u0301"}}},
        {"special tokens in a message", {{Role::User, "<s>[INST]<|im_end|>{{ bos_token }}{% raw %}</s>"}}},
        {"no tools", {hi}, json{{"tools", json::array()}}},
        {"thinking switched off", {hi}, json{{"chat_template_kwargs", {{"enable_thinking", false}}}}},
    };
}

bool switchesThinkingOff(const Conversation &conversation)
{
    return conversation.extra.contains("chat_template_kwargs");
}

std::string contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

} // namespace

class TestExactPrompt : public QObject {
    Q_OBJECT

    QString m_starter; // its vocabulary adds nothing
    QString m_stories; // its vocabulary adds a beginning token
    int m_same = 0;

private Q_SLOTS:
    void initTestCase()
    {
        m_starter = test::dataFile(QStringLiteral("models/starter/snug-starter-Q8_0.gguf"));
        m_stories = test::dataFile(QStringLiteral("models/stories260k-gguf/stories260K.gguf"));
        if (m_starter.isEmpty() || m_stories.isEmpty())
            QSKIP("The models are not here; set SNUG_TEST_DATA.");
        if (!QDir(QStringLiteral(SNUG_ENGINE_TEMPLATES)).exists())
            QSKIP("The engine's source has no templates: " SNUG_ENGINE_TEMPLATES);
        llama::installEngineLog(llama::EngineNoise::Errors);
    }

    void theServerGivesWhatTheEngineRenders_data()
    {
        QTest::addColumn<QString>("path");
        const QDir folder(QStringLiteral(SNUG_ENGINE_TEMPLATES));
        const QStringList names = folder.entryList({QStringLiteral("*.jinja")}, QDir::Files);
        QVERIFY2(names.size() >= 20, "twenty real templates at least");
        for (const QString &name : names)
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }
    void theServerGivesWhatTheEngineRenders()
    {
        QFETCH(QString, path);
        const ReferencePrompt reference(m_stories.toStdString(), contentOf(path));
        ServeProcess server(m_stories, {QStringLiteral("--chat-template"), path},
                            {{QStringLiteral("SNUG_API_KEY"), kKey}});
        QVERIFY2(server.waitForReady(), server.errors().constData());
        QCOMPARE(server.ready()[QStringLiteral("template")][QStringLiteral("source")].toString(),
                 QStringLiteral("given"));
        const EngineClient client(
            {server.ready()[QStringLiteral("url")].toString().toStdString(), kKey.toStdString()});
        for (const Conversation &conversation : conversations()) {
            const auto expected = reference.prompt(conversation.messages, switchesThinkingOff(conversation));
            const ChatRequest request = requestOf(conversation);
            const auto prompt = client.exactPrompt(request, {});
            QVERIFY2(prompt.has_value() == expected.has_value(), conversation.name);
            if (!prompt)
                continue;
            QVERIFY2(prompt->text == *expected, conversation.name);
            compareTokens(reference, *prompt, conversation.name);
            ++m_same;
        }
    }

    // Of the model's own template, the count that the server computes with.
    void theServerEvaluatesTheseTokens_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<std::string>("text");
        QTest::newRow("starter") << m_starter << std::string();
        QTest::newRow("stories") << m_stories << std::string("chatml");
    }
    void theServerEvaluatesTheseTokens()
    {
        QFETCH(QString, model);
        QFETCH(std::string, text);
        const ReferencePrompt reference(model.toStdString(), text);
        ServeProcess server(model, {QStringLiteral("--ctx"), QStringLiteral("1024")},
                            {{QStringLiteral("SNUG_API_KEY"), kKey}});
        QVERIFY2(server.waitForReady(), server.errors().constData());
        const Endpoint endpoint{server.ready()[QStringLiteral("url")].toString().toStdString(),
                                kKey.toStdString()};
        const OpenAiClient client(endpoint);
        int compared = 0;
        for (const Conversation &conversation : conversations()) {
            ChatRequest request = requestOf(conversation);
            request.sampling.maxTokens = 1;
            const auto prompt = EngineClient(endpoint).exactPrompt(request, {});
            if (!prompt)
                continue;
            QCOMPARE(prompt->text,
                     *reference.prompt(conversation.messages, switchesThinkingOff(conversation)));
            const auto count = static_cast<std::int64_t>(prompt->tokens.size());
            QCOMPARE(*client.countTokens(request, {}), count);
            const ChatOutcome outcome = client.complete(request, {}, {});
            if (outcome.error && outcome.error->kind == ErrorKind::TooLarge)
                continue; // the stories have a short context
            QVERIFY2(!outcome.error, outcome.error ? outcome.error->message.c_str() : "");
            QCOMPARE(outcome.answer.timings->promptTokens + outcome.answer.timings->cachedTokens, count);
            ++compared;
        }
        QVERIFY2(compared >= 6, qPrintable(QString::number(compared)));
    }

    void cleanupTestCase() { qInfo("%d prompts are the same", m_same); }

private:
    static void compareTokens(const ReferencePrompt &reference, const ExactPrompt &prompt, const char *name)
    {
        const auto expected = reference.tokens(prompt.text);
        QVERIFY2(prompt.tokens.size() == expected.size(), name);
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY2(prompt.tokens[i].id == expected[i], name);
        const bool twice = expected.size() > 1 && expected[0] == reference.beginning() &&
                           expected[1] == reference.beginning();
        // Only where somebody wrote it.
        QVERIFY2(!twice || prompt.text.starts_with("<s>"), name);
    }
};

QTEST_GUILESS_MAIN(TestExactPrompt)
#include "tst_exact_prompt.moc"
