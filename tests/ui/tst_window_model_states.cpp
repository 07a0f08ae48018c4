// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_child.h"
#include "tests/ui/model_sitting.h"

#include <QFile>
#include <QLocale>
#include <QTest>

#include <optional>

using namespace Qt::StringLiterals;
using snug::test::FakeChild;
using Sitting = snug::test::ModelSitting;

namespace {

bool touch(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly);
}

bool enabled(Sitting &sitting, const QString &name)
{
    const QQuickItem *item = sitting.gui().find(name);
    return item != nullptr && item->isEnabled();
}

} // namespace

// The Model page where something is missing, refused, dead, very long or the other way around.
class TestWindowModelStates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { QLocale::setDefault(QLocale::c()); }

    // From the dash by one button to the figure: cancelled once, failed once, done.
    void measuringThisComputer_data()
    {
        QTest::addColumn<QString>("theme");
        QTest::newRow("light") << u"light"_s;
        QTest::newRow("dark") << u"dark"_s;
    }
    void measuringThisComputer()
    {
        QFETCH(QString, theme);
        const QTemporaryDir folder;
        const QString measured = folder.filePath(u"measured"_s);
        Sitting sitting("unmeasured=" + measured.toUtf8(), theme);
        std::optional<FakeChild> bench;
        bench.emplace("bench", "hang");
        QVERIFY(sitting.open());
        QVERIFY(sitting.openModel());
        QVERIFY(sitting.settles());
        QVERIFY(sitting.gui().waitFor(u"measureSpeed"_s));
        QVERIFY(sitting.text(u"speedText"_s).contains(u"about 20 seconds"));
        sitting.picture(u"6-unmeasured-"_s + theme);
        QVERIFY(sitting.gui().click(u"measureSpeed"_s));
        QTRY_VERIFY2(sitting.text(u"speedText"_s).startsWith(u"0 of 10 steps"),
                     qPrintable(sitting.text(u"speedText"_s)));
        // The page goes on meanwhile.
        QVERIFY(sitting.gui().click(u"option.code"_s));
        QVERIFY(sitting.settles());
        sitting.picture(u"6-measuring-"_s + theme);
        QVERIFY(sitting.gui().click(u"cancelSpeed"_s));
        QVERIFY(sitting.gui().waitFor(u"measureSpeed"_s));

        bench.reset();
        bench.emplace("bench", "error");
        QVERIFY(sitting.gui().click(u"measureSpeed"_s));
        QVERIFY(sitting.gui().waitFor(u"measureAgain"_s));
        QCOMPARE(sitting.text(u"speedTitle"_s), u"The file is damaged."_s);
        QVERIFY(sitting.gui().click(u"speedDetails"_s));
        sitting.picture(u"6-not-measured-"_s + theme);

        bench.reset();
        bench.emplace("bench", "result");
        QVERIFY(touch(measured));
        QVERIFY(sitting.gui().click(u"measureAgain"_s));
        QTRY_VERIFY(sitting.speed().done());
        QVERIFY(sitting.settles());
        QVERIFY(sitting.gui().waitFor(u"answerSpeed"_s));
        QTRY_VERIFY(sitting.gui().find(u"speedTitle"_s) == nullptr);
        QCOMPARE(sitting.fit().workload(), u"code"_s);
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }

    // What would still run nowhere that can be measured is told apart from what nobody measured.
    void measuredInVain()
    {
        Sitting sitting("unmeasured=/nowhere/at/all");
        const FakeChild bench("bench", "result");
        QVERIFY(sitting.open());
        QVERIFY(sitting.openModel());
        QVERIFY(sitting.settles());
        QVERIFY(sitting.gui().click(u"measureSpeed"_s));
        QTRY_COMPARE(sitting.text(u"speedTitle"_s), u"Some speeds stay unknown"_s);
        QTRY_VERIFY(sitting.gui().find(u"measureSpeed"_s) == nullptr);
    }

    void nobodyAnswers_data() { measuringThisComputer_data(); }
    void nobodyAnswers()
    {
        QFETCH(QString, theme);
        Sitting sitting("usual", theme);
        QVERIFY(sitting.open());
        QVERIFY(sitting.openModel());
        QVERIFY(sitting.settles());
        const QStringList controls{u"contextSlider"_s, u"contextField"_s, u"kvType"_s,         u"machine"_s,
                                   u"compareWith"_s,   u"option.code"_s,  u"useSuggestion.0"_s};
        for (const QString &name : controls)
            QVERIFY2(enabled(sitting, name), qPrintable(name));
        qputenv("SNUG_FAKE_FIT", "follow:dies");
        sitting.fit().reload();
        QVERIFY(sitting.gui().waitFor(u"modelStartAgain"_s, 10'000));
        for (const QString &name : controls) {
            QVERIFY2(sitting.gui().find(name) != nullptr, qPrintable(name));
            QVERIFY2(!enabled(sitting, name), qPrintable(name));
        }
        sitting.picture(u"7-dead-"_s + theme);
        qputenv("SNUG_FAKE_FIT", "follow:usual");
        QVERIFY(sitting.gui().click(u"modelStartAgain"_s));
        QVERIFY(sitting.settles());
        QTRY_VERIFY(enabled(sitting, u"contextSlider"_s));
        QVERIFY(sitting.gui().find(u"modelStartAgain"_s) == nullptr);
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }

    void aMachineThatNobodyKnows()
    {
        Sitting sitting("usual");
        QVERIFY(sitting.open());
        QVERIFY(sitting.openModel());
        QVERIFY(sitting.settles());
        sitting.fit().setOtherMachine(u"Abacus"_s);
        sitting.fit().setMachine(QString(200, u'x') + u"=8GiB"_s);
        QVERIFY(sitting.settles());
        QTRY_COMPARE(sitting.text(u"otherRefusal.text"_s),
                     u"There is no machine of that name. Describe it by its memory."_s);
        QVERIFY(sitting.text(u"machineRefusal.text"_s).contains(u"longer than 120"));
        sitting.picture(u"8-refused-top"_s);
        sitting.scrollTo(5000);
        sitting.picture(u"8-refused-bottom"_s);
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }

    void filesBesideTheModel()
    {
        Sitting sitting("usual");
        QVERIFY(touch(sitting.filePath(u"m.gguf"_s)));
        QVERIFY(touch(sitting.filePath(u"mmproj-Beacon-with-a-very-long-name-of-its-own-F16.gguf"_s)));
        QVERIFY(sitting.open());
        QVERIFY(sitting.openModel());
        sitting.fit().openFile(sitting.filePath(u"m.gguf"_s));
        QVERIFY(sitting.settles());
        QVERIFY(sitting.clickBelow(u"projector.0"_s));
        QVERIFY(sitting.settles());
        QVERIFY(sitting.fit().companions()->any());
        sitting.fit().companions()->add(u"draft"_s, QUrl::fromLocalFile(u"/models/small-Q4_0.gguf"_s));
        sitting.fit().companions()->add(u"lora"_s, QUrl::fromLocalFile(u"/models/lora-of-a-poet.gguf"_s));
        QVERIFY(sitting.settles());
        QVERIFY(sitting.gui().waitFor(u"companion.1"_s));
        sitting.scrollTo(0);
        sitting.picture(u"9-companions-top"_s);
        QVERIFY(sitting.clickBelow(u"addCompanion"_s));
        QVERIFY(sitting.gui().waitFor(u"addAdapter"_s));
        sitting.picture(u"9-companions-menu"_s);
        sitting.gui().key(Qt::Key_Escape);
        QVERIFY(sitting.clickBelow(u"removeCompanion.0"_s));
        QTRY_COMPARE(sitting.fit().companions()->draft(), QString());
        QVERIFY(sitting.clickBelow(u"projector.0"_s));
        QTRY_COMPARE(sitting.fit().companions()->projector(), QString());
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }

    void namesAndDirections_data()
    {
        QTest::addColumn<QByteArray>("manner");
        QTest::addColumn<QString>("theme");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("mirrored");
        QTest::newRow("names") << QByteArray("names") << u"light"_s << QSize(1280, 900) << false;
        QTest::newRow("names-dark") << QByteArray("names,many") << u"dark"_s << QSize(1280, 900) << false;
        QTest::newRow("names-narrow") << QByteArray("names") << u"light"_s << QSize(900, 600) << false;
        QTest::newRow("mirrored") << QByteArray("usual") << u"light"_s << QSize(1280, 900) << true;
        QTest::newRow("mirrored-dark") << QByteArray("names") << u"dark"_s << QSize(1280, 900) << true;
        QTest::newRow("mirrored-narrow") << QByteArray("usual") << u"light"_s << QSize(900, 600) << true;
    }
    void namesAndDirections()
    {
        QFETCH(QByteArray, manner);
        QFETCH(QString, theme);
        QFETCH(QSize, size);
        QFETCH(bool, mirrored);
        const QString tag = QString::fromLatin1(QTest::currentDataTag());
        if (mirrored)
            QLocale::setDefault(QLocale(QLocale::Arabic));
        Sitting sitting(manner, theme);
        QVERIFY(sitting.open());
        QVERIFY(sitting.openModel());
        sitting.fixture().window().resize(size);
        QVERIFY(sitting.settles());
        sitting.fit().setOtherMachine(u"A machine of somebody who likes to describe things=24GiB"_s);
        QVERIFY(sitting.settles());
        sitting.picture(u"long-%1-top"_s.arg(tag));
        QVERIFY2(sitting.overTheEdge().isEmpty(), qPrintable(sitting.overTheEdge()));
        sitting.scrollTo(5000);
        sitting.picture(u"long-%1-bottom"_s.arg(tag));
        // The rail stands where reading begins.
        const QQuickItem *rail = sitting.gui().find(u"rail.discover"_s);
        QVERIFY(rail != nullptr);
        QCOMPARE(rail->mapToScene({0, 0}).x() > size.width() / 2.0, mirrored);
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }
};

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();
    TestWindowModelStates test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_model_states.moc"
