// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/engine_session.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::EngineSession;
using snug::ui::SettingsFile;

namespace {

constexpr auto kProgress = R"({"event":"progress","stage":"loading","done":2899102925,)"
                           R"("total":4724464025,"unit":"bytes","rate":1,"eta_s":2})"
                           "\n";

QByteArray readyLine(int gpuLayers, int layers, const QByteArray &cpuReason)
{
    const QByteArray device =
        gpuLayers > 0 ? R"({"device":"Vulkan0","backend":"Vulkan","name":"llvmpipe"})" : QByteArray();
    return R"({"event":"ready","url":"http://127.0.0.1:4321","model":{"name":"Snug Starter","level":"Q8_0"},)"
           R"("memory":[{"device":"CPU","name":"Ryzen 7","weights":20971520,)"
           R"("kv_cache":8388608,"compute":4194304,)"
           R"("overhead":0,"total":33554432,"free":1}],"gpu_layers":)" +
           QByteArray::number(gpuLayers) + R"(,"layers":)" + QByteArray::number(layers) + R"(,"devices":[)" +
           device + R"(],"cpu_reason":")" + cpuReason +
           R"(","context":4096,"notes":["Flash attention is off."]})" + "\n";
}

} // namespace

class EngineSessionTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void loadsAndDescribesWhereItRuns_data();
    void loadsAndDescribesWhereItRuns();
    void tellsHowFarTheLoadIs();
    void handsTheKeyOverByEnvironment();
    void cancelsALoad();
    void replacesOneModelByAnother();
    void namesTheCauseWhenTheChildDies_data();
    void namesTheCauseWhenTheChildDies();
    void reloadsAfterACrash();
    void aFailedLoadKeepsTheChildsWords();
    void unloadsAndRemembersTheModel();
    void keepsWhatIsWanted();

private:
    QByteArray script(const QByteArray &lines);

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<SettingsFile> m_settings;
    int m_scripts = 0;
};

void EngineSessionTest::init()
{
    m_settings.reset();
    m_home = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<SettingsFile>(m_home->filePath(u"settings.json"_s).toStdString());
}

QByteArray EngineSessionTest::script(const QByteArray &lines)
{
    const QString path = m_home->filePath(u"script-%1"_s.arg(++m_scripts));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(lines);
    return path.toUtf8();
}

void EngineSessionTest::loadsAndDescribesWhereItRuns_data()
{
    QTest::addColumn<int>("gpuLayers");
    QTest::addColumn<QByteArray>("reason");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("badge");
    QTest::newRow("all on the GPU") << 24 << QByteArray() << u"fits"_s
                                    << u"GPU 24/24 layers · Vulkan · llvmpipe"_s;
    QTest::newRow("partly") << 10 << QByteArray() << u"partly"_s << u"GPU 10/24 layers · Vulkan · llvmpipe"_s;
    QTest::newRow("CPU") << 0 << QByteArray("no GPU backend found a device.") << u"cpu"_s
                         << u"CPU, because no GPU backend found a device"_s;
    QTest::newRow("CPU without a reason") << 0 << QByteArray() << u"cpu"_s << u"CPU"_s;
}

void EngineSessionTest::loadsAndDescribesWhereItRuns()
{
    QFETCH(int, gpuLayers);
    QFETCH(QByteArray, reason);
    QFETCH(QString, verdict);
    QFETCH(QString, badge);
    const FakeChild child("serve", "serve:" + script(kProgress + readyLine(gpuLayers, 24, reason)));
    EngineSession engine(fakeWorker(), *m_settings);
    QCOMPARE(engine.state(), u"none"_s);
    engine.load(u"snug-starter.gguf"_s);
    QCOMPARE(engine.state(), u"loading"_s);
    QTRY_COMPARE(engine.state(), u"ready"_s);
    QCOMPARE(engine.modelName(), u"Snug Starter"_s);
    QCOMPARE(engine.level(), u"Q8_0"_s);
    QCOMPARE(engine.contextSize(), 4096);
    QCOMPARE(engine.badgeVerdict(), verdict);
    QCOMPARE(engine.badgeText(), badge);
    QVERIFY(engine.badgeWhy().contains(u"Flash attention is off."));
    QVERIFY(engine.statusText().startsWith(u"Q8_0 · "));
    QVERIFY(engine.statusText().endsWith(u"32.0 MiB"));
    QCOMPARE(engine.memory().size(), 1);
    QCOMPARE(engine.endpoint().url, u"http://127.0.0.1:4321"_s);
}

void EngineSessionTest::tellsHowFarTheLoadIs()
{
    const FakeChild child("serve", "serve:" + script(kProgress));
    EngineSession engine(fakeWorker(), *m_settings);
    engine.load(u"folder/Qwen3-4B-Q8_0.gguf"_s);
    QCOMPARE(engine.loadProgress(), -1.0);
    QCOMPARE(engine.loadTitle(), u"Loading Qwen3-4B-Q8_0"_s);
    QCOMPARE(engine.loadDetail(), u"Starting the engine"_s);
    QTRY_VERIFY(engine.loadProgress() > 0.6);
    QCOMPARE(engine.loadDetail(), u"2.70 GiB of 4.40 GiB, 2 s left"_s);
}

void EngineSessionTest::handsTheKeyOverByEnvironment()
{
    const FakeChild child("serve", "serve:" + script(readyLine(0, 24, "")));
    EngineSession engine(fakeWorker(), *m_settings);
    engine.load(u"a.gguf"_s);
    QTRY_COMPARE(engine.state(), u"ready"_s);
    const QString key = engine.endpoint().apiKey;
    QCOMPARE(key.size(), 64);
#if defined(Q_OS_LINUX)
    const QString process = u"/proc/%1/"_s.arg(engine.processId());
    QFile commandLine(process + u"cmdline"_s);
    QVERIFY(commandLine.open(QIODevice::ReadOnly));
    QVERIFY(!commandLine.readAll().contains(key.toLatin1()));
    QFile environment(process + u"environ"_s);
    QVERIFY(environment.open(QIODevice::ReadOnly));
    QVERIFY(environment.readAll().contains("SNUG_API_KEY=" + key.toLatin1()));
#endif
    engine.reload();
    QTRY_VERIFY(engine.isReady() && engine.endpoint().apiKey != key);
}

void EngineSessionTest::cancelsALoad()
{
    const FakeChild child("serve", "hang");
    EngineSession engine(fakeWorker(), *m_settings);
    engine.load(u"a.gguf"_s);
    QTRY_VERIFY(engine.loadProgress() >= 0);
    engine.cancelLoad();
    QCOMPARE(engine.state(), u"stopping"_s);
    QTRY_COMPARE(engine.state(), u"none"_s);
    QVERIFY(!engine.problem().present);
}

void EngineSessionTest::replacesOneModelByAnother()
{
    const FakeChild child("serve", "serve:" + script(readyLine(0, 24, "")));
    EngineSession engine(fakeWorker(), *m_settings);
    QStringList states;
    connect(&engine, &EngineSession::stateChanged, this, [&] { states.append(engine.state()); });
    engine.load(u"a.gguf"_s);
    QTRY_COMPARE(engine.state(), u"ready"_s);
    const qint64 first = engine.processId();
    engine.load(u"b.gguf"_s);
    QTRY_VERIFY(engine.isReady() && engine.modelPath() == u"b.gguf");
    QVERIFY(engine.processId() != first);
    QCOMPARE(states, (QStringList{u"loading"_s, u"ready"_s, u"stopping"_s, u"loading"_s, u"ready"_s}));
    engine.load(u"b.gguf"_s); // the one that is there
    QVERIFY(engine.isReady());
}

void EngineSessionTest::namesTheCauseWhenTheChildDies_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<QString>("words");
#if defined(Q_OS_UNIX)
    QTest::newRow("killed") << SIGKILL << u"The engine was killed (signal 9)."_s;
    QTest::newRow("aborted") << SIGABRT << u"SIGABRT"_s;
    QTest::newRow("segmentation fault") << SIGSEGV << u"SIGSEGV"_s;
#endif
}

void EngineSessionTest::namesTheCauseWhenTheChildDies()
{
#if !defined(Q_OS_UNIX)
    QSKIP("Kills by a POSIX call.");
#else
    QFETCH(int, signal);
    QFETCH(QString, words);
    const FakeChild child("serve", "serve:" + script(readyLine(0, 24, "")));
    EngineSession engine(fakeWorker(), *m_settings);
    const QSignalSpy failed(&engine, &EngineSession::failed);
    engine.load(u"a.gguf"_s);
    QTRY_COMPARE(engine.state(), u"ready"_s);
    QCOMPARE(::kill(static_cast<pid_t>(engine.processId()), signal), 0);
    QTRY_COMPARE(engine.state(), u"failed"_s);
    QCOMPARE(failed.size(), 1);
    QVERIFY2(engine.problem().message.contains(words), qPrintable(engine.problem().message));
    QVERIFY(!engine.problem().hint.isEmpty());
    QVERIFY(engine.endpoint().apiKey.isEmpty());
    QCOMPARE(engine.modelName(), u"Snug Starter"_s);
#endif
}

void EngineSessionTest::reloadsAfterACrash()
{
    EngineSession engine(fakeWorker(), *m_settings);
    {
        const FakeChild child("serve", "abort");
        engine.load(u"a.gguf"_s);
        QTRY_COMPARE(engine.state(), u"failed"_s);
        QVERIFY(engine.problem().message.contains(u"The engine stopped: GGML_ASSERT(n > 0) failed"));
        QVERIFY(engine.problem().details.contains(u"loading"));
    }
    const FakeChild child("serve", "serve:" + script(readyLine(0, 24, "")));
    engine.reload();
    QTRY_COMPARE(engine.state(), u"ready"_s);
    QVERIFY(!engine.problem().present);
    QCOMPARE(engine.modelPath(), u"a.gguf"_s);
}

void EngineSessionTest::aFailedLoadKeepsTheChildsWords()
{
    const FakeChild child("serve", "error");
    EngineSession engine(fakeWorker(), *m_settings);
    engine.load(u"a.gguf"_s);
    QTRY_COMPARE(engine.state(), u"failed"_s);
    QCOMPARE(engine.problem().message, u"The file is damaged."_s);
    QCOMPARE(engine.problem().hint, u"Download it again."_s);
    QCOMPARE(engine.problem().kind, u"corrupt"_s);
}

void EngineSessionTest::unloadsAndRemembersTheModel()
{
    const FakeChild child("serve", "serve:" + script(readyLine(0, 24, "")));
    {
        EngineSession engine(fakeWorker(), *m_settings);
        engine.load(u"a.gguf"_s);
        QTRY_COMPARE(engine.state(), u"ready"_s);
        engine.unload();
        QTRY_COMPARE(engine.state(), u"none"_s);
        QCOMPARE(engine.statusText(), QString());
        QCOMPARE(engine.contextSize(), 0);
    }
    const EngineSession later(fakeWorker(), *m_settings);
    QCOMPARE(later.lastModelPath(), u"a.gguf"_s);
}

void EngineSessionTest::keepsWhatIsWanted()
{
    EngineSession engine(fakeWorker(), *m_settings);
    QCOMPARE(engine.contextSizeWanted(), 0);
    QCOMPARE(engine.gpuLayersWanted(), -1);
    engine.setContextSizeWanted(-5);
    QCOMPARE(engine.contextSizeWanted(), 0);
    engine.setContextSizeWanted(8192);
    engine.setGpuLayersWanted(12);
    const EngineSession later(fakeWorker(), *m_settings);
    QCOMPARE(later.contextSizeWanted(), 8192);
    QCOMPARE(later.gpuLayersWanted(), 12);
}

QTEST_GUILESS_MAIN(EngineSessionTest)
#include "tst_engine_session.moc"
