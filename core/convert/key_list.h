// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::convert {

// The metadata of a GGUF file in the making. A value that is not known is left out; one that is given twice
// counts as given last, in its first place.
class KeyList {
public:
    explicit KeyList(std::string_view architecture) : m_prefix(std::string(architecture) + ".") {}

    // Below the architecture's name: "attention.head_count".
    void count(std::string_view suffix, std::optional<std::int64_t> number);
    void number(std::string_view suffix, std::optional<double> number);
    void flag(std::string_view suffix, std::optional<bool> flag);
    void flags(std::string_view suffix, const std::vector<bool> &flags);
    void text(std::string_view suffix, std::string text);
    // The same for what no model of the architecture can be without.
    void needCount(std::string_view suffix, std::optional<std::int64_t> number);

    // Below no name: "general.file_type".
    void set(std::string key, gguf::Value value);

    // The first of needCount that was not known; empty if all were.
    [[nodiscard]] const std::string &missing() const { return m_missing; }
    [[nodiscard]] std::vector<gguf::KeyValue> take() { return std::move(m_values); }

private:
    std::string m_prefix;
    std::vector<gguf::KeyValue> m_values;
    std::string m_missing;
};

} // namespace snug::convert
