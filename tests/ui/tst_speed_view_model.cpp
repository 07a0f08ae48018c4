// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/child_log.h"
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/speed_view_model.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::ChildLog;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::SpeedViewModel;

class TestSpeedViewModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void measuresAndSaysThatThereAreNewSpeeds()
    {
        const ChildLog log;
        const FakeChild child("bench", "result");
        SpeedViewModel speed(fakeWorker());
        QSignalSpy measured(&speed, &SpeedViewModel::measured);
        QVERIFY(!speed.running());
        QVERIFY(!speed.done());
        QCOMPARE(speed.progress(), QString());
        speed.measure();
        QVERIFY(speed.running());
        QVERIFY(!speed.progress().isEmpty());
        speed.measure(); // one is enough
        QTRY_COMPARE(measured.size(), 1);
        QVERIFY(speed.done());
        QVERIFY(!speed.running());
        QVERIFY(!speed.problem().present);
        QCOMPARE(log.text().count(u"began bench --device --json\n"_s), 1);
    }

    void tellsHowFarItIs()
    {
        const FakeChild child("bench", "hang");
        SpeedViewModel speed(fakeWorker());
        speed.measure();
        QTRY_VERIFY2(speed.progress().startsWith(u"0 of 10 steps"), qPrintable(speed.progress()));
        QCOMPARE(speed.fraction(), 0.0);
        QTRY_VERIFY2(speed.progress().endsWith(u"1 s so far"), qPrintable(speed.progress()));
        speed.cancel();
        QTRY_VERIFY(!speed.running());
    }

    // Whoever cancels needs no message; nothing new is known.
    void endsWhenItIsCancelled()
    {
        const FakeChild child("bench", "hang");
        SpeedViewModel speed(fakeWorker());
        const QSignalSpy measured(&speed, &SpeedViewModel::measured);
        speed.cancel();
        speed.measure();
        QTRY_VERIFY(speed.progress().startsWith(u"0 of 10"));
        QElapsedTimer clock;
        clock.start();
        speed.cancel();
        QVERIFY(clock.elapsed() < 50);
        QVERIFY(speed.stopping());
        QTRY_VERIFY(!speed.running());
        QVERIFY(!speed.problem().present);
        QVERIFY(!speed.done());
        QVERIFY(measured.isEmpty());
    }

    void tellsWhyItFailed_data()
    {
        QTest::addColumn<QByteArray>("manner");
        QTest::addColumn<QString>("kind");
        QTest::newRow("its own words") << QByteArray("error") << u"corrupt"_s;
        QTest::newRow("it died") << QByteArray("abort") << u"worker_crashed"_s;
        QTest::newRow("it said nonsense") << QByteArray("garbage") << u"protocol"_s;
    }
    void tellsWhyItFailed()
    {
        QFETCH(QByteArray, manner);
        QFETCH(QString, kind);
        const FakeChild child("bench", manner);
        SpeedViewModel speed(fakeWorker());
        const QSignalSpy measured(&speed, &SpeedViewModel::measured);
        speed.measure();
        QTRY_VERIFY(!speed.running());
        QVERIFY(speed.problem().present);
        QCOMPARE(speed.problem().kind, kind);
        QVERIFY(!speed.done());
        QVERIFY(measured.isEmpty());
        // Another try begins without it.
        speed.measure();
        QVERIFY(!speed.problem().present);
        QTRY_VERIFY(speed.problem().present);
        speed.dismissProblem();
        QVERIFY(!speed.problem().present);
    }
};

QTEST_GUILESS_MAIN(TestSpeedViewModel)
#include "tst_speed_view_model.moc"
