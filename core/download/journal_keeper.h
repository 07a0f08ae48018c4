// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/journal.h"
#include "core/download/part_file.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

namespace snug::download {

// Writes the journals of a part file on a thread of its own: the live one at once, the other after a sync now
// and then, because a sync may take as long as the disk likes and slows down who writes meanwhile. What
// cannot be written (a full disk) costs a later resume, not this download. After a sync that failed nobody
// knows which bytes are on the disk: then the live one goes and only what was synced before is told.
// Destroying it waits for what is under way.
class JournalKeeper {
public:
    // `part` outlives it. `betweenSyncs`: what a power cut may cost.
    JournalKeeper(std::filesystem::path path, PartFile &part, std::chrono::milliseconds betweenSyncs);

    // In the background; a newer one replaces one that has not begun.
    void save(Journal journal);
    // Both, on the calling thread, after whatever is under way. The error of the sync that failed.
    [[nodiscard]] Result<void> saveNow(const Journal &journal);

private:
    void run(const std::stop_token &stop);

    void saveLive(const Journal &journal);
    [[nodiscard]] Result<void> saveSynced(const Journal &journal);

    std::filesystem::path m_path;
    PartFile &m_part;
    std::chrono::milliseconds m_betweenSyncs;
    std::mutex m_writing;                                                              // one at a time
    std::chrono::steady_clock::time_point m_synced = std::chrono::steady_clock::now(); // with m_writing
    std::mutex m_mutex;
    std::condition_variable_any m_more;
    std::optional<Journal> m_next;
    std::jthread m_thread; // last: it uses the others
};

} // namespace snug::download
