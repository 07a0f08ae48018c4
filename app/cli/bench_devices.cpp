// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/bench_devices.h"

#include "app/cli/last_resort.h"
#include "app/cli/terminal_text.h"
#include "backends/llama/speed_probe.h"
#include "core/fit/device_speeds.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <string>

namespace snug::cli {

namespace {

// A single operation of the engine, which cannot be stopped, may take a second on a slow processor.
Result<fit::DeviceSpeed> measure(const std::string &device, int threads, const VerbContext &context)
{
    const LastResort lastResort(context, std::chrono::milliseconds(120),
                                {ErrorKind::Cancelled, "Cancelled.", {}, {}});
    return llama::measureDevice(device, threads, context.progress, context.stop);
}

} // namespace

Result<fit::DeviceSpeed> measureAndRemember(const fit::Device &device, int threads,
                                            const VerbContext &context)
{
    SNUG_TRY(fit::DeviceSpeed speed, measure(device.id, threads, context));
    speed.name = device.name;
    speed.driver = device.driver;
    speed.measuredAt = static_cast<std::int64_t>(std::time(nullptr));
    SNUG_CHECK(fit::rememberDeviceSpeed(fit::deviceSpeedsFile(context.paths), speed));
    return speed;
}

void printDeviceSpeed(const nlohmann::json &speed)
{
    constexpr double kGiga = 1e9;
    constexpr double kMicro = 1e-6;
    fmt::print("{} {}\n", terminalLine(speed["device"].get<std::string>()),
               terminalLine(speed["name"].get<std::string>()));
    fmt::print("  {:<9}{:>18}{:>18}{:>22}\n", "weights", "one token, GB/s", "in cache, GB/s",
               "512 tokens, GFLOP/s");
    for (const nlohmann::json &rate : speed["rates"])
        fmt::print("  {:<9}{:>18.1f}{:>18.1f}{:>22.1f}\n", rate["type"].get<std::string>(),
                   rate["vector_bytes"].get<double>() / kGiga,
                   rate["vector_bytes_cached"].get<double>() / kGiga, rate["flops"].get<double>() / kGiga);
    fmt::print("  For each token {:.0f} us, for each small operation {:.2f} us\n",
               speed["graph_seconds"].get<double>() / kMicro, speed["node_seconds"].get<double>() / kMicro);
}

} // namespace snug::cli
