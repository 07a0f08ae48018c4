// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace snug::llama {

// How packages are installed here.
enum class Distribution { Unknown, Debian, Fedora, Arch, Suse };

[[nodiscard]] Distribution linuxDistribution();
// The same from the text of /etc/os-release.
[[nodiscard]] Distribution parseDistribution(std::string_view osRelease);

// The shell command that installs the package with that library ("libvulkan.so.1"); empty if none is known.
[[nodiscard]] std::string installCommand(std::string_view library, Distribution distribution);

// Turns the error of DynamicLibrary::open, whose detail "loader" holds the system's words, into one for a
// person: names the library that is missing and the package that has it; detail "command" installs it, if
// known.
[[nodiscard]] Error explainLoaderError(const Error &error, Distribution distribution);

} // namespace snug::llama
