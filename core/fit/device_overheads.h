// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/paths.h"
#include "core/base/result.h"
#include "core/fit/allocation.h"
#include "core/fit/fit_search.h"
#include "core/fit/recent_figures.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// What the engine and its driver take of a GPU beyond the buffers that the engine tells of: contexts,
// kernels, libraries' own work space. No formula tells it, so every load measures it; device_overheads.json
// in the data folder keeps the last five of each device, driver and engine (see recent_figures.h), in bytes.
namespace snug::fit {

[[nodiscard]] std::filesystem::path deviceOverheadsFile(const Paths &paths);

// What was gone from a GPU after loading beyond its parts, in bytes. `loaded`: with freeBytes as it was
// before; `freeAfter`: as it is now. Less than the parts is nothing: other programs gave memory back
// meanwhile. nullopt where the reading tells nothing: nothing was loaded, the memory is main memory, in which
// everything moves, the driver does not tell what is free, or more than 4 GiB are gone, which others took.
[[nodiscard]] std::optional<std::int64_t> overheadOf(const DeviceMemory &loaded, std::int64_t freeAfter);

// Keeps a measurement. Fails as replaceFile.
[[nodiscard]] Result<void> rememberOverhead(const std::filesystem::path &file, const Device &device,
                                            std::string_view engine, std::int64_t bytes);

// What was measured of the devices of a computer, by the same driver and engine. Immutable; any thread.
class DeviceOverheads {
public:
    DeviceOverheads() = default; // nothing is known
    DeviceOverheads(const Paths &paths, std::span<const Device> devices, std::string_view engine);

    // Fills in `overhead` and its source of each GPU that holds something and was measured before: the
    // median.
    void addTo(Allocation &allocation) const;
    // Of every answer of `measure`, which is copied. This must outlive what is returned.
    [[nodiscard]] Measure added(Measure measure) const;

private:
    struct Known {
        std::int64_t bytes = 0;
        std::string source;
    };
    std::map<std::string, Known> m_known; // by Device::id
};

} // namespace snug::fit
