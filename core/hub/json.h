// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/bounded_json.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Answers of a server that may be hostile, read as core/base/bounded_json.h says.
namespace snug::hub {

using snug::countOf;
using snug::flagOf;
using snug::JsonLimits;
using snug::memberOf;
using snug::textOf;

// Fails with TooLarge (detail limit) or Protocol (no JSON, or not UTF-8).
[[nodiscard]] Result<nlohmann::json> parseJson(std::string_view text, const JsonLimits &limits = {});

// A text made safe to show.
[[nodiscard]] std::optional<std::string> wordsOf(const nlohmann::json &object, const char *key,
                                                 std::size_t limit = 256);
// The texts of an array, or the one text that stands in its place; safe to show, at most `most` of them.
[[nodiscard]] std::vector<std::string> wordListOf(const nlohmann::json &object, const char *key,
                                                  std::size_t most = 256);

// "2025-05-21T15:38:00.000Z", in whole seconds.
[[nodiscard]] std::optional<std::chrono::sys_seconds> timeOf(const nlohmann::json &object, const char *key);

} // namespace snug::hub
