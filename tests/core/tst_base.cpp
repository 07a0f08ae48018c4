// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/atomic_file.h"
#include "core/base/checked.h"
#include "core/base/events.h"
#include "core/base/paths.h"
#include "core/base/units.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace snug;

class TestBase : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bytesAreBinaryUnitsWithThreeDigits()
    {
        QCOMPARE(formatBytes(0), std::string("0 B"));
        QCOMPARE(formatBytes(1023), std::string("1023 B"));
        QCOMPARE(formatBytes(1024), std::string("1.00 KiB"));
        QCOMPARE(formatBytes(1024 * 1024 - 1), std::string("1.00 MiB"));
        QCOMPARE(formatBytes(5027783488), std::string("4.68 GiB"));
        QCOMPARE(formatBytes(327155712), std::string("312 MiB"));
        QCOMPARE(formatBytes(-2048), std::string("-2.00 KiB"));
    }

    void countsAreGroupedByNarrowSpaces()
    {
        QCOMPARE(formatCount(999), std::string("999"));
        QCOMPARE(formatCount(16384), std::string("16\u202F384"));
        QCOMPARE(formatCount(-1234567), std::string("-1\u202F234\u202F567"));
    }

    void parametersAndDurations()
    {
        QCOMPARE(formatParameters(4330000), std::string("4.33 M"));
        QCOMPARE(formatParameters(8030000000), std::string("8.03 B"));
        QCOMPARE(formatDuration(0.42), std::string("0.4 s"));
        QCOMPARE(formatDuration(0.012), std::string("12 ms"));
        QCOMPARE(formatDuration(0.0996), std::string("0.1 s"));
        QCOMPARE(formatDuration(100), std::string("1 min 40 s"));
        QCOMPARE(formatDuration(3661), std::string("1 h 1 min"));
        QCOMPARE(formatDuration(-1), std::string("unknown"));
    }

    void arithmeticRefusesToWrap()
    {
        QVERIFY(!checkedMultiply(UINT64_MAX, std::uint64_t{2}));
        QVERIFY(!checkedAdd(UINT64_MAX, std::uint64_t{1}));
        QCOMPARE(*checkedMultiply(std::uint64_t{6}, std::uint64_t{7}), std::uint64_t{42});
        QCOMPARE(*checkedMultiply(std::uint64_t{6}, std::uint64_t{0}), std::uint64_t{0});
    }

    void everyErrorKindSurvivesItsName()
    {
        for (int kind = 0; kind <= static_cast<int>(ErrorKind::Internal); ++kind)
            QCOMPARE(kindFromName(kindName(static_cast<ErrorKind>(kind))), static_cast<ErrorKind>(kind));
        QCOMPARE(kindFromName("no such kind"), ErrorKind::Internal);
    }

    void errorEventsRoundTrip()
    {
        const Error error{ErrorKind::NoSpace,
                          "The disk is full.",
                          {{"free_bytes", std::int64_t{44}}, {"path", std::string("/a")}},
                          "Free 1 GiB."};
        const auto event = events::parseLine(events::toLine(events::error(error)));
        QVERIFY(event);
        QCOMPARE(events::parseError(*event), error);
    }

    void linesThatAreNoEventsAreProtocolErrors()
    {
        for (const char *line : {"", "garbage", "[]", "{}", "{\"event\":3}", "{\"event\":\"\"}"}) {
            const auto event = events::parseLine(line);
            QVERIFY(!event);
            QCOMPARE(event.error().kind, ErrorKind::Protocol);
        }
    }

    void textThatIsNoUtf8IsStillSent()
    {
        const auto line = events::toLine(events::log("info", "half \xF0\x9F a character"));
        QVERIFY(events::parseLine(line));
    }

    // "NAME", in the folder that the program runs in.
    void atomicWriteOfANameAlone()
    {
        const QTemporaryDir dir;
        const QString before = QDir::currentPath();
        QVERIFY(QDir::setCurrent(dir.path()));
        const auto written = writeFileAtomically("note.txt", "one");
        QDir::setCurrent(before);
        QVERIFY(written);
        QVERIFY(QFile::exists(dir.filePath(QStringLiteral("note.txt"))));
    }

    void atomicWriteReplacesAndLeavesNothingElse()
    {
        QTemporaryDir folder;
        const auto path = fromUtf8(folder.filePath(QStringLiteral("deep/settings.json")).toStdString());
        QVERIFY(writeFileAtomically(path, "one"));
        QVERIFY(writeFileAtomically(path, "two"));
        QCOMPARE(readSmallFile(path, 100).value(), std::string("two"));
        QCOMPARE(QDir(folder.filePath(QStringLiteral("deep"))).entryList(QDir::Files).size(), 1);
        QCOMPARE(readSmallFile(path, 2).error().kind, ErrorKind::TooLarge);
        QCOMPARE(readSmallFile(path / "missing", 2).error().kind, ErrorKind::NotFound);
    }

    void snugHomeMovesEverything()
    {
        qputenv("SNUG_HOME", "/elsewhere");
        QCOMPARE(defaultPaths(), (Paths{"/elsewhere/config", "/elsewhere/data", "/elsewhere/cache"}));
        qunsetenv("SNUG_HOME");
    }
};

QTEST_GUILESS_MAIN(TestBase)
#include "tst_base.moc"
