// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace snug::fit {

// How much memory a graph of computations takes when results share places as the engine lets them
// (ggml/src/ggml-alloc.c): a place is given to a step when it is computed and given back after its last
// reader; of the free places the smallest that suffices is taken, else what follows the last; a step that can
// work in place takes over the place of a source as large as itself that nobody reads after it.
class GraphMemory {
public:
    using Step = std::int32_t;
    enum class Place { New, InPlace };

    // Steps are computed on one of `devices`, each with places of its own.
    explicit GraphMemory(std::size_t devices) : m_peaks(devices, 0), m_arenas(devices) {}

    // Something that is there before the first step.
    Step input(std::size_t device, std::int64_t bytes);
    // The next step. At most 4 sources; views of a source are the source. Without bytes it only reads.
    Step step(std::size_t device, std::int64_t bytes, std::initializer_list<Step> sources,
              Place place = Place::New);

    // Bytes of each device. Once; microseconds.
    [[nodiscard]] const std::vector<std::int64_t> &run();

private:
    static constexpr std::size_t kMostSources = 4;
    struct Entry {
        std::size_t device = 0;
        std::int64_t bytes = 0;
        std::array<Step, kMostSources> sources = {-1, -1, -1, -1};
        bool inPlace = false;
        std::int32_t readers = 0;
        std::int64_t offset = -1; // -1: has no place
    };
    struct Free {
        std::int64_t offset = 0;
        std::int64_t bytes = 0;
    };
    struct Arena {
        std::vector<Free> free; // by rising offset, never touching
        std::int64_t end = 0;   // all behind it is free
    };

    void place(Entry &entry);
    [[nodiscard]] bool takeOver(Entry &entry);
    [[nodiscard]] std::int64_t allocate(std::size_t device, std::int64_t bytes);
    void release(Entry &entry);

    std::vector<Entry> m_entries;
    std::vector<std::int64_t> m_peaks;
    std::vector<Arena> m_arenas;
};

} // namespace snug::fit
