// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/rough_fit.h"

#include <QTest>

using namespace snug::fit;

namespace {

constexpr std::int64_t kGibi = std::int64_t{1} << 30;

Device device(const char *kind, double freeGib)
{
    Device made;
    made.kind = kind;
    made.name = kind;
    made.freeBytes = static_cast<std::int64_t>(freeGib * static_cast<double>(kGibi));
    made.totalBytes = made.freeBytes;
    return made;
}

} // namespace

class TestRoughFit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // An RTX 4060 with 7.6 of 8 GiB free and 24 GiB of main memory.
    void picksALevelForEachSize_data()
    {
        QTest::addColumn<double>("billions");
        QTest::addColumn<QString>("level");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("1B") << 1.2 << "Q8_0"
                            << "gpu";
        QTest::newRow("4B") << 4.0 << "Q8_0"
                            << "gpu";
        QTest::newRow("8B") << 8.0 << "Q6_K"
                            << "gpu";
        QTest::newRow("14B") << 14.7 << "Q4_K_M"
                             << "partial";
        QTest::newRow("70B") << 70.6 << "Q4_K_M"
                             << "no";
    }
    void picksALevelForEachSize()
    {
        QFETCH(double, billions);
        QFETCH(QString, level);
        QFETCH(QString, verdict);
        const std::vector<Device> devices = {device("gpu", 7.6), device("cpu", 24)};
        const RoughLevel found = roughLevel(static_cast<std::int64_t>(billions * 1e9), devices);
        QCOMPARE(QString::fromUtf8(found.level.data(), static_cast<int>(found.level.size())), level);
        QCOMPARE(QString::fromStdString(std::string(verdictName(found.fit.verdict))), verdict);
        QVERIFY(found.fit.needBytes > found.bytes);
    }

    void knowsItsLimits()
    {
        const std::vector<Device> host = {device("cpu", 24)};
        QCOMPARE(roughFit(4 * kGibi, host).verdict, Verdict::Cpu);
        QCOMPARE(roughFit(40 * kGibi, host).verdict, Verdict::No);
        QCOMPARE(roughFit(0, host).verdict, Verdict::Unknown);
        QCOMPARE(roughFit(-1, host).verdict, Verdict::Unknown);
        QCOMPARE(roughFit(std::numeric_limits<std::int64_t>::max(), host).verdict, Verdict::Unknown);
        QCOMPARE(roughFit(kGibi, {}).verdict, Verdict::Unknown);
        QCOMPARE(roughLevel(std::numeric_limits<std::int64_t>::max(), host).level, std::string_view());
        QCOMPARE(roughFit(kGibi, std::vector{device("gpu", 0), device("cpu", 0)}).verdict, Verdict::Unknown);
    }

    void anIntegratedGpuSharesTheHostsMemory()
    {
        const std::vector<Device> devices = {device("igpu", 12), device("cpu", 14)};
        QCOMPARE(roughFit(8 * kGibi, devices).verdict, Verdict::Gpu);
        QCOMPARE(roughFit(13 * kGibi, devices).verdict, Verdict::No);
        Device software = device("gpu", 20);
        software.software = true;
        QCOMPARE(roughFit(4 * kGibi, std::vector{software, device("cpu", 24)}).verdict, Verdict::Cpu);
    }
};

QTEST_APPLESS_MAIN(TestRoughFit)
#include "tst_rough_fit.moc"
