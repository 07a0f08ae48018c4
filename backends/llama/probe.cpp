// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/probe.h"

#include "backends/llama/dynamic_library.h"
#include "core/base/host_memory.h"

#include <fmt/format.h>

#include <array>
#include <ggml-backend.h>
#include <string_view>

namespace snug::llama {
namespace {

struct MissingLibrary {
    std::string_view prefix;
    std::string_view hint;
};

// What to do about a library that the system's loader did not find.
constexpr std::array kMissing = {
    MissingLibrary{"libvulkan",
                   "Install the Vulkan loader, on Debian and Ubuntu: sudo apt install libvulkan1"},
    MissingLibrary{"libcuda.", "Install NVIDIA's driver, if there is an NVIDIA card in this computer."},
    MissingLibrary{"libcudart", "Install the CUDA runtime of the version that this plugin was built with."},
    MissingLibrary{"libcublas", "Install the CUDA runtime of the version that this plugin was built with."},
    MissingLibrary{"libgomp", "Install the OpenMP runtime, on Debian and Ubuntu: sudo apt install libgomp1"},
};

// "libcuda.so.1: cannot open shared object file: No such file or directory" names what is missing first.
tl::unexpected<Error> cannotLoad(const std::string &loader)
{
    const auto end = loader.find(": cannot open shared object file");
    if (end == std::string::npos)
        return fail(ErrorKind::Unsupported, "The plugin is damaged or made for another system.",
                    {{"loader", loader}}, "Install Snug again.");
    const std::string library = loader.substr(0, end);
    std::string hint = "Install the package that contains it.";
    for (const auto &[prefix, text] : kMissing) {
        if (library.starts_with(prefix))
            hint = text;
    }
    return fail(ErrorKind::Unsupported, fmt::format("The driver library {} is not installed.", library),
                {{"loader", loader}, {"library", library}}, hint);
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

fit::Device describe(ggml_backend_dev_t handle)
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
    device.memorySource = device.backend + " driver";
    if (device.kind == "cpu") {
        const HostMemory host = hostMemory();
        device.totalBytes = host.totalBytes;
        device.freeBytes = host.freeBytes;
        device.memorySource = host.source;
        if (const auto name = processorName(); !name.empty())
            device.name = name;
    } else if (device.totalBytes == device.freeBytes && device.backend == "Vulkan") {
        // Without VK_EXT_memory_budget the plugin reports the heap's size as free.
        device.memorySource = "Vulkan heap size, what others use is unknown";
    }
    return device;
}

} // namespace

std::vector<fit::Device> loadedDevices()
{
    std::vector<fit::Device> devices;
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i)
        devices.push_back(describe(ggml_backend_dev_get(i)));
    return devices;
}

Result<std::vector<fit::Device>> probePlugin(const std::filesystem::path &file)
{
    const auto library = DynamicLibrary::open(file);
    if (!library)
        return cannotLoad(std::get<std::string>(library.error().detail.front().second));
    const auto score = library->function<int (*)()>("ggml_backend_score");
    if (score != nullptr && score() == 0)
        return fail(ErrorKind::Unsupported,
                    "This processor lacks instructions that the plugin was built with.", {},
                    "Build Snug with -DSNUG_CPU_ALL_VARIANTS=ON.");
    if (ggml_backend_load(toUtf8(file).c_str()) == nullptr)
        return fail(ErrorKind::Unsupported, "The plugin does not belong to this version of the engine.", {},
                    "Install Snug again.");
    return loadedDevices();
}

} // namespace snug::llama
