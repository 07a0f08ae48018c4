// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_child.h"
#include "tests/ui/model_sitting.h"

#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeChild;
using Sitting = snug::test::ModelSitting;

// The Model page, clicked and typed into, with a scripted worker behind it.
class TestWindowModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fromDiscoverToTheAnswerAndBack_data()
    {
        QTest::addColumn<QString>("theme");
        QTest::newRow("light") << u"light"_s;
        QTest::newRow("dark") << u"dark"_s;
    }
    void fromDiscoverToTheAnswerAndBack()
    {
        QFETCH(QString, theme);
        Sitting sitting("usual", theme);
        QVERIFY(sitting.open());
        QVERIFY(sitting.openModel());
        QVERIFY(sitting.settles());
        QTRY_COMPARE(sitting.text(u"answerTitle"_s),
                     u"Fits your RTX 4060 at Q4_K_M with 16\u202f384 context"_s);
        QTRY_COMPARE(sitting.text(u"modelAction"_s), u"Download 4.68 GiB"_s);
        sitting.picture(u"1-"_s + theme);

        QVERIFY(sitting.gui().click(u"option.code"_s));
        QTRY_COMPARE(sitting.text(u"useAdvice"_s), u"Use Q5_K_M"_s);
        QVERIFY(sitting.gui().click(u"fitLevel.Q8_0"_s));
        QVERIFY(sitting.settles());
        QTRY_VERIFY(sitting.text(u"answerTitle"_s).startsWith(u"Runs partly on your RTX 4060 at Q8_0"));
        QVERIFY(sitting.gui().click(u"fitLevel.Q8_0"_s));
        QVERIFY(sitting.gui().waitFor(u"levelDetail.Q8_0"_s));
        sitting.picture(u"2-details-"_s + theme);
        QVERIFY(sitting.gui().click(u"fitLevel.Q8_0"_s));
        sitting.scrollTo(400);
        QVERIFY(sitting.gui().click(u"useAdvice"_s));
        QTRY_COMPARE(sitting.fit().selected(), u"Q5_K_M"_s);
        sitting.scrollTo(5000);
        QVERIFY(sitting.gui().click(u"compareWith"_s));
        QVERIFY(sitting.gui().click(u"compareWith.RTX 4090"_s));
        QVERIFY(sitting.settles());
        QTRY_COMPARE(sitting.text(u"otherVerdict"_s), u"Fits"_s);
        sitting.scrollTo(0);
        sitting.picture(u"3-compare-"_s + theme);

        sitting.gui().key(Qt::Key_Escape);
        QVERIFY(sitting.gui().waitFor(u"discoverPage"_s));
        QCOMPARE(sitting.fit().state(), u"none"_s);
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }

    // No pointer: the row by Enter, levels by arrows, why by F1, the slider by arrows, back by Escape.
    void keyboardAlone()
    {
        Sitting sitting("usual");
        QVERIFY(sitting.open());
        sitting.gui().key(Qt::Key_1, Qt::ControlModifier);
        QVERIFY(sitting.gui().waitFor(u"discoverRow.0"_s));
        sitting.gui().key(Qt::Key_Down);
        sitting.gui().key(Qt::Key_Return);
        QVERIFY(sitting.gui().waitFor(u"modelPage"_s));
        QVERIFY(sitting.settles());
        QVERIFY(sitting.tabTo(u"fitLevel.Q4_K_M"_s));
        sitting.gui().key(Qt::Key_Up);
        QTRY_COMPARE(sitting.fit().selected(), u"Q5_K_M"_s);
        sitting.gui().key(Qt::Key_Return);
        QVERIFY(sitting.gui().waitFor(u"levelDetail.Q5_K_M"_s));
        sitting.gui().key(Qt::Key_Return);
        sitting.gui().key(Qt::Key_F1);
        sitting.picture(u"4-why"_s);
        sitting.gui().key(Qt::Key_Down);

        QVERIFY(sitting.settles());
        QCOMPARE(sitting.row(u"Q4_K_M"_s), u"Fits"_s);
        QVERIFY(sitting.tabTo(u"contextSlider"_s));
        int presses = 0;
        while (sitting.row(u"Q4_K_M"_s) == u"Fits" && ++presses < 60) {
            sitting.gui().key(Qt::Key_Right);
            QTest::qWait(30);
        }
        QTRY_VERIFY(sitting.row(u"Q4_K_M"_s).startsWith(u"Partly"));
        QVERIFY(sitting.fit().context() > 16384);
        for (presses = 0; presses < 60; ++presses)
            sitting.gui().key(Qt::Key_Left);
        QTRY_COMPARE(sitting.row(u"Q4_K_M"_s), u"Fits"_s);
        QCOMPARE(sitting.fit().context(), 512);

        QVERIFY(sitting.tabTo(u"modelBack"_s));
        sitting.gui().key(Qt::Key_F, Qt::ControlModifier);
        QVERIFY(sitting.gui().waitFor(u"discoverSearch"_s));
        QCOMPARE(sitting.fixture().window().activeFocusItem()->objectName(), u"discoverSearch"_s);
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }

    void everyState_data()
    {
        QTest::addColumn<QByteArray>("manner");
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("seen"); // an item that must be there
        QTest::newRow("loading") << QByteArray("loading") << u"loading"_s << u"modelStage"_s;
        QTest::newRow("error") << QByteArray("gone") << u"error"_s << u"modelRetry"_s;
        QTest::newRow("offline") << QByteArray("offline") << u"offline"_s << u"modelRetry"_s;
        QTest::newRow("does-not-fit") << QByteArray("huge") << u"ready"_s << u"fitLevels"_s;
        QTest::newRow("no-gpu") << QByteArray("cpu") << u"ready"_s << u"fitLevels"_s;
        QTest::newRow("checkpoint") << QByteArray("checkpoint") << u"ready"_s << u"answerMake"_s;
        QTest::newRow("one-level") << QByteArray("one") << u"ready"_s << u"fitLevels"_s;
        QTest::newRow("36-levels") << QByteArray("many") << u"ready"_s << u"moreLevels"_s;
        QTest::newRow("experts") << QByteArray("experts") << u"ready"_s << u"cpuMoe"_s;
        QTest::newRow("dies") << QByteArray("dies") << u"error"_s << u"modelRetry"_s;
        QTest::newRow("hostile") << QByteArray("hostile") << u"ready"_s << u"fitLevels"_s;
    }
    void everyState()
    {
        QFETCH(QByteArray, manner);
        QFETCH(QString, state);
        QFETCH(QString, seen);
        Sitting sitting(manner);
        QVERIFY(sitting.open());
        QVERIFY(sitting.openModel());
        QTRY_COMPARE(sitting.fit().state(), state);
        if (state == u"ready")
            QVERIFY(sitting.settles());
        QVERIFY2(sitting.gui().waitFor(seen), qPrintable(seen));
        sitting.picture(u"state-"_s + QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }

    void everySize_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<double>("scale");
        QTest::addColumn<QString>("theme");
        QTest::newRow("1280") << QSize(1280, 800) << 1.0 << u"light"_s;
        QTest::newRow("1100") << QSize(1100, 800) << 1.0 << u"dark"_s;
        QTest::newRow("narrow") << QSize(900, 600) << 1.0 << u"light"_s;
        QTest::newRow("double") << QSize(1280, 900) << 2.0 << u"dark"_s;
        QTest::newRow("narrow-double") << QSize(900, 600) << 2.0 << u"light"_s;
    }
    void everySize()
    {
        QFETCH(QSize, size);
        QFETCH(double, scale);
        QFETCH(QString, theme);
        const QString tag = QString::fromLatin1(QTest::currentDataTag());
        Sitting sitting("many", theme);
        sitting.fixture().app().settings().setTextScale(scale);
        QVERIFY(sitting.open({1280, 900}));
        QVERIFY(sitting.openModel());
        sitting.fixture().window().resize(size);
        QVERIFY(sitting.settles());
        sitting.picture(u"size-%1-top"_s.arg(tag));
        // Nothing reaches over the edge of the window.
        QVERIFY2(sitting.overTheEdge().isEmpty(), qPrintable(sitting.overTheEdge()));
        sitting.scrollTo(500);
        sitting.picture(u"size-%1-middle"_s.arg(tag));
        sitting.scrollTo(5000);
        sitting.picture(u"size-%1-bottom"_s.arg(tag));
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }

    // A level that is fetched is on the list of downloads; the button says so.
    void theActionFetchesTheChosenLevel()
    {
        Sitting sitting("usual");
        FakeChild pull("pull", "hang");
        QVERIFY(sitting.open());
        QVERIFY(sitting.openModel());
        QVERIFY(sitting.settles());
        QVERIFY(sitting.gui().click(u"modelAction"_s));
        QTRY_COMPARE(sitting.fixture().app().downloads().activeCount(), 1);
        QTRY_COMPARE(sitting.text(u"modelAction"_s), u"Show the download"_s);
        QVERIFY(sitting.gui().click(u"modelAction"_s));
        QVERIFY(sitting.gui().waitFor(u"downloadsPage"_s));
    }

    void anOwnMachineIsDescribed()
    {
        Sitting sitting("usual");
        QVERIFY(sitting.open({1280, 1000}));
        QVERIFY(sitting.openModel());
        QVERIFY(sitting.settles());
        QVERIFY(sitting.gui().click(u"machine"_s));
        QVERIFY(sitting.gui().click(u"machine.?"_s));
        QVERIFY(sitting.gui().click(u"machineName"_s));
        sitting.gui().type(u"Big=card"_s);
        QVERIFY(sitting.gui().click(u"machineMemory"_s));
        sitting.gui().type(u"48"_s);
        sitting.picture(u"5-own-machine"_s);
        sitting.gui().key(Qt::Key_Return);
        QTRY_COMPARE(sitting.fit().machine(), u"Big card=48GiB"_s);
        QVERIFY(sitting.settles());
        QTRY_COMPARE(sitting.row(u"BF16"_s), u"Fits"_s);
        QTRY_VERIFY_WITH_TIMEOUT(sitting.text(u"answerTitle"_s).startsWith(u"Fits Big card at "), 20000);
    }
};

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();
    TestWindowModel test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_model.moc"
