// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/parts.h"

#include <filesystem>

namespace snug::download {

// Gives a verified file its final name; never in place of another file. What stands in the way for a while (a
// virus scanner, a folder that is read-only) is waited for, up to a minute. Errors: InvalidArgument (the name
// is taken), Io, Cancelled; `part` is then as it was.
[[nodiscard]] Result<void> install(const std::filesystem::path &part, const std::filesystem::path &target,
                                   Poller &poller, StatusReporter &reporter);

} // namespace snug::download
