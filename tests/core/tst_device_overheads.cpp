// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/atomic_file.h"
#include "core/base/median.h"
#include "core/fit/device_overheads.h"
#include "core/fit/load_speeds.h"

#include <QTemporaryDir>
#include <QTest>

#include <limits>

using namespace snug;
using namespace snug::fit;

namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

Device card(std::string id = "CUDA0")
{
    return {std::move(id), "CUDA", "gpu", "A card", 8192 * kMiB, 8000 * kMiB, "", "NVIDIA 1", "", false, {}};
}

DeviceMemory holding(std::int64_t bytes, std::string id = "CUDA0")
{
    DeviceMemory memory;
    memory.device = std::move(id);
    memory.weights = bytes / 2;
    memory.compute = bytes - bytes / 2;
    memory.totalBytes = 8192 * kMiB;
    memory.freeBytes = 8000 * kMiB;
    memory.layers = 4;
    return memory;
}

} // namespace

class TestDeviceOverheads : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] Paths paths() const { return {{}, fromUtf8(m_folder->path().toStdString()), {}}; }
    [[nodiscard]] std::filesystem::path file() const { return deviceOverheadsFile(paths()); }
    void remember(std::int64_t bytes, const Device &device = card()) const
    {
        QVERIFY(rememberOverhead(file(), device, "1", bytes));
    }
    // Of 100 MiB on that device.
    [[nodiscard]] DeviceMemory forecast(const Device &device, std::string_view engine = "1") const
    {
        Allocation allocation;
        allocation.memory = {holding(100 * kMiB, device.id)};
        DeviceOverheads(paths(), std::vector<Device>{device}, engine).addTo(allocation);
        return allocation.memory.front();
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void theMedianIsInTheMiddle()
    {
        QCOMPARE(median({}), 0.0);
        QCOMPARE(median({3}), 3.0);
        QCOMPARE(median({9, 1, 4}), 4.0);
        QCOMPARE(median({9, 1, 4, 6}), 5.0);
    }

    void whatIsGoneBeyondThePartsIsOverhead()
    {
        const DeviceMemory loaded = holding(1000 * kMiB);
        QCOMPARE(overheadOf(loaded, 6700 * kMiB), std::optional(300 * kMiB));
        QCOMPARE(overheadOf(loaded, 7000 * kMiB), std::optional<std::int64_t>(0));
        // Another program gave memory back meanwhile.
        QCOMPARE(overheadOf(loaded, 7500 * kMiB), std::optional<std::int64_t>(0));
        QCOMPARE(overheadOf(loaded, 7000 * kMiB - (std::int64_t{4} << 30)),
                 std::optional(std::int64_t{4} << 30));
        // An older forecast is no part of what was allocated.
        DeviceMemory again = loaded;
        again.overhead = 250 * kMiB;
        QCOMPARE(overheadOf(again, 6700 * kMiB), std::optional(300 * kMiB));
    }

    void readingsThatTellNothingAreLeftOut()
    {
        const DeviceMemory loaded = holding(1000 * kMiB);
        QVERIFY(!overheadOf(loaded, 8000 * kMiB)); // a driver that always says the same
        QVERIFY(!overheadOf(loaded, 8100 * kMiB));
        QVERIFY(!overheadOf(loaded, -1));
        QVERIFY(!overheadOf(loaded, std::numeric_limits<std::int64_t>::min()));
        QVERIFY(!overheadOf(loaded, 7000 * kMiB - (std::int64_t{4} << 30) - 1));
        QVERIFY(!overheadOf(holding(0), 7900 * kMiB));
        DeviceMemory shared = loaded;
        shared.sharesHost = true;
        QVERIFY(!overheadOf(shared, 6700 * kMiB));
        DeviceMemory host = loaded;
        host.backend = "CPU";
        QVERIFY(!overheadOf(host, 6700 * kMiB));
        DeviceMemory impossible = loaded;
        impossible.freeBytes = impossible.totalBytes + 1;
        QVERIFY(!overheadOf(impossible, 6700 * kMiB));
        impossible.freeBytes = std::numeric_limits<std::int64_t>::max();
        impossible.totalBytes = impossible.freeBytes;
        QVERIFY(!overheadOf(impossible, 0));
    }

    void theMedianOfTheLastFiveIsForecast()
    {
        QCOMPARE(forecast(card()).overhead, 0);
        QVERIFY(forecast(card()).overheadSource.empty());
        remember(900 * kMiB);
        QCOMPARE(forecast(card()).overhead, 900 * kMiB);
        QCOMPARE(forecast(card()).overheadSource, std::string("measured on this computer, 1 load"));
        for (const std::int64_t mib : {300, 310, 290, 300, 4000})
            remember(mib * kMiB);
        const DeviceMemory known = forecast(card());
        QCOMPARE(known.overhead, 300 * kMiB);
        QCOMPARE(known.overheadSource, std::string("measured on this computer, 5 loads"));
        QCOMPARE(toJson(known)["overhead_source"].get<std::string>(), known.overheadSource);
        QCOMPARE(known.used(), 400 * kMiB);
    }

    void onlyTheSameDeviceDriverAndEngineIsMeant()
    {
        remember(300 * kMiB);
        QCOMPARE(forecast(card("CUDA1")).overhead, 300 * kMiB); // another card of the kind
        QCOMPARE(forecast(card(), "2").overhead, 0);
        Device other = card();
        other.driver = "NVIDIA 2";
        QCOMPARE(forecast(other).overhead, 0);
        other = card();
        other.backend = "Vulkan";
        QCOMPARE(forecast(other).overhead, 0);
        other = card();
        other.software = true;
        QCOMPARE(forecast(other).overhead, 0);
        other = card();
        other.kind = "cpu";
        QCOMPARE(forecast(other).overhead, 0);
    }

    void aDeviceThatHoldsNothingHasNone()
    {
        remember(300 * kMiB);
        Allocation allocation;
        allocation.memory = {holding(0)};
        DeviceOverheads(paths(), std::vector<Device>{card()}, "1").addTo(allocation);
        QCOMPARE(allocation.memory.front().overhead, 0);
        QVERIFY(!toJson(allocation.memory.front()).contains("overhead_source"));
    }

    // A model that would just fit without what the driver takes does not.
    void placingCountsIt()
    {
        remember(300 * kMiB);
        const Measure plain = [](const LoadRequest &request) -> Result<Allocation> {
            Allocation allocation;
            allocation.layers = 10;
            allocation.gpuLayers = request.gpuLayers < 0 ? 10 : request.gpuLayers;
            allocation.contextTokens = request.contextTokens;
            allocation.memory = {holding(0, "CPU"), holding(allocation.gpuLayers * 740 * kMiB)};
            allocation.memory[0].layers = 10 - allocation.gpuLayers;
            allocation.memory[1].layers = allocation.gpuLayers;
            return allocation;
        };
        const DeviceOverheads known(paths(), std::vector<Device>{card()}, "1");
        LoadRequest request;
        request.contextTokens = 256;
        const auto without = place(request, plain, {});
        const auto with = place(request, known.added(plain), {});
        QVERIFY(without && with);
        QCOMPARE(without->verdict, Verdict::Gpu);
        QCOMPARE(with->verdict, Verdict::Partial);
        QCOMPARE(with->allocation.gpuLayers, 9);
        QCOMPARE(with->allocation.memory[1].overhead, 300 * kMiB);
    }

    void theFileStaysSmall()
    {
        for (int i = 0; i < 70; ++i) {
            Device device = card();
            device.name = "Card " + std::to_string(i);
            remember(i * kMiB, device);
        }
        Device first = card();
        first.name = "Card 0";
        QCOMPARE(forecast(first).overhead, 0);
        first.name = "Card 69";
        QCOMPARE(forecast(first).overhead, 69 * kMiB);
        const auto before = readSmallFile(file(), 1 << 20);
        QVERIFY(before);
        // What makes no sense is not kept.
        remember(-1);
        remember((std::int64_t{4} << 30) + 1);
        first.name = std::string(3000, 'x');
        remember(kMiB, first);
        QCOMPARE(readSmallFile(file(), 1 << 20), before);
        first.name = "\xff\xfe";
        remember(kMiB, first);
        QVERIFY(readSmallFile(file(), 1 << 20));
    }

    void damagedFilesTeachNothing_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("bytes");
        const auto row = [](const char *name, const nlohmann::json &entry, qint64 bytes) {
            QTest::newRow(name) << QByteArray::fromStdString(
                                       nlohmann::json{{"schema", 1}, {"devices", {entry}}}.dump())
                                << bytes;
        };
        const nlohmann::json fine = {{"backend", "CUDA"},
                                     {"name", "A card"},
                                     {"driver", "NVIDIA 1"},
                                     {"engine", "1"},
                                     {"overheads", {5, 7, 9}}};
        row("fine", fine, 7);
        const auto with = [&fine](const char *field, nlohmann::json value) {
            nlohmann::json entry = fine;
            entry[field] = std::move(value);
            return entry;
        };
        row("no list", with("overheads", 5), 0);
        row("an empty list", with("overheads", nlohmann::json::array()), 0);
        row("too many", with("overheads", {1, 2, 3, 4, 5, 6}), 0);
        row("texts", with("overheads", {"1"}), 0);
        row("negative", with("overheads", {5, -1}), 0);
        row("huge", with("overheads", {5, 1e300}), 0);
        row("a number as name", with("name", 3), 0);
        row("an endless name", with("name", std::string(5000, 'x')), 0);
        row("no object", 3, 0);
        QTest::newRow("nothing") << QByteArray() << qint64{0};
        QTest::newRow("cut off") << QByteArray("{\"schema\":1,\"devices\":[{") << qint64{0};
        QTest::newRow("another schema") << QByteArray("{\"schema\":2,\"devices\":[]}") << qint64{0};
        QTest::newRow("deep") << QByteArray(500'000, '[') << qint64{0};
        QTest::newRow("too long") << QByteArray(2 << 20, ' ') << qint64{0};
    }
    void damagedFilesTeachNothing()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, bytes);
        QVERIFY(writeFileAtomically(file(), text.toStdString()));
        QCOMPARE(forecast(card()).overhead, bytes);
        // And are replaced by the next load, but for what was sound.
        remember(7);
        QCOMPARE(forecast(card()).overhead, 7);
    }

    void loadsTellHowLongTheNextTakes()
    {
        Allocation loaded;
        loaded.memory = {holding(0, "CPU"), holding(2000 * kMiB)};
        loaded.memory.front().layers = 0;
        const std::vector<Device> devices = {card()};
        const auto path = loadSpeedsFile(paths());
        const auto known = [&] { return LoadSpeeds(paths(), devices, "1"); };
        QVERIFY(!known().seconds(loaded));
        for (const double seconds : {10.0, 2.0, 4.0})
            QVERIFY(rememberLoad(path, devices, loaded, "1", seconds));
        QCOMPARE(known().seconds(loaded), std::optional(4.0));
        Allocation half = loaded;
        half.memory[1].weights /= 2;
        QCOMPARE(known().seconds(half), std::optional(2.0));
        QVERIFY(!LoadSpeeds(paths(), devices, "2").seconds(loaded));
        // Elsewhere.
        half.memory[1].layers = 0;
        half.memory[0].layers = 4;
        QVERIFY(!known().seconds(half));
        // Too little to tell, and clocks that jumped.
        loaded.memory[1].weights = kMiB;
        QVERIFY(rememberLoad(path, devices, loaded, "1", 4));
        loaded.memory[1].weights = 2000 * kMiB;
        for (const double seconds : {0.0, -1.0, 1e-9, std::numeric_limits<double>::quiet_NaN()})
            QVERIFY(rememberLoad(path, devices, loaded, "1", seconds));
        loaded.memory[1].weights = 1000 * kMiB;
        QCOMPARE(known().seconds(loaded), std::optional(4.0));
    }
};

QTEST_GUILESS_MAIN(TestDeviceOverheads)
#include "tst_device_overheads.moc"
