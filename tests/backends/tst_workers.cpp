// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/workers.h"
#include "tests/backends/serve_process.h"
#include "tests/support/lending_worker.h"
#include "tests/support/scripted_server.h"
#include "tests/support/test_data.h"

#include <QFile>
#include <QJsonArray>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;
using snug::test::freePort;
using Worker = snug::test::LendingWorker;
using snug::test::ScriptedServer;
using snug::test::ServeProcess;

namespace {

const QString kVariable = u"SNUG_RPC_WORKERS"_s;
const QString kKey = u"test-key"_s;

QJsonObject run(const QStringList &arguments, const QString &workers)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(kVariable, workers);
    process.setProcessEnvironment(environment);
    process.start(snug::test::program(u"snug-cli"_s), arguments);
    process.waitForFinished(120000);
    const QList<QByteArray> lines = process.readAllStandardOutput().trimmed().split('\n');
    return QJsonDocument::fromJson(lines.constLast()).object();
}

QJsonObject devices(const QString &workers)
{
    return run({u"devices"_s, u"--json"_s}, workers);
}

QJsonArray of(const QJsonObject &answer, QLatin1String list, const QString &backend)
{
    QJsonArray found;
    for (const auto &entry : answer[list].toArray()) {
        if (entry["backend"_L1].toString() == backend)
            found.append(entry);
    }
    return found;
}

QString say(ServeProcess &engine)
{
    const QJsonObject body{
        {u"messages"_s, QJsonArray{QJsonObject{{u"role"_s, u"user"_s}, {u"content"_s, u"What is GGUF?"_s}}}},
        {u"temperature"_s, 0},
        {u"max_tokens"_s, 24}};
    const auto reply = engine.post(u"/v1/chat/completions"_s, body, kKey);
    return reply.json["choices"_L1].toArray().first()["message"_L1]["content"_L1].toString();
}

} // namespace

// Devices of other machines, here of other processes: the real engine on both sides.
class TestWorkers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_demo = snug::test::program(u"../share/snug/models/snug-starter-Q8_0.gguf"_s);
        QVERIFY2(QFile::exists(m_demo), qPrintable(m_demo));
        const Worker worker;
        if (!worker.ready() && worker.output().contains("no RPC plugin"))
            QSKIP("This build has no RPC plugin.");
    }

    void lists_data()
    {
        QTest::addColumn<QString>("list");
        QTest::addColumn<int>("count"); // -1: refused
        QTest::newRow("none") << QString() << 0;
        QTest::newRow("two") << u"10.0.0.5:50052, [fd00::1]:9,"_s << 2;
        QTest::newRow("twice the same") << u"a:1,a:1"_s << 1;
        QTest::newRow("no port") << u"10.0.0.5"_s << -1;
        QTest::newRow("an address of a page") << u"http://10.0.0.5:80"_s << -1;
        QTest::newRow("with a path") << u"10.0.0.5:80/x"_s << -1;
        QTest::newRow("a port that is none") << u"host:99999"_s << -1;
        QTest::newRow("blanks inside") << u"ho st:1"_s << -1;
        QTest::newRow("control characters") << u"host\n:1"_s << -1;
        QStringList many;
        for (int i = 0; i < 17; ++i)
            many.append(u"host%1:1"_s.arg(i));
        QTest::newRow("more than the engine takes") << many.join(u',') << -1;
    }
    void lists()
    {
        QFETCH(const QString, list);
        QFETCH(const int, count);
        const auto workers = snug::llama::parseWorkers(list.toStdString());
        QCOMPARE(workers ? static_cast<int>(workers->size()) : -1, count);
    }

    void lendsItsDevices()
    {
        const Worker worker;
        QVERIFY2(worker.ready(), worker.output().constData());
        const QJsonArray lent = of(devices(worker.address()), "devices"_L1, u"RPC"_s);
        QCOMPARE(lent.size(), 1);
        QCOMPARE(lent[0]["id"_L1].toString(), u"RPC0"_s);
        QCOMPARE(lent[0]["kind"_L1].toString(), u"gpu"_s);
        QVERIFY(lent[0]["name"_L1].toString().contains(worker.address()));
        QVERIFY(lent[0]["total_bytes"_L1].toInteger() > 0);
    }

    void whatDoesNotAnswerIsToldAndTheOthersWork()
    {
        const Worker worker;
        const ScriptedServer page({snug::test::sends("HTTP/1.1 200 OK\r\n\r\n"), snug::test::closes()});
        const ScriptedServer silence({snug::test::hangs()});
        const QString gone = u"127.0.0.1:%1"_s.arg(freePort());
        const auto addressOf = [](const ScriptedServer &server) {
            return QString::fromLatin1(server.url()).remove(u"http://"_s);
        };
        const QString all =
            QStringList{gone, addressOf(page), worker.address(), addressOf(silence)}.join(u',');
        const QJsonObject answer = devices(all);
        QCOMPARE(of(answer, "devices"_L1, u"RPC"_s).size(), 1);
        const QJsonArray missing = of(answer, "unavailable"_L1, u"RPC"_s);
        QCOMPARE(missing.size(), 3);
        for (const auto &entry : missing) {
            QVERIFY(entry["reason"_L1].toString().contains(u"127.0.0.1:"_s));
            QVERIFY(!entry["hint"_L1].toString().isEmpty());
        }
        QCOMPARE(devices(u"nonsense"_s)["kind"_L1].toString(), u"invalid_argument"_s);
    }

    // The same words as without it, with all layers there; then it dies.
    void computesTheSameThere()
    {
        ServeProcess alone(m_demo, {u"--gpu-layers"_s, u"0"_s}, {{u"SNUG_API_KEY"_s, kKey}});
        QVERIFY(alone.waitForReady());
        const QString expected = say(alone);
        QVERIFY(!expected.isEmpty());
        Worker worker;
        QVERIFY(worker.ready());
        const QString gone = u"127.0.0.1:%1"_s.arg(freePort());
        ServeProcess engine(m_demo, {u"--gpu-layers"_s, u"all"_s},
                            {{u"SNUG_API_KEY"_s, kKey}, {kVariable, worker.address() + u","_s + gone}});
        QVERIFY2(engine.waitForReady(), engine.errors().constData());
        const QJsonObject ready = engine.ready();
        QCOMPARE(ready["gpu_layers"_L1].toInt(), ready["layers"_L1].toInt());
        const QJsonArray holders = ready["devices"_L1].toArray();
        QVERIFY(std::any_of(holders.begin(), holders.end(), [](const auto &entry) {
            return entry["device"_L1].toString() == u"RPC0"_s && entry["backend"_L1].toString() == u"RPC"_s;
        }));
        const QJsonArray notes = ready["notes"_L1].toArray();
        QVERIFY(std::any_of(notes.begin(), notes.end(),
                            [&](const auto &note) { return note.toString().contains(gone); }));
        QCOMPARE(say(engine), expected);

        worker.kill();
        QTRY_VERIFY_WITH_TIMEOUT(!worker.listens(), 5000); // what lends sees its parent's end a moment later
        (void)say(engine);
        QVERIFY(engine.waitForEnd(20000)); // an end with a cause, not a hang
    }

    void fitCountsIt()
    {
        const Worker worker;
        const QJsonObject answer = run({u"fit"_s, m_demo, u"--exact"_s, u"--json"_s}, worker.address());
        const QJsonArray memory = answer["levels"_L1].toArray().first()["memory"_L1].toArray();
        QVERIFY(std::any_of(memory.begin(), memory.end(), [](const auto &entry) {
            return entry["device"_L1].toString() == u"RPC0"_s && entry["weights"_L1].toInteger() > 0;
        }));
    }

    void survivesNonsense()
    {
        const Worker worker;
        QVERIFY(worker.ready());
        for (int round = 0; round < 8; ++round) {
            QTcpSocket socket;
            socket.connectToHost(QHostAddress::LocalHost, worker.port());
            QVERIFY(socket.waitForConnected(5000));
            QByteArray junk(4096, '\0');
            for (qsizetype i = 0; i < junk.size(); ++i)
                junk[i] = static_cast<char>((i * 131 + round * 17) & (round % 2 == 0 ? 0xff : 0x0f));
            socket.write(junk);
            socket.waitForBytesWritten(1000);
            socket.disconnectFromHost();
        }
        QTRY_COMPARE_WITH_TIMEOUT(of(devices(worker.address()), "devices"_L1, u"RPC"_s).size(), 1, 20000);
    }

    void aTakenPortIsTold()
    {
        QTcpServer taken;
        QVERIFY(taken.listen(QHostAddress::LocalHost));
        const QJsonObject answer =
            run({u"worker"_s, u"--json"_s, u"--port"_s, QString::number(taken.serverPort())}, {});
        QCOMPARE(answer["kind"_L1].toString(), u"io"_s);
        const QJsonObject unknown = run(
            {u"worker"_s, u"--json"_s, u"--port"_s, QString::number(freePort()), u"--device"_s, u"CUDA77"_s},
            {});
        QCOMPARE(unknown["kind"_L1].toString(), u"not_found"_s);
    }

    void endsWithItsParent()
    {
        Worker worker;
        QVERIFY(worker.ready());
        worker.process().closeWriteChannel();
        QVERIFY(worker.process().waitForFinished(5000));
        QCOMPARE(worker.process().exitCode(), 130);
        QTRY_VERIFY_WITH_TIMEOUT(of(devices(worker.address()), "devices"_L1, u"RPC"_s).isEmpty(), 5000);
    }

private:
    QString m_demo;
};

QTEST_GUILESS_MAIN(TestWorkers)

#include "tst_workers.moc"
