// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/connection.h"
#include "core/download/journal_keeper.h"
#include "core/download/part_file.h"
#include "core/download/parts.h"
#include "core/download/trailing_hash.h"
#include "core/download/work_list.h"

#include <memory>
#include <optional>
#include <vector>

namespace snug::download {

// Fills a part file of known size over several connections. One thread; ends when all pieces are done or
// nothing more can be.
class RangedFetch {
public:
    // `journal` tells what is there and is kept up to date; `hash` may be absent. All outlive it.
    RangedFetch(const Parts &parts, PartFile &part, Journal &journal, JournalKeeper &keeper,
                TrailingHash *hash, int connections);

    // Leaves the journal written. Errors: those of fetchFile; NoSpace always.
    [[nodiscard]] Result<void> run();

    [[nodiscard]] std::int64_t fetchedBytes() const { return m_fetched; }
    [[nodiscard]] bool singleStream() const { return m_single; }

private:
    struct Slot {
        std::unique_ptr<Connection> connection;
        std::optional<WorkList::Lease> lease; // while busy
        int generation = 0;                   // of the address it uses
        Clock::Time lastByte{};
        Clock::Time windowBegin{};
        std::int64_t windowBytes = 0;
    };

    [[nodiscard]] Result<void> loop();
    [[nodiscard]] Result<void> collectSource();
    [[nodiscard]] Result<void> startRequests();
    [[nodiscard]] Result<bool> haveSource();
    [[nodiscard]] Result<void> startRequest(Slot &slot, WorkList::Lease lease);
    [[nodiscard]] Result<void> perform();
    [[nodiscard]] Result<void> ended(Slot &slot, CURLcode code);
    [[nodiscard]] Result<void> refused(const Slot &slot, const Refusal &refusal);
    [[nodiscard]] Result<void> dropStalled();
    [[nodiscard]] bool isCrawling(Slot &slot) const;
    void drop(Slot &slot);
    void goSingle();
    void restartSingle();
    [[nodiscard]] Result<bool> receive(Slot &slot, std::span<const std::byte> bytes);
    [[nodiscard]] Result<void> store(Span span, std::span<const std::byte> bytes);
    [[nodiscard]] bool throttled();
    void saveJournal();
    void report();
    [[nodiscard]] int busyCount() const;
    [[nodiscard]] std::chrono::milliseconds untilNext() const;

    const Parts &m_parts;
    PartFile &m_part;
    Journal &m_journal;
    JournalKeeper &m_keeper;
    TrailingHash *m_hash;
    WorkList m_work;
    std::vector<Slot> m_slots;
    int m_badGeneration = 0; // the address that was refused
    bool m_single = false;
    bool m_freed = false; // a connection ended, since the last wait
    std::int64_t m_fetched = 0;
    std::size_t m_piecesBefore; // this run
    std::size_t m_savedPieces;
    Clock::Time m_saved;
};

} // namespace snug::download
