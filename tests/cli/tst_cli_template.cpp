// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// Chat templates: chosen, looked at, and hostile.
#include "core/chat/engine_client.h"
#include "tests/cli/chat_cases.h"
#include "tests/support/changed_model.h"

#include <QDir>
#include <QElapsedTimer>

#include <csignal>

using namespace snug;
using namespace snug::test;
using namespace Qt::StringLiterals;

namespace {

const QString kJson = u"--json"_qs;
const QString kTemplate = u"--chat-template"_qs;

const std::string kPlain =
    "{% for m in messages %}[{{ m.role }}] {{ m.content }}</s>\n{% endfor %}[assistant]";
const std::string kLoop = "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}"
                          "{% endfor %}{% endfor %}{% endfor %}";

QStringList showPrompt(const QStringList &more = {})
{
    return QStringList{u"--show-prompt"_qs, u"-p"_qs, u"Hi"_qs, kJson} + more;
}

} // namespace

class TestCliTemplate : public QObject {
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

    void aTemplateIsChosen()
    {
        const QString file = written(m_folder, u"plain.jinja"_qs, QByteArray::fromStdString(kPlain));
        const QJsonObject given = runVerb(u"chat"_qs, starter(), showPrompt({kTemplate, file})).last();
        QVERIFY(given.value(u"prompt"_qs).toObject().value(u"text"_qs).toString().contains(u"[user] Hi"_qs));
        QCOMPARE(given.value(u"template"_qs).toObject().value(u"source"_qs).toString(), u"given"_qs);
        const QJsonObject named =
            runVerb(u"chat"_qs, starter(), showPrompt({kTemplate, u"chatml"_qs})).last();
        QVERIFY(named.value(u"prompt"_qs)
                    .toObject()
                    .value(u"text"_qs)
                    .toString()
                    .contains(u"<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"_qs));
        const QJsonObject own = runVerb(u"chat"_qs, starter(), showPrompt()).last();
        QCOMPARE(own.value(u"template"_qs).toObject().value(u"source"_qs).toString(), u"model"_qs);
        QVERIFY(findingsOf(own).isEmpty());
    }

    void aTemplateOfNoUseIsRefused_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("words");
        QTest::newRow("broken") << QByteArray("line\n{{ a $ b }}") << u"line 2"_qs;
        QTest::newRow("refuses all") << QByteArray("\n{{ raise_exception('go away') }}") << u"go away"_qs;
        QTest::newRow("binary") << QByteArray("\x7f\x45LF\xff\xfe\x00\x01", 8) << u"UTF-8"_qs;
        QTest::newRow("empty") << QByteArray() << u"empty"_qs;
        QTest::newRow("too large") << QByteArray(2 << 20, 'a') << QString();
        QTest::newRow("endless") << QByteArray::fromStdString(kLoop) << u"no end"_qs;
    }
    void aTemplateOfNoUseIsRefused()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, words);
        const QString file = written(m_folder, u"bad.jinja"_qs, content);
        const Ended ended = runVerb(u"serve"_qs, starter(), {kTemplate, file, kJson});
        QCOMPARE(ended.exitCode, 1);
        QVERIFY2(ended.last().value(u"message"_qs).toString().contains(words), ended.out.constData());
        QVERIFY(eventsOf(ended, u"ready"_qs).isEmpty());
    }

    void noFileIsAnError()
    {
        const Ended ended = runVerb(u"chat"_qs, starter(), showPrompt({kTemplate, u"no-such-template"_qs}));
        QCOMPARE(ended.last().value(u"kind"_qs).toString(), u"not_found"_qs);
    }

    // The model chats all the same, and says why it may be wrong.
    void aModelsOwnTemplateOfNoUseHasChatMlStandIn_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<QString>("id");
        QTest::newRow("none") << std::string() << u"missing"_qs;
        QTest::newRow("broken") << std::string("{% if %}{{") << u"unusable"_qs;
        QTest::newRow("refuses all") << std::string("{{ raise_exception('no') }}") << u"unusable"_qs;
        QTest::newRow("endless") << kLoop << u"unusable"_qs;
        QTest::newRow("all memory") << std::string("{{ range(9999999999) | length }}") << u"unusable"_qs;
        QTest::newRow("calls itself")
            << std::string("{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}") << u"unusable"_qs;
        std::string deep;
        for (int i = 0; i < 200000; ++i)
            deep += '(';
        QTest::newRow("deeply nested") << "{{ " + deep + " }}" << u"unusable"_qs;
    }
    void aModelsOwnTemplateOfNoUseHasChatMlStandIn()
    {
        QFETCH(std::string, text);
        QFETCH(QString, id);
        const QString model = m_folder.filePath(u"hostile.gguf"_qs);
        QVERIFY(copyWithTemplate(pathOf(starter()), pathOf(model), text));
        const Ended shown = runVerb(u"chat"_qs, model, showPrompt());
        QCOMPARE(shown.exitCode, 0);
        const QJsonObject result = shown.last();
        QVERIFY2(findingsOf(result).contains(id), shown.out.constData());
        QCOMPARE(result.value(u"template"_qs).toObject().value(u"source"_qs).toString(), u"fallback"_qs);
        QVERIFY(result.value(u"prompt"_qs)
                    .toObject()
                    .value(u"text"_qs)
                    .toString()
                    .contains(u"<|im_start|>user\nHi<|im_end|>"_qs));
        bool noted = false;
        for (const QJsonValue &note : result.value(u"notes"_qs).toArray())
            noted = noted || note.toString().contains(u"ChatML"_qs);
        QVERIFY(noted);
    }

    void inspectTellsWhatItFinds()
    {
        const QString model = m_folder.filePath(u"twice.gguf"_qs);
        QVERIFY(
            copyWithTemplate(pathOf(starter()), pathOf(model), "{{ bos_token }}{{ bos_token }}" + kPlain));
        const Ended ended = runVerb(u"inspect"_qs, model, {kJson});
        QCOMPARE(ended.exitCode, 0);
        QVERIFY2(findingsOf(ended.last()).contains(u"double_bos"_qs), ended.out.constData());
        QVERIFY(runVerb(u"inspect"_qs, model, {}).out.contains("twice"));
        const Ended good = runVerb(u"inspect"_qs, starter(), {kJson});
        QVERIFY(good.last().value(u"template"_qs).isObject());
        QVERIFY(findingsOf(good.last()).isEmpty());
        const Ended none = runVerb(u"inspect"_qs, dataFile(u"models/stories260k-hf"_qs), {kJson});
        QVERIFY2(none.last().value(u"template"_qs).isNull(), "of a checkpoint nothing is claimed");
    }

    void inspectLooksAtAnotherTemplate()
    {
        const QString file = written(m_folder, u"other.jinja"_qs, QByteArray::fromStdString(kPlain));
        const Ended good = runVerb(u"inspect"_qs, starter(), {kTemplate, file, kJson});
        QCOMPARE(good.exitCode, 0);
        QCOMPARE(good.last().value(u"template"_qs).toObject().value(u"source"_qs).toString(), u"given"_qs);
        const QString bad = written(m_folder, u"bad.jinja"_qs, "line\n{{ a $ b }}");
        const Ended refused = runVerb(u"inspect"_qs, starter(), {kTemplate, bad, kJson});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.last().value(u"message"_qs).toString().contains(u"line 2"_qs),
                 refused.out.constData());
    }

    // As far as the cache of the Hub has the base; nothing is asked of the Hub itself.
    void anotherTemplateThanTheBaseHasIsTold_data()
    {
        QTest::addColumn<std::string>("base");
        QTest::addColumn<bool>("differs");
        QTest::newRow("the same but for white space") << "\n" + kPlain + "\r\n" << false;
        QTest::newRow("another") << kPlain + "x" << true;
        QTest::newRow("none") << std::string() << false;
    }
    void anotherTemplateThanTheBaseHasIsTold()
    {
        QFETCH(std::string, base);
        QFETCH(bool, differs);
        const QTemporaryDir cache;
        qputenv("HF_HUB_CACHE", cache.path().toUtf8());
        const QString commit(40, u'a');
        const QString repository = cache.filePath(u"models--maker--base/"_qs);
        QVERIFY(QDir().mkpath(repository + u"refs"_qs) &&
                QDir().mkpath(repository + u"snapshots/"_qs + commit));
        const auto put = [&repository](const QString &name, const QByteArray &text) {
            QFile file(repository + name);
            return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
        };
        QVERIFY(put(u"refs/main"_qs, commit.toLatin1()));
        const nlohmann::json config =
            base.empty() ? nlohmann::json::object() : nlohmann::json{{"chat_template", base}};
        QVERIFY(put(u"snapshots/%1/tokenizer_config.json"_qs.arg(commit),
                    QByteArray::fromStdString(config.dump())));
        const auto finetuneOf = [this](const std::string &url) {
            const QString model = m_folder.filePath(u"derived.gguf"_qs);
            const auto copied = copyChanged(pathOf(starter()), pathOf(model), [&url](gguf::Header &header) {
                std::erase_if(header.values,
                              [](const auto &pair) { return pair.key == "tokenizer.chat_template"; });
                header.values.push_back({"tokenizer.chat_template", gguf::Value(kPlain)});
                header.values.push_back({"general.base_model.0.repo_url", gguf::Value(url)});
            });
            return copied ? findingsOf(runVerb(u"inspect"_qs, model, {kJson}).last())
                          : QStringList{u"no copy"_qs};
        };
        const QStringList found = finetuneOf("https://huggingface.co/maker/base");
        qunsetenv("HF_HUB_CACHE");
        QVERIFY2(!found.contains(u"no copy"_qs), "the model could not be made");
        QCOMPARE(found.contains(u"differs_from_base"_qs), differs);
    }

    // A template that was of use for the check and comes to no end later.
    void aTemplateThatHangsLaterCanBeLeft()
    {
        const std::string text = "{% if messages[-1].content == 'hang' %}" + kLoop + "{% endif %}" + kPlain;
        const QString file = written(m_folder, u"later.jinja"_qs, QByteArray::fromStdString(text));
        Running program(cli(), {u"chat"_qs, starter(), kTemplate, file, u"--max-tokens"_qs, u"4"_qs, kJson});
        program.write("Hello\n");
        QVERIFY(!program.waitForEvent(u"answer"_qs).isEmpty());
        program.write("hang\n");
        QTest::qWait(1000);
        QElapsedTimer timer;
        timer.start();
        program.signal(SIGTERM);
        const Ended ended = program.waitForEnd(20'000);
        QCOMPARE(ended.exitCode, 130);
        QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(ended.last().value(u"kind"_qs).toString(), u"cancelled"_qs);
    }
};

QTEST_GUILESS_MAIN(TestCliTemplate)
#include "tst_cli_template.moc"
