// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace snug {

// The keys of a header that describe its architecture, as a stranger wrote them: a count that is negative or
// has more than 31 bits, or a list that is shorter than the layers, is not there. Views the values.
class ArchitectureKeys {
public:
    explicit ArchitectureKeys(std::span<const gguf::KeyValue> values);

    // general.architecture; empty if there is none.
    [[nodiscard]] const std::string &architecture() const { return m_architecture; }
    // nullptr if there is no such key.
    [[nodiscard]] const gguf::Value *find(std::string_view key) const;

    // The others are of keys that begin with the architecture's name.
    [[nodiscard]] std::optional<std::int64_t> count(std::string_view suffix) const;
    [[nodiscard]] bool isList(std::string_view suffix) const;
    // One number for each of `layers`: a list, or the same one everywhere. Truth values count 0 and 1.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> perLayer(std::string_view suffix,
                                                                    std::int64_t layers) const;

private:
    [[nodiscard]] const gguf::Value *own(std::string_view suffix) const;

    std::span<const gguf::KeyValue> m_values;
    std::string m_architecture;
};

} // namespace snug
