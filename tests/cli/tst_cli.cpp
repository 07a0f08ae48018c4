// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/events.h"
#include "core/chat/openai_client.h"
#include "tests/cli/cli_process.h"
#include "tests/support/test_data.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace snug;
using namespace Qt::StringLiterals;
using test::Ended;
using test::Input;
using test::Running;

namespace {

const QString kJson = u"--json"_qs;

QString cli()
{
    return test::program(u"snug-cli"_qs);
}

QString starter()
{
    return test::dataFile(u"models/starter/snug-starter-Q8_0.gguf"_qs);
}

Ended run(const QStringList &arguments, const QByteArray &text = {})
{
    return test::runProgram(cli(), arguments, Input::Open, text);
}

// Something listens at the address of a `ready` event.
bool answers(const QJsonObject &ready)
{
    const chat::OpenAiClient client({ready.value(u"url"_qs).toString().toStdString(), {}});
    const auto properties = client.properties({});
    return properties || properties.error().kind != ErrorKind::Network;
}

QStringList filesBelow(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden);
}

} // namespace

class TestCli : public QObject {
    Q_OBJECT

    QTemporaryDir m_home;

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("SNUG_HOME", m_home.path().toUtf8());
        QVERIFY2(QFile::exists(cli()), qPrintable(cli()));
    }

    void helpAndVersion()
    {
        const Ended help = run({u"--help"_qs});
        QCOMPARE(help.exitCode, 0);
        for (const char *verb : {"devices", "inspect", "fit", "chat", "serve"}) {
            QVERIFY2(help.out.contains(verb), verb);
            const Ended own = run({QString::fromUtf8(verb), u"--help"_qs});
            QCOMPARE(own.exitCode, 0);
            QVERIFY(own.out.contains("Usage: snug-cli " + QByteArray(verb)));
            QVERIFY(own.out.contains("--json"));
        }
        QVERIFY(!help.out.contains("probe-plugin"));
        QVERIFY(run({u"--version"_qs}).out.startsWith("snug-cli "));
    }

    void wrongUsage_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("unknown verb") << QStringList{u"frobnicate"_qs};
        QTest::newRow("no verb") << QStringList{};
        QTest::newRow("unknown option") << QStringList{u"inspect"_qs, u"a"_qs, u"--frobnicate"_qs};
        QTest::newRow("missing argument") << QStringList{u"inspect"_qs};
        QTest::newRow("too many") << QStringList{u"inspect"_qs, u"a"_qs, u"b"_qs};
        QTest::newRow("no number") << QStringList{u"chat"_qs, u"m"_qs,     u"-p"_qs,
                                                  u"x"_qs,    u"--ctx"_qs, u"many"_qs};
        QTest::newRow("hostile verb") << QStringList{u"\x1b[31m"_qs};
    }
    void wrongUsage()
    {
        QFETCH(const QStringList, arguments);
        const Ended text = run(arguments);
        QCOMPARE(text.exitCode, 2);
        QVERIFY(text.out.isEmpty());
        QVERIFY(text.err.startsWith("snug-cli: ") && !text.err.contains('\x1b'));
        const Ended json = run(arguments + QStringList{kJson});
        QCOMPARE(json.exitCode, 2);
        QCOMPARE(json.events().size(), 1);
        QCOMPARE(json.last().value(u"kind"_qs).toString(), u"invalid_argument"_qs);
    }

    void inspectEndsWithItsResult()
    {
        if (starter().isEmpty())
            QSKIP("the starter model is not there");
        const Ended ended = run({u"inspect"_qs, starter(), kJson});
        QCOMPARE(ended.exitCode, 0);
        QCOMPARE(ended.last().value(u"event"_qs).toString(), u"result"_qs);
        QCOMPARE(ended.last().value(u"architecture"_qs).toString(), u"llama"_qs);
        QVERIFY(run({u"inspect"_qs, starter()}).out.contains("llama"));
    }

    void inspectNamesWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("web page") << QByteArray("<!DOCTYPE html><html><body>404</body></html>");
        QTest::newRow("Git LFS pointer")
            << QByteArray("version https://git-lfs.github.com/spec/v1\noid sha256:") + QByteArray(64, 'a') +
                   "\nsize 12345\n";
        QTest::newRow("truncated") << QByteArray("GGUF\3\0\0\0\7\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0", 24);
        QTest::newRow("empty") << QByteArray();
    }
    void inspectNamesWhatIsWrong()
    {
        QFETCH(const QByteArray, content);
        QTemporaryDir folder;
        QFile file(folder.filePath(u"model.gguf"_qs));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        for (const QString &verb : {u"inspect"_qs, u"serve"_qs}) {
            const Ended ended = run({verb, file.fileName(), kJson});
            QCOMPARE(ended.exitCode, 1);
            QCOMPARE(ended.last().value(u"event"_qs).toString(), u"error"_qs);
            QVERIFY(!ended.last().value(u"message"_qs).toString().isEmpty());
            QVERIFY(!ended.last().value(u"hint"_qs).toString().isEmpty());
        }
        QCOMPARE(run({u"inspect"_qs, folder.filePath(u"none"_qs), kJson}).last().value(u"kind"_qs).toString(),
                 u"not_found"_qs);
    }

    void cancelling_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("closed stdin") << 0;
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGINT") << SIGINT;
    }
    void cancelling()
    {
        QFETCH(const int, how);
        if (starter().isEmpty())
            QSKIP("the starter model is not there");
        Running server(cli(), {u"serve"_qs, starter(), kJson});
        const QJsonObject ready = server.waitForEvent(u"ready"_qs);
        QVERIFY(answers(ready));
        if (how == 0)
            server.closeInput();
        else
            server.signal(how);
        const Ended ended = server.waitForEnd(10'000);
        QCOMPARE(ended.exitCode, 130);
        QVERIFY(!ended.crashed);
        QCOMPARE(ended.last().value(u"kind"_qs).toString(), u"cancelled"_qs);
        QVERIFY(!answers(ready));
    }

    void theChildDiesWithItsParent()
    {
        if (starter().isEmpty())
            QSKIP("the starter model is not there");
        Running parent(QString::fromUtf8(qgetenv("SNUG_PARENT_PROGRAM")),
                       {cli(), u"serve"_qs, starter(), kJson});
        const QJsonObject ready = parent.waitForEvent(u"ready"_qs);
        QVERIFY(answers(ready));
        parent.signal(SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(!answers(ready), 5000);
    }

    void aStdinThatIsNoPipeSaysNothing()
    {
        if (starter().isEmpty())
            QSKIP("the starter model is not there");
        const Ended ended = test::runProgram(
            cli(), {u"chat"_qs, starter(), u"-p"_qs, u"Hi"_qs, u"--max-tokens"_qs, u"4"_qs, kJson},
            Input::Nothing);
        QCOMPARE(ended.exitCode, 0);
    }

    void onePromptIsAnsweredAlikeEveryTime()
    {
        if (starter().isEmpty())
            QSKIP("the starter model is not there");
        const QStringList arguments = {u"chat"_qs,          starter(),           u"-p"_qs,
                                       u"What is Q8_0?"_qs, u"--temperature"_qs, u"0"_qs};
        const Ended json = run(arguments + QStringList{kJson});
        QCOMPARE(json.exitCode, 0);
        const QJsonObject result = json.last();
        const QString text = result.value(u"text"_qs).toString();
        QVERIFY(text.size() > 10);
        QVERIFY(result.value(u"tokens"_qs).toInt() > 3);
        QVERIFY(result.value(u"tokens_per_second"_qs).toDouble() > 0);
        QCOMPARE(result.value(u"finish_reason"_qs).toString(), u"stop"_qs);
        QVERIFY(result.value(u"gpu_layers"_qs).isDouble() && result.value(u"memory"_qs).isArray());
        QString streamed;
        for (const QJsonObject &event : json.events()) {
            if (event.value(u"event"_qs) == u"delta"_qs)
                streamed += event.value(u"text"_qs).toString();
        }
        QCOMPARE(streamed, text);
        const Ended plain = run(arguments);
        QCOMPARE(QString::fromUtf8(plain.out), text + u'\n');
        QVERIFY(plain.err.contains("tokens/s"));
    }

    void aConversationThroughAPipe()
    {
        if (starter().isEmpty())
            QSKIP("the starter model is not there");
        const QStringList arguments = {u"chat"_qs, starter(),          u"--temperature"_qs,
                                       u"0"_qs,    u"--max-tokens"_qs, u"8"_qs};
        const Ended ended = run(
            arguments, "What is Q8_0?\n/regenerate\n\n/nonsense\n/reset\nWhat is Q8_0?\r\nlast \xFF\xC3 one");
        QCOMPARE(ended.exitCode, 0);
        const auto lines = ended.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 4);
        QCOMPARE(lines[1], lines[0]);
        QCOMPARE(lines[2], lines[0]);
        QVERIFY(ended.err.contains("no command /nonsense"));
        const Ended quit = run(arguments + QStringList{kJson}, "Hello\n/quit\nnot asked\n");
        QCOMPARE(quit.exitCode, 0);
        int given = 0;
        for (const QJsonObject &event : quit.events())
            given += event.value(u"event"_qs) == u"answer"_qs ? 1 : 0;
        QCOMPARE(given, 1);
    }

    void aQuestionBeyondTheContextDoesNotEndTheConversation()
    {
        if (starter().isEmpty())
            QSKIP("the starter model is not there");
        const QByteArray longQuestion = QByteArray("context ").repeated(2000);
        const Ended ended = run({u"chat"_qs, starter(), u"--ctx"_qs, u"256"_qs, u"--max-tokens"_qs, u"4"_qs},
                                longQuestion + "\nHello\n");
        QCOMPARE(ended.exitCode, 0);
        QVERIFY2(ended.err.contains("but the context holds only 256"), ended.err.constData());
        QCOMPARE(ended.out.trimmed().split('\n').size(), 1);
        QVERIFY(!ended.out.trimmed().isEmpty());
    }

    void aStoppedAnswerIsCancelled()
    {
        if (starter().isEmpty())
            QSKIP("the starter model is not there");
        Running program(cli(), {u"chat"_qs, starter(), u"-p"_qs, u"Tell me everything."_qs,
                                u"--temperature"_qs, u"1.5"_qs, kJson});
        QVERIFY(!program.waitForEvent(u"progress"_qs).isEmpty());
        program.signal(SIGINT);
        const Ended ended = program.waitForEnd(10'000);
        QCOMPARE(ended.exitCode, 130);
    }

    void aKilledProgramLeavesNothingBehind()
    {
        if (starter().isEmpty())
            QSKIP("the starter model is not there");
        // What others do at the same time lies elsewhere.
        const QTemporaryDir temporary;
        const QByteArray usual = qgetenv("TMPDIR"); // empty: the system's own
        qputenv("TMPDIR", temporary.path().toUtf8());
        const auto restore = qScopeGuard([&usual] { qputenv("TMPDIR", usual); });
        QCOMPARE(QDir::tempPath(), temporary.path());
        const QStringList before = filesBelow(QDir::tempPath());
        {
            Running server(cli(), {u"serve"_qs, starter(), kJson});
            QVERIFY(!server.waitForEvent(u"ready"_qs).isEmpty());
            server.signal(SIGKILL);
            QVERIFY(server.waitForEnd(5000).crashed);
        }
        Running again(cli(), {u"serve"_qs, starter(), kJson});
        QVERIFY(answers(again.waitForEvent(u"ready"_qs)));
        QVERIFY(filesBelow(m_home.path()).isEmpty());
        for (const QString &name : filesBelow(QDir::tempPath()))
            QVERIFY2(before.contains(name) || !name.contains(u"snug"_qs), qPrintable(name));
    }

    void noLineIsLongerThanTheLimit()
    {
        for (const QStringList &arguments :
             {QStringList{u"devices"_qs, kJson}, {u"inspect"_qs, starter(), kJson}}) {
            for (const QByteArray &line : run(arguments).out.split('\n'))
                QVERIFY(line.size() <= static_cast<qsizetype>(events::kMaxLineBytes));
        }
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
