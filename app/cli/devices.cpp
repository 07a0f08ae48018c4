// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/devices.h"

#include "app/cli/own_program.h"
#include "app/cli/terminal_text.h"
#include "app/cli/worker_devices.h"
#include "backends/llama/loader_error.h"
#include "backends/llama/plugins.h"
#include "core/base/child_process.h"
#include "core/base/error_detail.h"
#include "core/base/events.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/fit/device.h"
#include "core/fit/distinct_cards.h"

#include <fmt/format.h>

#include <chrono>
#include <set>
#include <string_view>

namespace snug::cli {
namespace {

using nlohmann::json;

constexpr int kMaxTimeoutSeconds = 600;

struct Probe {
    std::vector<fit::Device> devices;
    std::string reason; // empty when the plugin loaded and has devices
    std::string hint;
    std::string command; // does what the hint says, where one can
};

std::string lastLine(std::string text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    const auto start = text.rfind('\n');
    return start == std::string::npos ? text : text.substr(start + 1);
}

std::string howItEnded(const ChildReport &child, std::chrono::milliseconds timeout)
{
    std::string reason =
        child.timedOut      ? fmt::format("The driver did not answer within {} s.", timeout.count() / 1000)
        : child.signal != 0 ? fmt::format("The driver crashed with {}.", signalName(child.signal))
                            : fmt::format("The plugin's test ended with code {}.", child.exitCode);
    const std::string last = lastLine(child.errors);
    return last.empty() ? reason : reason + " Its last words: " + last;
}

Probe readProbe(const ChildReport &child, std::chrono::milliseconds timeout)
{
    const auto event = events::parseLine(lastLine(child.output));
    if (!event || child.timedOut || child.signal != 0)
        return {
            {}, howItEnded(child, timeout), "Update the driver. The other backends are not affected.", {}};
    if (event->value("event", "") == "error") {
        const Error error = events::parseError(*event);
        return {{}, error.message, error.hint, textOf(error, "command")};
    }
    Probe probe;
    const auto list = event->find("devices");
    if (list != event->end() && list->is_array()) {
        for (const auto &device : *list)
            probe.devices.push_back(fit::deviceFromJson(device));
    }
    return probe;
}

// Tries plugins, each in a child of its own: loading a driver can crash or hang.
class Prober {
public:
    Prober(std::chrono::milliseconds timeout, std::stop_token stop)
        : m_timeout(timeout), m_stop(std::move(stop))
    {
    }

    [[nodiscard]] Probe probe(const llama::Plugin &plugin) const
    {
        Probe result = run(plugin, {});
        // That plugin's devices are those of workers.
        if (!result.reason.empty() || !result.devices.empty() || plugin.backend == "RPC")
            return result;
        if (plugin.backend == "Vulkan")
            return explainEmptyVulkan(plugin);
        result.reason = fmt::format("{} found no device.", plugin.backend);
        return result;
    }

private:
    using Environment = std::vector<std::pair<std::string, std::string>>;

    [[nodiscard]] Probe run(const llama::Plugin &plugin, Environment environment) const
    {
        ChildRequest request;
        request.program = ownProgram();
        request.arguments = {"probe-plugin", "--json"};
        for (const auto &file : plugin.files)
            request.arguments.push_back(toUtf8(file));
        request.environment = std::move(environment);
        request.timeout = m_timeout;
        const auto child = runChild(request, m_stop);
        return child ? readProbe(*child, m_timeout)
                     : Probe{{}, child.error().message, child.error().hint, {}};
    }

    // The Vulkan plugin hides software renderers; asked to show the first device whatever it is, it names it.
    [[nodiscard]] Probe explainEmptyVulkan(const llama::Plugin &plugin) const
    {
        const Probe software = run(plugin, {{"GGML_VK_VISIBLE_DEVICES", "0"}});
        if (software.devices.empty()) {
            const std::string command = llama::installCommand("libvulkan", llama::linuxDistribution());
            return {{},
                    "The Vulkan loader found no graphics driver.",
                    "Install the driver of your graphics card" + (command.empty() ? "." : ": " + command),
                    command};
        }
        return {
            {},
            fmt::format("Vulkan found only a software renderer, {}, which is slower than the CPU backend.",
                        software.devices.front().name),
            "Nothing needs to be done. To use it all the same, set GGML_VK_VISIBLE_DEVICES=0.",
            {}};
    }

    std::chrono::milliseconds m_timeout;
    std::stop_token m_stop;
};

std::string buildHint(std::string_view backend)
{
    if (backend == "CUDA")
        return "For NVIDIA cards; build Snug with -DSNUG_CUDA=ON. The Vulkan plugin uses them too.";
    if (backend == "Vulkan")
        return "For graphics cards of all makers; build Snug with -DSNUG_VULKAN=ON.";
    return "Install Snug again.";
}

// The same card under two backends: the one that would not be used points to the other.
void markSameCards(json &devices)
{
    std::vector<fit::Device> list;
    for (const json &device : devices)
        list.push_back(fit::deviceFromJson(device));
    const auto owners = fit::cardOwners(list);
    for (std::size_t i = 0; i < owners.size(); ++i) {
        if (owners[i] != i)
            devices[i]["same_as"] = list[owners[i]].id;
    }
}

std::string amount(const json &device)
{
    const auto total = device["total_bytes"].get<std::int64_t>();
    return total == 0
               ? "memory unknown"
               : fmt::format("{} free of {} ({})", formatBytes(device["free_bytes"].get<std::int64_t>()),
                             formatBytes(total), device["memory_source"].get<std::string>());
}

} // namespace

void DevicesVerb::define(CLI::App &app)
{
    app.add_option("--timeout", m_timeoutSeconds, "Seconds that each driver may take")
        ->check(CLI::Range(1, kMaxTimeoutSeconds))
        ->capture_default_str();
}

Result<json> DevicesVerb::run(const VerbContext &context)
{
    const Prober prober(std::chrono::seconds(m_timeoutSeconds), context.stop);
    json devices = json::array();
    json unavailable = json::array();
    std::set<std::string> tried;
    for (const auto &plugin : llama::installedPlugins()) {
        const Probe result = prober.probe(plugin);
        if (context.stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Cancelled.");
        tried.insert(plugin.backend);
        for (const auto &device : result.devices)
            devices.push_back(fit::toJson(device));
        if (!result.reason.empty())
            unavailable.push_back({{"backend", plugin.backend},
                                   {"reason", result.reason},
                                   {"hint", result.hint},
                                   {"command", result.command}});
    }
    SNUG_TRY(const auto workers, askWorkers(context));
    for (const WorkerAnswer &worker : workers) {
        for (const auto &device : worker.devices)
            devices.push_back(fit::toJson(device));
        if (!worker.reason.empty())
            unavailable.push_back(
                {{"backend", "RPC"}, {"reason", worker.reason}, {"hint", worker.hint}, {"command", ""}});
    }
    for (const auto &backend : llama::knownBackends()) {
        if (!tried.contains(backend))
            unavailable.push_back({{"backend", backend},
                                   {"reason", fmt::format("This build has no {} plugin.", backend)},
                                   {"hint", buildHint(backend)},
                                   {"command", ""}});
    }
    markSameCards(devices);
    return json{{"devices", std::move(devices)}, {"unavailable", std::move(unavailable)}};
}

void DevicesVerb::print(const json &result, const VerbContext &) const
{
    const auto text = [](const json &value) { return terminalLine(value.get<std::string>()); };
    for (const json &device : result["devices"]) {
        const std::string driver = text(device["driver"]);
        fmt::print("{:<9} {:<7} {}\n{:18}{}\n", text(device["id"]), text(device["backend"]),
                   text(device["name"]), "", amount(device));
        if (!driver.empty())
            fmt::print("{:18}driver {}\n", "", driver);
        if (device.contains("same_as"))
            fmt::print("{:18}the same card as {}\n", "", text(device["same_as"]));
    }
    if (!result["unavailable"].empty())
        fmt::print("\nNot available\n");
    for (const json &entry : result["unavailable"]) {
        fmt::print("{:<9} {}\n", text(entry["backend"]), text(entry["reason"]));
        if (const auto hint = text(entry["hint"]); !hint.empty())
            fmt::print("{:10}{}\n", "", hint);
    }
}

} // namespace snug::cli
