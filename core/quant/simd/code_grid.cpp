// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/simd/code_grid.h"

#include <algorithm>
#include <array>

namespace snug::quant::simd {
namespace {

// Of 8 codes up to 3, or 4 up to 7.
constexpr std::size_t kDistances = std::max(8 * 3 * 3, 4 * 7 * 7) + 1;

std::size_t codeOf(const GridShape &shape, std::size_t point, std::size_t i)
{
    return point >> (shape.bits * i) & ((std::size_t{1} << shape.bits) - 1);
}

// Squared.
std::size_t distance(const GridShape &shape, std::size_t a, std::size_t b)
{
    std::size_t sum = 0;
    for (std::size_t i = 0; i < shape.codes; ++i) {
        const auto difference = static_cast<std::ptrdiff_t>(codeOf(shape, a, i) - codeOf(shape, b, i));
        sum += static_cast<std::size_t>(difference * difference);
    }
    return sum;
}

bool isAllowed(const GridShape &shape, std::size_t point)
{
    for (std::size_t i = 0; i < shape.codes; ++i) {
        if (codeOf(shape, point, i) > shape.most)
            return false;
    }
    return true;
}

} // namespace

CodeGrid::CodeGrid(const GridShape &shape, std::size_t lanes)
    : m_lanes(lanes), m_batches(std::size_t{1} << (shape.bits * shape.codes))
{
    std::vector<bool> stored(m_batches.size());
    for (std::uint32_t place = 0; place < shape.points.size(); ++place) {
        m_batches[shape.points[place]] = place << kCountBits;
        stored[shape.points[place]] = true;
    }
    for (std::size_t point = 0; point < m_batches.size(); ++point) {
        if (!stored[point] && isAllowed(shape, point))
            addNeighbours(shape, point);
    }
}

void CodeGrid::addNeighbours(const GridShape &shape, std::size_t point)
{
    std::vector<std::size_t> distances;
    distances.reserve(shape.points.size());
    std::array<bool, kDistances> present{};
    for (const std::uint16_t other : shape.points) {
        distances.push_back(distance(shape, point, other));
        present[distances.back()] = true;
    }
    const std::size_t begin = m_neighbours.size();
    std::size_t left = shape.distances;
    for (std::size_t wanted = 0; wanted < kDistances && left > 0; ++wanted) {
        if (!present[wanted])
            continue;
        --left;
        for (std::size_t place = 0; place < distances.size(); ++place) {
            if (distances[place] == wanted)
                m_neighbours.push_back(shape.points[place]);
        }
    }
    while (m_neighbours.size() % m_lanes != 0)
        m_neighbours.push_back(m_neighbours.back());
    const std::size_t count = (m_neighbours.size() - begin) / m_lanes;
    m_batches[point] = static_cast<std::uint32_t>(begin << kCountBits | count);
}

} // namespace snug::quant::simd
