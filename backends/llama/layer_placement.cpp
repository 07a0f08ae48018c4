// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/layer_placement.h"

#include <charconv>

namespace snug::llama {

LayerPlacement::LayerPlacement()
{
    m_watch.emplace([this](std::string_view line) { see(line); });
}

// "load_tensors: layer  12 assigned to device Vulkan0, is_swa = 0"
void LayerPlacement::see(std::string_view line)
{
    constexpr std::string_view kLayer = "layer ";
    constexpr std::string_view kAssigned = " assigned to device ";
    const std::size_t at = line.find(kAssigned);
    const std::size_t start = line.find(kLayer);
    if (at == line.npos || start == line.npos || start > at)
        return;
    std::string_view number = line.substr(start + kLayer.size(), at - start - kLayer.size());
    number.remove_prefix(std::min(number.find_first_not_of(' '), number.size()));
    int layer = 0;
    if (std::from_chars(number.data(), number.data() + number.size(), layer).ec != std::errc())
        return;
    const std::string_view rest = line.substr(at + kAssigned.size());
    m_deviceOfLayer[layer] = std::string(rest.substr(0, rest.find(',')));
}

std::string LayerPlacement::deviceOf(int layer, const std::string &otherwise) const
{
    const auto found = m_deviceOfLayer.find(layer);
    return found == m_deviceOfLayer.end() ? otherwise : found->second;
}

void LayerPlacement::writeTo(fit::Allocation &allocation) const
{
    allocation.gpuLayers = 0;
    for (auto &memory : allocation.memory) {
        memory.layers = 0;
        for (const auto &[layer, device] : m_deviceOfLayer) {
            // The last one is the output layer.
            if (layer < allocation.layers && device == memory.device)
                ++memory.layers;
        }
        if (&memory != &allocation.memory.front())
            allocation.gpuLayers += memory.layers;
    }
}

} // namespace snug::llama
