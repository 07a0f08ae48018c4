// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/app_settings.h"
#include "ui/viewmodels/sampling_settings.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPalette>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::ui::AppSettings;
using snug::ui::SettingsFile;

class SettingsTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void startsWithDefaultsAndWritesNothing();
    void keepsWhatWasSet();
    void keepsKeysItDoesNotKnow();
    void setsADamagedFileAside_data();
    void setsADamagedFileAside();
    void writesSoonAndOnlyOnce();
    void tellsWhenItCannotSave();
    void ignoresValuesOfOtherTypes();
    void boundsItsValues();
    void followsTheSystemPalette();

private:
    void write(const QByteArray &content);
    [[nodiscard]] QJsonObject content() const;

    std::unique_ptr<QTemporaryDir> m_home;
    QString m_path;
};

void SettingsTest::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_path = m_home->filePath(u"settings.json"_s);
}

void SettingsTest::write(const QByteArray &content)
{
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

QJsonObject SettingsTest::content() const
{
    QFile file(m_path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object();
}

void SettingsTest::startsWithDefaultsAndWritesNothing()
{
    {
        SettingsFile file(snug::ui::toPath(m_path));
        const AppSettings settings(file);
        QCOMPARE(settings.theme(), u"system"_s);
        QCOMPARE(settings.textScale(), 1.0);
        QVERIFY(!settings.reducedMotion());
        QVERIFY(!settings.problem().present);
    }
    QVERIFY(!QFile::exists(m_path));
}

void SettingsTest::keepsWhatWasSet()
{
    {
        SettingsFile file(snug::ui::toPath(m_path));
        AppSettings settings(file);
        settings.setTheme(u"dark"_s);
        settings.setTextScale(1.5);
        settings.setReducedMotion(true);
        QVERIFY(settings.dark());
    }
    QCOMPARE(content()["schema"_L1].toInt(), 1);
    SettingsFile file(snug::ui::toPath(m_path));
    const AppSettings settings(file);
    QCOMPARE(settings.theme(), u"dark"_s);
    QCOMPARE(settings.textScale(), 1.5);
    QVERIFY(settings.reducedMotion());
}

void SettingsTest::keepsKeysItDoesNotKnow()
{
    write(R"({"schema": 3, "future": {"a": [1, 2]}, "window": {"theme": "light", "later": true}})");
    {
        SettingsFile file(snug::ui::toPath(m_path));
        AppSettings settings(file);
        QCOMPARE(settings.theme(), u"light"_s);
        settings.setTheme(u"dark"_s);
    }
    const QJsonObject root = content();
    QCOMPARE(root["schema"_L1].toInt(), 3);
    QVERIFY(root["future"_L1].toObject().contains("a"_L1));
    QCOMPARE(root["window"_L1].toObject()["later"_L1].toBool(), true);
    QCOMPARE(root["window"_L1].toObject()["theme"_L1].toString(), u"dark"_s);
}

void SettingsTest::setsADamagedFileAside_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("cut off") << QByteArray(R"({"schema": 1, "window": {"the)");
    QTest::newRow("no object") << QByteArray("[1, 2]");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("binary") << QByteArray(1000, '\xff');
    QTest::newRow("too large") << QByteArray(5 * 1024 * 1024, ' ');
}

void SettingsTest::setsADamagedFileAside()
{
    QFETCH(QByteArray, bytes);
    write(bytes);
    {
        SettingsFile file(snug::ui::toPath(m_path));
        AppSettings settings(file);
        QVERIFY(settings.problem().present);
        QVERIFY(!settings.problem().message.isEmpty());
        QVERIFY(!settings.problem().hint.isEmpty());
        settings.setTheme(u"dark"_s);
    }
    QFile kept(m_home->filePath(u"settings.damaged.json"_s));
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QCOMPARE(kept.readAll(), bytes);
    QCOMPARE(content()["window"_L1].toObject()["theme"_L1].toString(), u"dark"_s);
}

void SettingsTest::writesSoonAndOnlyOnce()
{
    SettingsFile file(snug::ui::toPath(m_path));
    AppSettings settings(file);
    for (int step = 1; step <= 10; ++step)
        settings.setTextScale(1.0 + step * 0.1);
    QVERIFY(!QFile::exists(m_path));
    QTRY_VERIFY(QFile::exists(m_path));
    QTRY_COMPARE(content()["window"_L1].toObject()["text_scale"_L1].toDouble(), 2.0);
}

void SettingsTest::tellsWhenItCannotSave()
{
    // A file where the folder should be: nothing can be written below it.
    write("not a folder");
    SettingsFile file(snug::ui::toPath(m_path + u"/settings.json"_s));
    AppSettings settings(file);
    QSignalSpy told(&settings, &AppSettings::problemChanged);
    settings.setTheme(u"dark"_s);
    QTRY_VERIFY(settings.problem().present);
    QVERIFY(!settings.problem().message.isEmpty());
}

void SettingsTest::ignoresValuesOfOtherTypes()
{
    write(R"({"schema": 1, "window": {"theme": 7, "text_scale": "big", "reduced_motion": []},
             "sampling": {"temperature": "hot", "top_k": 1.5}})");
    SettingsFile file(snug::ui::toPath(m_path));
    const AppSettings settings(file);
    QCOMPARE(settings.theme(), u"system"_s);
    QCOMPARE(settings.textScale(), 1.0);
    QCOMPARE(snug::ui::loadSampling(file), snug::ui::SamplingSettings());
}

void SettingsTest::boundsItsValues()
{
    write(R"({"schema": 1, "window": {"text_scale": 99},
             "sampling": {"temperature": -3, "top_k": 99999999999, "seed": -7}})");
    SettingsFile file(snug::ui::toPath(m_path));
    AppSettings settings(file);
    QCOMPARE(settings.textScale(), 2.0);
    settings.setTextScale(0.1);
    QCOMPARE(settings.textScale(), 1.0);
    settings.setTheme(u"purple"_s);
    QCOMPARE(settings.theme(), u"system"_s);
    const snug::ui::SamplingSettings sampling = snug::ui::loadSampling(file);
    QCOMPARE(sampling.temperature, 0.0);
    QCOMPARE(sampling.topK, 1000);
    QCOMPARE(sampling.seed, -1);
}

void SettingsTest::followsTheSystemPalette()
{
    SettingsFile file(snug::ui::toPath(m_path));
    AppSettings settings(file);
    const QPalette before = QGuiApplication::palette();
    QPalette night;
    night.setColor(QPalette::Window, Qt::black);
    night.setColor(QPalette::WindowText, Qt::white);
    QGuiApplication::setPalette(night);
    QTRY_VERIFY(settings.dark());
    settings.setTheme(u"light"_s);
    QVERIFY(!settings.dark());
    settings.setTheme(u"system"_s);
    QVERIFY(settings.dark());
    QGuiApplication::setPalette(before);
    QTRY_VERIFY(!settings.dark());
}

QTEST_MAIN(SettingsTest)
#include "tst_app_settings.moc"
