// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What becomes of a checkpoint's tensors, as data: an architecture is a table of rules.
namespace snug::convert {

// What is done to a tensor on its way. "Rows" are along the last but one dimension, of a vector along its
// only one.
enum class Verb : std::uint8_t {
    PermuteQuery, // each head's rows from [2, n] to [n, 2]: rotation of neighbours for rotation of halves
    PermuteKey,   // the same with the heads of the keys
    AddOne,       // a norm that is stored as the difference from one
    Transpose,    // the last two dimensions
    FirstHalf,    // of the rows
    SecondHalf,
    EvenRows,
    OddRows,
    EvenColumns,
    OddColumns,
    RegroupQkv,     // rows from [heads, 3, n] to [3, heads, n]
    UngroupQkv,     // rows from groups of queries, each with its key and value, to all queries, keys, values
    LatentKeys,     // of a kv_b_proj: the rows that make keys, per head, transposed
    LatentValues,   // of a kv_b_proj: the rows that make values, per head
    TrimVocabulary, // rows beyond vocab_size
    OnlyZeros,      // of a tensor that is left out: it may be, because it holds nothing else
};

// `from` and `to` are names in which '#' stands for a number; the numbers are taken over in their order. If
// `to` ends in
// ".weight" or ".bias" both are whole names; otherwise both are stems, and the ending is taken over too. If
// `from` has one '#' more than `to`, the tensors that differ in the last number are stacked along a new first
// dimension. An empty `to` leaves the tensor out. Several rules for one name make several tensors.
struct Rule {
    std::string_view from;
    std::string_view to;
    std::vector<Verb> verbs = {};
};

using Rules = std::vector<Rule>;

// Both tables; a rule of `more` replaces those of `base` with the same `from`.
[[nodiscard]] Rules joined(Rules base, const Rules &more);

using Shape = std::vector<std::int64_t>; // slowest first

// Heads of the queries, and of the keys and values; 0 where the configuration does not say.
[[nodiscard]] std::int64_t queryHeads(const Config &config);
[[nodiscard]] std::int64_t keyHeads(const Config &config);

// The shape after one verb; nullopt if the tensor has not the form that it is for.
[[nodiscard]] std::optional<Shape> after(Verb verb, const Shape &shape, const Config &config);

// How many heads of keys share the rows of queries, keys and values of `shape` (Verb::UngroupQkv); nullopt if
// the rows are no such groups.
[[nodiscard]] std::optional<std::int64_t> groupsOf(const Shape &shape, const Config &config);

// A name with '#' for each number between dots, and the numbers.
struct NamePattern {
    std::string text;
    std::vector<std::int64_t> numbers;
};

[[nodiscard]] NamePattern patternOf(std::string_view name);
// The reverse, with the numbers that `pattern` has room for.
[[nodiscard]] std::string filled(std::string_view pattern, const std::vector<std::int64_t> &numbers);
[[nodiscard]] std::size_t placesIn(std::string_view pattern);

} // namespace snug::convert
