// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/solve.h"

#include <cstdint>
#include <string>
#include <vector>

namespace snug::test {

// A machine and a model whose memory is simple arithmetic, for searches over many requests.
struct MadeUpMachine {
    struct Gpu {
        std::string id;
        std::int64_t freeBytes = 0;
    };

    std::int64_t hostFree = 0;
    std::vector<Gpu> gpus = {}; // layers are shared out in proportion to what is free
    bool shared = false;        // the GPUs' memory is main memory

    double parameters = 8.2e9;
    int layers = 36;
    std::int64_t trained = 40960;
    std::int64_t kvBytesPerToken = 147456; // of all layers, f16
    int expertLayers = 0;
    double expertShare = 0; // of a layer's weights
    std::string refusedKvType = {};

    int measured = 0;

    [[nodiscard]] Result<fit::Allocation> measure(std::int64_t fileBytes, const fit::LoadRequest &request);
    // Of all levels of which a figure is published, and the floats.
    [[nodiscard]] std::vector<fit::LevelOption> options();
    [[nodiscard]] std::vector<fit::Device> devices() const;
};

} // namespace snug::test
