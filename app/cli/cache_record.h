// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "core/library/hub_cache.h"
#include "core/library/index.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace snug::cli {

// When files of the Hugging Face cache were last seen to have the bytes that their names promise. The cache
// itself has no place for that, so an index beside Snug's library has it, by the place of the content. What
// cannot be remembered is logged and costs only that. Used on one thread.
class CacheRecord {
public:
    CacheRecord(const std::filesystem::path &cache, const VerbContext &context);

    // Just now.
    void setVerified(const library::CachedFile &file, const library::Provenance &provenance = {});
    // Milliseconds since 1970; 0: never, or the file was written since.
    [[nodiscard]] std::int64_t verifiedMs(const library::CachedFile &file) const;

private:
    std::filesystem::path m_cache;
    const VerbContext &m_context;
    std::unique_ptr<library::Index> m_index; // null if it could not be opened
};

} // namespace snug::cli
