// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/chat_title.h"

#include <QTest>

using namespace snug::chat;

// What is asked for a title, and what is made of the answer, which is a stranger's text.
class ChatTitleTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void asksBrieflyAboutTheBeginning();
    void thinkingIsSwitchedOffWhereItCanBe();
    void answers_data();
    void answers();
    void aHugeAnswerIsCut();
};

void ChatTitleTest::asksBrieflyAboutTheBeginning()
{
    std::vector<Message> messages(4);
    messages[0].text = "Question";
    messages[1].role = Role::Assistant;
    messages[1].text = std::string(1'000'000, 'x');
    messages[2].text = "Later";
    messages[3].role = Role::Assistant;
    const ChatRequest request = titleRequest(messages, Dialect::LlamaCpp);
    QCOMPARE(request.messages.size(), std::size_t{3});
    QCOMPARE(request.messages[0].text, std::string("Question"));
    QVERIFY(request.messages[1].text.size() < 10'000);
    QCOMPARE(request.messages[2].role, Role::User);
    QCOMPARE(request.sampling.temperature, std::optional<double>(0));
    QVERIFY(request.sampling.maxTokens && *request.sampling.maxTokens <= 64);
}

void ChatTitleTest::thinkingIsSwitchedOffWhereItCanBe()
{
    const std::vector<Message> messages(1);
    for (const Dialect dialect : {Dialect::LlamaCpp, Dialect::Vllm, Dialect::Sglang}) {
        const auto body = nlohmann::json::parse(requestBody(titleRequest(messages, dialect), false));
        QVERIFY(body["chat_template_kwargs"]["enable_thinking"] == false);
    }
    const auto standard =
        nlohmann::json::parse(requestBody(titleRequest(messages, Dialect::Standard), false));
    QVERIFY(!standard.contains("chat_template_kwargs"));
}

void ChatTitleTest::answers_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("title");
    const auto row = [](const char *name, const QByteArray &answer, const QByteArray &title) {
        QTest::newRow(name) << answer << title;
    };
    row("plain", "Bread with much water", "Bread with much water");
    row("quoted", "\"Bread with much water.\"\n", "Bread with much water");
    row("typographic quotes", "“Brot mit Wasser”", "Brot mit Wasser");
    row("markdown", "## **Bread** baking\n\nMore words.", "Bread baking");
    row("label", "**Title:** Bread", "Bread");
    row("later lines", "\n\n  Bread  \nAnother one", "Bread");
    row("thoughts", "<think>\nLong\nthoughts</think>\n\nBread", "Bread");
    row("endless thoughts", "<think>\nLong thoughts", "");
    row("a second thought", "<think>a</think>Bread<think>b", "");
    row("tags", "<b>Bread</b> <img src=x onerror=y>& <script>", "Bread &");
    row("a comparison", "When a < b", "When a < b");
    row("controls",
        "Br\x1b[31mea\x07"
        "d",
        "Br[31mead");
    row("turned text",
        "Bread \xE2\x80\xAE"
        "daerB",
        "Bread daerB");
    row("hidden text",
        "Br\xE2\x80\x8B"
        "ead\xEF\xBB\xBF",
        "Bread");
    row("tabs", "Bread\tand\t\twater", "Bread and water");
    row("no UTF-8", "Bread \xFF\xFE", "Bread \xEF\xBF\xBD\xEF\xBF\xBD");
    row("too many words", "a b c d e f g h i j k l", "a b c d e f g h");
    row("nothing", " \r\n\t", "");
    row("only marks", "***\n", "");
}

void ChatTitleTest::answers()
{
    QFETCH(QByteArray, answer);
    QFETCH(QByteArray, title);
    QCOMPARE(QByteArray::fromStdString(titleFromAnswer(answer.toStdString())), title);
}

void ChatTitleTest::aHugeAnswerIsCut()
{
    const std::string one = titleFromAnswer(std::string(1'000'000, 'x'));
    QCOMPARE(one.size(), std::size_t{60});
    std::string umlauts;
    for (int i = 0; i < 100'000; ++i)
        umlauts += "ä";
    const std::string cut = titleFromAnswer("x" + umlauts);
    QVERIFY(cut.size() <= 60);
    QVERIFY(cut.ends_with("ä"));
    std::string words;
    for (int i = 0; i < 100'000; ++i)
        words += "incomprehensibilities ";
    QCOMPARE(titleFromAnswer(words), std::string("incomprehensibilities incomprehensibilities"));
}

QTEST_APPLESS_MAIN(ChatTitleTest)
#include "tst_chat_title.moc"
