// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/key_list.h"

#include <algorithm>

namespace snug::convert {

void KeyList::count(std::string_view suffix, std::optional<std::int64_t> number)
{
    if (number)
        set(m_prefix + std::string(suffix), gguf::Value(static_cast<std::uint32_t>(*number)));
}

void KeyList::number(std::string_view suffix, std::optional<double> number)
{
    if (number)
        set(m_prefix + std::string(suffix), gguf::Value(static_cast<float>(*number)));
}

void KeyList::flag(std::string_view suffix, std::optional<bool> flag)
{
    if (flag)
        set(m_prefix + std::string(suffix), gguf::Value(*flag));
}

void KeyList::flags(std::string_view suffix, const std::vector<bool> &flags)
{
    std::vector<std::byte> content(flags.size());
    std::transform(flags.begin(), flags.end(), content.begin(), [](bool flag) { return std::byte{flag}; });
    const auto size = static_cast<std::int64_t>(flags.size());
    set(m_prefix + std::string(suffix),
        gguf::Value(gguf::Array{gguf::ValueType::Bool, size, -1, size, std::move(content)}));
}

void KeyList::text(std::string_view suffix, std::string text)
{
    set(m_prefix + std::string(suffix), gguf::Value(std::move(text)));
}

void KeyList::needCount(std::string_view suffix, std::optional<std::int64_t> number)
{
    if (!number && m_missing.empty())
        m_missing = suffix;
    count(suffix, number);
}

void KeyList::set(std::string key, gguf::Value value)
{
    const auto found = std::find_if(m_values.begin(), m_values.end(),
                                    [&key](const gguf::KeyValue &pair) { return pair.key == key; });
    if (found != m_values.end())
        found->value = std::move(value);
    else
        m_values.push_back({std::move(key), std::move(value)});
}

} // namespace snug::convert
