// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace snug::library {

// The name of one part of a split model: BASE-00001-of-00003.gguf.
struct ShardName {
    std::string base;
    int number = 1; // from 1
    int count = 1;

    bool operator==(const ShardName &) const = default;
};

// nullopt if the file name is not of that form, or if its numbers contradict each other.
[[nodiscard]] std::optional<ShardName> parseShardName(std::string_view fileName);

} // namespace snug::library
