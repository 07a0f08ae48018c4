// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/plugins.h"
#include "core/base/result.h"
#include "core/fit/device.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace snug::llama {

// Loads one plugin into this process and lists its devices; an empty list if the driver has none. Runs in a
// child of its own, because a broken driver may crash or hang while it loads. Fails as bestVariant.
// REQUIRES: installEngineLog() was called.
[[nodiscard]] Result<std::vector<fit::Device>> probePlugin(const Plugin &plugin);

// Lists the devices of a worker on another machine ("host:port"); the others of this process are not told.
// Runs in a child of its own: of a worker that says something odd, the engine ends the process. Fails as
// addWorker.
// REQUIRES: installEngineLog() was called.
[[nodiscard]] Result<std::vector<fit::Device>> probeWorker(const std::string &worker);

// Loads every plugin that can be loaded, as loadPlugins, and lists all their devices, the processor first,
// and those of workers that were probed a moment ago.
// REQUIRES: installEngineLog() was called, and no plugin is loaded: drivers tell their names while they load.
[[nodiscard]] Result<std::vector<fit::Device>> loadDevices(const std::vector<std::string> &workers = {});

// Brings total and free memory of devices that loadDevices listed up to date.
void refreshMemory(std::span<fit::Device> devices);

// The engine's own version: what was measured with one says little about another.
[[nodiscard]] std::string engineVersion();

// "580.65.06" out of the text of /proc/driver/nvidia/version; empty if there is no such number.
[[nodiscard]] std::string nvidiaDriverVersion(std::string_view text);

} // namespace snug::llama
