// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/library_target.h"
#include "core/library/cache_removal.h"
#include "core/library/removal.h"

namespace snug::cli {

// What `remove` is about to do, over all stores.
struct RemovalPlan {
    std::vector<library::CacheRemoval> cache;
    library::Removal own;
    nlohmann::json files = nlohmann::json::array(); // as RemoveVerb tells them
    std::int64_t freedBytes = 0;
};

// Changes nothing. Fails as planCacheRemoval and planRemoval do; NotFound if no snapshot has the files.
[[nodiscard]] Result<RemovalPlan> planRemoval(const LibraryAccess &access,
                                              const std::vector<LibraryTarget> &targets,
                                              const std::stop_token &stop);

// The bytes that are free now. Fails as removeFromCache and removeFiles do; what went before stays gone.
[[nodiscard]] Result<std::int64_t> carryOut(const RemovalPlan &plan, const LibraryAccess &access,
                                            const VerbContext &context);

} // namespace snug::cli
