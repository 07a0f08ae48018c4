// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/devices_view_model.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::DevicesViewModel;
using snug::ui::EngineSession;
using snug::ui::SettingsFile;

namespace {

constexpr auto kDevices =
    R"({"event":"result","devices":[)"
    R"({"id":"Vulkan0","backend":"Vulkan","kind":"gpu","name":"RTX 4060","total_bytes":8589934592,)"
    R"("free_bytes":7688191365,"memory_source":"VK_EXT_memory_budget","driver":"545.29"},)"
    R"({"id":"CPU","backend":"CPU","kind":"cpu","name":"Ryzen 7","total_bytes":1048576,"free_bytes":524288,)"
    R"("memory_source":"/proc/meminfo","driver":""}],)"
    R"("unavailable":[{"backend":"CUDA","reason":"libcuda.so.1 is missing.","hint":"Install the driver.",)"
    R"("command":"sudo apt install nvidia-driver"}]})"
    "\n";

constexpr auto kReady = R"({"event":"ready","url":"http://127.0.0.1:1",)"
                        R"("model":{"name":"Qwen3 8B","level":"Q4_K_M"},"gpu_layers":37,)"
                        R"("layers":37,"memory":[{"device":"Vulkan0","name":"RTX 4060",)"
                        R"("weights":1073741824,"kv_cache":0,"compute":0,)"
                        R"("overhead":0,"total":1073741824,"free":7688191365}],)"
                        R"("devices":[{"device":"Vulkan0","backend":"Vulkan",)"
                        R"("name":"RTX 4060"}],"cpu_reason":"","context":4096,"notes":[]})"
                        "\n";

QVariant cell(QAbstractItemModel *model, int row, const char *role)
{
    return model->index(row, 0).data(model->roleNames().key(role, -1));
}

} // namespace

class DevicesTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void listsDevicesWithFiguresThatAddUp();
    void listsBackendsThatDidNotLoad();
    void tellsWhatTheLoadedModelTakes();
    void aCrashIsAProblemAndTheOldListStays();
    void refreshWhileBusyLooksAgain();
    void copiesAReport();

private:
    [[nodiscard]] QByteArray script(const char *name, const char *lines) const;

    std::unique_ptr<QTemporaryDir> m_home;
};

void DevicesTest::init()
{
    m_home = std::make_unique<QTemporaryDir>();
}

QByteArray DevicesTest::script(const char *name, const char *lines) const
{
    const QString path = m_home->filePath(QString::fromLatin1(name));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(lines);
    return path.toUtf8();
}

void DevicesTest::listsDevicesWithFiguresThatAddUp()
{
    const FakeChild child("devices", "print:" + script("devices", kDevices));
    SettingsFile settings(m_home->filePath(u"settings.json"_s).toStdString());
    EngineSession engine(fakeWorker(), settings);
    DevicesViewModel devices(fakeWorker(), engine);
    const QAbstractItemModelTester tester(devices.devices(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(devices.state(), u"loading"_s);
    QVERIFY(devices.busy());
    QTRY_COMPARE(devices.state(), u"ready"_s);
    QVERIFY(!devices.busy());
    QAbstractItemModel *model = devices.devices();
    QCOMPARE(model->rowCount(), 2);
    QCOMPARE(cell(model, 0, "name").toString(), u"RTX 4060"_s);
    QCOMPARE(cell(model, 0, "kind").toString(), u"gpu"_s);
    QCOMPARE(cell(model, 0, "unitText").toString(), u"GiB"_s);
    QCOMPARE(cell(model, 0, "totalText").toString(), u"8.00"_s);
    QCOMPARE(cell(model, 0, "freeText").toString(), u"7.16"_s);
    QCOMPARE(cell(model, 0, "othersText").toString(), u"0.84"_s);
    QCOMPARE(cell(model, 0, "usedByUsBytes").toDouble(), 0.0);
    QCOMPARE(cell(model, 1, "unitText").toString(), u"MiB"_s);
    QVERIFY(cell(model, 0, "facts").toList().size() >= 4);
}

void DevicesTest::listsBackendsThatDidNotLoad()
{
    const FakeChild child("devices", "print:" + script("devices", kDevices));
    SettingsFile settings(m_home->filePath(u"settings.json"_s).toStdString());
    EngineSession engine(fakeWorker(), settings);
    DevicesViewModel devices(fakeWorker(), engine);
    QTRY_COMPARE(devices.unavailable()->rowCount(), 1);
    QCOMPARE(cell(devices.unavailable(), 0, "backend").toString(), u"CUDA"_s);
    QCOMPARE(cell(devices.unavailable(), 0, "reason").toString(), u"libcuda.so.1 is missing."_s);
    QCOMPARE(cell(devices.unavailable(), 0, "command").toString(), u"sudo apt install nvidia-driver"_s);
}

void DevicesTest::tellsWhatTheLoadedModelTakes()
{
    const FakeChild child("devices", "print:" + script("devices", kDevices));
    const FakeChild server("serve", "serve:" + script("serve", kReady));
    SettingsFile settings(m_home->filePath(u"settings.json"_s).toStdString());
    EngineSession engine(fakeWorker(), settings);
    DevicesViewModel devices(fakeWorker(), engine);
    QTRY_COMPARE(devices.state(), u"ready"_s);
    engine.load(u"model.gguf"_s);
    QTRY_COMPARE(cell(devices.devices(), 0, "usedByUsText").toString(), u"1.00"_s);
    QCOMPARE(cell(devices.devices(), 0, "snugLabel").toString(), u"Snug: Qwen3 8B"_s);
    QCOMPARE(cell(devices.devices(), 1, "snugLabel").toString(), QString());
    engine.unload();
    QTRY_COMPARE(cell(devices.devices(), 0, "snugLabel").toString(), QString());
}

void DevicesTest::aCrashIsAProblemAndTheOldListStays()
{
    SettingsFile settings(m_home->filePath(u"settings.json"_s).toStdString());
    EngineSession engine(fakeWorker(), settings);
    auto good = std::make_unique<FakeChild>("devices", "print:" + script("devices", kDevices));
    DevicesViewModel devices(fakeWorker(), engine);
    QTRY_COMPARE(devices.state(), u"ready"_s);
    good = std::make_unique<FakeChild>("devices", "abort");
    qputenv("SNUG_FAKE_DEVICES", "abort");
    devices.refresh();
    QTRY_COMPARE(devices.state(), u"error"_s);
    QVERIFY(devices.problem().message.contains(u"GGML_ASSERT"));
    QVERIFY(devices.problem().details.contains(u"loading"));
    QCOMPARE(devices.devices()->rowCount(), 2);
    qputenv("SNUG_FAKE_DEVICES", "print:" + script("devices", kDevices));
    devices.refresh();
    QTRY_COMPARE(devices.state(), u"ready"_s);
    QVERIFY(!devices.problem().present);
}

void DevicesTest::refreshWhileBusyLooksAgain()
{
    const FakeChild child("devices", "print:" + script("devices", kDevices));
    SettingsFile settings(m_home->filePath(u"settings.json"_s).toStdString());
    EngineSession engine(fakeWorker(), settings);
    DevicesViewModel devices(fakeWorker(), engine);
    devices.refresh();
    devices.refresh();
    QTRY_VERIFY(!devices.busy());
    QCOMPARE(devices.state(), u"ready"_s);
}

void DevicesTest::copiesAReport()
{
    const FakeChild child("devices", "print:" + script("devices", kDevices));
    SettingsFile settings(m_home->filePath(u"settings.json"_s).toStdString());
    EngineSession engine(fakeWorker(), settings);
    DevicesViewModel devices(fakeWorker(), engine);
    QTRY_COMPARE(devices.state(), u"ready"_s);
    devices.copyReport();
    const QString text = QGuiApplication::clipboard()->text();
    QVERIFY(text.contains(u"RTX 4060"));
    QVERIFY(text.contains(u"libcuda.so.1 is missing."));
}

QTEST_MAIN(DevicesTest)
#include "tst_devices_view_model.moc"
