// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/cache_record.h"

#include "app/cli/library_access.h"

#include <utility>

namespace snug::cli {
namespace {

const std::filesystem::path &contentOf(const library::CachedFile &file)
{
    return file.blobPath.empty() ? file.snapshotPath : file.blobPath;
}

} // namespace

CacheRecord::CacheRecord(const std::filesystem::path &cache, const VerbContext &context)
    : m_cache(cache), m_context(context)
{
    auto index = library::Index::open(m_cache, context.paths.data / "hub-cache.sqlite", context.stop);
    if (index)
        m_index = *std::move(index);
    if (!m_index)
        context.log("warning", index.error().message);
}

void CacheRecord::setVerified(const library::CachedFile &file, const library::Provenance &provenance)
{
    const auto place = pathBelow(m_cache, contentOf(file));
    const auto stamp = library::stampOf(contentOf(file));
    if (!m_index || m_index->readOnly() || !place || !stamp)
        return;
    const auto recorded = m_index->record({*place, *stamp, file.sha256, provenance, nowMs()});
    if (!recorded)
        m_context.log("warning", recorded.error().message);
}

std::int64_t CacheRecord::verifiedMs(const library::CachedFile &file) const
{
    const auto place = pathBelow(m_cache, contentOf(file));
    if (!m_index || !place)
        return 0;
    const auto known = m_index->find(*place);
    return known && *known && (*known)->stamp == library::stampOf(contentOf(file)) ? (*known)->verifiedMs : 0;
}

} // namespace snug::cli
