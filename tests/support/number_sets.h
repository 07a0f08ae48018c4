// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace snug::test {

// Numbers as weights may be, and as they never should be; all are finite.
struct NumberSet {
    std::string name;
    std::vector<float> numbers;
};

// `count` numbers of each kind. The same at every call.
[[nodiscard]] std::vector<NumberSet> numberSets(std::size_t count);

// The one of that name; none if there is none.
[[nodiscard]] std::vector<float> numberSet(std::string_view name, std::size_t count);

// What an importance matrix may hold for `columns` columns: ordinary ones; and some that are 0, others that
// are a million times as large.
[[nodiscard]] std::vector<float> ordinaryImportance(std::size_t columns);
[[nodiscard]] std::vector<float> wildImportance(std::size_t columns);

} // namespace snug::test
