// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/part_file.h"

#include <utility>

namespace snug::download {

PartFile::PartFile(PartFile &&other) noexcept
    : m_path(std::move(other.m_path))
    , m_handle(std::exchange(other.m_handle, kNone))
    , m_syncFailure(other.m_syncFailure.load())
{
}

PartFile &PartFile::operator=(PartFile &&other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_handle, other.m_handle);
    m_syncFailure = other.m_syncFailure.exchange(m_syncFailure);
    return *this;
}

Result<void> PartFile::sync()
{
    const std::lock_guard lock(m_syncing);
    if (m_syncFailure == 0)
        m_syncFailure = flush();
    return syncFailure();
}

Result<void> PartFile::awaitWriteback(std::int64_t offset, std::int64_t bytes)
{
    const std::lock_guard lock(m_syncing);
    if (m_syncFailure == 0)
        m_syncFailure = flushRange(offset, bytes);
    return syncFailure();
}

} // namespace snug::download
