// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What is loaded beside a model to talk with it, and how its cache is stored.
#include "core/chat/engine_client.h"
#include "core/chat/openai_client.h"
#include "tests/cli/chat_cases.h"
#include "tests/support/changed_model.h"
#include "tests/support/companion_headers.h"

using namespace snug;
using namespace snug::test;
using namespace Qt::StringLiterals;

namespace {

const QString kJson = u"--json"_qs;

QStringList question(const QStringList &more = {})
{
    return QStringList{u"-p"_qs, u"What is Q8_0?"_qs, u"--temperature"_qs,
                       u"0"_qs,  u"--max-tokens"_qs,  u"24"_qs,
                       kJson} +
           more;
}

QString textOf(const Ended &ended)
{
    return ended.last().value(u"text"_qs).toString();
}

qint64 hostBytes(const QJsonObject &said, const char *part)
{
    return said.value(u"memory"_qs).toArray().at(0)[QLatin1String(part)].toInteger();
}

} // namespace

class TestCliCompanions : public QObject {
    Q_OBJECT

    QTemporaryDir m_home;
    QTemporaryDir m_folder;
    QString m_adapter;

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("SNUG_HOME", m_home.path().toUtf8());
        if (starter().isEmpty() || !QFile::exists(cli()))
            QSKIP("The models or snug-cli are not here; set SNUG_TEST_DATA.");
        const auto base = wholeHeader(pathOf(starter()));
        QVERIFY(base);
        m_adapter = m_folder.filePath(u"adapter.gguf"_qs);
        QVERIFY(writeSmallNumbers(adapterOf(*base, {"blk.0.attn_q.weight", "blk.0.ffn_up.weight"}, 4),
                                  pathOf(m_adapter)));
    }

    // The likeliest tokens are the same, guessed or not.
    void aDraftChangesNoAnswer()
    {
        const Ended alone = runVerb(u"chat"_qs, starter(), question());
        const Ended guessed =
            runVerb(u"chat"_qs, starter(), question({u"--draft"_qs, starter(), u"--draft-max"_qs, u"4"_qs}));
        QCOMPARE(guessed.exitCode, 0);
        QVERIFY(!textOf(alone).isEmpty());
        QCOMPARE(textOf(guessed), textOf(alone));
        const QJsonObject result = guessed.last();
        QVERIFY(result.value(u"draft_accepted"_qs).toInt() > 0);
        QVERIFY(result.value(u"draft_accepted"_qs).toInt() <= result.value(u"draft_tokens"_qs).toInt());
        QVERIFY2(hostBytes(result, "draft") > 4'000'000, "its memory is told");
        QCOMPARE(alone.last().value(u"draft_tokens"_qs).toInt(), 0);
    }

    void theGainOfADraftIsMeasured()
    {
        const Ended ended = runVerb(u"bench"_qs, starter(),
                                    {u"--draft"_qs, starter(), u"--prompt"_qs, u"16"_qs, u"--tokens"_qs,
                                     u"16"_qs, u"--rounds"_qs, u"1"_qs, kJson});
        QVERIFY2(ended.exitCode == 0, ended.out.constData());
        const QJsonObject draft = ended.last().value(u"draft"_qs).toObject();
        const double without = draft[u"without"_qs][u"median"_qs].toDouble();
        const double with = draft[u"with"_qs][u"median"_qs].toDouble();
        QVERIFY(without > 0 && with > 0);
        QVERIFY(qAbs(draft[u"gain"_qs].toDouble() - with / without) < 1e-6);
        // It is its own draft: nearly every guess is right.
        const int guesses = draft[u"draft_tokens"_qs].toInt();
        QVERIFY(guesses > 0 && draft[u"draft_accepted"_qs].toInt() * 10 >= guesses * 7);
        QVERIFY(draft[u"same_text"_qs].toBool());
    }

    void anAdapterIsScaled()
    {
        const QString alone = textOf(runVerb(u"chat"_qs, starter(), question()));
        const Ended off = runVerb(u"chat"_qs, starter(), question({u"--lora"_qs, m_adapter + u":0"_qs}));
        QCOMPARE(textOf(off), alone);
        QVERIFY(hostBytes(off.last(), "lora") > 0);
        const Ended on = runVerb(u"chat"_qs, starter(), question({u"--lora"_qs, m_adapter + u":40"_qs}));
        QCOMPARE(on.exitCode, 0);
        QVERIFY(textOf(on) != alone);
    }

    void anAdapterIsSwitchedWhileItRuns()
    {
        const Ended ended =
            runVerb(u"chat"_qs, starter(),
                    {u"--temperature"_qs, u"0"_qs, u"--max-tokens"_qs, u"16"_qs, u"--lora"_qs,
                     m_adapter + u":40"_qs, kJson},
                    "What is Q8_0?\n/lora 1 0\n/regenerate\n/lora 1 40\n/regenerate\n/lora 2 1\n/lora 1 x\n");
        QCOMPARE(ended.exitCode, 0);
        const auto answers = eventsOf(ended, u"answer"_qs);
        QCOMPARE(answers.size(), 3);
        const auto text = [&answers](int i) { return answers[i].value(u"text"_qs).toString(); };
        QVERIFY(text(0) != text(1));
        QCOMPARE(text(2), text(0));
        QCOMPARE(text(1), textOf(runVerb(u"chat"_qs, starter(), question())).left(text(1).size()));
        QCOMPARE(eventsOf(ended, u"loras"_qs).last()[u"loras"_qs][0][u"scale"_qs].toDouble(), 40.0);
        QCOMPARE(eventsOf(ended, u"log"_qs).size(), 2);
    }

    void whatDoesNotGoWithTheModelIsRefused_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("kind");
        QTest::newRow("draft of other tokens") << QStringList{u"--draft"_qs, stories()} << u"unsupported"_qs;
        QTest::newRow("no draft") << QStringList{u"--draft"_qs, u"none.gguf"_qs} << u"not_found"_qs;
        QTest::newRow("a model as adapter") << QStringList{u"--lora"_qs, starter()} << u"invalid_argument"_qs;
        QTest::newRow("no adapter") << QStringList{u"--lora"_qs, u"none.gguf:0.5"_qs} << u"not_found"_qs;
        QTest::newRow("no scale") << QStringList{u"--lora"_qs, u"a.gguf:inf"_qs} << u"invalid_argument"_qs;
        QTest::newRow("values without flash attention")
            << QStringList{u"--kv-type-v"_qs, u"q8_0"_qs, u"--flash-attn"_qs, u"off"_qs}
            << u"invalid_argument"_qs;
    }
    void whatDoesNotGoWithTheModelIsRefused()
    {
        QFETCH(QStringList, options);
        QFETCH(QString, kind);
        const Ended ended = runVerb(u"serve"_qs, starter(), options + QStringList{kJson});
        QVERIFY(ended.exitCode == 1 || ended.exitCode == 2);
        QVERIFY2(ended.last().value(u"kind"_qs).toString() == kind, ended.out.constData());
    }

    void fitPredictsWhatTheServerHolds_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("values of another type") << QStringList{u"--kv-type-v"_qs, u"q8_0"_qs};
        QTest::newRow("keys of another type")
            << QStringList{u"--kv-type"_qs, u"q8_0"_qs, u"--kv-type-v"_qs, u"f16"_qs};
        QTest::newRow("no flash attention") << QStringList{u"--flash-attn"_qs, u"off"_qs};
        QTest::newRow("flash attention") << QStringList{u"--flash-attn"_qs, u"on"_qs};
        QTest::newRow("draft") << QStringList{u"--draft"_qs, starter(), u"--draft-max"_qs, u"8"_qs};
        QTest::newRow("adapter") << QStringList{u"--lora"_qs, m_adapter + u":0.5"_qs};
    }
    void fitPredictsWhatTheServerHolds()
    {
        QFETCH(QStringList, options);
        options += QStringList{u"--ctx"_qs, u"512"_qs, u"--gpu-layers"_qs, u"0"_qs, kJson};
        const Ended fit = runVerb(u"fit"_qs, starter(), options);
        QVERIFY2(fit.exitCode == 0, fit.out.constData());
        const QJsonObject predicted = fit.last().value(u"levels"_qs).toArray().at(0).toObject();
        Running server(cli(), QStringList{u"serve"_qs, starter()} + options);
        const QJsonObject ready = server.waitForEvent(u"ready"_qs);
        for (const char *part : {"weights", "kv_cache", "compute", "draft", "lora"}) {
            const qint64 a = hostBytes(predicted, part);
            const qint64 b = hostBytes(ready, part);
            QVERIFY2(qAbs(a - b) <= qMax<qint64>(b / 100, 64 * 1024),
                     qPrintable(u"%1: %2, %3"_qs.arg(QLatin1String(part)).arg(a).arg(b)));
        }
        QCOMPARE(ready.value(u"kv_type_v"_qs), fit.last().value(u"kv_type_v"_qs));
        QCOMPARE(ready.value(u"flash_attn"_qs), fit.last().value(u"flash_attn"_qs));
    }

    // Ours, for lists.
    void theRoughArithmeticKnowsBothTypes()
    {
        const auto cache = [](const QStringList &options) {
            const Ended fit = runVerb(u"fit"_qs, starter(),
                                      options + QStringList{u"--ctx"_qs, u"1024"_qs, u"--gpu-layers"_qs,
                                                            u"0"_qs, u"--levels"_qs, kJson});
            // The last of the levels that could be made is estimated.
            const QJsonArray levels = fit.last().value(u"levels"_qs).toArray();
            return hostBytes(levels.last().toObject(), "kv_cache");
        };
        const qint64 both = cache({});
        const qint64 values = cache({u"--kv-type-v"_qs, u"q8_0"_qs});
        const qint64 all = cache({u"--kv-type"_qs, u"q8_0"_qs});
        QVERIFY(both > 0);
        QCOMPARE(all * 32, both * 17);
        QCOMPARE(values * 2, both + all);
    }
};

QTEST_GUILESS_MAIN(TestCliCompanions)
#include "tst_cli_companions.moc"
