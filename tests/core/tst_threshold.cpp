// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/threshold.h"

#include <QTest>

#include <cmath>
#include <functional>
#include <random>

using namespace snug::fit;

namespace {

struct Found {
    std::int64_t largest = 0;
    int asked = 0;
};

Found find(std::int64_t low, std::int64_t high, const std::function<double(std::int64_t)> &excess)
{
    Threshold search({low, excess(low)}, {high, excess(high)});
    Found found;
    while (!search.found()) {
        const std::int64_t at = search.next();
        search.put({at, excess(at)});
        ++found.asked;
    }
    found.largest = search.largest();
    return found;
}

} // namespace

class TestThreshold : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aStraightLineTakesTwoAnswers()
    {
        for (const std::int64_t wanted : {1, 17, 40, 79}) {
            const auto found = find(
                0, 80, [wanted](std::int64_t at) { return 500.0 * static_cast<double>(at - wanted) - 1; });
            QCOMPARE(found.largest, wanted);
            QVERIFY2(found.asked <= 3, qPrintable(QString::number(found.asked)));
        }
    }

    void anyGrowingFunctionIsSolved()
    {
        std::mt19937 random(7);
        for (int round = 0; round < 2000; ++round) {
            const std::int64_t high = 2 + static_cast<std::int64_t>(random() % 5000);
            const std::int64_t wanted = static_cast<std::int64_t>(random() % static_cast<unsigned>(high));
            const double power = std::uniform_real_distribution(0.1, 8.0)(random);
            const double stairs = std::uniform_real_distribution(1.0, 50.0)(random);
            const auto excess = [&](std::int64_t at) {
                const auto distance = static_cast<double>(at - wanted);
                const double size = std::ceil(std::pow(std::abs(distance), power) / stairs) * stairs;
                return at <= wanted ? -size : size;
            };
            const auto found = find(0, high, excess);
            QCOMPARE(found.largest, wanted);
            // Never much worse than halving, which takes 13.
            QVERIFY2(found.asked <= 45, qPrintable(QString::number(found.asked)));
        }
    }

    void infinitiesAreHalved()
    {
        const auto found = find(0, 1024, [](std::int64_t at) { return at <= 700 ? -INFINITY : INFINITY; });
        QCOMPARE(found.largest, std::int64_t{700});
        QCOMPARE(found.asked, 10);
    }

    void anAnswerFromOutsideIsNotTaken()
    {
        Threshold search({10, -1}, {20, 1});
        search.put({25, -5});
        search.put({5, 5});
        QCOMPARE(search.largest(), std::int64_t{10});
        QVERIFY(!search.found());
    }
};

QTEST_APPLESS_MAIN(TestThreshold)
#include "tst_threshold.moc"
