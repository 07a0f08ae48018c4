// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/rate_meter.h"
#include "tests/support/manual_clock.h"

#include <QTest>

using namespace snug;
using namespace std::chrono_literals;

class TestRateMeter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsKnownAtFirst()
    {
        test::ManualClock clock;
        RateMeter meter(clock.steady());
        QCOMPARE(meter.rate(), 0.0);
        meter.update(100);
        QCOMPARE(meter.rate(), 0.0);
        QCOMPARE(meter.secondsLeft(1000), -1.0);
    }

    void steadySpeedGivesTimeLeft()
    {
        test::ManualClock clock;
        RateMeter meter(clock.steady());
        for (int i = 0; i <= 100; ++i) {
            meter.update(i * 10);
            clock.advance(100ms);
        }
        QCOMPARE(meter.rate(), 100.0);
        QCOMPARE(meter.secondsLeft(2000), 10.0);
        QCOMPARE(meter.secondsLeft(-1), -1.0);
        QCOMPARE(meter.secondsLeft(500), 0.0);
    }

    void anEarlyBurstIsForgotten()
    {
        test::ManualClock clock;
        RateMeter meter(clock.steady());
        meter.update(0);
        clock.advance(100ms);
        meter.update(1'000'000);
        for (int i = 1; i <= 60; ++i) {
            clock.advance(100ms);
            meter.update(1'000'000 + i);
        }
        QCOMPARE(meter.rate(), 10.0);
    }

    void aStallShows()
    {
        test::ManualClock clock;
        RateMeter meter(clock.steady());
        meter.update(0);
        clock.advance(1s);
        meter.update(1000);
        clock.advance(9s);
        meter.update(1000);
        QVERIFY(meter.rate() < 112);
        clock.advance(6s);
        meter.update(1000);
        QCOMPARE(meter.rate(), 0.0);
        QCOMPARE(meter.secondsLeft(2000), -1.0);
    }

    void goingBackStartsAnew()
    {
        test::ManualClock clock;
        RateMeter meter(clock.steady());
        meter.update(1000);
        clock.advance(1s);
        meter.update(2000);
        clock.advance(1s);
        meter.update(10);
        QCOMPARE(meter.rate(), 0.0);
        clock.advance(1s);
        meter.update(30);
        QCOMPARE(meter.rate(), 20.0);
    }

    void sleepStartsAnew()
    {
        test::ManualClock clock;
        RateMeter meter(clock.steady());
        meter.update(0);
        clock.advance(1s);
        meter.update(1000);
        clock.advance(8h);
        meter.update(2000);
        QCOMPARE(meter.rate(), 0.0);
        QCOMPARE(meter.secondsLeft(10'000), -1.0);
        clock.advance(1s);
        meter.update(3000);
        QCOMPARE(meter.secondsLeft(10'000), 7.0);
    }

    void manyUpdatesInOneMomentAreOne()
    {
        test::ManualClock clock;
        RateMeter meter(clock.steady());
        meter.update(0);
        clock.advance(100ms);
        for (int i = 0; i < 100'000; ++i)
            meter.update(i);
        clock.advance(900ms);
        meter.update(200'000);
        QCOMPARE(meter.rate(), 200'000.0);
    }
};

QTEST_GUILESS_MAIN(TestRateMeter)
#include "tst_rate_meter.moc"
