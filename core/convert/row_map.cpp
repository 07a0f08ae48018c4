// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/row_map.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace snug::convert {
namespace {

// A vector counts as a column for the verbs, whose rows are its numbers.
struct Matrices {
    std::int64_t count = 1;
    std::int64_t rows = 1; // of each
    std::int64_t columns = 1;
};

Matrices matricesOf(const Shape &shape)
{
    if (shape.size() == 1)
        return {1, shape.front(), 1};
    Matrices matrices;
    matrices.columns = shape.back();
    matrices.rows = shape[shape.size() - 2];
    matrices.count =
        std::accumulate(shape.begin(), shape.end() - 2, std::int64_t{1}, std::multiplies<std::int64_t>());
    return matrices;
}

// Its result is made of columns where the source has rows.
bool turns(Verb verb)
{
    return verb == Verb::Transpose || verb == Verb::LatentKeys;
}

bool moves(Verb verb)
{
    return verb != Verb::AddOne && verb != Verb::TrimVocabulary && verb != Verb::OnlyZeros;
}

} // namespace

std::optional<RowMap> RowMap::of(const Shape &source, std::span<const Verb> verbs, const Config &config)
{
    RowMap map;
    map.m_shape = source;
    if (source.empty())
        return std::nullopt;
    map.m_sourceColumns = matricesOf(source).columns;
    for (const Verb verb : verbs) {
        std::optional<Shape> next = after(verb, map.m_shape, config);
        if (!next)
            return std::nullopt;
        if (moves(verb)) {
            map.m_steps.push_back(stepOf(verb, map.m_shape, *next, config));
            map.m_uneven = map.m_uneven || (turns(verb) && map.m_rowsMoved);
            map.m_rowsMoved = true;
        }
        map.m_shape = *std::move(next);
    }
    const Matrices matrices = matricesOf(map.m_shape);
    map.m_isVector = map.m_shape.size() == 1;
    map.m_rows = matrices.count * matrices.rows;
    map.m_columns = matrices.columns;
    return map;
}

RowMap::Step RowMap::stepOf(Verb verb, const Shape &before, const Shape &after, const Config &config)
{
    const Matrices from = matricesOf(before);
    const Matrices to = matricesOf(after);
    // Rows of the same matrix, `row` of which is told by `source`.
    const auto withinMatrix = [from, to](auto source) -> Step {
        return [from, to, source](Place place) {
            return Place{place.row / to.rows * from.rows + source(place.row % to.rows), place.column};
        };
    };
    switch (verb) {
    case Verb::PermuteQuery:
    case Verb::PermuteKey: {
        const std::int64_t heads = verb == Verb::PermuteQuery ? queryHeads(config) : keyHeads(config);
        const std::int64_t head = from.rows / heads;
        return withinMatrix([head](std::int64_t row) {
            const std::int64_t inHead = row % head;
            return row - inHead + inHead % 2 * (head / 2) + inHead / 2;
        });
    }
    case Verb::RegroupQkv: {
        const std::int64_t heads = queryHeads(config);
        const std::int64_t width = from.rows / (heads * 3);
        return withinMatrix([heads, width](std::int64_t row) {
            const std::int64_t part = row / (heads * width);
            const std::int64_t head = row / width % heads;
            return (head * 3 + part) * width + row % width;
        });
    }
    case Verb::UngroupQkv: {
        const std::int64_t heads = queryHeads(config);
        const std::int64_t groups = groupsOf(before, config).value_or(1);
        const std::int64_t width = from.rows / (heads + 2 * groups);
        const std::int64_t queries = heads / groups; // of a group
        return withinMatrix([=](std::int64_t row) {
            const std::int64_t head = row / width; // queries, then keys, then values
            const bool isQuery = head < heads;
            const std::int64_t group = isQuery ? head / queries : (head - heads) % groups;
            const std::int64_t place = isQuery ? head % queries : queries + (head - heads) / groups;
            return (group * (queries + 2) + place) * width + row % width;
        });
    }
    case Verb::FirstHalf:
        return withinMatrix([](std::int64_t row) { return row; });
    case Verb::SecondHalf:
        return withinMatrix([half = to.rows](std::int64_t row) { return row + half; });
    case Verb::EvenRows:
        return withinMatrix([](std::int64_t row) { return row * 2; });
    case Verb::OddRows:
        return withinMatrix([](std::int64_t row) { return row * 2 + 1; });
    case Verb::EvenColumns:
    case Verb::OddColumns: {
        const std::int64_t odd = verb == Verb::OddColumns ? 1 : 0;
        if (before.size() == 1)
            return withinMatrix([odd](std::int64_t row) { return row * 2 + odd; });
        return [odd](Place place) { return Place{place.row, place.column * 2 + odd}; };
    }
    case Verb::Transpose:
        return [from, to](Place place) {
            return Place{place.row / to.rows * from.rows + place.column, place.row % to.rows};
        };
    case Verb::LatentKeys: {
        const std::int64_t head = from.rows / to.count;
        return [head, to](Place place) {
            return Place{place.row / to.rows * head + place.column, place.row % to.rows};
        };
    }
    case Verb::LatentValues: {
        const std::int64_t head = from.rows / to.count;
        return [head, to](Place place) {
            return Place{place.row / to.rows * head + (head - to.rows) + place.row % to.rows, place.column};
        };
    }
    case Verb::AddOne:
    case Verb::TrimVocabulary:
    case Verb::OnlyZeros:
        break;
    }
    return [](Place place) { return place; };
}

std::int64_t RowMap::sourceOf(Place place) const
{
    for (auto step = m_steps.rbegin(); step != m_steps.rend(); ++step)
        place = (*step)(place);
    return place.row * m_sourceColumns + place.column;
}

void RowMap::visitRow(std::int64_t row, const std::function<void(const Run &)> &use) const
{
    if (isWhole())
        return use({row * columns(), 1, columns()});
    if (m_isVector) {
        for (std::int64_t place = 0; place < m_rows; ++place)
            use({sourceOf({place, 0}), 1, 1});
        return;
    }
    if (m_uneven) {
        for (std::int64_t column = 0; column < m_columns; ++column)
            use({sourceOf({row, column}), 1, 1});
        return;
    }
    const std::int64_t first = sourceOf({row, 0});
    const std::int64_t stride = m_columns > 1 ? sourceOf({row, 1}) - first : 1;
    use({first, stride, m_columns});
}

} // namespace snug::convert
