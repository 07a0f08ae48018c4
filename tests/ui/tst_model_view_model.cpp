// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/child_log.h"
#include "tests/ui/model_page.h"

#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::ChildLog;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::test::kModelRepository;
using Page = snug::test::ModelPage;
using snug::ui::ModelViewModel;

class TestModelViewModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_log = std::make_unique<ChildLog>(); }
    void cleanup() { m_log.reset(); }

    void asksForWhatIsShownAndPutsTheExactInPlaceOfTheRough()
    {
        Page page("slow");
        QCOMPARE(page.model.state(), u"none"_s);
        page.model.openRepository(kModelRepository);
        QCOMPARE(page.model.state(), u"loading"_s);
        QCOMPARE(page.model.name(), u"Qwen3-8B-GGUF"_s);
        // Rough answers come first, and say so.
        QTRY_COMPARE(page.model.state(), u"ready"_s);
        QCOMPARE(page.cell(u"Q4_K_M"_s, "exact"), QVariant(false));
        QVERIFY(page.model.busy());
        QVERIFY(page.settles());
        for (const QString &label : page.labels())
            QCOMPARE(page.cell(label, "exact"), QVariant(true));
        QCOMPARE(page.model.name(), u"Qwen3 8B"_s);
        QCOMPARE(page.model.facts(),
                 u"Qwen · 8.19 B parameters · 36 layers · trained for 40\u202f960 tokens of "
                 "context · apache-2.0"_qs);
        // What is asked: the worker's own context, the chosen level first, then the others as they stand.
        const QJsonObject last = m_log->asked().constLast();
        QCOMPARE(last["context"_L1].toInt(), 16384);
        QCOMPARE(last["gpu_layers"_L1].toInt(), -1);
        QCOMPARE(last["machine"_L1].toString(), QString());
        const QJsonArray levels = last["levels"_L1].toArray();
        QCOMPARE(levels.first().toString(), u"Q4_K_M"_s);
        QCOMPARE(levels.size(), page.labels().size());
    }

    // A first look at a repository knows only the levels that are there; the others come with the second
    // answer, and are asked for exactly too.
    void whatTheSecondAnswerBringsIsExactToo()
    {
        Page page("preliminary");
        QVERIFY(page.open());
        QTRY_COMPARE(page.labels().size(), qsizetype{8});
        QVERIFY(page.settles());
        for (const QString &label : page.labels())
            QVERIFY2(page.cell(label, "exact").toBool(), qPrintable(label));
        QVERIFY(!page.model.busy());
    }

    void theTableHasTheLargestFirstAndTellsWhatIsHad()
    {
        Page page("usual");
        page.held = {{u"Q6_K"_s, u"/models/q6.gguf"_s}};
        QVERIFY(page.open());
        QCOMPARE(page.labels(), (QStringList{u"BF16"_s, u"Q8_0"_s, u"Q6_K"_s, u"Q5_K_M"_s, u"Q4_K_M"_s,
                                             u"IQ4_XS"_s, u"Q3_K_M"_s, u"Q2_K"_s}));
        QCOMPARE(page.cell(u"Q6_K"_s, "held"), QVariant(true));
        QCOMPARE(page.cell(u"Q6_K"_s, "qualityText"), QVariant(u"0.005"_s));
        QCOMPARE(page.cell(u"Q6_K"_s, "measured"), QVariant(true));
        QCOMPARE(page.cell(u"Q4_K_M"_s, "verdict"), QVariant(u"fits"_s));
        QCOMPARE(page.cell(u"Q4_K_M"_s, "qualityWord"), QVariant(u"very close"_s));
        QCOMPARE(page.cell(u"Q8_0"_s, "verdict"), QVariant(u"partly"_s));
        QVERIFY(page.cell(u"Q8_0"_s, "verdictText").toString().startsWith(u"Partly "));
        QCOMPARE(page.cell(u"IQ4_XS"_s, "makeable"), QVariant(true));
        QCOMPARE(page.cell(u"Q2_K"_s, "qualityWord"), QVariant(u"damaged"_s));
        for (const char *why : {"sizeWhy", "memoryWhy", "verdictWhy", "speedWhy", "qualityWhy"})
            QVERIFY2(page.cell(u"Q4_K_M"_s, why).toString().size() > 40, why);
        page.model.sortBy(u"speed"_s);
        QCOMPARE(page.labels().constFirst(), u"Q2_K"_s);
        page.model.sortBy(u"speed"_s);
        QCOMPARE(page.labels().constLast(), u"Q2_K"_s);
        page.model.sortBy(u"level"_s);
        QCOMPARE(page.labels().constFirst(), u"BF16"_s);
    }

    void thirtySixLevelsAreFoldedToTheUsualOnes()
    {
        Page page("many");
        QVERIFY(page.open());
        QVERIFY2(page.labels().size() <= 10, qPrintable(page.labels().join(u' ')));
        QCOMPARE(page.labels().size() + page.model.hiddenLevels().size() + 2, 36);
        const QVariantList impossible = page.model.impossibleLevels();
        QCOMPARE(impossible.size(), 1);
        QCOMPARE(impossible.constFirst().toMap()[u"labels"_s].toString(), u"NVFP4, Q1_0"_s);
        QVERIFY(!impossible.constFirst().toMap()[u"why"_s].toString().isEmpty());
        page.model.setFilter(u"all"_s);
        QCOMPARE(page.labels().size(), 34);
        QVERIFY(page.settles());
        QCOMPARE(page.cell(u"IQ1_S"_s, "exact"), QVariant(true));
        QVERIFY(page.model.hiddenLevels().isEmpty());
        page.model.setFilter(u"runs"_s);
        QVERIFY(!page.labels().contains(u"F32"_s));
    }

    void oneLevelAndNoGpu()
    {
        Page page("one,cpu");
        QVERIFY(page.open());
        QCOMPARE(page.labels(), QStringList{u"Q4_K_M"_s});
        QCOMPARE(page.cell(u"Q4_K_M"_s, "verdict"), QVariant(u"cpu"_s));
        QVERIFY(!page.model.hasGpu());
        QVERIFY(page.model.answer()[u"title"_s].toString().startsWith(u"Runs on the processor at Q4_K_M"));
        QCOMPARE(page.model.memory().size(), 1);
    }

    // A slider sends what it passes; the answer is the one to where it stopped.
    void theSliderMovesTheVerdictAndTheNewestWins()
    {
        Page page("usual");
        QVERIFY(page.open());
        QCOMPARE(page.cell(u"Q4_K_M"_s, "verdict"), QVariant(u"fits"_s));
        for (int context = 16384; context <= 40960; context += 256)
            page.model.setContext(context);
        QVERIFY(page.settles());
        QCOMPARE(page.cell(u"Q4_K_M"_s, "verdict"), QVariant(u"partly"_s));
        QVERIFY2(m_log->asked().size() < 10, qPrintable(QString::number(m_log->asked().size())));
        QCOMPARE(m_log->asked().constLast()["context"_L1].toInt(), 40960);
        QVERIFY(page.cell(u"Q4_K_M"_s, "memoryWhy").toString().contains(u"40\u202f960"));
        page.model.setContext(4096);
        QVERIFY(page.settles());
        QCOMPARE(page.cell(u"Q4_K_M"_s, "verdict"), QVariant(u"fits"_s));
    }

    void absurdRequestsStayInTheirLimits()
    {
        Page page("usual");
        QVERIFY(page.open());
        page.model.setContext(-5);
        page.model.setGpuLayers(-900);
        page.model.setParallel(2'000'000'000);
        page.model.setCpuMoe(-1);
        QVERIFY(page.settles());
        const QJsonObject last = m_log->asked().constLast();
        QCOMPARE(last["context"_L1].toInt(), 256);
        QCOMPARE(last["gpu_layers"_L1].toInt(), -1);
        QCOMPARE(last["parallel"_L1].toInt(), 64);
        page.model.setParallel(1);
        page.model.setContext(50000);
        QVERIFY(page.settles());
        QVERIFY(page.model.contextScale()[u"note"_s].toString().contains(u"40\u202f960"));
        page.model.setContext(2'000'000);
        QVERIFY(page.settles());
        QVERIFY(page.model.refusal().present);
        QVERIFY(page.model.refusal().message.contains(u"makes no sense"));
        QCOMPARE(page.model.state(), u"ready"_s);
        page.model.setContext(8192);
        QVERIFY(page.settles());
        QVERIFY(!page.model.refusal().present);
    }

    void adviceAndSuggestionsAreOneClick()
    {
        Page page("usual");
        QVERIFY(page.open());
        QCOMPARE(page.model.selected(), u"Q4_K_M"_s);
        QCOMPARE(page.model.advice()[u"action"_s].toString(), QString());
        page.model.setWorkload(u"code"_s);
        QVERIFY(page.settles());
        QCOMPARE(page.model.advice()[u"action"_s].toString(), u"Use Q5_K_M"_s);
        QVERIFY(page.model.advice()[u"why"_s].toString().contains(u"table 2"));
        page.model.useAdvice();
        QCOMPARE(page.model.selected(), u"Q5_K_M"_s);
        QCOMPARE(page.model.suggestions().size(), 2);
        QVERIFY(!page.model.suggestions().constFirst().toMap()[u"cost"_s].toString().isEmpty());
        page.model.useSuggestion(0);
        QCOMPARE(page.model.kvType(), u"q8_0"_s);
        QCOMPARE(page.model.context(), 36864);
        page.model.useSuggestion(7);
        QVERIFY(page.settles());
        QCOMPARE(m_log->asked().constLast()["kv_type"_L1].toString(), u"q8_0"_s);
    }

    void anotherMachineStandsBesideThisOne()
    {
        Page page("usual");
        QVERIFY(page.open());
        QCOMPARE(page.model.machines().size(), 5);
        QCOMPARE(page.cell(u"Q8_0"_s, "compared"), QVariant(false));
        page.model.setOtherMachine(u" RTX 4090=24GiB,1008GB/s "_s);
        QVERIFY(page.settles());
        QCOMPARE(page.model.otherName(), u"RTX 4090"_s);
        QCOMPARE(page.cell(u"Q8_0"_s, "compared"), QVariant(true));
        QCOMPARE(page.cell(u"Q8_0"_s, "otherVerdict"), QVariant(u"fits"_s));
        QCOMPARE(page.cell(u"Q8_0"_s, "verdict"), QVariant(u"partly"_s));
        QVERIFY(page.model.otherAnswer()[u"title"_s].toString().startsWith(u"Fits RTX 4090 at Q4_K_M"));
        QVERIFY(!page.model.otherMemory().isEmpty());
        // The figures of both follow the slider.
        page.model.setContext(40960);
        QVERIFY(page.settles());
        QCOMPARE(m_log->asked().constLast()["machine"_L1].toString(), QString());
        QCOMPARE(m_log->asked().at(m_log->asked().size() - 2)["machine"_L1].toString(),
                 u"RTX 4090=24GiB,1008GB/s"_s);
        page.model.setOtherMachine({});
        QVERIFY(page.settles());
        QCOMPARE(page.cell(u"Q8_0"_s, "compared"), QVariant(false));
        page.model.setMachine(u"RTX 4090"_s);
        QVERIFY(page.settles());
        QCOMPARE(page.cell(u"Q8_0"_s, "verdict"), QVariant(u"fits"_s));
        QCOMPARE(page.cell(u"Q8_0"_s, "exact"), QVariant(false));
    }

    void aDeathIsToldAndPutRight()
    {
        Page page("dies=" + m_log->filePath(u"died"_s).toUtf8());
        QVERIFY(page.open());
        QVERIFY2(page.model.notice().contains(u"crashed") || page.model.notice().contains(u"stopped"),
                 qPrintable(page.model.notice()));
        QCOMPARE(page.cell(u"Q4_K_M"_s, "verdict"), QVariant(u"fits"_s));
        page.model.dismissNotice();
        QVERIFY(page.model.notice().isEmpty());
    }

    // The figures of before stay, with the reason and a way on.
    void aSecondDeathKeepsTheFigures()
    {
        Page page("usual");
        QVERIFY(page.open());
        {
            const FakeChild dying("fit", "follow:dies");
            page.model.reload();
            QTRY_VERIFY(page.model.problem().present);
        }
        QCOMPARE(page.model.state(), u"ready"_s);
        QVERIFY(!page.labels().isEmpty());
        qputenv("SNUG_FAKE_FIT", "follow:usual");
        page.model.reload();
        QVERIFY(page.settles());
        QVERIFY(!page.model.problem().present);
    }

    void anErrorAndNoNetwork_data()
    {
        QTest::addColumn<QByteArray>("manner");
        QTest::addColumn<QString>("state");
        QTest::newRow("gone") << QByteArray("gone") << u"error"_s;
        QTest::newRow("offline") << QByteArray("offline") << u"offline"_s;
        QTest::newRow("dies") << QByteArray("dies") << u"error"_s;
    }
    void anErrorAndNoNetwork()
    {
        QFETCH(QByteArray, manner);
        QFETCH(QString, state);
        Page page(manner);
        page.model.openRepository(kModelRepository);
        QTRY_COMPARE(page.model.state(), state);
        QVERIFY(page.model.problem().present);
        QVERIFY(!page.model.problem().message.isEmpty());
        QVERIFY(!page.model.busy());
    }

    void tellsWhatItIsLoading()
    {
        Page page("loading");
        page.model.openRepository(kModelRepository);
        QTRY_VERIFY(page.model.stage().startsWith(u"Reading the header, 768 KiB of"));
        QCOMPARE(page.model.state(), u"loading"_s);
        page.model.close();
        QCOMPARE(page.model.state(), u"none"_s);
    }

    // Figures that cannot be, types that are wrong, texts without an end: shown as unknown, cut, left out.
    void hostileLinesDoNoHarm()
    {
        Page page("hostile");
        QVERIFY(page.open());
        page.model.setFilter(u"all"_s);
        QVERIFY(page.labels().size() <= 200);
        QVERIFY(page.model.contextScale()[u"stops"_s].toList().size() > 1);
        for (const QString &label : page.labels()) {
            QVERIFY(label.size() <= 601);
            for (const char *role : {"verdictWhy", "sizeWhy", "memoryWhy", "speedText", "qualityText"})
                QVERIFY(page.cell(label, role).toString().size() < 5000);
        }
        const QString endless = QString(600, u'x') + u'…';
        QCOMPARE(page.cell(endless, "verdict"), QVariant(u"unknown"_s));
        QCOMPARE(page.cell(endless, "sizeText"), QVariant(QString()));
        QCOMPARE(page.cell(endless, "speedText"), QVariant(QString()));
        QVERIFY(page.model.memory().size() <= 32);
        page.model.useSuggestion(0);
        QVERIFY(page.settles());
        QVERIFY(page.model.context() >= 256);
        QVERIFY(page.model.advice().isEmpty());
    }

    // A file of this computer is asked for by its path, without a token; a repository with one.
    void onlyARepositoryGetsTheToken()
    {
        const FakeChild child("fit", "follow:usual");
        ModelViewModel model(fakeWorker(), [] { return QMap<QString, QString>{{u"HF_TOKEN"_s, u"hf_x"_s}}; });
        model.openFile(u"/models/--odd name.gguf"_s);
        QTRY_VERIFY(model.state() == u"ready" && !model.busy());
        QVERIFY2(m_log->text().contains(u"began fit --follow --json -- /models/--odd name.gguf"),
                 qPrintable(m_log->text()));
        QCOMPARE(model.path(), u"/models/--odd name.gguf"_s);
        QVERIFY(!m_log->text().contains(u"hf_x"));
        model.openRepository(kModelRepository, u"Q6_K"_s);
        QTRY_VERIFY(model.state() == u"ready" && !model.busy());
        QCOMPARE(model.selected(), u"Q6_K"_s);
        QVERIFY(m_log->text().contains(u"-- "_s + kModelRepository));
    }

private:
    std::unique_ptr<ChildLog> m_log;
};

QTEST_GUILESS_MAIN(TestModelViewModel)
#include "tst_model_view_model.moc"
