// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/probe.h"

#include "backends/llama/device_kind.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/workers.h"
#include "core/base/host_memory.h"

#include <algorithm>
#include <fstream>
#include <ggml-backend.h>
#include <iterator>
#include <llama.h>
#include <map>
#include <regex>

namespace snug::llama {
namespace {

// Device::id -> the driver's name.
using Drivers = std::map<std::string, std::string>;

// "ggml_vulkan: 0 = llvmpipe (LLVM 15.0.6, 256 bits) (llvmpipe) | uma: 0 | ...": the plugin tells the
// driver's name nowhere else.
void noteVulkanDriver(std::string_view line, Drivers &drivers)
{
    static const std::regex pattern(R"(^ggml_vulkan: (\d+) = .* \(([^()]+)\) \| uma: )");
    std::match_results<std::string_view::const_iterator> match;
    if (std::regex_search(line.begin(), line.end(), match, pattern))
        drivers["Vulkan" + match[1].str()] = match[2].str();
}

std::string kindOf(enum ggml_backend_dev_type type)
{
    switch (type) {
    case GGML_BACKEND_DEVICE_TYPE_CPU:
        return "cpu";
    case GGML_BACKEND_DEVICE_TYPE_GPU:
        return "gpu";
    case GGML_BACKEND_DEVICE_TYPE_IGPU:
        return "igpu";
    default:
        return "accel";
    }
}

std::vector<std::string> featuresOf(ggml_backend_reg_t reg)
{
    std::vector<std::string> names;
    const auto list = reinterpret_cast<ggml_backend_get_features_t>(
        ggml_backend_reg_get_proc_address(reg, "ggml_backend_get_features"));
    if (list == nullptr)
        return names;
    for (auto *feature = list(reg); feature->name != nullptr; ++feature) {
        if (std::string_view(feature->value) == "1")
            names.emplace_back(feature->name);
    }
    return names;
}

void describeHost(fit::Device &device)
{
    const HostMemory host = hostMemory();
    device.totalBytes = host.totalBytes;
    device.freeBytes = host.freeBytes;
    device.memorySource = host.source;
    if (const auto name = processorName(); !name.empty())
        device.name = name;
}

std::string nvidiaDriver()
{
    std::ifstream in("/proc/driver/nvidia/version");
    std::string line;
    std::getline(in, line);
    const std::string version = nvidiaDriverVersion(line);
    return version.empty() ? version : "NVIDIA " + version;
}

// Who says how much memory there is.
std::string memorySource(const fit::Device &device)
{
    if (device.backend == "RPC")
        return "worker";
    if (device.backend != "Vulkan")
        return device.backend + " driver";
    // Without VK_EXT_memory_budget the plugin reports the heap's size as free.
    return device.totalBytes == device.freeBytes ? "Vulkan heap size, what others use is unknown"
                                                 : "Vulkan memory budget";
}

fit::Device describe(ggml_backend_dev_t handle, const Drivers &drivers)
{
    ggml_backend_dev_props props{};
    ggml_backend_dev_get_props(handle, &props);
    ggml_backend_reg_t reg = ggml_backend_dev_backend_reg(handle);
    const auto text = [](const char *value) { return std::string(value == nullptr ? "" : value); };

    fit::Device device;
    device.id = text(props.name);
    device.backend = text(ggml_backend_reg_name(reg));
    device.kind = kindOf(props.type);
    device.name = text(props.description);
    device.busId = text(props.device_id);
    device.features = featuresOf(reg);
    device.totalBytes = static_cast<std::int64_t>(props.memory_total);
    device.freeBytes = static_cast<std::int64_t>(props.memory_free);
    device.memorySource = memorySource(device);
    device.software = isSoftwareRenderer(device.name);
    if (const auto driver = drivers.find(device.id); driver != drivers.end())
        device.driver = driver->second;
    else if (device.backend == "CUDA")
        device.driver = nvidiaDriver();
    if (device.kind == "cpu")
        describeHost(device);
    return device;
}

std::vector<fit::Device> describeAll(const Drivers &drivers)
{
    std::vector<fit::Device> devices;
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i)
        devices.push_back(describe(ggml_backend_dev_get(i), drivers));
    std::stable_partition(devices.begin(), devices.end(),
                          [](const fit::Device &device) { return device.kind == "cpu"; });
    return devices;
}

} // namespace

std::string nvidiaDriverVersion(std::string_view text)
{
    static const std::regex pattern(R"(\s(\d{3,}\.\d+(\.\d+)?)\s)");
    std::match_results<std::string_view::const_iterator> match;
    return std::regex_search(text.begin(), text.end(), match, pattern) ? match[1].str() : std::string();
}

Result<std::vector<fit::Device>> probePlugin(const Plugin &plugin)
{
    Drivers drivers;
    const EngineLogWatch watch([&drivers](std::string_view line) { noteVulkanDriver(line, drivers); });
    if (auto loaded = loadPlugin(plugin); !loaded)
        return tl::make_unexpected(std::move(loaded).error());
    return describeAll(drivers);
}

Result<std::vector<fit::Device>> probeWorker(const std::string &worker)
{
    for (const Plugin &plugin : installedPlugins()) {
        if (plugin.backend == "RPC")
            SNUG_CHECK(loadPlugin(plugin));
    }
    SNUG_CHECK(addWorker(worker));
    return describeAll({});
}

Result<std::vector<fit::Device>> loadDevices(const std::vector<std::string> &workers)
{
    Drivers drivers;
    const EngineLogWatch watch([&drivers](std::string_view line) { noteVulkanDriver(line, drivers); });
    SNUG_CHECK(loadPlugins());
    for (const std::string &worker : workers)
        SNUG_CHECK(addWorker(worker));
    return describeAll(drivers);
}

void refreshMemory(std::span<fit::Device> devices)
{
    for (fit::Device &device : devices) {
        ggml_backend_dev_t handle = ggml_backend_dev_by_name(device.id.c_str());
        if (device.kind == "cpu") {
            const HostMemory host = hostMemory();
            device.totalBytes = host.totalBytes;
            device.freeBytes = host.freeBytes;
        } else if (handle != nullptr) {
            std::size_t free = 0;
            std::size_t total = 0;
            ggml_backend_dev_memory(handle, &free, &total);
            device.totalBytes = static_cast<std::int64_t>(total);
            device.freeBytes = static_cast<std::int64_t>(free);
        }
    }
}

std::string engineVersion()
{
    return llama_version();
}

} // namespace snug::llama
