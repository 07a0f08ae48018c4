// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/library_access.h"

namespace snug::cli {

// Adds the models of Snug's own folder to `models`, in the shape of ListVerb, with what the index knows of
// them. An index that cannot be opened is a warning, and the models are listed without.
void addOwnModels(nlohmann::json &models, const LibraryAccess &access, const VerbContext &context);

} // namespace snug::cli
