// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/graph_memory.h"

#include <QTest>

using snug::fit::GraphMemory;

class TestGraphMemory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void placesAreUsedAgain()
    {
        GraphMemory memory(1);
        const auto a = memory.step(0, 1024, {});
        const auto b = memory.step(0, 2048, {a});
        const auto c = memory.step(0, 1024, {b}); // where a was
        memory.step(0, 0, {c});
        QCOMPARE(memory.run()[0], std::int64_t{3072});
    }

    void theLastReaderGivesItsPlace()
    {
        GraphMemory memory(1);
        const auto a = memory.step(0, 1024, {});
        const auto b = memory.step(0, 1024, {a}, GraphMemory::Place::InPlace);
        memory.step(0, 0, {b});
        QCOMPARE(memory.run()[0], std::int64_t{1024});

        GraphMemory shared(1);
        const auto c = shared.step(0, 1024, {});
        const auto d = shared.step(0, 1024, {c}, GraphMemory::Place::InPlace);
        shared.step(0, 0, {c, d}); // c is read later
        QCOMPARE(shared.run()[0], std::int64_t{2048});
    }

    void theSmallestHoleIsTaken()
    {
        GraphMemory memory(1);
        const auto large = memory.step(0, 4096, {});
        const auto wall = memory.step(0, 64, {});
        const auto small = memory.step(0, 1024, {});
        const auto end = memory.step(0, 64, {});
        memory.step(0, 0, {large, small});
        const auto into = memory.step(0, 1024, {});  // the hole of 1024
        const auto fills = memory.step(0, 4096, {}); // so that the one of 4096 is whole
        memory.step(0, 0, {into, fills, wall, end});
        QCOMPARE(memory.run()[0], std::int64_t{4096 + 64 + 1024 + 64});
    }

    void devicesHavePlacesOfTheirOwn()
    {
        GraphMemory memory(2);
        const auto input = memory.input(0, 100); // rounded up to 128
        const auto there = memory.step(1, 1000, {input});
        memory.step(1, 0, {there});
        const auto &peaks = memory.run();
        QCOMPARE(peaks[0], std::int64_t{128});
        QCOMPARE(peaks[1], std::int64_t{1024});
    }
};

QTEST_GUILESS_MAIN(TestGraphMemory)
#include "tst_graph_memory.moc"
