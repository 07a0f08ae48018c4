// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/device.h"
#include "core/fit/device_overheads.h"
#include "core/fit/load_speeds.h"
#include "core/fit/speed_forecast.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace snug::cli {

// What a model could run on: this computer, or one that a person names.
struct FitMachine {
    std::vector<fit::Device> devices; // the processor first
    fit::SpeedForecast forecast;
    std::vector<std::string> notes; // sentences
    bool isHere = true;             // the engine can be asked; else only our own arithmetic
    fit::DeviceOverheads overheads; // nothing is known of machines that are not here
    fit::LoadSpeeds loads;
    std::map<std::string, std::int64_t> givenBack; // bytes by device, that will be free beside what is
};

} // namespace snug::cli
