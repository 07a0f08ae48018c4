// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/piece_map.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace snug::download {

// Who fetches which bytes of a file. Work is handed out from the front, so that the hash can follow, in runs
// that get shorter towards the end; who finds nothing left takes the second half of the longest run under
// way, so that no slow connection holds up the end. Bytes that a broken connection did not get go back
// exactly. One thread.
class WorkList {
public:
    using Lease = int;
    static constexpr std::int64_t kLeastSteal = 1 << 20; // less is not worth a new request
    static constexpr std::int64_t kMostPieces = 8;       // in one request

    WorkList(std::vector<Span> missing, std::int64_t pieceBytes, int connections);
    // Everything as one run for one connection: for servers that cannot send parts.
    [[nodiscard]] static WorkList whole(std::int64_t fileBytes);

    // nullopt: nothing is left to hand out.
    [[nodiscard]] std::optional<Lease> take();
    // What the lease still has to fetch. It may get shorter at its end, when another takes a part.
    [[nodiscard]] Span rest(Lease lease) const { return m_leases.at(lease); }
    // The next bytes of it were written.
    void advance(Lease lease, std::int64_t bytes);
    // The connection is done with it, or broke: what it did not fetch is free again.
    void giveBack(Lease lease);

    [[nodiscard]] bool hasFree() const { return !m_free.empty(); }
    [[nodiscard]] bool finished() const { return m_free.empty() && m_leases.empty(); }

private:
    [[nodiscard]] Lease lend(Span span);
    [[nodiscard]] std::optional<Lease> steal();
    [[nodiscard]] std::int64_t freeBytes() const;

    std::map<std::int64_t, Span> m_free; // by their beginning; none touches another
    std::map<Lease, Span> m_leases;
    std::int64_t m_pieceBytes;
    int m_connections;
    bool m_shared = true; // runs may be divided
    Lease m_next = 0;
};

} // namespace snug::download
