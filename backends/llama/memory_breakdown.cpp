// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/memory_breakdown.h"

#include "backends/llama/device_kind.h"
#include "core/base/host_memory.h"

#include <algorithm>
#include <ggml-backend.h>
#include <src/llama-ext.h>
#include <string>

namespace snug::llama {
namespace {

constexpr const char *kHost = "CPU";

fit::DeviceMemory hostEntry()
{
    const HostMemory host = hostMemory();
    fit::DeviceMemory entry;
    entry.device = kHost;
    entry.backend = "CPU";
    entry.name = processorName();
    entry.totalBytes = host.totalBytes;
    entry.freeBytes = host.freeBytes;
    return entry;
}

fit::DeviceMemory deviceEntry(ggml_backend_dev_t device)
{
    std::size_t free = 0;
    std::size_t total = 0;
    ggml_backend_dev_memory(device, &free, &total);
    fit::DeviceMemory entry;
    entry.device = ggml_backend_dev_name(device);
    entry.backend = ggml_backend_reg_name(ggml_backend_dev_backend_reg(device));
    entry.name = ggml_backend_dev_description(device);
    entry.totalBytes = static_cast<std::int64_t>(total);
    entry.freeBytes = static_cast<std::int64_t>(free);
    entry.sharesHost =
        ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_IGPU || isSoftwareRenderer(entry.name);
    return entry;
}

} // namespace

std::string deviceOf(ggml_backend_buffer_type_t type)
{
    ggml_backend_dev_t device = ggml_backend_buft_get_device(type);
    const bool host = ggml_backend_buft_is_host(type) || device == nullptr ||
                      ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
    return host ? kHost : ggml_backend_dev_name(device);
}

std::vector<fit::BufferMemory> buffersOf(const llama_context &context)
{
    std::vector<fit::BufferMemory> buffers;
    for (const auto &[type, bytes] : llama_get_memory_breakdown(&context)) {
        if (bytes.total() > 0)
            buffers.push_back(
                {ggml_backend_buft_name(type), deviceOf(type), static_cast<std::int64_t>(bytes.model),
                 static_cast<std::int64_t>(bytes.context), static_cast<std::int64_t>(bytes.compute)});
    }
    // The engine's map is ordered by addresses.
    std::sort(buffers.begin(), buffers.end(), [](const auto &a, const auto &b) {
        return std::tie(a.device, a.type) < std::tie(b.device, b.type);
    });
    return buffers;
}

std::vector<fit::DeviceMemory> memoryOf(const llama_context &context, const llama_model &model)
{
    std::vector<fit::DeviceMemory> entries{hostEntry()};
    for (int i = 0; i < llama_model_n_devices(&model); ++i)
        entries.push_back(deviceEntry(llama_model_get_device(&model, i)));
    for (const fit::BufferMemory &buffer : buffersOf(context)) {
        auto entry = std::find_if(entries.begin(), entries.end(),
                                  [&](const auto &candidate) { return candidate.device == buffer.device; });
        // An accelerator that is no place for layers, such as a matrix library, works in main memory.
        if (entry == entries.end())
            entry = entries.begin();
        entry->weights += buffer.weights;
        entry->kvCache += buffer.kvCache;
        entry->compute += buffer.compute;
    }
    return entries;
}

} // namespace snug::llama
