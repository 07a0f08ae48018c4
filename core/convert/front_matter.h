// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::convert {

inline constexpr std::int64_t kMostCardBytes = std::int64_t{4} << 20;

// An entry of a list in a model card: a text, or a few texts by name ("name: X", "organization: Y").
struct CardEntry {
    std::string text;
    std::map<std::string, std::string> fields;

    bool operator==(const CardEntry &) const = default;
};

// What a model card says under one key: one text, a list, or nothing.
struct CardValue {
    bool isList = false;
    std::vector<CardEntry> entries;

    [[nodiscard]] std::optional<std::string> text() const;
    bool operator==(const CardValue &) const = default;
};

using ModelCard = std::map<std::string, CardValue>;

// The front matter of a model card (README.md between two lines "---"), as far as model cards go: the keys at
// the outermost level with their texts, lists, and lists of simple entries, in block and in flow form.
// Anything else of YAML is passed over, and lines that are not UTF-8. Long texts and lists are cut.
[[nodiscard]] ModelCard frontMatter(std::string_view readme);

} // namespace snug::convert
