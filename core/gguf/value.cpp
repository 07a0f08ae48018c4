// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/value.h"

#include <utility>

namespace snug::gguf {
namespace {

template <class T> constexpr bool kIsInteger = std::is_integral_v<T> && !std::is_same_v<T, bool>;

// The elements of `array` as To, or nullopt if one cannot be one.
template <class To> std::optional<std::vector<To>> decode(const Array &array)
{
    if (!array.content || array.type == ValueType::String || array.type == ValueType::Array)
        return std::nullopt;
    return withNumberType(
        array.type, [&array]<class T>(std::type_identity<T>) -> std::optional<std::vector<To>> {
            if constexpr (std::is_same_v<T, bool> || (std::is_integral_v<To> && !std::is_integral_v<T>)) {
                return std::nullopt;
            } else {
                std::vector<To> out;
                for (std::size_t at = 0; at + sizeof(T) <= array.content->size(); at += sizeof(T)) {
                    const T element = fromLittleEndian<T>(array.content->data() + at);
                    if constexpr (std::is_integral_v<To>) {
                        if (!std::in_range<To>(element))
                            return std::nullopt;
                    }
                    out.push_back(static_cast<To>(element));
                }
                return out;
            }
        });
}

} // namespace

Array Array::ofStrings(std::span<const std::string> texts)
{
    std::vector<std::byte> encoded;
    for (const std::string &text : texts) {
        appendLittleEndian(encoded, std::uint64_t{text.size()});
        const auto bytes = std::as_bytes(std::span(text));
        encoded.insert(encoded.end(), bytes.begin(), bytes.end());
    }
    return Array{ValueType::String, static_cast<std::int64_t>(texts.size()), -1,
                 static_cast<std::int64_t>(encoded.size()), std::move(encoded)};
}

std::optional<std::vector<std::string>> Array::strings() const
{
    if (!content || type != ValueType::String)
        return std::nullopt;
    std::vector<std::string> out;
    std::size_t at = 0;
    while (at < content->size()) {
        if (content->size() - at < sizeof(std::uint64_t))
            return std::nullopt;
        const auto length = fromLittleEndian<std::uint64_t>(content->data() + at);
        at += sizeof(std::uint64_t);
        if (length > content->size() - at)
            return std::nullopt;
        out.emplace_back(reinterpret_cast<const char *>(content->data() + at),
                         static_cast<std::size_t>(length));
        at += static_cast<std::size_t>(length);
    }
    return out;
}

std::optional<std::vector<std::int64_t>> Array::integers() const
{
    return decode<std::int64_t>(*this);
}

std::optional<std::vector<double>> Array::numbers() const
{
    return decode<double>(*this);
}

std::optional<std::int64_t> Value::integer() const
{
    return std::visit(
        []<class T>(const T &content) -> std::optional<std::int64_t> {
            if constexpr (kIsInteger<T>) {
                if (std::in_range<std::int64_t>(content))
                    return static_cast<std::int64_t>(content);
            }
            return std::nullopt;
        },
        m_content);
}

std::optional<double> Value::number() const
{
    return std::visit(
        []<class T>(const T &content) -> std::optional<double> {
            if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>)
                return static_cast<double>(content);
            return std::nullopt;
        },
        m_content);
}

std::optional<bool> Value::boolean() const
{
    const bool *content = std::get_if<bool>(&m_content);
    return content != nullptr ? std::optional(*content) : std::nullopt;
}

} // namespace snug::gguf
