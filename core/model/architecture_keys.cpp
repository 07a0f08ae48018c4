// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/architecture_keys.h"

#include <algorithm>

namespace snug {
namespace {

bool isCount(std::int64_t number)
{
    return number >= 0 && number <= INT32_MAX;
}

std::optional<std::vector<std::int64_t>> elements(const gguf::Array &array)
{
    if (array.type != gguf::ValueType::Bool)
        return array.integers();
    if (!array.content)
        return std::nullopt;
    std::vector<std::int64_t> numbers;
    for (const std::byte byte : *array.content)
        numbers.push_back(byte == std::byte{0} ? 0 : 1);
    return numbers;
}

} // namespace

ArchitectureKeys::ArchitectureKeys(std::span<const gguf::KeyValue> values) : m_values(values)
{
    const gguf::Value *name = find("general.architecture");
    if (name != nullptr && name->text() != nullptr)
        m_architecture = *name->text();
}

const gguf::Value *ArchitectureKeys::find(std::string_view key) const
{
    const auto found = std::find_if(m_values.begin(), m_values.end(),
                                    [key](const gguf::KeyValue &pair) { return pair.key == key; });
    return found == m_values.end() ? nullptr : &found->value;
}

const gguf::Value *ArchitectureKeys::own(std::string_view suffix) const
{
    const auto matches = [this, suffix](const gguf::KeyValue &pair) {
        const std::string_view key = pair.key;
        return key.size() == m_architecture.size() + 1 + suffix.size() && key.ends_with(suffix) &&
               key.starts_with(m_architecture) && key[m_architecture.size()] == '.';
    };
    const auto found = std::find_if(m_values.begin(), m_values.end(), matches);
    return found == m_values.end() ? nullptr : &found->value;
}

std::optional<std::int64_t> ArchitectureKeys::count(std::string_view suffix) const
{
    const gguf::Value *value = own(suffix);
    const auto number = value == nullptr ? std::nullopt : value->integer();
    return number && isCount(*number) ? number : std::nullopt;
}

bool ArchitectureKeys::isList(std::string_view suffix) const
{
    const gguf::Value *value = own(suffix);
    return value != nullptr && value->array() != nullptr;
}

std::optional<std::vector<std::int64_t>> ArchitectureKeys::perLayer(std::string_view suffix,
                                                                    std::int64_t layers) const
{
    const auto wanted = static_cast<std::size_t>(layers);
    if (const auto number = count(suffix))
        return std::vector<std::int64_t>(wanted, *number);
    const gguf::Value *value = own(suffix);
    if (value == nullptr || value->array() == nullptr)
        return std::nullopt;
    auto numbers = elements(*value->array());
    if (!numbers || numbers->size() < wanted || !std::all_of(numbers->begin(), numbers->end(), isCount))
        return std::nullopt;
    numbers->resize(wanted);
    return numbers;
}

} // namespace snug
