// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/adapter_memory.h"

#include "backends/llama/memory_breakdown.h"
#include "core/fit/companion_check.h"

#include <algorithm>
#include <charconv>
#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <ggml-cpp.h>
#include <map>
#include <optional>
#include <src/llama-adapter.h>
#include <string_view>
#include <vector>

namespace snug::llama {
namespace {

using DeviceName = std::string;

// "blk.12.attn_q.weight" is of layer 12.
std::optional<int> layerOf(std::string_view tensor)
{
    constexpr std::string_view kLayer = "blk.";
    if (!tensor.starts_with(kLayer))
        return {};
    tensor.remove_prefix(kLayer.size());
    int layer = 0;
    const auto [end, problem] = std::from_chars(tensor.data(), tensor.data() + tensor.size(), layer);
    const bool isNumber = problem == std::errc() && end != tensor.data() + tensor.size() && *end == '.';
    return isNumber ? std::optional(layer) : std::nullopt;
}

bool isExperts(std::string_view tensor)
{
    return tensor.find("_exps.") != tensor.npos || tensor.find("_chexps.") != tensor.npos;
}

// Embeddings are looked up in main memory; what is behind the last layer goes with the output.
DeviceName deviceOfBase(std::string_view tensor, const fit::LoadRequest &request,
                        const LayerPlacement &placement, const fit::Allocation &allocation)
{
    const DeviceName host = allocation.memory.front().device;
    if (const auto layer = layerOf(tensor))
        return *layer < request.cpuExpertLayers && isExperts(tensor) ? host
                                                                     : placement.deviceOf(*layer, host);
    return tensor.starts_with("output") ? placement.deviceOf(allocation.layers, host) : host;
}

fit::DeviceMemory &entryOf(const DeviceName &device, fit::Allocation &allocation)
{
    const auto found = std::find_if(allocation.memory.begin(), allocation.memory.end(),
                                    [&](const auto &memory) { return memory.device == device; });
    return found == allocation.memory.end() ? allocation.memory.front() : *found;
}

// As long as the engine's own buffer for them will be.
std::int64_t bufferBytes(const std::vector<const gguf::Tensor *> &tensors, const DeviceName &device)
{
    ggml_backend_dev_t handle = ggml_backend_dev_by_name(device.c_str());
    const ggml_context_ptr context(ggml_init({tensors.size() * ggml_tensor_overhead(), nullptr, true}));
    for (const gguf::Tensor *tensor : tensors)
        ggml_new_tensor(context.get(), static_cast<ggml_type>(tensor->type),
                        static_cast<int>(tensor->dims.size()), tensor->dims.data());
    return static_cast<std::int64_t>(ggml_backend_alloc_ctx_tensors_from_buft_size(
        context.get(),
        handle == nullptr ? ggml_backend_cpu_buffer_type() : ggml_backend_dev_buffer_type(handle)));
}

} // namespace

void addAdapter(const gguf::Header &adapter, const fit::LoadRequest &request, const LayerPlacement &placement,
                fit::Allocation &allocation)
{
    std::map<DeviceName, std::vector<const gguf::Tensor *>> tensors;
    for (const gguf::Tensor &tensor : adapter.tensors) {
        if (const auto base = fit::adaptedTensor(tensor.name); !base.empty())
            tensors[deviceOfBase(base, request, placement, allocation)].push_back(&tensor);
    }
    for (const auto &[device, list] : tensors)
        entryOf(device, allocation).lora += bufferBytes(list, device);
}

void addAdapter(const llama_adapter_lora &adapter, fit::Allocation &allocation)
{
    for (const auto &buffer : adapter.bufs)
        entryOf(deviceOf(ggml_backend_buffer_get_type(buffer.get())), allocation).lora +=
            static_cast<std::int64_t>(ggml_backend_buffer_get_size(buffer.get()));
}

} // namespace snug::llama
