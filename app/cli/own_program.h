// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/paths.h"

#include <filesystem>

namespace snug::cli {

// This program, for a verb that runs another one in a child.
[[nodiscard]] inline std::filesystem::path ownProgram()
{
#if defined(_WIN32)
    return executableFolder() / "snug-cli.exe";
#else
    return executableFolder() / "snug-cli";
#endif
}

} // namespace snug::cli
