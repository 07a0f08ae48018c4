// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/graph_memory.h"

#include <algorithm>

namespace snug::fit {
namespace {

constexpr std::int64_t kAlignment = 64; // of the CPU's buffers; those of GPUs have up to 256

std::int64_t aligned(std::int64_t bytes)
{
    return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

} // namespace

GraphMemory::Step GraphMemory::input(std::size_t device, std::int64_t bytes)
{
    const Step step = this->step(device, bytes, {});
    m_entries.back().offset = allocate(device, m_entries.back().bytes);
    return step;
}

GraphMemory::Step GraphMemory::step(std::size_t device, std::int64_t bytes,
                                    std::initializer_list<Step> sources, Place place)
{
    Entry entry;
    entry.device = device;
    entry.bytes = aligned(bytes);
    entry.inPlace = place == Place::InPlace;
    std::size_t count = 0;
    for (const Step source : sources) {
        if (count < kMostSources) {
            entry.sources[count++] = source;
            ++m_entries[static_cast<std::size_t>(source)].readers;
        }
    }
    m_entries.push_back(entry);
    return static_cast<Step>(m_entries.size() - 1);
}

const std::vector<std::int64_t> &GraphMemory::run()
{
    for (Entry &entry : m_entries) {
        place(entry);
        for (const Step source : entry.sources) {
            if (source < 0)
                continue;
            Entry &read = m_entries[static_cast<std::size_t>(source)];
            if (--read.readers == 0 && read.offset >= 0)
                release(read);
        }
    }
    return m_peaks;
}

void GraphMemory::place(Entry &entry)
{
    if (entry.bytes == 0 || entry.offset >= 0)
        return;
    if (!entry.inPlace || !takeOver(entry))
        entry.offset = allocate(entry.device, entry.bytes);
}

bool GraphMemory::takeOver(Entry &entry)
{
    for (const Step source : entry.sources) {
        if (source < 0)
            continue;
        Entry &from = m_entries[static_cast<std::size_t>(source)];
        if (from.device == entry.device && from.bytes == entry.bytes && from.readers == 1 &&
            from.offset >= 0) {
            entry.offset = from.offset;
            from.offset = -1;
            return true;
        }
    }
    return false;
}

std::int64_t GraphMemory::allocate(std::size_t device, std::int64_t bytes)
{
    Arena &arena = m_arenas[device];
    auto best = arena.free.end();
    for (auto block = arena.free.begin(); block != arena.free.end(); ++block) {
        if (block->bytes >= bytes && (best == arena.free.end() || block->bytes <= best->bytes))
            best = block;
    }
    if (best == arena.free.end()) {
        arena.end += bytes;
        m_peaks[device] = std::max(m_peaks[device], arena.end);
        return arena.end - bytes;
    }
    const std::int64_t offset = best->offset;
    best->offset += bytes;
    best->bytes -= bytes;
    if (best->bytes == 0)
        arena.free.erase(best);
    return offset;
}

void GraphMemory::release(Entry &entry)
{
    Arena &arena = m_arenas[entry.device];
    Free block{entry.offset, entry.bytes};
    entry.offset = -1;
    auto next = std::find_if(arena.free.begin(), arena.free.end(),
                             [&block](const Free &other) { return other.offset > block.offset; });
    if (next != arena.free.end() && block.offset + block.bytes == next->offset) {
        block.bytes += next->bytes;
        next = arena.free.erase(next);
    }
    if (next != arena.free.begin() && (next - 1)->offset + (next - 1)->bytes == block.offset) {
        --next;
        block = {next->offset, next->bytes + block.bytes};
        next = arena.free.erase(next);
    }
    if (block.offset + block.bytes == arena.end)
        arena.end = block.offset;
    else
        arena.free.insert(next, block);
}

} // namespace snug::fit
