// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/reader.h"
#include "tests/support/gguf_builder.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

// Short ways to ask a Result of the GGUF code what went wrong.
namespace snug::test {

[[nodiscard]] inline Result<gguf::Header> readBytes(Bytes bytes, const gguf::Limits &limits = {})
{
    gguf::MemoryReader in(std::move(bytes));
    return gguf::readHeader(in, limits);
}

template <class T> const Error::Value *detailOf(const Result<T> &result, std::string_view name)
{
    if (result)
        return nullptr;
    for (const auto &[key, value] : result.error().detail) {
        if (key == name)
            return &value;
    }
    return nullptr;
}

// Empty for a success, or without a reason.
template <class T> std::string reasonOf(const Result<T> &result)
{
    const auto *value = detailOf(result, "reason");
    const auto *text = value != nullptr ? std::get_if<std::string>(value) : nullptr;
    return text != nullptr ? *text : std::string();
}

// -1 for a success, or without such a number.
template <class T> std::int64_t numberOf(const Result<T> &result, std::string_view name)
{
    const auto *value = detailOf(result, name);
    const auto *number = value != nullptr ? std::get_if<std::int64_t>(value) : nullptr;
    return number != nullptr ? *number : -1;
}

template <class T> std::string messageOf(const Result<T> &result)
{
    return result ? std::string() : result.error().message;
}

} // namespace snug::test
