// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <variant>

namespace snug {

// A detail of an error by its name; nullptr if it has none of that name and type. T: std::int64_t or
// std::string.
template <class T> [[nodiscard]] const T *detailOf(const Error &error, std::string_view name)
{
    for (const auto &[key, value] : error.detail) {
        if (const T *found = std::get_if<T>(&value); found != nullptr && key == name)
            return found;
    }
    return nullptr;
}

// Empty if it has no such text.
[[nodiscard]] inline std::string textOf(const Error &error, std::string_view name)
{
    const auto *text = detailOf<std::string>(error, name);
    return text != nullptr ? *text : std::string();
}

[[nodiscard]] inline bool hasReason(const Error &error, std::string_view reason)
{
    return textOf(error, "reason") == reason;
}

} // namespace snug
