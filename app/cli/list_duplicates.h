// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/library_access.h"

namespace snug::cli {

// The answer of `list --duplicates`. May read every file that is as long as another; what it finds of Snug's
// own files is remembered in the index. Fails with Cancelled.
[[nodiscard]] Result<nlohmann::json> listDuplicates(const LibraryAccess &access, const VerbContext &context);

void printDuplicates(const nlohmann::json &result);

} // namespace snug::cli
