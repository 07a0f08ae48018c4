// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/host_memory.h"

#include <QTest>

using namespace snug;

class TestHostMemory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void meminfoIsInKib()
    {
        const auto memory =
            parseMemInfo("MemTotal:       24610584 kB\nMemFree:  1 kB\nMemAvailable:   1000 kB\n");
        QVERIFY(memory);
        QCOMPARE(memory->totalBytes, std::int64_t{24610584} * 1024);
        QCOMPARE(memory->freeBytes, std::int64_t{1000} * 1024);
        QCOMPARE(memory->source, std::string("Linux MemAvailable"));
    }

    void meminfoThatMakesNoSenseIsRefused()
    {
        QVERIFY(!parseMemInfo(""));
        QVERIFY(!parseMemInfo("MemTotal: 100 kB\n"));
        QVERIFY(!parseMemInfo("MemTotal: many kB\nMemAvailable: 1 kB\n"));
        QVERIFY(!parseMemInfo("MemTotal: -1 kB\nMemAvailable: 1 kB\n"));
        QVERIFY(!parseMemInfo("MemTotal: 9223372036854775807 kB\nMemAvailable: 1 kB\n"));
        QCOMPARE(parseMemInfo("MemTotal: 10 kB\nMemAvailable: 99 kB\n")->freeBytes, std::int64_t{10240});
    }

    void aGroupsLimitCounts()
    {
        const HostMemory machine{16000, 12000, "Linux MemAvailable"};
        const HostMemory limited = limitedBy(machine, "4000\n", "1000\n", "anon 400\ninactive_file 600\n");
        QCOMPARE(limited, (HostMemory{4000, 3600, "cgroup limit"}));
    }

    void noLimitChangesNothing()
    {
        const HostMemory machine{16000, 12000, "Linux MemAvailable"};
        QCOMPARE(limitedBy(machine, "max\n", "1000\n", ""), machine);
        QCOMPARE(limitedBy(machine, "", "", ""), machine);
        QCOMPARE(limitedBy(machine, "99999\n", "1000\n", ""), machine);
    }

    void aFullGroupHasNothingFree()
    {
        const HostMemory machine{16000, 12000, "Linux MemAvailable"};
        QCOMPARE(limitedBy(machine, "4000", "5000", "").freeBytes, std::int64_t{0});
    }

    void processorsAreNamed()
    {
        QCOMPARE(parseProcessorName("processor\t: 0\nmodel name\t: AMD EPYC 7763\n"),
                 std::string("AMD EPYC 7763"));
        QCOMPARE(parseProcessorName("processor : 0\nModel : Raspberry Pi 5\n"),
                 std::string("Raspberry Pi 5"));
        QCOMPARE(parseProcessorName("flags : fpu\n"), std::string());
    }

    void thisMachineHasMemory()
    {
        const HostMemory memory = hostMemory();
        QVERIFY(memory.totalBytes > std::int64_t{64} << 20);
        QVERIFY(memory.freeBytes > 0 && memory.freeBytes <= memory.totalBytes);
        QVERIFY(!memory.source.empty());
    }
};

QTEST_GUILESS_MAIN(TestHostMemory)
#include "tst_host_memory.moc"
