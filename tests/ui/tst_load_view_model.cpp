// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/child_log.h"
#include "tests/ui/fake_chat_server.h"
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/load_view_model.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using snug::test::ChildLog;
using snug::test::FakeChatServer;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::EngineSession;
using snug::ui::LoadSettings;
using snug::ui::LoadViewModel;
using snug::ui::SettingsFile;

class LoadViewModelTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void isThereForFilesOnly();
    void tellsWhatEachChoiceTakes();
    void aRefusedChoiceSaysWhy();
    void theNewestSettingsWin();
    void whatTheLoadedModelHoldsIsFreeByThen();
    void aWorkerThatIsGoneIsAProblem();
    void tellsWhatDiffersAndReloads();
    void adaptersAreSwitchedWhileItRuns();
    void anEngineThatRefusesAScaleIsToldOf();
    void anAdapterThatIsNotLoadedWaits();
    void theGuessesOfADraftAreTold();
    void theGainOfADraftIsMeasured();
    void aTemplateIsTakenOnceItWasLookedAt();
    void aTemplateOfNoUseIsNotTaken();
    void theTemplateThatRunsIsNeverHidden_data();
    void theTemplateThatRunsIsNeverHidden();

private:
    struct Setup {
        explicit Setup(const QTemporaryDir &home)
            : settings(home.filePath(u"settings.json"_s).toStdString())
            , engine(fakeWorker(), settings)
            , load(fakeWorker(), engine, snug::ui::toPath(home.filePath(u"templates"_s)))
        {
        }
        [[nodiscard]] QVariantMap kv(int index) const
        {
            return load.forecast()->kvChoices().at(index).toMap();
        }

        SettingsFile settings;
        EngineSession engine;
        mutable LoadViewModel load;
    };

    // The line that says the engine is ready, with more fields.
    void ready(const QByteArray &more = {});
    void run(Setup &setup) const;
    [[nodiscard]] QString file(const QString &name, const QByteArray &content = {}) const;

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<FakeChatServer> m_server;
    std::unique_ptr<FakeChild> m_serve;
    std::unique_ptr<FakeChild> m_fit;
    std::unique_ptr<ChildLog> m_log;
};

void LoadViewModelTest::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FakeChatServer>();
    m_log = std::make_unique<ChildLog>();
    m_fit = std::make_unique<FakeChild>("fit", "follow:one");
    ready();
}

void LoadViewModelTest::cleanup()
{
    m_serve.reset();
    m_fit.reset();
    m_log.reset();
    m_server.reset();
}

void LoadViewModelTest::ready(const QByteArray &more)
{
    QFile lines(m_home->filePath(u"ready"_s));
    QVERIFY(lines.open(QIODevice::WriteOnly));
    lines.write(
        R"({"event":"ready","url":")" + m_server->url().toUtf8() +
        R"(","model":{"name":"Snug Starter","level":"Q8_0"},"context":4096,"gpu_layers":0,"layers":9)" +
        more + "}\n");
    m_serve.reset();
    m_serve = std::make_unique<FakeChild>("serve", "serve:" + lines.fileName().toUtf8());
}

void LoadViewModelTest::run(Setup &setup) const
{
    setup.engine.load(m_home->filePath(u"starter.gguf"_s));
    QTRY_COMPARE(setup.engine.state(), u"ready"_s);
}

QString LoadViewModelTest::file(const QString &name, const QByteArray &content) const
{
    QFile made(m_home->filePath(name));
    return made.open(QIODevice::WriteOnly) && made.write(content) >= 0 ? made.fileName() : QString();
}

void LoadViewModelTest::isThereForFilesOnly()
{
    Setup setup(*m_home);
    QVERIFY(!setup.load.possible());
    setup.load.open();
    QCOMPARE(setup.load.forecast()->now()[u"state"_s].toString(), u"none"_s);
    run(setup);
    QVERIFY(setup.load.possible());
    QVERIFY(setup.load.loaded());
    QTRY_COMPARE(setup.load.forecast()->now()[u"state"_s].toString(), u"ready"_s);
}

void LoadViewModelTest::tellsWhatEachChoiceTakes()
{
    Setup setup(*m_home);
    run(setup);
    QVERIFY(m_log->asked().isEmpty());
    setup.load.open();
    QCOMPARE(setup.kv(0)[u"verdict"_s].toString(), QString());
    // Four types of the cache and three ways of attention; what is chosen is one of both.
    QTRY_COMPARE(m_log->asked().size(), 6);
    QTRY_VERIFY(!setup.kv(3)[u"verdict"_s].toString().isEmpty());
    QCOMPARE(setup.kv(0)[u"key"_s].toString(), u"f16"_s);
    QCOMPARE(setup.kv(0)[u"verdict"_s].toString(), u"fits"_s);
    // 36 layers at 16 384 tokens of the made-up model; a fourth of it at 4 bits and a half.
    QVERIFY2(setup.kv(0)[u"figure"_s].toString().endsWith(u"GiB"),
             qPrintable(setup.kv(0)[u"figure"_s].toString()));
    QVERIFY(setup.kv(3)[u"figure"_s] != setup.kv(0)[u"figure"_s]);
    QCOMPARE(setup.load.forecast()->flashChoices().size(), 3);
    QVERIFY(setup.load.forecast()->contextNote().contains(u"16\u202f384"));
    QVERIFY(!setup.load.forecast()->memory().isEmpty());
    // Each question is about the file's own level, and the first about what is chosen.
    const auto asked = m_log->asked();
    QCOMPARE(asked.first()["kv_type"_L1].toString(), u"f16"_s);
    QCOMPARE(asked.first()["levels"_L1].toArray(), QJsonArray{u"Q4_K_M"_s});
}

void LoadViewModelTest::aRefusedChoiceSaysWhy()
{
    Setup setup(*m_home);
    run(setup);
    setup.load.setFlashAttention(u"off"_s);
    setup.load.open();
    QTRY_COMPARE(setup.kv(1)[u"verdict"_s].toString(), u"no"_s);
    QCOMPARE(setup.kv(1)[u"why"_s].toString(), u"A KV cache of that type needs flash attention."_s);
    QCOMPARE(setup.load.forecast()->now()[u"state"_s].toString(), u"ready"_s);
    setup.load.setKvType(u"q8_0"_s);
    QTRY_COMPARE(setup.load.forecast()->now()[u"state"_s].toString(), u"refused"_s);
    QCOMPARE(setup.load.forecast()->now()[u"hint"_s].toString(), u"Switch flash attention on."_s);
}

void LoadViewModelTest::theNewestSettingsWin()
{
    m_fit.reset();
    m_fit = std::make_unique<FakeChild>("fit", "follow:one,slow");
    Setup setup(*m_home);
    run(setup);
    setup.load.open();
    QTRY_VERIFY(!m_log->asked().isEmpty());
    for (const int context : {1024, 2048, 4096})
        setup.load.setContext(context);
    QTRY_VERIFY_WITH_TIMEOUT(!setup.kv(3)[u"verdict"_s].toString().isEmpty(), 10'000);
    QCOMPARE(setup.load.forecast()->now()[u"state"_s].toString(), u"ready"_s);
    const auto asked = m_log->asked();
    QCOMPARE(std::count_if(asked.begin(), asked.end(),
                           [](const QJsonObject &question) { return question["context"_L1] == 2048; }),
             0);
    QCOMPARE(asked.last()["context"_L1].toInt(), 4096);
    // What was answered once is not asked again.
    QTRY_VERIFY(!setup.load.forecast()->flashChoices().at(2).toMap()[u"verdict"_s].toString().isEmpty());
    const auto questions = m_log->asked().size();
    setup.load.setKvType(u"q8_0"_s);
    QCOMPARE(setup.load.forecast()->now()[u"state"_s].toString(), u"ready"_s);
    QTRY_COMPARE(m_log->asked().size(), questions + 2); // attention on and off with that cache
}

void LoadViewModelTest::whatTheLoadedModelHoldsIsFreeByThen()
{
    ready(
        R"(,"memory":[{"device":"CPU","name":"CPU","weights":1000,"kv_cache":200,"compute":30,"total":1230},)"
        R"({"device":"Vulkan0","name":"Card","weights":5000,"kv_cache":100,"compute":10,"total":5110}])");
    Setup setup(*m_home);
    run(setup);
    setup.load.open();
    QTRY_VERIFY(m_log->text().contains(u"began fit"));
    // Weights in main memory are the system's to reclaim already.
    QTRY_VERIFY2(m_log->text().contains(u"--freed CPU=230 --freed Vulkan0=5110"), qPrintable(m_log->text()));
}

void LoadViewModelTest::aWorkerThatIsGoneIsAProblem()
{
    m_fit.reset();
    m_fit = std::make_unique<FakeChild>("fit", "follow:gone");
    Setup setup(*m_home);
    run(setup);
    setup.load.open();
    QTRY_VERIFY(setup.load.forecast()->problem().present);
    QVERIFY(setup.kv(0)[u"verdict"_s].toString().isEmpty());
}

void LoadViewModelTest::tellsWhatDiffersAndReloads()
{
    Setup setup(*m_home);
    run(setup);
    QCOMPARE(setup.load.differences(), QStringList());
    setup.load.setContext(1024);
    setup.load.setKvType(u"q8_0"_s);
    QCOMPARE(setup.load.differences(), (QStringList{u"context"_s, u"KV cache"_s}));
    QVERIFY(!setup.load.usual());
    setup.load.apply();
    QTRY_VERIFY(setup.engine.isReady() && setup.load.differences().isEmpty());
    QVERIFY2(m_log->text().contains(u"--ctx 1024 --kv-type q8_0"), qPrintable(m_log->text()));
    // Another model has settings of its own.
    setup.engine.load(m_home->filePath(u"other.gguf"_s));
    QTRY_VERIFY(setup.engine.isReady());
    QCOMPARE(setup.load.context(), 0);
    setup.engine.load(m_home->filePath(u"starter.gguf"_s));
    QTRY_VERIFY(setup.engine.isReady());
    QCOMPARE(setup.load.context(), 1024);
    setup.load.reset();
    QCOMPARE(setup.load.differences(), (QStringList{u"context"_s, u"KV cache"_s}));
    QVERIFY(setup.load.usual());
}

void LoadViewModelTest::adaptersAreSwitchedWhileItRuns()
{
    const QString adapter = file(u"a.gguf"_s);
    ready(R"(,"loras":[{"id":0,"path":")" + adapter.toUtf8() + R"(","scale":1}])");
    Setup setup(*m_home);
    setup.engine.load(m_home->filePath(u"starter.gguf"_s));
    setup.load.addAdapter(QUrl::fromLocalFile(adapter));
    setup.engine.reload();
    QTRY_VERIFY(setup.engine.isReady() && setup.load.differences().isEmpty());
    const auto state = [&setup] { return setup.load.adapters().at(0).toMap()[u"state"_s].toString(); };
    QCOMPARE(state(), u"In use"_s);
    const qint64 process = setup.engine.processId();
    setup.load.scaleAdapter(0, 0.5);
    QCOMPARE(setup.load.differences(), QStringList{u"scale of LoRA adapters"_s});
    QTRY_COMPARE(setup.load.differences(), QStringList());
    setup.load.switchAdapter(0, false);
    QTRY_COMPARE(state(), u"Loaded, switched off"_s);
    QTRY_COMPARE(m_server->scales.size(), 2);
    QCOMPARE(m_server->scales.at(0).at(0)["scale"_L1].toDouble(), 0.5);
    QCOMPARE(m_server->scales.at(1).at(0)["scale"_L1].toDouble(), 0.0);
    QCOMPARE(setup.engine.processId(), process);
    setup.load.removeAdapter(0);
    QCOMPARE(setup.load.differences(), QStringList{u"LoRA adapters"_s});
}

void LoadViewModelTest::anEngineThatRefusesAScaleIsToldOf()
{
    const QString adapter = file(u"a.gguf"_s);
    ready(R"(,"loras":[{"id":0,"path":")" + adapter.toUtf8() + R"(","scale":1}])");
    Setup setup(*m_home);
    setup.engine.load(m_home->filePath(u"starter.gguf"_s));
    setup.load.addAdapter(QUrl::fromLocalFile(adapter));
    setup.engine.reload();
    QTRY_VERIFY(setup.engine.isReady());
    m_server->status = 400;
    m_server->errorBody = R"({"error":{"message":"no such adapter"}})";
    setup.load.scaleAdapter(0, 0.25);
    QTRY_VERIFY2(setup.load.adapterRefusal().contains(u"no such adapter"),
                 qPrintable(setup.load.adapterRefusal()));
    QCOMPARE(setup.load.differences(), QStringList{u"scale of LoRA adapters"_s});
}

void LoadViewModelTest::anAdapterThatIsNotLoadedWaits()
{
    Setup setup(*m_home);
    run(setup);
    setup.load.addAdapter(QUrl(u"https://example.org/a.gguf"_s));
    QVERIFY(!setup.load.adapterRefusal().isEmpty());
    setup.load.addAdapter(QUrl::fromLocalFile(file(u"a.gguf"_s)));
    QVERIFY(setup.load.adapterRefusal().isEmpty());
    QCOMPARE(setup.load.adapters().at(0).toMap()[u"state"_s].toString(), u"From the next load on"_s);
    setup.load.switchAdapter(0, false);
    setup.load.switchAdapter(7, false);
    setup.load.removeAdapter(-1);
    QVERIFY(m_server->scales.isEmpty());
    for (int i = 0; i < 20; ++i)
        setup.load.addAdapter(QUrl::fromLocalFile(file(u"b%1.gguf"_s.arg(i))));
    QCOMPARE(setup.load.adapters().size(), 8);
    QVERIFY(setup.load.adapterRefusal().startsWith(u"8 adapters"));
}

void LoadViewModelTest::theGuessesOfADraftAreTold()
{
    Setup setup(*m_home);
    run(setup);
    QCOMPARE(setup.load.guesses(), QString());
    snug::chat::Timings timings;
    timings.predictedPerSecond = 31.5;
    setup.engine.noteTimings(timings);
    QCOMPARE(setup.load.guesses(), QString()); // nothing was guessed
    timings.draftTokens = 60;
    timings.draftAccepted = 41;
    setup.engine.noteTimings(timings);
    QCOMPARE(setup.load.guesses(), u"Of the newest answer: 41 of 60 guesses were right, 31.5 tokens/s."_s);
    setup.engine.reload();
    QTRY_VERIFY(setup.engine.isReady());
    QCOMPARE(setup.load.guesses(), QString());
}

void LoadViewModelTest::theGainOfADraftIsMeasured()
{
    const QString lines = file(u"bench"_s, R"({"event":"result","draft":{"without":{"median":20.0},)"
                                           R"("with":{"median":30.0},"gain":1.5,"draft_tokens":1200,)"
                                           R"("draft_accepted":900}})"
                                           "\n");
    auto bench = std::make_unique<FakeChild>("bench", "print:" + lines.toUtf8());
    Setup setup(*m_home);
    run(setup);
    setup.load.measureGain(); // of nothing
    QVERIFY(!setup.load.gain()->running());
    const QString draft = file(u"draft.gguf"_s);
    setup.load.setDraft(QUrl::fromLocalFile(draft));
    setup.load.setDraftTokens(5);
    setup.load.measureGain();
    QVERIFY(setup.load.gain()->running());
    QTRY_VERIFY(!setup.load.gain()->running());
    QCOMPARE(
        setup.load.gain()->text(),
        u"1.50 times as fast: 30.0 instead of 20.0 tokens/s on three questions; 900 of 1\u202f200 guesses "
        "were right."_s);
    QVERIFY2(m_log->text().contains(u"--draft "_s + draft + u" --draft-max 5"_s), qPrintable(m_log->text()));
    // Of other files nothing was measured.
    setup.load.setDraft(QUrl::fromLocalFile(file(u"other.gguf"_s)));
    QCOMPARE(setup.load.gain()->text(), QString());
    bench.reset();
    bench = std::make_unique<FakeChild>("bench", "hang");
    setup.load.measureGain();
    QTRY_VERIFY(m_log->text().count(u"began bench") == 2);
    setup.load.gain()->cancel();
    QTRY_VERIFY(!setup.load.gain()->running());
    QVERIFY(!setup.load.gain()->problem().present);
    bench.reset();
    bench = std::make_unique<FakeChild>("bench", "error");
    setup.load.measureGain();
    QTRY_COMPARE(setup.load.gain()->problem().message, u"The file is damaged."_s);
}

void LoadViewModelTest::aTemplateIsTakenOnceItWasLookedAt()
{
    const FakeChild inspect("inspect", "result");
    Setup setup(*m_home);
    run(setup);
    setup.load.open();
    const QString chosen = file(u"mine.jinja"_s, "{{ messages }}");
    setup.load.chatTemplate()->useFile(QUrl::fromLocalFile(chosen));
    QVERIFY(setup.load.chatTemplate()->busy());
    QTRY_VERIFY(setup.load.templateReplaced());
    QCOMPARE(setup.load.templateWords(), u"mine.jinja"_s);
    QTRY_COMPARE(setup.load.chatTemplate()->text(), u"{{ messages }}"_s);
    QVERIFY(m_log->text().contains(u"--chat-template "_s + chosen));
    QCOMPARE(setup.load.differences(), QStringList{u"chat template"_s});

    setup.load.chatTemplate()->useText(u"{{ messages }} edited"_s);
    QTRY_COMPARE(setup.load.chatTemplate()->text(), u"{{ messages }} edited"_s);
    QVERIFY(setup.engine.wanted().chatTemplate.startsWith(m_home->filePath(u"templates/"_s)));
    setup.load.chatTemplate()->useOwn();
    QVERIFY(!setup.load.templateReplaced());
}

void LoadViewModelTest::aTemplateOfNoUseIsNotTaken()
{
    const FakeChild inspect("inspect", "error");
    Setup setup(*m_home);
    run(setup);
    setup.load.open();
    setup.load.chatTemplate()->useText(u"{% if"_s);
    QTRY_COMPARE(setup.load.chatTemplate()->problem().message, u"The file is damaged."_s);
    QVERIFY(!setup.load.templateReplaced());
    setup.load.chatTemplate()->useText(u"  \n"_s);
    QCOMPARE(setup.load.chatTemplate()->problem().message, u"The text is empty."_s);
    setup.load.chatTemplate()->useText(QString(2 << 20, u'x'));
    QCOMPARE(setup.load.chatTemplate()->problem().message,
             u"The text is longer than a chat template may be."_s);
    QVERIFY(!setup.load.templateReplaced());
}

void LoadViewModelTest::theTemplateThatRunsIsNeverHidden_data()
{
    QTest::addColumn<QByteArray>("report");
    QTest::addColumn<QString>("mark");
    QTest::addColumn<int>("findings");
    QTest::newRow("its own") << QByteArray(R"({"source":"model","findings":[]})") << QString() << 0;
    QTest::newRow("not told") << QByteArray("null") << QString() << 0;
    QTest::newRow("nonsense") << QByteArray(R"({"source":"?","findings":7})") << QString() << 0;
    QTest::newRow("ChatML stands in")
        << QByteArray(
               R"({"source":"fallback","findings":[{"id":"missing","message":"It has none.","hint":"x"}]})")
        << u"It has none."_s << 1;
    QTest::newRow("another one") << QByteArray(R"({"source":"given","findings":[]})")
                                 << u"Another chat template than the model's own makes the prompts."_s << 0;
}

void LoadViewModelTest::theTemplateThatRunsIsNeverHidden()
{
    QFETCH(const QByteArray, report);
    QFETCH(const QString, mark);
    QFETCH(const int, findings);
    ready(R"(,"template":)" + report);
    Setup setup(*m_home);
    run(setup);
    QCOMPARE(setup.load.templateMark(), mark);
    QCOMPARE(setup.load.templateFindings().size(), findings);
    setup.engine.unload();
    QTRY_COMPARE(setup.engine.state(), u"none"_s);
    QCOMPARE(setup.load.templateMark(), QString());
}

QTEST_MAIN(LoadViewModelTest)
#include "tst_load_view_model.moc"
