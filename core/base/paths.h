// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace snug {

// Where Snug keeps things. `SNUG_HOME` moves all three below one folder; otherwise XDG on Linux, Application
// Support and Caches on macOS, the roaming and local application data folders on Windows. Nothing is created
// here.
struct Paths {
    std::filesystem::path config; // settings.json
    std::filesystem::path data;   // models, conversations
    std::filesystem::path cache;  // may be deleted at any time

    bool operator==(const Paths &) const = default;
};

[[nodiscard]] Paths defaultPaths();

// The folder of the running executable; empty if the system does not tell.
[[nodiscard]] std::filesystem::path executableFolder();

// Conversions between paths and UTF-8 that are right on Windows too.
[[nodiscard]] std::string toUtf8(const std::filesystem::path &path);
[[nodiscard]] std::filesystem::path fromUtf8(std::string_view text);

} // namespace snug
