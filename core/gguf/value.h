// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/little_endian.h"
#include "core/gguf/types.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace snug::gguf {

// A list of values of one type. Short lists carry their content, encoded as in the file; of long ones (a
// vocabulary) only the place is kept, and loadArray in reader.h fetches the content when it is wanted.
struct Array {
    ValueType type = ValueType::Uint8;
    std::int64_t count = 0;
    std::int64_t offset = -1; // of the first element in the file; -1: not from a file
    std::int64_t bytes = 0;   // encoded length of all elements
    std::optional<std::vector<std::byte>> content;

    template <Number T> [[nodiscard]] static Array ofNumbers(std::span<const T> numbers);
    [[nodiscard]] static Array ofStrings(std::span<const std::string> texts);

    // Each is nullopt if the elements are of another kind, do not fit, or are not loaded.
    [[nodiscard]] std::optional<std::vector<std::string>> strings() const;
    [[nodiscard]] std::optional<std::vector<std::int64_t>> integers() const;
    [[nodiscard]] std::optional<std::vector<double>> numbers() const;
};

// One metadata value. Getters answer nullopt or nullptr for a value of another type: a stranger's file cannot
// stop the program.
class Value {
public:
    // The alternatives stand in the order of ValueType.
    using Content =
        std::variant<std::uint8_t, std::int8_t, std::uint16_t, std::int16_t, std::uint32_t, std::int32_t,
                     float, bool, std::string, Array, std::uint64_t, std::int64_t, double>;

    template <class T>
    requires Number<T>
    explicit Value(T number) : m_content(std::in_place_type<T>, number) {}
    explicit Value(std::string text) : m_content(std::move(text)) {}
    explicit Value(const char *text) : m_content(std::string(text)) {}
    explicit Value(Array array) : m_content(std::move(array)) {}

    [[nodiscard]] ValueType type() const { return static_cast<ValueType>(m_content.index()); }
    [[nodiscard]] const Content &content() const { return m_content; }

    // Any integer type, if the number fits.
    [[nodiscard]] std::optional<std::int64_t> integer() const;
    // Any integer or floating type.
    [[nodiscard]] std::optional<double> number() const;
    [[nodiscard]] std::optional<bool> boolean() const;
    [[nodiscard]] const std::string *text() const { return std::get_if<std::string>(&m_content); }
    [[nodiscard]] const Array *array() const { return std::get_if<Array>(&m_content); }
    [[nodiscard]] Array *array() { return std::get_if<Array>(&m_content); }

private:
    Content m_content;
};

template <Number T> constexpr ValueType valueTypeOf()
{
    return static_cast<ValueType>(Value::Content(std::in_place_type<T>).index());
}

template <Number T> Array Array::ofNumbers(std::span<const T> numbers)
{
    std::vector<std::byte> encoded;
    for (const T number : numbers)
        appendLittleEndian(encoded, number);
    return Array{valueTypeOf<T>(), static_cast<std::int64_t>(numbers.size()), -1,
                 static_cast<std::int64_t>(encoded.size()), std::move(encoded)};
}

} // namespace snug::gguf
