// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/journal_keeper.h"

#include <utility>

namespace snug::download {

JournalKeeper::JournalKeeper(std::filesystem::path path, PartFile &part,
                             std::chrono::milliseconds betweenSyncs)
    : m_path(std::move(path))
    , m_part(part)
    , m_betweenSyncs(betweenSyncs)
    , m_thread([this](const std::stop_token &stop) { run(stop); })
{
}

void JournalKeeper::save(Journal journal)
{
    {
        const std::lock_guard lock(m_mutex);
        m_next = std::move(journal);
    }
    m_more.notify_one();
}

Result<void> JournalKeeper::saveNow(const Journal &journal)
{
    {
        const std::lock_guard lock(m_mutex);
        m_next.reset();
    }
    const std::lock_guard lock(m_writing);
    saveLive(journal);
    return saveSynced(journal);
}

void JournalKeeper::saveLive(const Journal &journal)
{
    if (m_part.syncFailure())
        static_cast<void>(saveLiveJournal(m_path, journal));
}

// The order is the point: a piece counts only when its bytes are on the disk.
Result<void> JournalKeeper::saveSynced(const Journal &journal)
{
    const Result<void> synced = m_part.sync();
    m_synced = std::chrono::steady_clock::now();
    if (synced)
        static_cast<void>(saveJournal(m_path, journal));
    else
        removeLiveJournal(m_path);
    return synced;
}

void JournalKeeper::run(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    while (m_more.wait(lock, stop, [this] { return m_next.has_value(); })) {
        lock.unlock();
        {
            const std::lock_guard writing(m_writing);
            lock.lock();
            const std::optional<Journal> next = std::exchange(m_next, std::nullopt);
            lock.unlock();
            if (next)
                saveLive(*next);
            if (next && std::chrono::steady_clock::now() - m_synced >= m_betweenSyncs)
                static_cast<void>(saveSynced(*next)); // the part remembers what went wrong
        }
        lock.lock();
    }
}

} // namespace snug::download
