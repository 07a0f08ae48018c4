// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

// The engine's backends are plugins, loaded at run time, so that a missing driver costs one backend and not
// the program.
namespace snug::llama {

struct Plugin {
    std::string backend; // "CPU", "Vulkan", "CUDA", "Metal", "RPC"
    std::filesystem::path file;
};

// SNUG_PLUGIN_DIR, or lib/snug beside the folder of the executable.
[[nodiscard]] std::filesystem::path pluginFolder();

// The plugins in that folder, CPU first. Several of one backend are variants for different processors.
[[nodiscard]] std::vector<Plugin> installedPlugins();

// The backends that some build of Snug can have on this system, installed or not.
[[nodiscard]] std::vector<std::string> knownBackends();

// Loads every plugin that can be loaded into this process, once; of several variants the one that suits this
// processor best. Fails with Unsupported if there is no CPU plugin, which the engine cannot do without. Not
// thread-safe.
[[nodiscard]] Result<void> loadPlugins();

} // namespace snug::llama
