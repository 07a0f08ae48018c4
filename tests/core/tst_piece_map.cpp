// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/piece_map.h"
#include "core/download/work_list.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace snug::download;

namespace {

constexpr std::int64_t kMiB = 1 << 20;

} // namespace

class TestPieceMap : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void piecesAreSmallerForSmallFiles()
    {
        QCOMPARE(PieceMap::pieceBytesFor(0), PieceMap::kLeastPieceBytes);
        QCOMPARE(PieceMap::pieceBytesFor(40 * kMiB), 512 * 1024);
        QCOMPARE(PieceMap::pieceBytesFor(5000 * kMiB), 16 * kMiB);
        QCOMPARE(PieceMap::pieceBytesFor(INT64_MAX), 16 * kMiB);
    }

    void theLastPieceIsShorter()
    {
        const PieceMap map(10, 4);
        QCOMPARE(map.count(), std::size_t(3));
        QVERIFY(map.piece(2) == (Span{8, 10}));
        QVERIFY(!map.complete());
        QVERIFY(PieceMap(0, 4).complete());
        QCOMPARE(PieceMap(PieceMap::kMostFileBytes, 16 * kMiB).count(), std::size_t(1) << 18);
    }

    void aPieceIsDoneWhenAllItsBytesAre()
    {
        PieceMap map(10, 4);
        map.fill({2, 5});
        QVERIFY(!map.isDone(0));
        QCOMPARE(map.filledBytes(), 3);
        QCOMPARE(map.prefixBytes(), 0);
        map.fill({0, 2});
        QVERIFY(map.isDone(0) && !map.isDone(1));
        QCOMPARE(map.prefixBytes(), 4);
        map.fill({8, 10});
        QVERIFY(map.missing() == (std::vector<Span>{{4, 8}}));
        map.fill({5, 8});
        QVERIFY(map.complete());
        QCOMPARE(map.prefixBytes(), 10);
        QVERIFY(map.missing().empty());
    }

    void hexRoundTrips()
    {
        for (std::size_t pieces = 0; pieces < 14; ++pieces) {
            PieceMap map(static_cast<std::int64_t>(pieces) * 3, 3);
            for (std::size_t index = 0; index < pieces; index += 3)
                map.fill(map.piece(index));
            const auto again = PieceMap::fromHex(map.fileBytes(), 3, map.toHex());
            QVERIFY(again.has_value());
            QCOMPARE(again->toHex(), map.toHex());
            QCOMPARE(again->doneCount(), map.doneCount());
        }
        PieceMap map(10, 4);
        map.fill({4, 8});
        QCOMPARE(map.toHex(), std::string("4"));
    }

    void hexThatIsNotOneBitAPieceIsRefused()
    {
        QVERIFY(PieceMap::fromHex(10, 4, "e").has_value());
        for (const char *hex : {"", "f", "1", "ee", "E", "g", " ", "0e"})
            QVERIFY2(!PieceMap::fromHex(10, 4, hex), hex);
        QVERIFY(!PieceMap::fromHex(0, 4, "0"));
    }

    void workIsHandedOutFromTheFrontInShrinkingRuns()
    {
        WorkList work({{0, 40 * kMiB}}, kMiB, 2);
        const auto first = work.take();
        const auto second = work.take();
        QVERIFY(work.rest(*first) == (Span{0, 8 * kMiB}));
        QVERIFY(work.rest(*second) == (Span{8 * kMiB, 16 * kMiB}));
        QVERIFY(work.rest(*work.take()) == (Span{16 * kMiB, 22 * kMiB}));
        QVERIFY(work.hasFree());
    }

    void whatABrokenConnectionDidNotGetIsFreeAgain()
    {
        WorkList work({{0, 3 * kMiB}}, kMiB, 1);
        const auto first = work.take();
        QVERIFY(work.rest(*first) == (Span{0, kMiB}));
        work.advance(*first, 1000);
        work.giveBack(*first);
        QVERIFY(work.rest(*work.take()) == (Span{1000, kMiB}));
        const auto second = work.take();
        work.advance(*second, work.rest(*second).length());
        work.giveBack(*second);
        QVERIFY(work.rest(*work.take()) == (Span{2 * kMiB, 3 * kMiB}));
        QVERIFY(!work.hasFree());
    }

    void theTailOfTheLongestRunIsStolen()
    {
        WorkList work({{0, 8 * kMiB}}, 8 * kMiB, 4);
        const auto slow = work.take();
        work.advance(*slow, 2 * kMiB);
        const auto thief = work.take();
        QVERIFY(work.rest(*slow) == (Span{2 * kMiB, 5 * kMiB}));
        QVERIFY(work.rest(*thief) == (Span{5 * kMiB, 8 * kMiB}));
        QVERIFY(work.take().has_value());
        QVERIFY(work.take().has_value());
        QVERIFY(!work.take().has_value()); // what is left of each is not worth a request
        QVERIFY(!work.finished());
    }

    // Many connections of different speeds that break at random: every byte is fetched exactly once.
    void noByteIsLostOrFetchedTwice()
    {
        std::mt19937 random(7);
        constexpr std::int64_t kBytes = 70 * kMiB + 12345;
        PieceMap map(kBytes, 2 * kMiB);
        map.fill(map.piece(3));
        WorkList work(map.missing(), map.pieceBytes(), 5);
        std::vector<WorkList::Lease> held;
        int rounds = 0;
        while (!work.finished()) {
            QVERIFY(++rounds < 100'000);
            if (held.size() < 5) {
                if (const auto lease = work.take())
                    held.push_back(*lease);
            }
            QVERIFY(!held.empty());
            const std::size_t which = random() % held.size();
            const Span rest = work.rest(held[which]);
            const auto bytes = std::min<std::int64_t>(rest.length(), random() % 700'000);
            map.fill({rest.begin, rest.begin + bytes});
            work.advance(held[which], bytes);
            if (bytes == rest.length() || random() % 20 == 0) {
                work.giveBack(held[which]);
                held.erase(held.begin() + static_cast<std::ptrdiff_t>(which));
            }
        }
        QVERIFY(map.complete());
        QCOMPARE(map.filledBytes(), kBytes);
    }
};

QTEST_GUILESS_MAIN(TestPieceMap)
#include "tst_piece_map.moc"
