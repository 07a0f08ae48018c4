// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/work_list.h"

#include <algorithm>
#include <iterator>

namespace snug::download {

WorkList::WorkList(std::vector<Span> missing, std::int64_t pieceBytes, int connections)
    : m_pieceBytes(pieceBytes), m_connections(std::max(connections, 1))
{
    for (const Span span : missing)
        m_free.emplace(span.begin, span);
}

WorkList WorkList::whole(std::int64_t fileBytes)
{
    WorkList list({{0, fileBytes}}, std::max<std::int64_t>(fileBytes, 1), 1);
    list.m_shared = false;
    return list;
}

std::int64_t WorkList::freeBytes() const
{
    std::int64_t bytes = 0;
    for (const auto &[begin, span] : m_free)
        bytes += span.length();
    return bytes;
}

WorkList::Lease WorkList::lend(Span span)
{
    m_leases.emplace(m_next, span);
    return m_next++;
}

std::optional<WorkList::Lease> WorkList::take()
{
    if (m_free.empty())
        return steal();
    const std::int64_t share = freeBytes() / (2 * m_connections) / m_pieceBytes;
    const std::int64_t wish = std::clamp<std::int64_t>(share, 1, kMostPieces) * m_pieceBytes;
    const Span whole = m_free.begin()->second;
    m_free.erase(m_free.begin());
    // Ends where a piece does, so that pieces are not torn between connections.
    const std::int64_t end = (whole.begin + wish) / m_pieceBytes * m_pieceBytes;
    const Span lent{whole.begin, std::min(whole.end, end)};
    if (lent.end < whole.end)
        m_free.emplace(lent.end, Span{lent.end, whole.end});
    return lend(lent);
}

std::optional<WorkList::Lease> WorkList::steal()
{
    if (!m_shared)
        return std::nullopt;
    const auto longest = std::max_element(m_leases.begin(), m_leases.end(), [](const auto &a, const auto &b) {
        return a.second.length() < b.second.length();
    });
    if (longest == m_leases.end() || longest->second.length() < 2 * kLeastSteal)
        return std::nullopt;
    Span &victim = longest->second;
    const Span stolen{victim.begin + victim.length() / 2, victim.end};
    victim.end = stolen.begin;
    return lend(stolen);
}

void WorkList::advance(Lease lease, std::int64_t bytes)
{
    m_leases.at(lease).begin += bytes;
}

void WorkList::giveBack(Lease lease)
{
    Span span = m_leases.at(lease);
    m_leases.erase(lease);
    if (span.length() <= 0)
        return;
    const auto after = m_free.find(span.end);
    if (after != m_free.end()) {
        span.end = after->second.end;
        m_free.erase(after);
    }
    const auto next = m_free.lower_bound(span.begin);
    if (next != m_free.begin() && std::prev(next)->second.end == span.begin)
        std::prev(next)->second.end = span.end;
    else
        m_free.emplace(span.begin, span);
}

} // namespace snug::download
