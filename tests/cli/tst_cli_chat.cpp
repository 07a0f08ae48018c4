// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/cli/chat_cases.h"

#include <QJsonDocument>

#include <csignal>

using namespace snug::test;
using namespace Qt::StringLiterals;

namespace {

const QString kChat = u"chat"_qs;
const QString kJson = u"--json"_qs;

QStringList brief(int tokens, const QStringList &more = {})
{
    return QStringList{u"--temperature"_qs, u"0"_qs, u"--max-tokens"_qs, QString::number(tokens)} + more;
}

QString textOf(const QJsonObject &event)
{
    return event.value(u"text"_qs).toString();
}

} // namespace

class TestCliChat : public QObject {
    Q_OBJECT

    QTemporaryDir m_home;
    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("SNUG_HOME", m_home.path().toUtf8());
        if (starter().isEmpty() || !QFile::exists(cli()))
            QSKIP("The models or snug-cli are not here; set SNUG_TEST_DATA.");
    }

    void theExactPromptIsShown()
    {
        const QStringList arguments = {u"--show-prompt"_qs, u"-p"_qs, u"Hi"_qs, u"--system"_qs,
                                       u"Be brief."_qs};
        const Ended json = runVerb(kChat, starter(), arguments + QStringList{kJson});
        QCOMPARE(json.exitCode, 0);
        const QJsonObject prompt = json.last().value(u"prompt"_qs).toObject();
        const QString text = textOf(prompt);
        for (const QString &part : {u"Be brief."_qs, u"Hi"_qs})
            QVERIFY2(text.contains(part), qPrintable(text));
        QVERIFY(text.indexOf(u"Be brief."_qs) < text.indexOf(u"Hi"_qs));
        QCOMPARE(prompt.value(u"ids"_qs).toArray().size(), prompt.value(u"tokens"_qs).toInt());
        QVERIFY2(eventsOf(json, u"delta"_qs).isEmpty(), "nothing is answered");
        const Ended plain = runVerb(kChat, starter(), arguments);
        QCOMPARE(QString::fromUtf8(plain.out), text + u'\n');
        QVERIFY(plain.err.contains(" tokens"));
    }

    void commandsShowTheTruth()
    {
        const Ended ended =
            runVerb(kChat, starter(), brief(8, {kJson}),
                    "/prompt Hi\n/context\nWhat is Q8_0?\n/prompt\n/context\n/template\n/lora\n"
                    "/lora 1 2\n/frobnicate\n/help\n");
        QCOMPARE(ended.exitCode, 0);
        const auto prompts = eventsOf(ended, u"prompt"_qs);
        QCOMPARE(prompts.size(), 2);
        QVERIFY(textOf(prompts[0]).contains(u"Hi"_qs));
        QVERIFY(textOf(prompts[1]).contains(u"What is Q8_0?"_qs));
        const auto answers = eventsOf(ended, u"answer"_qs);
        QCOMPARE(answers.size(), 1);
        // What was shown is what was read.
        QCOMPARE(prompts[1].value(u"tokens"_qs), answers[0].value(u"prompt_tokens"_qs));
        const auto contexts = eventsOf(ended, u"context"_qs);
        QCOMPARE(contexts.size(), 2);
        QCOMPARE(contexts[0].value(u"tokens"_qs).toInt(), 0);
        QVERIFY(contexts[1].value(u"tokens"_qs).toInt() >= prompts[1].value(u"tokens"_qs).toInt());
        QCOMPARE(contexts[1].value(u"limit"_qs).toInt(), 1024);
        const auto templates = eventsOf(ended, u"template"_qs);
        QCOMPARE(templates.size(), 1);
        QCOMPARE(templates[0].value(u"source"_qs).toString(), u"model"_qs);
        QVERIFY(textOf(templates[0]).contains(u"messages"_qs));
        QCOMPARE(eventsOf(ended, u"loras"_qs).size(), 1);
        QStringList logged;
        for (const QJsonObject &event : eventsOf(ended, u"log"_qs))
            logged << event.value(u"message"_qs).toString();
        QVERIFY(logged.filter(u"/frobnicate"_qs).size() == 1 && logged.filter(u"adapter"_qs).size() == 1);
    }

    void editAndUndoGoBack()
    {
        const Ended ended = runVerb(kChat, starter(), brief(6, {kJson}),
                                    "What is Q8_0?\nTell me more.\n/edit 1 What is a model?\n/prompt\n/undo\n"
                                    "/context\n/undo\n/edit 3 x\n/edit\nWhat is a model?\n");
        QCOMPARE(ended.exitCode, 0);
        const auto answers = eventsOf(ended, u"answer"_qs);
        QCOMPARE(answers.size(), 4);
        QCOMPARE(textOf(answers[3]), textOf(answers[2]));
        const QString prompt = textOf(eventsOf(ended, u"prompt"_qs).value(0));
        QVERIFY(prompt.contains(u"What is a model?"_qs) && !prompt.contains(u"Tell me more."_qs));
        QCOMPARE(eventsOf(ended, u"context"_qs)[0].value(u"tokens"_qs).toInt(), 0);
        QCOMPARE(eventsOf(ended, u"log"_qs).size(), 3);
    }

    void aConversationIsSavedOnce()
    {
        const QString file = m_folder.filePath(u"talk.md"_qs);
        const QByteArray save = "/save " + file.toUtf8() + '\n';
        const Ended ended =
            runVerb(kChat, starter(), brief(6), "What is Q8_0?\n" + save + save + "/save\n/quit\n");
        QCOMPARE(ended.exitCode, 0);
        QFile saved(file);
        QVERIFY(saved.open(QIODevice::ReadOnly));
        const QByteArray text = saved.readAll();
        QVERIFY(text.contains("\n## You\n\nWhat is Q8_0?\n") && text.count("\n## ") == 2);
        QVERIFY(ended.err.contains("exists already"));
    }

    void atTheEdgeTheUserChooses_data()
    {
        QTest::addColumn<QString>("choice");
        QTest::newRow("drop") << u"drop"_qs;
        QTest::newRow("summarise") << u"summarise"_qs;
    }
    void atTheEdgeTheUserChooses()
    {
        QFETCH(QString, choice);
        QByteArray text;
        for (int i = 0; i < 6; ++i)
            text +=
                "Question " + QByteArray::number(i) + ": " + QByteArray("what is it, ").repeated(12) + "\n";
        const QStringList arguments =
            brief(24, {u"--ctx"_qs, u"256"_qs, u"--system"_qs, u"Be brief."_qs, u"--at-edge"_qs, choice});
        const Ended ended =
            runVerb(kChat, starter(), arguments + QStringList{kJson}, text + "/prompt\n/context\n");
        QCOMPARE(ended.exitCode, 0);
        QCOMPARE(eventsOf(ended, u"answer"_qs).size(), 6);
        const auto cuts = eventsOf(ended, u"cut"_qs);
        QVERIFY(!cuts.isEmpty() && cuts.size() < 6);
        for (const QJsonObject &cut : cuts) {
            QVERIFY(cut.value(u"messages"_qs).toInt() > 0 && cut.value(u"messages"_qs).toInt() % 2 == 0);
            QVERIFY(cut.value(u"tokens"_qs).toInt() <= 256 - 24);
            QCOMPARE(cut.value(u"summary"_qs).toString().isEmpty(), choice == u"drop"_qs);
        }
        const QString prompt = textOf(eventsOf(ended, u"prompt"_qs)[0]);
        QVERIFY(prompt.contains(u"Be brief."_qs) && prompt.contains(u"Question 5"_qs));
        QVERIFY(!prompt.contains(u"Question 0"_qs));
        QCOMPARE(eventsOf(ended, u"context"_qs)[0].value(u"cut_messages"_qs),
                 cuts.last().value(u"messages"_qs));
        for (const QJsonObject &answer : eventsOf(ended, u"answer"_qs))
            QVERIFY(answer.value(u"context_used"_qs).toInt() <= 256);
        const Ended plain = runVerb(kChat, starter(), arguments, text);
        QVERIFY2(plain.err.contains("no longer sent"), plain.err.constData());
    }

    void stoppingTakesTheQuestionBack()
    {
        const QByteArray longQuestion = QByteArray("context ").repeated(2000);
        const Ended ended = runVerb(kChat, starter(), brief(4, {u"--ctx"_qs, u"256"_qs, kJson}),
                                    longQuestion + "\n/context\nHello\n");
        QCOMPARE(ended.exitCode, 0);
        QCOMPARE(eventsOf(ended, u"answer"_qs).size(), 1);
        QCOMPARE(eventsOf(ended, u"context"_qs)[0].value(u"tokens"_qs).toInt(), 0);
        QVERIFY(eventsOf(ended, u"cut"_qs).isEmpty());
    }

    void answersFollowAGrammar()
    {
        const QString grammar = written(m_folder, u"yes.gbnf"_qs, "root ::= \"yes\" | \"no\"\n");
        const Ended ended =
            runVerb(kChat, starter(), brief(20, {u"-p"_qs, u"Hi"_qs, u"--grammar"_qs, grammar, kJson}));
        QVERIFY2(textOf(ended.last()) == u"yes"_qs || textOf(ended.last()) == u"no"_qs,
                 ended.out.constData());
    }

    void answersFollowASchema()
    {
        const QString schema = written(
            m_folder, u"schema.json"_qs,
            R"({"type":"object","properties":{"size":{"enum":["small","large"]}},"required":["size"]})");
        const Ended ended =
            runVerb(kChat, starter(), brief(60, {u"-p"_qs, u"Hi"_qs, u"--json-schema"_qs, schema, kJson}));
        const QJsonObject answer = QJsonDocument::fromJson(textOf(ended.last()).toUtf8()).object();
        const QString size = answer.value(u"size"_qs).toString();
        QVERIFY2(size == u"small"_qs || size == u"large"_qs, ended.out.constData());
    }

    void aTextEndsAnAnswer()
    {
        const QStringList question = brief(40, {u"-p"_qs, u"What is Q8_0?"_qs, kJson});
        const QString whole = textOf(runVerb(kChat, starter(), question).last());
        const QString word = whole.section(u' ', 2, 2);
        QVERIFY(!word.isEmpty());
        const QJsonObject cut = runVerb(kChat, starter(), question + QStringList{u"--stop"_qs, word}).last();
        QCOMPARE(textOf(cut), whole.left(whole.indexOf(word)));
        QCOMPARE(cut.value(u"finish_reason"_qs).toString(), u"stop"_qs);
    }

    void whatAnswersAreToFollowIsChecked_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QByteArray>("content");
        const QString file = u"FILE"_qs;
        QTest::newRow("no grammar") << QStringList{u"--grammar"_qs, file} << QByteArray("this is ::= none (");
        QTest::newRow("no JSON") << QStringList{u"--json-schema"_qs, file} << QByteArray("{");
        QTest::newRow("no object") << QStringList{u"--json-schema"_qs, file} << QByteArray("[1]");
        QTest::newRow("too large") << QStringList{u"--grammar"_qs, file} << QByteArray(2 << 20, 'a');
        QTest::newRow("no file") << QStringList{u"--grammar"_qs, u"no-such-file"_qs} << QByteArray();
    }
    void whatAnswersAreToFollowIsChecked()
    {
        QFETCH(QStringList, options);
        QFETCH(QByteArray, content);
        options.replaceInStrings(u"FILE"_qs, written(m_folder, u"rules"_qs, content));
        const Ended ended = runVerb(kChat, starter(), brief(8, {u"-p"_qs, u"Hi"_qs, kJson}) + options);
        QVERIFY(ended.exitCode == 1 || ended.exitCode == 2);
        QVERIFY(!ended.last().value(u"message"_qs).toString().isEmpty());
        QVERIFY(!ended.crashed);
    }

    // A model that never wants to end.
    void anEndlessAnswerEndsWithTheContext()
    {
        const QString grammar = written(m_folder, u"endless.gbnf"_qs, "root ::= [a-z ] root\n");
        const Ended ended = runVerb(
            kChat, starter(), {u"-p"_qs, u"Hi"_qs, u"--ctx"_qs, u"256"_qs, u"--grammar"_qs, grammar, kJson});
        QCOMPARE(ended.exitCode, 0);
        QCOMPARE(ended.last().value(u"finish_reason"_qs).toString(), u"length"_qs);
        QVERIFY(ended.last().value(u"context_used"_qs).toInt() <= 256);
    }

    void anEndlessAnswerCanBeStopped()
    {
        const QString grammar = written(m_folder, u"endless.gbnf"_qs, "root ::= [a-z ] root\n");
        Running program(cli(), {kChat, starter(), u"--grammar"_qs, grammar, kJson});
        program.write("Hi\n");
        QVERIFY(!program.waitForEvent(u"delta"_qs).isEmpty());
        program.signal(SIGINT);
        const QJsonObject answer = program.waitForEvent(u"answer"_qs);
        QCOMPARE(answer.value(u"finish_reason"_qs).toString(), u"stopped"_qs);
        program.write("/quit\n");
        QCOMPARE(program.waitForEnd(20'000).exitCode, 0);
    }

    // Its vocabulary has every byte as a token, and heat chooses any of them.
    void brokenCharactersNeverLeaveTheProgram()
    {
        bool replaced = false;
        for (int seed = 1; seed <= 4; ++seed) {
            const QStringList arguments = {u"-p"_qs,
                                           u"Once"_qs,
                                           u"--temperature"_qs,
                                           u"50"_qs,
                                           u"--max-tokens"_qs,
                                           u"120"_qs,
                                           u"--top-k"_qs,
                                           u"0"_qs,
                                           u"--top-p"_qs,
                                           u"1"_qs,
                                           u"--min-p"_qs,
                                           u"0"_qs,
                                           u"--seed"_qs,
                                           QString::number(seed)};
            const Ended plain = runVerb(kChat, stories(), arguments);
            QCOMPARE(plain.exitCode, 0);
            QVERIFY2(plain.out.isValidUtf8(), plain.out.toHex().constData());
            const Ended json = runVerb(kChat, stories(), arguments + QStringList{kJson});
            QVERIFY(json.out.isValidUtf8() && !json.events().isEmpty());
            replaced = replaced || textOf(json.last()).contains(QChar(0xFFFD));
        }
        QVERIFY2(replaced, "there was something to replace");
    }
};

QTEST_GUILESS_MAIN(TestCliChat)
#include "tst_cli_chat.moc"
