// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_fetch SNUG_CLI ARIA2C [MEBIBYTES] [MIB_PER_SECOND] [ROUNDS]: how long one file takes from the fake
// Hub, of which each connection gets so much a second: `snug-cli pull` with everything it does (asking the
// Hub, SHA-256, the Hugging Face cache) beside `aria2c -x5 -s5`, which only fetches. In turn, medians and
// their ratio; then how much a pull fetches again after it was killed halfway. Never a verdict.
#include "core/hub/client.h"
#include "tests/bench/figures.h"
#include "tests/support/fake_hub.h"
#include "tests/support/isolated_home.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <cstdio>
#include <optional>

using namespace Qt::StringLiterals;
using namespace snug;

namespace {

constexpr int kPatienceMs = 300'000;
const QString kModel = u"bench/bench-GGUF"_qs;

struct Plan {
    QString cli;
    QString aria;
    std::int64_t bytes = std::int64_t(512) << 20;
    std::int64_t bytesPerSecond = std::int64_t(24) << 20; // of each connection; 0: no limit
    int rounds = 3;
};

void fill(test::FakeHub &hub, const Plan &plan)
{
    test::FakeRepository repository;
    repository.id = kModel.toStdString();
    repository.files = {
        test::lfsFile("bench-Q4_K_M.gguf", test::FileBody::virtualBytes(plan.bytes, 1, "GGUF"))};
    hub.addRepository(std::move(repository));
    hub.setBytesPerSecond(plan.bytesPerSecond);
}

// Seconds; nullopt if it failed.
std::optional<double> timed(const QString &program, const QStringList &arguments)
{
    QProcess process;
    QElapsedTimer clock;
    clock.start();
    process.start(program, arguments);
    if (!process.waitForFinished(kPatienceMs) || process.exitCode() != 0) {
        std::fprintf(stderr, "%s failed:\n%s\n%s\n", qPrintable(program),
                     process.readAllStandardOutput().right(1000).constData(),
                     process.readAllStandardError().right(1000).constData());
        return std::nullopt;
    }
    return static_cast<double>(clock.nsecsElapsed()) / 1e9;
}

std::optional<double> runPull(const Plan &plan)
{
    const QTemporaryDir home;
    test::isolateIn(home.path());
    return timed(plan.cli, {u"pull"_qs, u"--json"_qs, kModel});
}

std::optional<double> runAria(const Plan &plan, const test::FakeHub &hub)
{
    const QTemporaryDir folder;
    const hub::Client client(hub::ClientOptions{*http::Url::parse(hub.endpoint()), std::nullopt});
    const auto location =
        client.resolve(*hub::RepoId::parse(kModel.toStdString()), "main", "bench-Q4_K_M.gguf", {});
    if (!location)
        return std::nullopt;
    return timed(plan.aria,
                 {u"-x5"_qs, u"-s5"_qs, u"--quiet"_qs, u"--file-allocation=falloc"_qs, u"-d"_qs,
                  folder.path(), u"-o"_qs, u"file"_qs, QString::fromStdString(location->url.text())});
}

// Ends a pull halfway and tells how many bytes of the file were fetched twice, as the server counts them.
std::optional<std::int64_t> refetched(const Plan &plan, test::FakeHub &hub, void (QProcess::*end)())
{
    const QTemporaryDir home;
    test::isolateIn(home.path());
    hub.clearLog();
    QProcess process;
    process.start(plan.cli, {u"pull"_qs, u"--json"_qs, kModel});
    while (process.waitForReadyRead(kPatienceMs)) {
        bool half = false;
        while (process.canReadLine()) {
            const QJsonObject event = QJsonDocument::fromJson(process.readLine()).object();
            half = half || event.value(u"done").toDouble() > double(plan.bytes) / 2;
        }
        if (half)
            break;
    }
    (process.*end)();
    process.waitForFinished(kPatienceMs);
    if (!timed(plan.cli, {u"pull"_qs, u"--json"_qs, kModel}))
        return std::nullopt;
    return hub.bodyBytes(test::Origin::Cdn) - plan.bytes;
}

bool measure(const Plan &plan)
{
    test::FakeHub hub;
    fill(hub, plan);
    qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub.endpoint()));
    std::vector<double> pulls;
    std::vector<double> arias;
    for (int round = 0; round < plan.rounds; ++round) {
        const auto pull = runPull(plan);
        const auto aria = plan.aria.isEmpty() ? pull : runAria(plan, hub);
        if (!pull || !aria)
            return false;
        pulls.push_back(*pull);
        arias.push_back(*aria);
    }
    const double mebibytes = double(plan.bytes) / (1 << 20);
    std::printf("fetch of %.0f MiB over 5 connections of %.0f MiB/s\n", mebibytes,
                double(plan.bytesPerSecond) / (1 << 20));
    std::printf("  snug-cli pull  %6.2f s  %7.1f MiB/s\n", bench::median(pulls),
                mebibytes / bench::median(pulls));
    if (!plan.aria.isEmpty())
        std::printf("  aria2c         %6.2f s  %7.1f MiB/s   ratio %.3f (above 1: snug is faster)\n",
                    bench::median(arias), mebibytes / bench::median(arias),
                    bench::median(arias) / bench::median(pulls));
    const auto stopped = refetched(plan, hub, &QProcess::terminate);
    const auto killed = refetched(plan, hub, &QProcess::kill);
    if (!stopped || !killed)
        return false;
    std::printf("  fetched twice: %.1f MiB after a stop halfway, %.1f MiB after a kill\n",
                double(*stopped) / (1 << 20), double(*killed) / (1 << 20));
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    if (arguments.size() < 3) {
        std::fprintf(stderr, "bench_fetch SNUG_CLI ARIA2C [MEBIBYTES] [MIB_PER_SECOND] [ROUNDS]\n");
        return 2;
    }
    Plan plan;
    plan.cli = arguments[1];
    plan.aria = QFile::exists(arguments[2]) ? arguments[2] : QString();
    if (plan.aria.isEmpty())
        std::printf("aria2c is not installed: no peer to measure against\n");
    if (arguments.size() > 3)
        plan.bytes = arguments[3].toLongLong() << 20;
    if (arguments.size() > 4)
        plan.bytesPerSecond = arguments[4].toLongLong() << 20;
    if (arguments.size() > 5)
        plan.rounds = arguments[5].toInt();
    return measure(plan) ? 0 : 1;
}
