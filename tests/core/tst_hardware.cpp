// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/hardware.h"
#include "core/fit/hardware_names.h"

#include <QTest>

#include <set>

using namespace snug;
using namespace snug::fit;
using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t kGiB = std::int64_t{1} << 30;

Device card(std::string name, std::int64_t bytes, std::string kind = "gpu")
{
    Device device;
    device.id = "GPU0";
    device.kind = std::move(kind);
    device.name = std::move(name);
    device.totalBytes = bytes;
    return device;
}

std::string entry(const std::string &fields)
{
    return R"({"schema":1,"profiles":[{"name":"A","aliases":[],"group":"G","kind":"gpu",)" + fields + "}]}";
}

} // namespace

class TestHardware : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Ranges no wider than what was ever sold, so that a slip of a digit shows.
    void everyEntryIsPlausible()
    {
        const auto profiles = hardwareProfiles();
        QVERIFY(profiles.size() > 100);
        std::set<std::string> groups;
        for (const HardwareProfile &profile : profiles) {
            const char *name = profile.name.c_str();
            groups.insert(profile.group);
            QVERIFY2(profile.memoryBytes.front() >= 3 * kGiB && profile.memoryBytes.back() <= 768 * kGiB,
                     name);
            QVERIFY2(profile.bandwidth >= 17e9 && profile.bandwidth <= 8e12, name);
            // No memory is read whole more than a hundred times a second, nor less than once in ten seconds.
            const double passes = profile.bandwidth / static_cast<double>(profile.memoryBytes.front());
            QVERIFY2(passes > 0.3 && passes < 100, name);
            if (profile.fp16Flops)
                QVERIFY2(*profile.fp16Flops >= 40e12 && *profile.fp16Flops < 3e15, name);
            QVERIFY2(profile.source.find(": ") != profile.source.npos, name);
            QVERIFY2(profile.unified() == (profile.kind == ProfileKind::SharedGpu), name);
        }
        QCOMPARE(groups, (std::set<std::string>{"NVIDIA desktop", "NVIDIA laptop", "NVIDIA data centre",
                                                "AMD", "Intel", "Apple",
                                                "laptop or mini PC with shared memory", "CPU only"}));
    }

    void everyNameFindsItsEntry()
    {
        for (const HardwareProfile &profile : hardwareProfiles()) {
            QCOMPARE(findProfile(profile.name), &profile);
            for (const std::string &alias : profile.aliases)
                QCOMPARE(findProfile(alias), &profile);
        }
        QCOMPARE(findProfile(""), nullptr);
        QCOMPARE(findProfile("RTX"), nullptr);
        QCOMPARE(findProfile("rtx-4090")->bandwidth, 1008e9);
        QCOMPARE(findProfile("NVIDIA GeForce RTX 4090")->name, std::string("RTX 4090"));
        QCOMPARE(findProfile("m2 max")->name, std::string("Apple M2 Max"));
    }

    void devicesAreKnownByTheirDriversNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("gib");
        QTest::addColumn<QString>("profile");
        QTest::newRow("cuda") << u"NVIDIA GeForce RTX 4090"_qs << 23.6 << u"RTX 4090"_qs;
        QTest::newRow("laptop") << u"NVIDIA GeForce RTX 4090 Laptop GPU"_qs << 15.7 << u"RTX 4090 Laptop"_qs;
        QTest::newRow("radv") << u"AMD Radeon RX 7900 XTX (RADV NAVI31)"_qs << 24.0 << u"RX 7900 XTX"_qs;
        QTest::newRow("arc") << u"Intel(R) Arc(tm) A770 Graphics (DG2)"_qs << 15.9 << u"Arc A770"_qs;
        QTest::newRow("two sizes, the small") << u"NVIDIA GeForce RTX 3080"_qs << 9.8 << u"RTX 3080"_qs;
        QTest::newRow("two sizes, the big") << u"NVIDIA GeForce RTX 3080"_qs << 11.9 << u"RTX 3080 12GB"_qs;
        QTest::newRow("data centre") << u"NVIDIA H200"_qs << 139.8 << u"H200"_qs;
        QTest::newRow("with its size") << u"NVIDIA A100-SXM4-40GB"_qs << 39.4 << u"A100 40GB"_qs;
        QTest::newRow("super") << u"NVIDIA GeForce RTX 4080 SUPER"_qs << 15.7 << u"RTX 4080 SUPER"_qs;
        QTest::newRow("unlisted variant") << u"NVIDIA GeForce RTX 4090 D"_qs << 23.6 << QString();
        QTest::newRow("unlisted laptop") << u"NVIDIA GeForce RTX 2080 Laptop GPU"_qs << 7.8 << QString();
        QTest::newRow("wrong memory") << u"NVIDIA GeForce RTX 4090"_qs << 47.0 << QString();
        QTest::newRow("a number inside another") << u"GeForce RTX 40900"_qs << 23.6 << QString();
        QTest::newRow("nothing") << QString() << 24.0 << QString();
    }
    void devicesAreKnownByTheirDriversNames()
    {
        QFETCH(QString, name);
        QFETCH(double, gib);
        QFETCH(QString, profile);
        const auto *found =
            profileOf(card(name.toStdString(), static_cast<std::int64_t>(gib * static_cast<double>(kGiB))));
        QCOMPARE(found == nullptr ? QString() : QString::fromStdString(found->name), profile);
    }

    // An Apple device reports what it may use of main memory, so its size tells nothing.
    void sharedMemoryIsNotCompared()
    {
        const auto *found = profileOf(card("Apple M2 Max", 21 * kGiB));
        QVERIFY(found != nullptr);
        QCOMPARE(found->name, std::string("Apple M2 Max"));
        QCOMPARE(profileOf(card("Apple M2 Max", 21 * kGiB, "cpu")), nullptr);
    }

    void damagedListsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *name, const std::string &text) {
            QTest::newRow(name) << QByteArray::fromStdString(text);
        };
        const std::string fine = R"("memory_gib":[8],"bandwidth_gbs":100,"unified":false,"source":"x: y")";
        QVERIFY(parseHardware(entry(fine)));
        row("nothing", "");
        row("no object", "[]");
        row("another schema", R"({"schema":2,"profiles":[]})");
        row("no name", R"({"schema":1,"profiles":[{}]})");
        row("no memory", entry(R"("bandwidth_gbs":100,"unified":false,"source":"x")"));
        row("falling memory", entry(R"("memory_gib":[8,4],"bandwidth_gbs":1,"unified":false,"source":"x")"));
        row("huge memory", entry(R"("memory_gib":[9999999],"bandwidth_gbs":1,"unified":false,"source":"x")"));
        row("no bandwidth", entry(R"("memory_gib":[8],"bandwidth_gbs":0,"unified":false,"source":"x")"));
        row("bandwidth as text",
            entry(R"("memory_gib":[8],"bandwidth_gbs":"1","unified":false,"source":"x")"));
        row("no source", entry(R"("memory_gib":[8],"bandwidth_gbs":1,"unified":false)"));
        row("a card that shares", entry(R"("memory_gib":[8],"bandwidth_gbs":1,"unified":true,"source":"x")"));
        row("unknown field", entry(fine + R"(,"watts":3)"));
        row("its name twice",
            R"({"schema":1,"profiles":[{"name":"RTX 1","aliases":["rtx-1"],"group":"G","kind":"gpu",)" +
                fine + "}]}");
    }
    void damagedListsAreRefused()
    {
        QFETCH(QByteArray, text);
        const auto list = parseHardware(text.toStdString());
        QVERIFY(!list);
        QCOMPARE(list.error().kind, ErrorKind::Corrupt);
    }

    void likeNamesAreOffered()
    {
        const auto names = similarProfiles("GeForce 4090 super", 3);
        QCOMPARE(names.size(), std::size_t{3});
        QVERIFY(similarProfiles("toaster", 3).empty());
    }
};

QTEST_GUILESS_MAIN(TestHardware)
#include "tst_hardware.moc"
