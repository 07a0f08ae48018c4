// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/test_data.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace {

constexpr int kPatience = 60000;

QString pluginName(const QString &backend)
{
#if defined(Q_OS_WIN)
    return QStringLiteral("ggml-%1.dll").arg(backend);
#else
    return QStringLiteral("libggml-%1.so").arg(backend);
#endif
}

// Runs `snug-cli devices --json` with the plugins of a folder; its last line.
QJsonObject devices(const QString &folder, const QStringList &arguments = {},
                    const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment())
{
    QProcess process;
    QProcessEnvironment own = environment;
    if (!folder.isEmpty())
        own.insert(QStringLiteral("SNUG_PLUGIN_DIR"), folder);
    process.setProcessEnvironment(own);
    process.setStandardErrorFile(QProcess::nullDevice());
    process.start(snug::test::program(QStringLiteral("snug-cli")),
                  QStringList{QStringLiteral("devices"), QStringLiteral("--json")} + arguments);
    if (!process.waitForFinished(kPatience))
        return {};
    const QList<QByteArray> lines = process.readAllStandardOutput().trimmed().split('\n');
    return QJsonDocument::fromJson(lines.last()).object();
}

QJsonObject entryFor(const QJsonObject &answer, const QString &list, const QString &backend)
{
    for (const QJsonValue &entry : answer[list].toArray()) {
        if (entry[QStringLiteral("backend")].toString() == backend)
            return entry.toObject();
    }
    return {};
}

QString text(const QJsonObject &object, const char *field)
{
    return object[QLatin1String(field)].toString();
}

} // namespace

class TestDevices : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(snug::test::program(QStringLiteral("snug-cli"))))
            QSKIP("snug-cli is not built.");
        QVERIFY(m_folder.isValid());
    }

    void theProcessorIsListed()
    {
        const QJsonObject answer = devices({});
        QCOMPARE(text(answer, "event"), QStringLiteral("result"));
        const QJsonObject cpu = entryFor(answer, QStringLiteral("devices"), QStringLiteral("CPU"));
        QCOMPARE(text(cpu, "id"), QStringLiteral("CPU"));
        QCOMPARE(text(cpu, "kind"), QStringLiteral("cpu"));
        QVERIFY(!text(cpu, "name").isEmpty());
        QVERIFY(!text(cpu, "memory_source").isEmpty());
        const auto total = cpu[QStringLiteral("total_bytes")].toInteger();
        const auto free = cpu[QStringLiteral("free_bytes")].toInteger();
        QVERIFY(total > 256 * 1024 * 1024);
        QVERIFY(free > 0 && free <= total);
    }

    void everyKnownBackendIsAccountedFor()
    {
        const QJsonObject answer = devices({});
#if defined(Q_OS_MACOS)
        const QStringList known = {QStringLiteral("CPU"), QStringLiteral("Metal")};
#else
        const QStringList known = {QStringLiteral("CPU"), QStringLiteral("CUDA"), QStringLiteral("Vulkan")};
#endif
        for (const QString &backend : known) {
            const QJsonObject device = entryFor(answer, QStringLiteral("devices"), backend);
            const QJsonObject missing = entryFor(answer, QStringLiteral("unavailable"), backend);
            QVERIFY2(device.isEmpty() != missing.isEmpty(), qPrintable(backend));
            if (!missing.isEmpty()) {
                QVERIFY(!text(missing, "reason").isEmpty());
                QVERIFY(!text(missing, "hint").isEmpty());
            }
        }
    }

    void aSoftwareRendererIsListedWhenItIsAskedFor()
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("GGML_VK_VISIBLE_DEVICES"), QStringLiteral("0"));
        const QJsonObject answer = devices({}, {}, environment);
        const QJsonObject vulkan = entryFor(answer, QStringLiteral("devices"), QStringLiteral("Vulkan"));
        if (vulkan.isEmpty() || !text(vulkan, "name").contains(QStringLiteral("llvmpipe")))
            QSKIP("The first Vulkan device is not lavapipe.");
        QCOMPARE(vulkan[QStringLiteral("software")].toBool(), true);
        QCOMPARE(text(vulkan, "driver"), QStringLiteral("llvmpipe"));
        QVERIFY(vulkan[QStringLiteral("total_bytes")].toInteger() > 0);

        const QJsonObject hidden =
            entryFor(devices({}), QStringLiteral("unavailable"), QStringLiteral("Vulkan"));
        QVERIFY(text(hidden, "reason").contains(QStringLiteral("llvmpipe")));
        QVERIFY(text(hidden, "hint").contains(QStringLiteral("GGML_VK_VISIBLE_DEVICES")));
    }

    void aFileThatIsNoLibraryIsDamaged()
    {
        QFile file(QDir(m_folder.path()).filePath(pluginName(QStringLiteral("rpc"))));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is no library");
        file.close();
        const QJsonObject answer = devices(m_folder.path());
        const QJsonObject entry = entryFor(answer, QStringLiteral("unavailable"), QStringLiteral("RPC"));
        QVERIFY2(text(entry, "reason").contains(QStringLiteral("damaged")),
                 qPrintable(text(entry, "reason")));
        const QJsonObject cpu = entryFor(answer, QStringLiteral("unavailable"), QStringLiteral("CPU"));
        QCOMPARE(text(cpu, "reason"), QStringLiteral("This build has no CPU plugin."));
    }

#if !defined(Q_OS_WIN)
    void aDriverThatCrashesIsAnEntryWithItsLastWords()
    {
        QVERIFY(put("aborting", QStringLiteral("cuda")));
        const QJsonObject answer = devices(m_folder.path());
        QCOMPARE(text(answer, "event"), QStringLiteral("result"));
        const QJsonObject entry = entryFor(answer, QStringLiteral("unavailable"), QStringLiteral("CUDA"));
        QVERIFY2(text(entry, "reason").contains(QStringLiteral("SIGABRT")),
                 qPrintable(text(entry, "reason")));
        QVERIFY(text(entry, "reason").contains(QStringLiteral("the test driver found a broken card")));
    }

    void aDriverThatHangsIsGivenUp()
    {
        QVERIFY(put("hanging", QStringLiteral("vulkan")));
        QElapsedTimer timer;
        timer.start();
        const QJsonObject answer =
            devices(m_folder.path(), {QStringLiteral("--timeout"), QStringLiteral("2")});
        QVERIFY(timer.elapsed() >= 2000);
        const QJsonObject entry = entryFor(answer, QStringLiteral("unavailable"), QStringLiteral("Vulkan"));
        QVERIFY2(text(entry, "reason").contains(QStringLiteral("did not answer within 2 s")),
                 qPrintable(text(entry, "reason")));
    }

    void aDriverThatIsNotInstalledIsNamed()
    {
        QVERIFY(put("needs_driver", QStringLiteral("cuda")));
        const QJsonObject entry =
            entryFor(devices(m_folder.path()), QStringLiteral("unavailable"), QStringLiteral("CUDA"));
        QVERIFY2(text(entry, "reason").contains(QStringLiteral("snug_test_driver")),
                 qPrintable(text(entry, "reason")));
        QVERIFY(text(entry, "reason").contains(QStringLiteral("not installed")));
    }
#endif

    void cleanup()
    {
        const QDir folder(m_folder.path());
        for (const QString &name : folder.entryList(QDir::Files))
            QVERIFY(QFile::remove(folder.filePath(name)));
    }

private:
    // A misbehaving plugin under the name of a real one.
    bool put(const char *plugin, const QString &backend)
    {
        const QDir built(qEnvironmentVariable("SNUG_TEST_PLUGINS"));
        return QFile::copy(built.filePath(QStringLiteral("libtest_plugin_%1.so").arg(QLatin1String(plugin))),
                           QDir(m_folder.path()).filePath(pluginName(backend)));
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestDevices)
#include "tst_devices.moc"
