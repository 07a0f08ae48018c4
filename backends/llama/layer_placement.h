// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/engine_log.h"
#include "core/fit/allocation.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace snug::llama {

// Notes on which device the engine puts each layer of the model that it loads until finish(); its log is
// the only place where it tells.
class LayerPlacement {
public:
    LayerPlacement();

    // The model is loaded; what the engine says from now on is about others.
    void finish() { m_watch.reset(); }

    // Sets `layers` of every device and `gpuLayers`. REQUIRES: `allocation.layers` and its devices are known.
    void writeTo(fit::Allocation &allocation) const;

    // The device of a layer; the one after the last is the output. `otherwise` if the engine told nothing of
    // it.
    [[nodiscard]] std::string deviceOf(int layer, const std::string &otherwise) const;

    // Reads one line of the log.
    void see(std::string_view line);

private:
    std::map<int, std::string> m_deviceOfLayer;
    std::optional<EngineLogWatch> m_watch;
};

} // namespace snug::llama
