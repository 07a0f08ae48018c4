// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/atomic_file.h"
#include "core/fit/device_speeds.h"
#include "core/fit/speed_forecast.h"
#include "tests/support/model_headers.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>

using namespace snug;
using namespace snug::fit;
using namespace Qt::StringLiterals;
using gguf::TensorType;

namespace {

const std::string kDevice = "Test (driver; 1; 2)";

DeviceSpeed sampleSpeed(std::string id = "CPU")
{
    DeviceSpeed speed;
    speed.device = std::move(id);
    speed.name = "Test";
    speed.driver = "driver";
    speed.engine = "1";
    speed.measuredAt = 1000;
    speed.threads = 2;
    speed.rates = {{TensorType::F16, 10e9, 20e9, 100e9, 90e9}, {TensorType::Q4_K, 5e9, 20e9, 50e9, 40e9}};
    speed.cacheBytes = 1e7;
    speed.nodeSeconds = 1e-6;
    speed.matrixSeconds = 2e-6;
    speed.graphSeconds = 1e-5;
    speed.attention = {1e-9, 1e-11};
    speed.attentionBatch = {1e-9, 1e-11};
    speed.coldKeySeconds = 1e-10;
    speed.activationBytes = 1e10;
    return speed;
}

Device sampleDevice()
{
    return {"CPU", "CPU", "cpu", "Test", 1 << 30, 1 << 29, "", "driver", "", false, {}};
}

SpeedRun run(double ratio, TensorType type = TensorType::Q4_K)
{
    return {kDevice, type, SpeedSource::Measured, 1000, 5000, ratio, ratio};
}

const RawSpeed kRaw{1.0, 0.1, SpeedSource::Measured, 1000};

Lesson learnFrom(const std::vector<SpeedRun> &runs, TensorType type = TensorType::Q4_K)
{
    return learn(runs, kDevice, type, kRaw);
}

bool near(double a, double b, double tolerance)
{
    return std::abs(a - b) <= tolerance;
}

} // namespace

class TestSpeedLearning : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    std::filesystem::path file(const char *name) const
    {
        return fromUtf8(m_folder->filePath(QString::fromUtf8(name)).toStdString());
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void withoutRunsNothingChanges()
    {
        const Lesson lesson = learnFrom({});
        QCOMPARE(lesson.tokenFactor, 1.0);
        QCOMPARE(lesson.promptFactor, 1.0);
        QCOMPARE(lesson.runs, 0);
        QCOMPARE(lesson.tokenUncertainty, priorUncertainty(SpeedSource::Measured));
        QCOMPARE(lesson.promptUncertainty, priorUncertainty(SpeedSource::Measured));
    }

    void oneRunIsBelievedInPart()
    {
        const Lesson lesson = learnFrom({run(2)});
        QVERIFY(lesson.tokenFactor > 1.2 && lesson.tokenFactor < 1.8);
        QCOMPARE(lesson.runs, 1);
    }

    void manyRunsAreBelieved()
    {
        const Lesson lesson = learnFrom(std::vector<SpeedRun>(20, run(1.5)));
        QVERIFY(near(lesson.tokenFactor, 1.5, 0.03));
        QVERIFY(near(lesson.promptFactor, 1.5, 0.03));
        QVERIFY(lesson.tokenUncertainty < 0.07);
        QVERIFY(lesson.promptUncertainty < 0.07);
    }

    // A run while a build used the computer must not spoil the estimate.
    void oneOutlierCountsLittle()
    {
        std::vector<SpeedRun> runs(9, run(1.1));
        runs.push_back(run(15));
        const Lesson lesson = learnFrom(runs);
        QVERIFY(near(lesson.tokenFactor, 1.1, 0.03));
        QVERIFY(lesson.tokenUncertainty < 0.1);
    }

    void scatteredRunsStayUncertain()
    {
        std::vector<SpeedRun> runs;
        for (int i = 0; i < 10; ++i)
            runs.push_back(run(i % 2 == 0 ? 0.6 : 1.6));
        QVERIFY(learnFrom(runs).tokenUncertainty > 0.4);
        // Each of the two has its own.
        for (SpeedRun &entry : runs)
            entry.promptRatio = 1.2;
        QVERIFY(learnFrom(runs).promptUncertainty < 0.1);
        QVERIFY(learnFrom(runs).tokenUncertainty > 0.4);
    }

    void typesCorrectThemselvesFirst()
    {
        std::vector<SpeedRun> runs(10, run(1.5, TensorType::Q8_0));
        runs.insert(runs.end(), 10, run(0.9, TensorType::Q4_K));
        QVERIFY(near(learnFrom(runs, TensorType::Q4_K).tokenFactor, 0.92, 0.05));
        QVERIFY(near(learnFrom(runs, TensorType::Q8_0).tokenFactor, 1.45, 0.1));
        // Another type is told by what all had in common.
        const double other = learnFrom(runs, TensorType::IQ4_XS).tokenFactor;
        QVERIFY(other > 1.05 && other < 1.3);
    }

    void otherDevicesAndOlderMeasurementsTeachNothing()
    {
        std::vector<SpeedRun> runs(3, run(2));
        runs[0].devices = "Another (driver; 1; 2)";
        runs[1].measuredAt = 999;
        runs[2].source = SpeedSource::Published;
        QCOMPARE(learnFrom(runs).runs, 0);
    }

    void ratiosThatWereNotMeasuredAreLeftOut()
    {
        std::vector<SpeedRun> runs(20, run(1.5));
        for (SpeedRun &entry : runs)
            entry.promptRatio = 0;
        const Lesson lesson = learnFrom(runs);
        QCOMPARE(lesson.promptFactor, 1.0);
        QCOMPARE(lesson.promptUncertainty, priorUncertainty(SpeedSource::Measured));
        QVERIFY(near(lesson.tokenFactor, 1.5, 0.03));
    }

    void runsAreKeptInBounds()
    {
        for (int i = 0; i < 45; ++i) {
            SpeedRun entry = run(1.5);
            entry.at = i;
            QVERIFY(rememberSpeedRun(file("runs"), entry));
        }
        SpeedRun other = run(1.2);
        other.devices = "Another";
        QVERIFY(rememberSpeedRun(file("runs"), other));
        const auto runs = readSpeedRuns(file("runs"));
        QCOMPARE(runs.size(), std::size_t{41});
        QCOMPARE(runs.front().at, 5);
        QCOMPARE(runs.back(), other);
        // What makes no sense is not kept.
        for (const double ratio : {0.0, -1.0, 1e9, std::numeric_limits<double>::quiet_NaN()})
            QVERIFY(rememberSpeedRun(file("runs"), run(ratio)));
        QCOMPARE(readSpeedRuns(file("runs")).size(), std::size_t{41});
    }

    void measurementsAreKeptForEachDeviceAndDriver()
    {
        const auto path = file("speeds");
        QVERIFY(rememberDeviceSpeed(path, sampleSpeed()));
        DeviceSpeed newer = sampleSpeed();
        newer.measuredAt = 2000;
        newer.engine = "2";
        QVERIFY(rememberDeviceSpeed(path, newer));
        DeviceSpeed otherDriver = sampleSpeed();
        otherDriver.driver = "new";
        QVERIFY(rememberDeviceSpeed(path, otherDriver));
        const auto speeds = readDeviceSpeeds(path);
        QCOMPARE(speeds, (std::vector<DeviceSpeed>{newer, otherDriver}));

        QCOMPARE(speedOf(sampleDevice(), speeds, "2"), std::optional(newer));
        QVERIFY(!speedOf(sampleDevice(), speeds, "3")); // another engine
        Device moved = sampleDevice();
        moved.id = "CUDA1";
        QCOMPARE(speedOf(moved, speeds, "2")->device, std::string("CUDA1"));
        Device card = sampleDevice();
        card.kind = "gpu";
        card.name = "NVIDIA GeForce RTX 4090";
        card.totalBytes = std::int64_t{24} << 30;
        QVERIFY(speedOf(card, speeds, "2")->source == SpeedSource::Published);
        card.software = true;
        QVERIFY(!speedOf(card, speeds, "2"));
    }

    void damagedFilesAreEmpty_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("entries");
        auto speeds = [](const nlohmann::json &entry) {
            return QByteArray::fromStdString(
                nlohmann::json{{"schema", 1}, {"speeds", {entry}}, {"runs", {entry}}}.dump());
        };
        const auto fine = toJson(sampleSpeed());
        QTest::newRow("fine") << speeds(fine) << 1;
        QTest::newRow("nothing") << QByteArray() << 0;
        QTest::newRow("no JSON") << QByteArray("{\"schema\":1,") << 0;
        QTest::newRow("a list") << QByteArray("[1,2]") << 0;
        QTest::newRow("another schema") << QByteArray("{\"schema\":2,\"speeds\":[],\"runs\":[]}") << 0;
        QTest::newRow("mistyped schema") << QByteArray("{\"schema\":\"1\",\"speeds\":[]}") << 0;
        QTest::newRow("no list") << QByteArray("{\"schema\":1,\"speeds\":{},\"runs\":3}") << 0;
        QTest::newRow("numbers") << QByteArray("{\"schema\":1,\"speeds\":[1,null],\"runs\":[1,null]}") << 0;
        for (const char *field : {"name", "rates", "node_seconds", "attention", "link_bytes", "source"}) {
            auto broken = fine;
            broken.erase(field);
            QTest::newRow(field) << speeds(broken) << 0;
            broken[field] = nlohmann::json::array();
            QTest::newRow(qPrintable(QString::fromUtf8(field) + u" mistyped"_qs)) << speeds(broken) << 0;
        }
        auto huge = fine;
        huge["node_seconds"] = 1e300;
        QTest::newRow("huge") << speeds(huge) << 0;
        auto negative = fine;
        negative["rates"][0]["flops"] = -1;
        QTest::newRow("negative") << speeds(negative) << 0;
        auto twice = fine;
        twice["rates"].push_back(fine["rates"][0]);
        QTest::newRow("a type twice") << speeds(twice) << 0;
        auto unknown = fine;
        unknown["rates"][0]["type"] = "Q99";
        QTest::newRow("unknown type") << speeds(unknown) << 0;
        QTest::newRow("too long") << QByteArray(2 << 20, ' ') << 0;
    }
    void damagedFilesAreEmpty()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, entries);
        QVERIFY(writeFileAtomically(file("f"), text.toStdString()));
        QCOMPARE(readDeviceSpeeds(file("f")).size(), static_cast<std::size_t>(entries));
        QVERIFY(readSpeedRuns(file("f")).empty());
    }

    void damagedRunsAreLeftOut()
    {
        QVERIFY(rememberSpeedRun(file("r"), run(1.5)));
        auto text = readSmallFile(file("r"), 1 << 20);
        QVERIFY(text);
        const auto content = nlohmann::json::parse(*text);
        QCOMPARE(readSpeedRuns(file("r")).size(), std::size_t{1});
        for (const auto &[field, value] : content["runs"][0].items()) {
            auto broken = content;
            broken["runs"][0].erase(field);
            QVERIFY(writeFileAtomically(file("r"), broken.dump()));
            QVERIFY2(readSpeedRuns(file("r")).empty(), field.c_str());
            broken["runs"][0][field] = nlohmann::json::object();
            QVERIFY(writeFileAtomically(file("r"), broken.dump()));
            QVERIFY2(readSpeedRuns(file("r")).empty(), field.c_str());
        }
        auto type = content;
        type["runs"][0]["type"] = 9999;
        QVERIFY(writeFileAtomically(file("r"), type.dump()));
        QVERIFY(readSpeedRuns(file("r")).empty());
    }

    // The whole way: predicted, run, remembered, predicted again.
    void aForecastLearns()
    {
        const Paths paths{{}, fromUtf8(m_folder->path().toStdString()), {}};
        QVERIFY(rememberDeviceSpeed(deviceSpeedsFile(paths), sampleSpeed()));
        const auto header = test::transformer({.layers = 2});
        const auto work = tokenWork({&header, 1});
        QVERIFY(work);
        Allocation allocation;
        allocation.memory.resize(1);
        allocation.memory.front().device = "CPU";
        allocation.memory.front().layers = 2;
        const std::vector<Device> devices = {sampleDevice()};
        const auto forecast = [&] { return SpeedForecast(paths, devices, "1"); };
        const auto before = forecast().estimate(*work, allocation);
        QVERIFY(before);
        QCOMPARE(before->source, sourceSentence(SpeedSource::Measured));

        const RawSpeed reached{2 * 512 / before->promptTps, 2 / before->generationTps, {}, 0};
        for (int i = 0; i < 30; ++i) {
            const auto entry = forecast().runOf(*work, allocation, {}, reached, i);
            QVERIFY(entry);
            QVERIFY(rememberSpeedRun(speedRunsFile(paths), *entry));
        }
        const auto after = forecast().estimate(*work, allocation);
        QVERIFY(after);
        QVERIFY(near(after->generationTps, before->generationTps / 2, before->generationTps * 0.04));
        QVERIFY(near(after->promptTps, before->promptTps / 2, before->promptTps * 0.04));
        QCOMPARE(after->source, std::string("from 30 runs on this device"));
        // Measured again: what was learned about the older figures is no longer true.
        DeviceSpeed again = sampleSpeed();
        again.measuredAt = 2000;
        QVERIFY(rememberDeviceSpeed(deviceSpeedsFile(paths), again));
        QCOMPARE(forecast().estimate(*work, allocation), before);
        // Nothing is known about this engine.
        QVERIFY(!SpeedForecast(paths, devices, "other").estimate(*work, allocation));
    }
};

QTEST_GUILESS_MAIN(TestSpeedLearning)
#include "tst_speed_learning.moc"
