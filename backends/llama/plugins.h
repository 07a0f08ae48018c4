// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The engine's backends are plugins, loaded at run time, so that a missing driver costs one backend and not
// the program.
namespace snug::llama {

struct Plugin {
    std::string backend;                      // "CPU", "Vulkan", "CUDA", "Metal", "RPC"
    std::vector<std::filesystem::path> files; // several are variants for different processors
};

// SNUG_PLUGIN_DIR, or lib/snug beside the folder of the executable.
[[nodiscard]] std::filesystem::path pluginFolder();

// The plugins in that folder, CPU first and CUDA before Vulkan: where two see the same card, the engine takes
// the first.
[[nodiscard]] std::vector<Plugin> installedPlugins();

// The backend that a plugin's file is for, by its name; nullopt if it is none.
[[nodiscard]] std::optional<std::string> backendOfPlugin(std::string_view fileName);

// The backends that some build of Snug can have on this system, installed or not.
[[nodiscard]] std::vector<std::string> knownBackends();

// Of several variants the one that suits this processor best. Opens each library, so that its static
// constructors run. Fails with Unsupported: message and hint say what is missing ("The driver library
// libcuda.so.1 is not installed."), detail "loader" what the system said.
[[nodiscard]] Result<std::filesystem::path> bestVariant(const Plugin &plugin);

// Registers the plugin's devices with the engine. Fails as bestVariant.
[[nodiscard]] Result<void> loadPlugin(const Plugin &plugin);

// Loads every plugin that can be loaded into this process, once. Fails with Unsupported if there is no CPU
// plugin, which the engine cannot do without. Not thread-safe.
[[nodiscard]] Result<void> loadPlugins();

} // namespace snug::llama
