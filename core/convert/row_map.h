// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/config.h"
#include "core/convert/rule.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace snug::convert {

// Where the numbers of a tensor stand among those of the tensor it is made from: verbs only move numbers (but
// AddOne, which leaves them where they are), so that a row can be read without the rest of the tensor.
class RowMap {
public:
    // nullopt where the shape is none for the verbs, as after() says.
    [[nodiscard]] static std::optional<RowMap> of(const Shape &source, std::span<const Verb> verbs,
                                                  const Config &config);

    // Of the result.
    [[nodiscard]] const Shape &shape() const { return m_shape; }
    // Rows of all matrices of the result; a vector is one row.
    [[nodiscard]] std::int64_t rows() const { return m_isVector ? 1 : m_rows; }
    [[nodiscard]] std::int64_t columns() const { return m_isVector ? m_rows * m_columns : m_columns; }
    // Nothing moves.
    [[nodiscard]] bool isWhole() const { return m_steps.empty(); }

    // Numbers that lie evenly in the source, by their row-major place there.
    struct Run {
        std::int64_t first = 0;
        std::int64_t stride = 1;
        std::int64_t count = 0;
    };
    // Calls `use` with the runs that make up a row, in order.
    void visitRow(std::int64_t row, const std::function<void(const Run &)> &use) const;

private:
    // A number's row, counted through all matrices, and column.
    struct Place {
        std::int64_t row = 0;
        std::int64_t column = 0;
    };
    // From a place after a verb to the place before it.
    using Step = std::function<Place(Place)>;

    [[nodiscard]] static Step stepOf(Verb verb, const Shape &before, const Shape &after,
                                     const Config &config);
    [[nodiscard]] std::int64_t sourceOf(Place place) const;

    Shape m_shape;
    bool m_isVector = false;
    std::int64_t m_rows = 0;    // of a vector whose verbs are about rows: its numbers
    std::int64_t m_columns = 0; // likewise 1
    std::int64_t m_sourceColumns = 0;
    std::vector<Step> m_steps; // as the verbs
    bool m_rowsMoved = false;  // so that columns made of them are uneven
    bool m_uneven = false;
};

} // namespace snug::convert
