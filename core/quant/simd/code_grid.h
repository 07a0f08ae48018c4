// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// IQ2 and IQ3 types store the codes of 4 or 8 numbers as one point, and only points of a grid can be stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace snug::quant::simd {

// A point is its codes, the first one lowest. `points`: the grid, in the order in which files count them.
struct GridShape {
    std::span<const std::uint16_t> points;
    std::size_t codes = 0;     // of a point
    std::size_t bits = 0;      // of a code
    std::uint32_t most = 0;    // that a code may be
    std::size_t distances = 0; // how many different ones a neighbour may have
};

extern const GridShape kGridIQ2_XXS;
extern const GridShape kGridIQ2_XS;
extern const GridShape kGridIQ2_S;
extern const GridShape kGridIQ3_XXS;
extern const GridShape kGridIQ3_S;

// Which points of the grid the engine tries for each point that is not on it: those of the nearest few
// distances, the nearest first, and of those the first of the grid first. Never changes; for any thread.
class CodeGrid {
public:
    // Takes up to 100 ms. Neighbours are kept in batches of `lanes`, the last of which repeats the last one.
    CodeGrid(const GridShape &shape, std::size_t lanes);

    // REQUIRES for all three: codes of `point` that the shape allows.
    [[nodiscard]] bool contains(std::size_t point) const { return countOf(point) == 0; }
    // Only of points of the grid.
    [[nodiscard]] std::uint32_t placeOf(std::size_t point) const { return firstOf(point); }
    // None for points of the grid.
    [[nodiscard]] std::span<const std::uint16_t> neighboursOf(std::size_t point) const
    {
        return std::span(m_neighbours).subspan(firstOf(point), countOf(point) * m_lanes);
    }

private:
    static constexpr unsigned kCountBits = 12;

    [[nodiscard]] std::uint32_t firstOf(std::size_t point) const { return m_batches[point] >> kCountBits; }
    [[nodiscard]] std::uint32_t countOf(std::size_t point) const
    {
        return m_batches[point] & ((1U << kCountBits) - 1);
    }
    void addNeighbours(const GridShape &shape, std::size_t point);

    std::size_t m_lanes;
    // Of each point: how many batches of neighbours there are; above it the first one, or the point's place
    // in the grid.
    std::vector<std::uint32_t> m_batches;
    std::vector<std::uint16_t> m_neighbours;
};

} // namespace snug::quant::simd
