// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The words of parseMachine in machine.h; of no use elsewhere.
namespace snug::fit {

// One kind of card or chip, as written.
struct CardText {
    std::string name; // trimmed; not empty
    int count = 1;
    std::optional<std::int64_t> memoryBytes;
    std::optional<double> bandwidth; // bytes a second
    std::optional<double> flops;
    bool unified = false;
};

struct MachineText {
    std::vector<CardText> cards; // not empty
    std::optional<std::int64_t> ramBytes;
    std::optional<double> cpuBandwidth; // bytes a second
};

// Fails with InvalidArgument.
[[nodiscard]] Result<MachineText> readMachineText(std::string_view text);

// "24GiB", "24 GB", "512MiB", "1.5TB": binary; nullopt for anything else, and outside 64 MiB to 16 TiB.
[[nodiscard]] std::optional<std::int64_t> memorySize(std::string_view text);
// "1008GB/s", "1.8 TB/s": decimal; nullopt for anything else, and outside 0.1 GB/s to 1000 TB/s.
[[nodiscard]] std::optional<double> bandwidthFrom(std::string_view text);

} // namespace snug::fit
