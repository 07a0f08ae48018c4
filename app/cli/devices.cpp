// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/devices.h"

#include "backends/llama/plugins.h"
#include "core/base/child_process.h"
#include "core/base/events.h"
#include "core/base/units.h"
#include "core/fit/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

namespace snug::cli {
namespace {

using nlohmann::json;

struct Probe {
    std::vector<fit::Device> devices;
    std::string reason; // empty when the plugin loaded
    std::string hint;
};

std::string lastLine(std::string text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    const auto start = text.rfind('\n');
    return start == std::string::npos ? text : text.substr(start + 1);
}

std::string howItEnded(const ChildReport &child)
{
    std::string reason = child.timedOut ? "The driver did not answer within 20 s."
                         : child.signal != 0
                             ? fmt::format("The driver crashed with {}.", signalName(child.signal))
                             : fmt::format("The plugin's test ended with code {}.", child.exitCode);
    const std::string last = lastLine(child.errors);
    return last.empty() ? reason : reason + " Its last words: " + last;
}

Probe readProbe(const ChildReport &child)
{
    const auto event = events::parseLine(lastLine(child.output));
    if (!event || child.timedOut || child.signal != 0)
        return {{}, howItEnded(child), "Update the driver. The other backends are not affected."};
    if (event->value("event", "") == "error") {
        const Error error = events::parseError(*event);
        return {{}, error.message, error.hint};
    }
    Probe probe;
    const auto list = event->find("devices");
    if (list != event->end() && list->is_array()) {
        for (const auto &device : *list)
            probe.devices.push_back(fit::deviceFromJson(device));
    }
    return probe;
}

// In a child of its own: loading a driver can crash or hang.
Probe probe(const llama::Plugin &plugin, std::vector<std::pair<std::string, std::string>> environment = {})
{
    ChildRequest request;
    request.program = executableFolder() / "snug-cli";
    request.arguments = {"probe-plugin", toUtf8(plugin.file), "--json"};
    request.environment = std::move(environment);
    const auto child = runChild(request);
    return child ? readProbe(*child) : Probe{{}, child.error().message, child.error().hint};
}

// The Vulkan plugin hides software renderers; asked to show the first device whatever it is, it names them.
void explainEmptyVulkan(const llama::Plugin &plugin, Probe &result)
{
    const Probe software = probe(plugin, {{"GGML_VK_VISIBLE_DEVICES", "0"}});
    if (software.devices.empty()) {
        result.reason = "The Vulkan loader found no graphics driver.";
        result.hint = "Install the driver of your graphics card, on Debian and Ubuntu: sudo apt install "
                      "mesa-vulkan-drivers";
        return;
    }
    result.reason =
        fmt::format("Vulkan found only a software renderer, {}, which is slower than the CPU backend.",
                    software.devices.front().name);
    result.hint = "Nothing needs to be done. To use it all the same, set GGML_VK_VISIBLE_DEVICES=0.";
}

// Several plugins of one backend are variants for different processors: the first that loads speaks for all.
std::map<std::string, Probe> probeAll(std::stop_token stop)
{
    std::map<std::string, Probe> probes;
    for (const auto &plugin : llama::installedPlugins()) {
        const auto known = probes.find(plugin.backend);
        if (stop.stop_requested() || (known != probes.end() && known->second.reason.empty()))
            continue;
        Probe result = probe(plugin);
        if (result.reason.empty() && result.devices.empty()) {
            if (plugin.backend == "Vulkan")
                explainEmptyVulkan(plugin, result);
            else
                result.reason = fmt::format("{} found no device.", plugin.backend);
        }
        probes[plugin.backend] = std::move(result);
    }
    return probes;
}

std::string buildHint(std::string_view backend)
{
    if (backend == "CUDA")
        return "For NVIDIA cards; build Snug with -DSNUG_CUDA=ON. The Vulkan plugin uses them too.";
    if (backend == "Vulkan")
        return "For graphics cards of all makers; build Snug with -DSNUG_VULKAN=ON.";
    return "Install Snug again.";
}

// The same card under two backends carries the same PCI address: the later one points to the first.
void markSameCards(json &devices)
{
    std::map<std::string, std::string> firstByBus;
    for (auto &device : devices) {
        const auto bus = device["bus_id"].get<std::string>();
        if (bus.empty())
            continue;
        const auto [first, isNew] = firstByBus.emplace(bus, device["id"].get<std::string>());
        if (!isNew)
            device["same_as"] = first->second;
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

void DevicesVerb::define(CLI::App &) {}

Result<json> DevicesVerb::run(const VerbContext &context)
{
    const auto probes = probeAll(context.stop);
    if (context.stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    json devices = json::array();
    json unavailable = json::array();
    for (const auto &[backend, result] : probes) {
        for (const auto &device : result.devices)
            devices.push_back(fit::toJson(device));
        if (!result.reason.empty())
            unavailable.push_back({{"backend", backend}, {"reason", result.reason}, {"hint", result.hint}});
    }
    for (const auto &backend : llama::knownBackends()) {
        if (!probes.contains(backend))
            unavailable.push_back({{"backend", backend},
                                   {"reason", fmt::format("This build has no {} plugin.", backend)},
                                   {"hint", buildHint(backend)}});
    }
    markSameCards(devices);
    return json{{"devices", std::move(devices)}, {"unavailable", std::move(unavailable)}};
}

void DevicesVerb::print(const json &result, const VerbContext &) const
{
    for (const auto &device : result["devices"])
        fmt::print("{:<9} {:<7} {}\n{:18}{}\n", device["id"].get<std::string>(),
                   device["backend"].get<std::string>(), device["name"].get<std::string>(), "",
                   amount(device));
    if (!result["unavailable"].empty())
        fmt::print("\nNot available\n");
    for (const auto &entry : result["unavailable"]) {
        fmt::print("{:<9} {}\n", entry["backend"].get<std::string>(), entry["reason"].get<std::string>());
        if (const auto hint = entry["hint"].get<std::string>(); !hint.empty())
            fmt::print("{:10}{}\n", "", hint);
    }
}

} // namespace snug::cli
