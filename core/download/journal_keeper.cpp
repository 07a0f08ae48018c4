// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/journal_keeper.h"

#include <utility>

namespace snug::download {
namespace {

constexpr std::chrono::seconds kBetweenSyncs(5); // what a power cut may cost

} // namespace

JournalKeeper::JournalKeeper(std::filesystem::path path, PartFile &part)
    : m_path(std::move(path)), m_part(part), m_thread([this](const std::stop_token &stop) { run(stop); })
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

void JournalKeeper::saveNow(const Journal &journal)
{
    {
        const std::lock_guard lock(m_mutex);
        m_next.reset();
    }
    const std::lock_guard lock(m_writing);
    static_cast<void>(saveLiveJournal(m_path, journal));
    saveSynced(journal);
}

// The order is the point: a piece counts only when its bytes are on the disk.
void JournalKeeper::saveSynced(const Journal &journal)
{
    if (m_part.sync())
        static_cast<void>(saveJournal(m_path, journal));
    m_synced = std::chrono::steady_clock::now();
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
                static_cast<void>(saveLiveJournal(m_path, *next));
            if (next && std::chrono::steady_clock::now() - m_synced >= kBetweenSyncs)
                saveSynced(*next);
        }
        lock.lock();
    }
}

} // namespace snug::download
