// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// Models that guess ahead with layers of their own, on the real engine.
#include "tests/cli/chat_cases.h"
#include "tests/support/changed_model.h"
#include "tests/support/predicting_model.h"

using namespace snug;
using namespace snug::test;
using namespace Qt::StringLiterals;

namespace {

const QStringList kOwn = {u"--draft"_s, u"builtin"_s};

QStringList question(const QStringList &more = {})
{
    return QStringList{u"-p"_s, u"Count!"_s, u"--temperature"_s, u"0"_s,     u"--max-tokens"_s,
                       u"40"_s, u"--ctx"_s,  u"512"_s,           u"--json"_s} +
           more;
}

qint64 hostBytes(const QJsonObject &said, const char *part)
{
    return said["memory"_L1].toArray().at(0)[QLatin1String(part)].toInteger();
}

} // namespace

class TestCliOwnDraft : public QObject {
    Q_OBJECT

    QTemporaryDir m_home;
    QTemporaryDir m_folder;

    [[nodiscard]] QString file(const QString &name) const { return m_folder.filePath(name + u".gguf"_s); }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("SNUG_HOME", m_home.path().toUtf8());
        if (starter().isEmpty() || !QFile::exists(cli()))
            QSKIP("The models or snug-cli are not here; set SNUG_TEST_DATA.");
        QVERIFY(writeCounting(hybridPredicting(), pathOf(starter()), pathOf(file(u"states"_s))));
        QVERIFY(writeCounting(expertsPredicting(), pathOf(starter()), pathOf(file(u"experts"_s))));
    }

    void itsGuessesChangeNoAnswer_data()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("layers with states") << file(u"states"_s);
        QTest::newRow("layers of experts") << file(u"experts"_s);
    }

    void itsGuessesChangeNoAnswer()
    {
        QFETCH(QString, model);
        const Ended alone = runVerb(u"chat"_s, model, question());
        const Ended guessed = runVerb(u"chat"_s, model, question(kOwn));
        QVERIFY2(guessed.exitCode == 0, guessed.out.constData());
        const QJsonObject plain = alone.last();
        const QJsonObject result = guessed.last();
        const QString counted = plain["text"_L1].toString();
        QVERIFY2(counted.startsWith(u"!\"#$%&'()*+,-./0123456789"_s), qPrintable(counted));
        QCOMPARE(result["text"_L1], plain["text"_L1]);
        QCOMPARE(plain["draft_tokens"_L1].toInt(), 0);
        // Right but after every fifth token.
        const int guesses = result["draft_tokens"_L1].toInt();
        const int right = result["draft_accepted"_L1].toInt();
        QVERIFY2(right >= 15 && right < guesses, qPrintable(u"%1 of %2"_s.arg(right).arg(guesses)));
        QVERIFY(hostBytes(result, "draft") > 0);
        QVERIFY(hostBytes(result, "weights") > hostBytes(plain, "weights"));
    }

    void fitPredictsWhatTheServerHolds_data() { itsGuessesChangeNoAnswer_data(); }

    void fitPredictsWhatTheServerHolds()
    {
        QFETCH(QString, model);
        const QStringList options = kOwn + QStringList{u"--ctx"_s,       u"512"_s, u"--gpu-layers"_s, u"0"_s,
                                                       u"--draft-max"_s, u"2"_s,   u"--json"_s};
        const Ended fit = runVerb(u"fit"_s, model, options);
        QVERIFY2(fit.exitCode == 0, fit.out.constData());
        const QJsonObject predicted = fit.last()["levels"_L1].toArray().at(0).toObject();
        Running server(cli(), QStringList{u"serve"_s, model} + options);
        const QJsonObject ready = server.waitForEvent(u"ready"_s);
        QCOMPARE(ready["draft"_L1].toString(), u"builtin"_s);
        for (const char *part : {"weights", "kv_cache", "compute", "draft"}) {
            const qint64 a = hostBytes(predicted, part);
            const qint64 b = hostBytes(ready, part);
            QVERIFY2(qAbs(a - b) <= qMax<qint64>(b / 100, 64 * 1024),
                     qPrintable(u"%1: %2, %3"_s.arg(QLatin1String(part)).arg(a).arg(b)));
        }
    }

    void itsGainIsMeasured()
    {
        const Ended ended = runVerb(u"bench"_s, file(u"experts"_s),
                                    kOwn + QStringList{u"--prompt"_s, u"16"_s, u"--tokens"_s, u"16"_s,
                                                       u"--rounds"_s, u"1"_s, u"--json"_s});
        QVERIFY2(ended.exitCode == 0, ended.out.constData());
        const QJsonObject draft = ended.last()["draft"_L1].toObject();
        QVERIFY(draft["without"_L1]["median"_L1].toDouble() > 0);
        QVERIFY(draft["with"_L1]["median"_L1].toDouble() > 0);
        QVERIFY(draft["draft_accepted"_L1].toInt() > 0);
        QVERIFY(draft["same_text"_L1].toBool());
    }

    void fitTellsWhoCan()
    {
        const auto can = [](const QString &model) {
            return runVerb(u"fit"_s, model, {u"--ctx"_s, u"512"_s, u"--json"_s}).last()["own_draft"_L1];
        };
        QCOMPARE(can(file(u"states"_s)), QJsonValue(true));
        QCOMPARE(can(starter()), QJsonValue(false));
    }

    void whatCannotIsRefused_data()
    {
        QTest::addColumn<QString>("verb");
        for (const char *verb : {"serve", "chat", "bench", "fit"})
            QTest::newRow(verb) << QString::fromLatin1(verb);
    }

    void whatCannotIsRefused()
    {
        QFETCH(QString, verb);
        const Ended ended = runVerb(verb, starter(), kOwn + QStringList{u"--json"_s});
        QCOMPARE(ended.exitCode, 1);
        QCOMPARE(ended.last()["kind"_L1].toString(), u"unsupported"_s);
        QCOMPARE(ended.last()["detail"_L1]["reason"_L1].toString(), u"no_predicting_layers"_s);
        QVERIFY(!ended.last()["hint"_L1].toString().isEmpty());
    }

    // As some publish them beside the model: its first layers are not there.
    void aHeadAloneIsNoDraft()
    {
        auto header = wholeHeader(pathOf(file(u"experts"_s)));
        QVERIFY(header);
        std::erase_if(header->tensors, [](const gguf::Tensor &tensor) {
            return tensor.name.starts_with("blk.0.") || tensor.name.starts_with("blk.1.");
        });
        QVERIFY(writeSmallNumbers(*header, pathOf(file(u"head"_s))));
        const Ended ended =
            runVerb(u"serve"_s, file(u"experts"_s), {u"--draft"_s, file(u"head"_s), u"--json"_s});
        QCOMPARE(ended.exitCode, 1);
        QCOMPARE(ended.last()["detail"_L1]["reason"_L1].toString(), u"draft_head"_s);
    }
};

QTEST_GUILESS_MAIN(TestCliOwnDraft)
#include "tst_cli_own_draft.moc"
