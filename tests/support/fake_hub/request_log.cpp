// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/request_log.h"

namespace snug::test {

std::size_t RequestLog::add(LoggedRequest entry)
{
    const std::scoped_lock lock(m_mutex);
    m_entries.push_back(std::move(entry));
    return m_first + m_entries.size() - 1;
}

void RequestLog::update(std::size_t number, std::int64_t bodyBytes, bool over)
{
    const std::scoped_lock lock(m_mutex);
    if (number < m_first)
        return;
    LoggedRequest &entry = m_entries[number - m_first];
    entry.bodyBytes = bodyBytes;
    entry.over = over;
}

std::vector<LoggedRequest> RequestLog::all() const
{
    const std::scoped_lock lock(m_mutex);
    return m_entries;
}

void RequestLog::clear()
{
    const std::scoped_lock lock(m_mutex);
    m_first += m_entries.size();
    m_entries.clear();
}

} // namespace snug::test
