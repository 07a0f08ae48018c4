// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/distinct_cards.h"
#include "core/fit/hardware.h"
#include "core/fit/machine.h"
#include "core/fit/machine_text.h"

#include <QTest>

using namespace snug;
using namespace snug::fit;
using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t kGiB = std::int64_t{1} << 30;

Host here()
{
    Host host;
    host.device = {"CPU", "CPU", "cpu", "Some processor", 32 * kGiB, 20 * kGiB, "the system", "",
                   "",    false, {}};
    host.speed = speedFromBandwidth(host.device, 50e9, std::nullopt, SpeedSource::Measured);
    return host;
}

Device card(std::string id, std::string backend, std::string name, double gib, std::string bus = {})
{
    Device device;
    device.id = std::move(id);
    device.backend = std::move(backend);
    device.kind = "gpu";
    device.name = std::move(name);
    device.totalBytes = static_cast<std::int64_t>(gib * static_cast<double>(kGiB));
    device.busId = std::move(bus);
    return device;
}

QStringList ids(const std::vector<Device> &devices)
{
    QStringList list;
    for (const Device &device : devices)
        list.append(QString::fromStdString(device.id));
    return list;
}

DeviceSpeed measured(const Device &device, double bandwidth)
{
    return speedFromBandwidth(device, bandwidth, std::nullopt, SpeedSource::Measured);
}

} // namespace

class TestMachine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCardIsPutIntoThisComputer()
    {
        const auto machine = parseMachine("RTX 4090", here());
        QVERIFY(machine);
        QCOMPARE(machine->name, std::string("RTX 4090"));
        QCOMPARE(machine->devices.size(), std::size_t{2});
        QCOMPARE(machine->devices[0], here().device);
        QCOMPARE(machine->devices[1].kind, std::string("gpu"));
        QCOMPARE(machine->devices[1].backend, std::string("CUDA"));
        QCOMPARE(machine->devices[1].totalBytes, 24 * kGiB);
        QVERIFY(machine->devices[1].freeBytes < 24 * kGiB && machine->devices[1].freeBytes > 23 * kGiB);
        QCOMPARE(machine->speeds.size(), std::size_t{2});
        QCOMPARE(machine->speeds[1].device, machine->devices[1].id);
        QVERIFY(machine->speeds[1].source == SpeedSource::Published);
        QVERIFY(machine->speeds[1].rates.front().vectorBytes < 1008e9);
        QVERIFY(machine->speeds[1].rates.front().vectorBytes > 500e9);
        QCOMPARE(machine->notes.size(), std::size_t{1}); // that the rest is this computer
    }

    void figuresReplaceTheProfiles()
    {
        const auto machine = parseMachine("RTX 4090=48GiB, 1.1TB/s,ram=64GB,cpu=80GB/s", here());
        QVERIFY(machine);
        QCOMPARE(machine->devices[0].totalBytes, 64 * kGiB);
        QCOMPARE(machine->devices[0].freeBytes, 60 * kGiB);
        QCOMPARE(machine->devices[1].totalBytes, 48 * kGiB);
        QVERIFY(machine->speeds[0].source == SpeedSource::Stated);
        QVERIFY(machine->speeds[1].source == SpeedSource::Stated);
        QVERIFY(machine->notes.empty());
    }

    void unknownHardwareNeedsItsFigures()
    {
        const auto machine = parseMachine("Ünïcorn 9000=24GiB,1008GB/s", here());
        QVERIFY(machine);
        QCOMPARE(machine->devices[1].totalBytes, 24 * kGiB);
        QCOMPARE(machine->speeds.size(), std::size_t{2});
        const auto slow = parseMachine("Unicorn=24GiB", here());
        QVERIFY(slow);
        QCOMPARE(slow->speeds.size(), std::size_t{1}); // the host's
        QVERIFY(slow->notes.back().find("bandwidth") != std::string::npos);
        const auto unknown = parseMachine("RTX 9999", here());
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().kind, ErrorKind::NotFound);
        QVERIFY(unknown.error().hint.find("24GiB,1008GB/s") != std::string::npos);
    }

    void severalCards()
    {
        const auto two = parseMachine("2x RTX 3090", here());
        QVERIFY(two);
        QCOMPARE(ids(two->devices), QStringList({u"CPU"_qs, u"GPU0"_qs, u"GPU1"_qs}));
        QCOMPARE(two->speeds.size(), std::size_t{3});
        const auto mixed = parseMachine("RTX 3090 + 2 x RTX 3060", here());
        QVERIFY(mixed);
        QCOMPARE(mixed->name, std::string("RTX 3090 + 2 x RTX 3060"));
        QCOMPARE(mixed->devices.size(), std::size_t{4});
        QCOMPARE(mixed->devices[3].totalBytes, 12 * kGiB);
    }

    // Its memory is main memory, so it must not be there twice.
    void sharedMemoryIsCountedOnce()
    {
        const auto machine = parseMachine("M4 Max 64GB", here());
        QVERIFY(machine);
        QCOMPARE(machine->devices[0].totalBytes, 64 * kGiB);
        QVERIFY(machine->devices[0].freeBytes < 64 * kGiB);
        QCOMPARE(machine->devices[1].kind, std::string("igpu"));
        QCOMPARE(machine->devices[1].totalBytes, 48 * kGiB);
        QCOMPARE(machine->devices[1].backend, std::string("Metal"));
        // A plus that belongs to a name.
        QVERIFY(parseMachine("Ryzen AI Max+ 395", here()));
        const auto own = parseMachine("box=96GiB,200GB/s,unified", here());
        QVERIFY(own);
        QCOMPARE(own->devices[0].totalBytes, 96 * kGiB);
        QCOMPARE(own->devices[1].kind, std::string("igpu"));
    }

    void processorsAloneHaveNoGpu()
    {
        const auto machine = parseMachine("DDR5-5600, two channels 64GB", here());
        QVERIFY(machine);
        QCOMPARE(machine->devices.size(), std::size_t{1});
        QCOMPARE(machine->devices[0].totalBytes, 64 * kGiB);
        QCOMPARE(machine->speeds.size(), std::size_t{1});
        QVERIFY(machine->speeds[0].source == SpeedSource::Published);
    }

    void ofSeveralSizesTheSmallestIsAssumedAndSaid()
    {
        const auto machine = parseMachine("RTX 5060 Ti", here());
        QVERIFY(machine);
        QCOMPARE(machine->devices[1].totalBytes, 8 * kGiB);
        QVERIFY(machine->notes.front().find("RTX 5060 Ti 16GB") != std::string::npos);
        const auto big = parseMachine("RTX 5060 Ti 16GB", here());
        QVERIFY(big);
        QCOMPARE(big->devices[1].totalBytes, 16 * kGiB);
    }

    void everyChoiceIsUnderstood()
    {
        const auto choices = machineChoices();
        QVERIFY(choices.size() > hardwareProfiles().size());
        for (const MachineChoice &choice : choices) {
            const auto machine = parseMachine(choice.name, here());
            QVERIFY2(machine, choice.name.c_str());
            const bool own = machine->devices.size() == 1 || machine->devices[1].kind == "igpu";
            QVERIFY2(machine->devices[own ? 0 : 1].totalBytes == choice.memoryBytes, choice.name.c_str());
            QVERIFY2(machine->notes.size() <= 1, choice.name.c_str());
        }
    }

    void hostileTextsGetSentences_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"",
                                 "   ",
                                 "=24GiB",
                                 "A=",
                                 "A=24",
                                 "A=24GiB,",
                                 "A=24GiB,,1GB/s",
                                 "A=24GiB,12GiB",
                                 "A=-4GiB",
                                 "A=nanGiB",
                                 "A=1e9GiB",
                                 "A=99999999TiB",
                                 "A=24GiB,0GB/s",
                                 "A=24GiB,1008",
                                 "A=24GiB,watts=3",
                                 "A=24GiB,ram=0GB",
                                 "A=24GiB,cpu=fast",
                                 "A=24GiB,unified,unified",
                                 "0x RTX 3090",
                                 "17x RTX 3090",
                                 "99999999999x RTX 3090",
                                 "RTX 3090 + ",
                                 " + RTX 3090",
                                 "9x RTX 3090 + 9x RTX 3060",
                                 "2x M4 Max",
                                 "M4 Max + RTX 3090",
                                 "DDR5-5600, two channels + RTX 3090",
                                 "A=1..5GiB",
                                 "A=.5GiB",
                                 "A=5.GiB",
                                 "A\n=24GiB",
                                 "A\x1b[2J=24GiB",
                                 "A=24GiB,tflops=0",
                                 "A=24GiB,tflops=1e400"})
            QTest::newRow(QByteArray(text).toPercentEncoding(" =,+").constData()) << QByteArray(text);
        QTest::newRow("long") << QByteArray(100'000, 'A');
        QTest::newRow("no UTF-8") << QByteArray("\xff\xfe\x80");
    }
    void hostileTextsGetSentences()
    {
        QFETCH(QByteArray, text);
        const auto machine = parseMachine(text.toStdString(), here());
        QVERIFY(!machine);
        QVERIFY(machine.error().kind == ErrorKind::InvalidArgument ||
                machine.error().kind == ErrorKind::NotFound);
        QVERIFY(machine.error().message.size() < 400);
        QVERIFY(machine.error().message.ends_with('.'));
        for (const char c : machine.error().message)
            QVERIFY(c < 0 || c >= ' ');
    }

    void sizesAndBandwidths()
    {
        QCOMPARE(memorySize("24GiB").value_or(0), 24 * kGiB);
        QCOMPARE(memorySize(" 24 gb ").value_or(0), 24 * kGiB);
        QCOMPARE(memorySize("1.5TB").value_or(0), 1536 * kGiB);
        QVERIFY(!memorySize("24 GB/s"));
        QVERIFY(!memorySize("1MB"));
        QCOMPARE(bandwidthFrom("1.8 TB/s").value_or(0), 1.8e12);
        QVERIFY(!bandwidthFrom("24GB"));
    }

    void theSameCardUnderTwoBackendsIsOne()
    {
        const Device host = here().device;
        const Device cuda = card("CUDA0", "CUDA", "NVIDIA GeForce RTX 4060", 7.6, "0000:01:00.0");
        const Device vulkan = card("Vulkan0", "Vulkan", "NVIDIA GeForce RTX 4060", 8.0, "0000:01:00.0");
        const std::vector<Device> devices = {host, vulkan, cuda};
        QCOMPARE(ids(distinctCards(devices)), QStringList({u"CPU"_qs, u"CUDA0"_qs}));
        QCOMPARE(cardOwners(devices), (std::vector<std::size_t>{0, 2, 2}));
        // What was measured counts more than the rule.
        const std::vector<DeviceSpeed> speeds = {measured(cuda, 100e9), measured(vulkan, 200e9)};
        QCOMPARE(ids(distinctCards(devices, speeds)), QStringList({u"CPU"_qs, u"Vulkan0"_qs}));
    }

    void cardsWithoutAnAddressAreComparedByNameAndMemory()
    {
        const Device cuda = card("CUDA0", "CUDA", "NVIDIA GeForce RTX 4060", 7.8);
        const std::vector<Device> same = {
            cuda, card("Vulkan0", "Vulkan", "NVIDIA RTX 4060 (driver)", 8.0, "0000:01:00.0")};
        QCOMPARE(ids(distinctCards(same)), QStringList({u"CUDA0"_qs}));
        const std::vector<Device> other = {cuda, card("Vulkan0", "Vulkan", "NVIDIA GeForce RTX 4060", 16)};
        QCOMPARE(distinctCards(other).size(), std::size_t{2});
        const std::vector<Device> named = {cuda,
                                           card("Vulkan0", "Vulkan", "NVIDIA GeForce RTX 4060 Ti", 7.8)};
        QCOMPARE(distinctCards(named).size(), std::size_t{2});
    }

    // Two equal cards, each seen twice: two remain, never one, never four.
    void twoEqualCardsStayTwo()
    {
        const auto make = [](bool addresses) {
            std::vector<Device> devices;
            for (const char *backend : {"CUDA", "Vulkan"}) {
                for (int i = 0; i < 2; ++i)
                    devices.push_back(card(backend + std::to_string(i), backend, "RTX 3090", 24,
                                           addresses ? "0000:0" + std::to_string(i + 1) + ":00.0" : ""));
            }
            return devices;
        };
        QCOMPARE(ids(distinctCards(make(true))), QStringList({u"CUDA0"_qs, u"CUDA1"_qs}));
        QCOMPARE(ids(distinctCards(make(false))), QStringList({u"CUDA0"_qs, u"CUDA1"_qs}));
    }

    void otherMachinesAndProcessorsStandForThemselves()
    {
        Device far = card("RPC0", "RPC", "RTX 3090", 24);
        Device renderer = card("Vulkan0", "Vulkan", "RTX 3090", 24);
        renderer.software = true;
        const std::vector<Device> devices = {here().device, card("CUDA0", "CUDA", "RTX 3090", 24), far,
                                             renderer};
        QCOMPARE(distinctCards(devices).size(), devices.size());
        QVERIFY(distinctCards({}).empty());
    }
};

QTEST_GUILESS_MAIN(TestMachine)
#include "tst_machine.moc"
