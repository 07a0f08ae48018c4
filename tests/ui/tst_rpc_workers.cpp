// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/rpc_workers.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::RpcWorkers;
using snug::ui::SettingsFile;

namespace {

const QString kVariable = u"SNUG_RPC_WORKERS"_s;
constexpr auto kLends = R"({"event":"result","devices":[{"id":"CPU","backend":"CPU","name":"Ryzen"},)"
                        R"({"id":"RPC0","backend":"RPC","name":"RTX 4090","total_bytes":25769803776}],)"
                        R"("unavailable":[]})"
                        "\n";
constexpr auto kSilent =
    R"({"event":"result","devices":[{"id":"CPU","backend":"CPU","name":"Ryzen"}],)"
    R"("unavailable":[{"backend":"RPC","reason":"It does not answer.","hint":"Start it."}]})"
    "\n";

#if defined(Q_OS_LINUX)
QByteArray variablesOf(qint64 process)
{
    QFile file(u"/proc/%1/environ"_s.arg(process));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}
#endif

} // namespace

class RpcWorkersTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_settings.reset();
        m_home = std::make_unique<QTemporaryDir>();
        m_settings = open();
    }

    void anAddressIsAHostAndAPort_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("good");
        QTest::newRow("usual") << u"192.168.1.20:50052"_s << true;
        QTest::newRow("name") << u"attic.local:1"_s << true;
        QTest::newRow("six") << u"[fe80::1]:50052"_s << true;
        QTest::newRow("no port") << u"192.168.1.20"_s << false;
        QTest::newRow("port 0") << u"host:0"_s << false;
        QTest::newRow("port too high") << u"host:65536"_s << false;
        QTest::newRow("two of them") << u"a:1,b:2"_s << false;
        QTest::newRow("with a path") << u"a/b:1"_s << false;
        QTest::newRow("with a name of a user") << u"me@host:1"_s << false;
        QTest::newRow("with a scheme") << u"http://host:1"_s << false;
        QTest::newRow("spaces") << u"my host:1"_s << false;
        QTest::newRow("empty") << QString() << false;
        QTest::newRow("endless") << QString(5000, u'a') + u":1"_s << false;
    }
    void anAddressIsAHostAndAPort()
    {
        QFETCH(const QString, text);
        QFETCH(const bool, good);
        QCOMPARE(snug::ui::isWorkerAddress(text), good);
    }

    void oneThatLendsIsAddedAndKept()
    {
        const FakeChild devices("devices", "print:" + lines(kLends));
        {
            RpcWorkers workers(fakeWorker(), *m_settings);
            QVERIFY(workers.environment().isEmpty());
            const QSignalSpy added(&workers, &RpcWorkers::added);
            workers.add(u" 10.0.0.2:50052 "_s);
            QVERIFY(workers.checking());
            QTRY_COMPARE(added.size(), 1);
            QCOMPARE(workers.found(), u"RTX 4090, 24.0 GiB"_s);
            QCOMPARE(workers.environment().value(kVariable), u"10.0.0.2:50052"_s);
            workers.add(u"10.0.0.2:50052"_s);
            QVERIFY(workers.problem().present);
            workers.add(u"10.0.0.3:50052"_s);
            QTRY_COMPARE(added.size(), 2);
        }
        m_settings.reset();
        m_settings = open();
        RpcWorkers later(fakeWorker(), *m_settings);
        QCOMPARE(later.addresses(), (QStringList{u"10.0.0.2:50052"_s, u"10.0.0.3:50052"_s}));
        later.remove(u"10.0.0.2:50052"_s);
        QCOMPARE(later.environment().value(kVariable), u"10.0.0.3:50052"_s);
    }

    void oneThatIsSilentIsNot()
    {
        const FakeChild devices("devices", "print:" + lines(kSilent));
        RpcWorkers workers(fakeWorker(), *m_settings);
        workers.add(u"10.0.0.2:50052"_s);
        QTRY_COMPARE(workers.problem().message, u"It does not answer."_s);
        QVERIFY(workers.problem().hint.contains(u"snug-cli worker"_s));
        QVERIFY(workers.addresses().isEmpty());
        workers.beginForm();
        QVERIFY(!workers.problem().present);
        workers.add(u"nonsense"_s);
        QVERIFY(workers.problem().present);
        QVERIFY(!workers.checking());
    }

    void whatStandsInTheSettingsIsChecked()
    {
        QStringList many{u"--help"_s, u"a:1,b:2"_s, u"good:1"_s, u"good:1"_s};
        for (int i = 0; i < 40; ++i)
            many.append(u"host%1:50052"_s.arg(i));
        m_settings->setTexts("devices", "rpc_workers", many);
        const RpcWorkers workers(fakeWorker(), *m_settings);
        QCOMPARE(workers.addresses().size(), RpcWorkers::kMostWorkers);
        QCOMPARE(workers.addresses().first(), u"good:1"_s);
    }

    void theEngineIsGivenThem()
    {
        m_settings->setTexts("devices", "rpc_workers", {u"10.0.0.2:50052"_s});
        const RpcWorkers workers(fakeWorker(), *m_settings);
        const FakeChild serve("serve", "hang");
        snug::ui::EngineSession engine(fakeWorker(), *m_settings);
        engine.setEnvironment([&workers] { return workers.environment(); });
        engine.load(u"a.gguf"_s);
        QTRY_VERIFY(engine.processId() > 0);
#if defined(Q_OS_LINUX)
        // Until it is the program, the process has the variables of this one.
        QTRY_VERIFY(variablesOf(engine.processId()).contains("SNUG_RPC_WORKERS=10.0.0.2:50052"));
#endif
    }

private:
    [[nodiscard]] std::unique_ptr<SettingsFile> open() const
    {
        return std::make_unique<SettingsFile>(m_home->filePath(u"settings.json"_s).toStdString());
    }
    [[nodiscard]] QByteArray lines(const char *text) const
    {
        QFile file(m_home->filePath(u"lines"_s));
        return file.open(QIODevice::WriteOnly) && file.write(text) > 0 ? file.fileName().toUtf8()
                                                                       : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<SettingsFile> m_settings;
};

QTEST_GUILESS_MAIN(RpcWorkersTest)
#include "tst_rpc_workers.moc"
