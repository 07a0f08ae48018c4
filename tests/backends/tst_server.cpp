// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/backends/serve_process.h"
#include "tests/support/test_data.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QTest>

#include <cstdio>

using snug::test::Reply;
using snug::test::ServeProcess;

namespace {

constexpr const char *kStories = "models/stories260k-gguf/stories260K.gguf";
constexpr const char *kStarter = "models/starter/snug-starter-Q8_0.gguf";
// The argument that makes this program a parent of a server.
constexpr const char *kHold = "--hold-server";
// What a stop may take: the server's own waits are a second long.
constexpr int kStopMs = 2500;

QJsonObject greedy(const QString &prompt, int tokens)
{
    return {{QStringLiteral("prompt"), prompt},
            {QStringLiteral("n_predict"), tokens},
            {QStringLiteral("temperature"), 0},
            {QStringLiteral("return_tokens"), true}};
}

const QJsonObject kEndless{{QStringLiteral("prompt"), QStringLiteral("Once")},
                           {QStringLiteral("n_predict"), 1000000},
                           {QStringLiteral("ignore_eos"), true},
                           {QStringLiteral("stream"), true}};

qint64 sum(const QJsonArray &memory, const char *field)
{
    qint64 bytes = 0;
    for (const QJsonValue &entry : memory)
        bytes += entry[QLatin1String(field)].toInteger();
    return bytes;
}

} // namespace

class TestServer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(snug::test::program(QStringLiteral("snug-cli"))))
            QSKIP("snug-cli is not built.");
        if (snug::test::dataFile(QString::fromLatin1(kStories)).isEmpty())
            QSKIP("The models are not here; set SNUG_TEST_DATA.");
    }

    void readyTellsWhatWasLoaded()
    {
        ServeProcess server(file(kStarter), {});
        QVERIFY2(server.waitForReady(), server.errors().constData());
        const QJsonObject ready = server.ready();
        QVERIFY(ready[QStringLiteral("url")].toString().startsWith(QStringLiteral("http://127.0.0.1:")));
        const QJsonValue model = ready[QStringLiteral("model")];
        QCOMPARE(model[QStringLiteral("level")].toString(), QStringLiteral("Q8_0"));
        QVERIFY(!model[QStringLiteral("name")].toString().isEmpty());
        QVERIFY(model[QStringLiteral("parameters")].toInteger() > 4'000'000);
        QCOMPARE(ready[QStringLiteral("context")].toInteger(), 1024);
        QVERIFY(ready[QStringLiteral("layers")].toInt() > 0);
        QVERIFY(ready[QStringLiteral("threads")].toInt() > 0);
        QCOMPARE(ready[QStringLiteral("api_key")].toString().size(), 64);
        const QJsonArray memory = ready[QStringLiteral("memory")].toArray();
        QVERIFY(sum(memory, "weights") > 4'000'000);
        QVERIFY(sum(memory, "kv_cache") > 0);
        QVERIFY(sum(memory, "compute") > 0);
        QCOMPARE(sum(memory, "layers"), ready[QStringLiteral("layers")].toInteger());
        QVERIFY2(server.sawProgress(QStringLiteral("loading")), "load progress comes before ready");
    }

    void fitPredictsWhatTheServerHolds()
    {
        const QStringList options = {QStringLiteral("--ctx"), QStringLiteral("2048")};
        QProcess fit;
        fit.start(snug::test::program(QStringLiteral("snug-cli")),
                  QStringList{QStringLiteral("fit"), file(kStories), QStringLiteral("--exact"),
                              QStringLiteral("--json")} +
                      options);
        QVERIFY(fit.waitForFinished(60000));
        const auto lines = fit.readAllStandardOutput().trimmed().split('\n');
        const QJsonObject result = QJsonDocument::fromJson(lines.last()).object();
        QCOMPARE(result[QStringLiteral("exact")].toBool(), true);
        const QJsonArray predicted = result[QStringLiteral("levels")][0][QStringLiteral("memory")].toArray();

        ServeProcess server(file(kStories), options);
        QVERIFY2(server.waitForReady(), server.errors().constData());
        const QJsonArray real = server.ready()[QStringLiteral("memory")].toArray();
        QCOMPARE(predicted.size(), real.size());
        for (qsizetype i = 0; i < real.size(); ++i) {
            for (const char *part : {"weights", "kv_cache", "compute"}) {
                const auto a = predicted[i][QLatin1String(part)].toInteger();
                const auto b = real[i][QLatin1String(part)].toInteger();
                QVERIFY2(qAbs(a - b) <= qMax<qint64>(b / 100, 64 * 1024), part);
            }
        }
    }

    void aContextBeyondTheTrainingIsCutAndNoted()
    {
        ServeProcess server(file(kStarter), {QStringLiteral("--ctx"), QStringLiteral("4096")});
        QVERIFY2(server.waitForReady(), server.errors().constData());
        QCOMPARE(server.ready()[QStringLiteral("context")].toInteger(), 1024);
        QVERIFY(server.ready()[QStringLiteral("notes")][0].toString().contains(QStringLiteral("trained")));
    }

    void twoConversationsHaveAContextEach()
    {
        ServeProcess server(file(kStarter), {QStringLiteral("--ctx"), QStringLiteral("512"),
                                             QStringLiteral("--parallel"), QStringLiteral("2")});
        QVERIFY2(server.waitForReady(), server.errors().constData());
        QCOMPARE(server.ready()[QStringLiteral("context")].toInteger(), 512);
    }

    void theKeyIsAsked()
    {
        ServeProcess server(file(kStories), {}, {{QStringLiteral("SNUG_API_KEY"), QStringLiteral("secret")}});
        QVERIFY2(server.waitForReady(), server.errors().constData());
        QVERIFY2(!server.ready().contains(QStringLiteral("api_key")), "a key that was given is not repeated");
        const QJsonObject body = greedy(QStringLiteral("Once"), 1);
        QCOMPARE(server.post(QStringLiteral("/completion"), body, QStringLiteral("wrong")).status, 401);
        QCOMPARE(server.post(QStringLiteral("/completion"), body, QString()).status, 401);
        QCOMPARE(server.get(QStringLiteral("/props"), QStringLiteral("wrong")).status, 401);
        QCOMPARE(server.get(QStringLiteral("/health"), QString()).status, 200);
        QCOMPARE(server.post(QStringLiteral("/completion"), body, QStringLiteral("secret")).status, 200);
    }

    void badRequestsAreAnswered()
    {
        ServeProcess server(file(kStories), {}, {{QStringLiteral("SNUG_API_KEY"), QStringLiteral("k")}});
        QVERIFY2(server.waitForReady(), server.errors().constData());
        const Reply reply = server.post(QStringLiteral("/v1/chat/completions"), {}, QStringLiteral("k"));
        QVERIFY(reply.status >= 400);
        QVERIFY(reply.json.contains(QStringLiteral("error")));
        QVERIFY(server.post(QStringLiteral("/slots/0?action=save"), {}, QStringLiteral("k")).status >= 400);
        QCOMPARE(server.get(QStringLiteral("/nothing"), QStringLiteral("k")).status, 404);
        QCOMPARE(server.get(QStringLiteral("/v1/models"), QStringLiteral("k")).status, 200);
    }

    void processorAndVulkanGiveTheSameTokens_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("prompt");
        QTest::newRow("stories") << kStories << "Once upon a time";
        QTest::newRow("starter") << kStarter << "Tell me about models";
    }

    void processorAndVulkanGiveTheSameTokens()
    {
        QFETCH(QString, model);
        QFETCH(QString, prompt);
        if (file(model.toLatin1().constData()).isEmpty())
            QSKIP("The model is not here; set SNUG_TEST_DATA.");
        const QJsonArray onCpu = tokens(model, prompt, QStringLiteral("0"));
        QVERIFY(onCpu.size() > 1);
        QJsonObject vulkan;
        const QJsonArray onVulkan = tokens(model, prompt, QStringLiteral("all"), &vulkan);
        if (vulkan[QStringLiteral("gpu_layers")].toInt() == 0)
            QSKIP("There is no Vulkan plugin or device.");
        QCOMPARE(vulkan[QStringLiteral("gpu_layers")], vulkan[QStringLiteral("layers")]);
        QCOMPARE(vulkan[QStringLiteral("cpu_reason")].toString(), QString());
        QCOMPARE(onVulkan, onCpu);
    }

    void theReasonForTheProcessorIsTold()
    {
        ServeProcess server(file(kStories), {QStringLiteral("--gpu-layers"), QStringLiteral("0")});
        QVERIFY2(server.waitForReady(), server.errors().constData());
        QCOMPARE(server.ready()[QStringLiteral("gpu_layers")].toInt(), 0);
        QCOMPARE(server.ready()[QStringLiteral("cpu_reason")].toString(),
                 QStringLiteral("--gpu-layers 0 asks for it"));
    }

    void aStopWhileAnsweringEndsSoon()
    {
        ServeProcess server(file(kStories), {}, {{QStringLiteral("SNUG_API_KEY"), QStringLiteral("k")}});
        QVERIFY2(server.waitForReady(), server.errors().constData());
        QVERIFY2(server.startStream(QStringLiteral("/completion"), kEndless, QStringLiteral("k")),
                 "the answer begins");
        QElapsedTimer timer;
        timer.start();
        server.closeInput();
        QVERIFY(server.waitForEnd(10000));
        QVERIFY2(timer.elapsed() < kStopMs, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(server.exitCode(), 130);
        QCOMPARE(server.lastEvent()[QStringLiteral("kind")].toString(), QStringLiteral("cancelled"));
    }

    void aStopWhileLoadingEndsSoon()
    {
        ServeProcess server(file(kStarter), {});
        QVERIFY(server.waitForProgress());
        QElapsedTimer timer;
        timer.start();
        server.closeInput();
        QVERIFY(server.waitForEnd(10000));
        QVERIFY2(timer.elapsed() < kStopMs, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(server.exitCode(), 130);
        QCOMPARE(server.lastEvent()[QStringLiteral("kind")].toString(), QStringLiteral("cancelled"));
    }

#if defined(Q_OS_LINUX)
    void aServerDoesNotOutliveItsParent()
    {
        QProcess parent;
        parent.start(QCoreApplication::applicationFilePath(), {QString::fromLatin1(kHold), file(kStories)});
        QVERIFY(parent.waitForReadyRead(60000));
        const QByteArray server = parent.readLine().trimmed();
        QVERIFY2(isRunning(server), server.constData());
        parent.kill();
        QVERIFY(parent.waitForFinished());
        QVERIFY2(QTest::qWaitFor([&server] { return !isRunning(server); }, 10000), "it answers on");
    }
#endif

    void aMissingModelIsAnError()
    {
        ServeProcess server(QStringLiteral("no-such-model.gguf"), {});
        QVERIFY(server.waitForEnd(20000));
        QCOMPARE(server.exitCode(), 1);
        QCOMPARE(server.lastEvent()[QStringLiteral("kind")].toString(), QStringLiteral("not_found"));
    }

    void aTakenPortIsAnError()
    {
        ServeProcess first(file(kStories), {});
        QVERIFY2(first.waitForReady(), first.errors().constData());
        const QString port = first.ready()[QStringLiteral("url")].toString().section(QLatin1Char(':'), -1);
        ServeProcess second(file(kStories), {QStringLiteral("--port"), port});
        QVERIFY(second.waitForEnd(20000));
        QCOMPARE(second.lastEvent()[QStringLiteral("kind")].toString(), QStringLiteral("io"));
        QVERIFY(second.lastEvent()[QStringLiteral("message")].toString().contains(port));
    }

private:
#if defined(Q_OS_LINUX)
    // A process that has ended may still be listed as a zombie.
    static bool isRunning(const QByteArray &pid)
    {
        QFile stat(QStringLiteral("/proc/%1/stat").arg(QString::fromLatin1(pid)));
        if (pid.isEmpty() || !stat.open(QIODevice::ReadOnly))
            return false;
        const QByteArray state = stat.readAll();
        return state.mid(state.lastIndexOf(')') + 2, 1) != "Z";
    }
#endif

    static QString file(const char *relative)
    {
        return snug::test::dataFile(QString::fromLatin1(relative));
    }

    static QJsonArray tokens(const QString &model, const QString &prompt, const QString &layers,
                             QJsonObject *ready = nullptr)
    {
        ServeProcess server(file(model.toLatin1().constData()), {QStringLiteral("--gpu-layers"), layers},
                            {{QStringLiteral("SNUG_API_KEY"), QStringLiteral("k")},
                             {QStringLiteral("GGML_VK_VISIBLE_DEVICES"), QStringLiteral("0")}});
        if (!server.waitForReady())
            return {};
        if (ready != nullptr)
            *ready = server.ready();
        if (ready != nullptr && server.ready()[QStringLiteral("gpu_layers")].toInt() == 0)
            return {};
        return server.post(QStringLiteral("/completion"), greedy(prompt, 12), QStringLiteral("k"))
            .json[QStringLiteral("tokens")]
            .toArray();
    }
};

namespace {

// As a parent that dies while its server answers: says the server's process and waits to be killed.
int holdServer(const QString &model)
{
    ServeProcess server(model, {}, {{QStringLiteral("SNUG_API_KEY"), QStringLiteral("k")}});
    if (!server.waitForReady() ||
        !server.startStream(QStringLiteral("/completion"), kEndless, QStringLiteral("k")))
        return 1;
    std::printf("%lld\n", static_cast<long long>(server.processId()));
    std::fflush(stdout);
    return QCoreApplication::exec();
}

} // namespace

int main(int count, char **values)
{
    const QCoreApplication application(count, values);
    if (count == 3 && QByteArray(values[1]) == kHold)
        return holdServer(QString::fromLocal8Bit(values[2]));
    TestServer test;
    return QTest::qExec(&test, count, values);
}

#include "tst_server.moc"
