// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/journal.h"
#include "core/download/part_file.h"

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

namespace snug::download {

// Syncs the part file and then writes its journal, on a thread of its own, because a sync may take as long as
// the disk likes and the sockets must not wait for it. What it cannot write (a full disk) costs a later
// resume, not this download. Destroying it waits for the last one under way.
class JournalKeeper {
public:
    // `part` outlives it.
    JournalKeeper(std::filesystem::path path, PartFile &part);

    // In the background; a newer one replaces one that has not begun.
    void save(Journal journal);
    // On the calling thread, after whatever is under way.
    void saveNow(const Journal &journal);

private:
    void run(const std::stop_token &stop);

    std::filesystem::path m_path;
    PartFile &m_part;
    std::mutex m_writing; // one at a time
    std::mutex m_mutex;
    std::condition_variable_any m_more;
    std::optional<Journal> m_next;
    std::jthread m_thread; // last: it uses the others
};

} // namespace snug::download
