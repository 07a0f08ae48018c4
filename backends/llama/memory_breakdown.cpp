// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/memory_breakdown.h"

#include "core/base/host_memory.h"

#include <algorithm>
#include <ggml-backend.h>
#include <src/llama-ext.h>
#include <string>

namespace snug::llama {
namespace {

constexpr std::size_t kHost = 0;

std::vector<fit::DeviceMemory> emptyEntries(const llama_model &model)
{
    const HostMemory host = hostMemory();
    std::vector<fit::DeviceMemory> entries(1);
    entries[kHost].device = "CPU";
    entries[kHost].backend = "CPU";
    entries[kHost].name = processorName();
    entries[kHost].totalBytes = host.totalBytes;
    entries[kHost].freeBytes = host.freeBytes;
    for (int i = 0; i < llama_model_n_devices(&model); ++i) {
        ggml_backend_dev_t device = llama_model_get_device(&model, i);
        std::size_t free = 0;
        std::size_t total = 0;
        ggml_backend_dev_memory(device, &free, &total);
        fit::DeviceMemory entry;
        entry.device = ggml_backend_dev_name(device);
        entry.backend = ggml_backend_reg_name(ggml_backend_dev_backend_reg(device));
        entry.name = ggml_backend_dev_description(device);
        entry.totalBytes = static_cast<std::int64_t>(total);
        entry.freeBytes = static_cast<std::int64_t>(free);
        entries.push_back(entry);
    }
    return entries;
}

} // namespace

std::vector<fit::DeviceMemory> memoryOf(const llama_context &context, const llama_model &model)
{
    auto entries = emptyEntries(model);
    for (const auto &[type, bytes] : llama_get_memory_breakdown(&context)) {
        // Host buffers of a GPU (pinned memory) and the CPU's own extra types (repacked weights) are main
        // memory.
        ggml_backend_dev_t device = ggml_backend_buft_get_device(type);
        const bool host = ggml_backend_buft_is_host(type) || device == nullptr ||
                          ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
        const std::string name = host ? entries[kHost].device : ggml_backend_dev_name(device);
        const auto entry = std::find_if(entries.begin(), entries.end(),
                                        [&name](const auto &candidate) { return candidate.device == name; });
        if (entry == entries.end())
            continue;
        entry->weights += static_cast<std::int64_t>(bytes.model);
        entry->kvCache += static_cast<std::int64_t>(bytes.context);
        entry->compute += static_cast<std::int64_t>(bytes.compute);
    }
    return entries;
}

} // namespace snug::llama
