// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Answers of a server that may be hostile: bounded before they are parsed, and every member checked where it
// is read. What has the wrong type or an absurd value counts as not said.
namespace snug::hub {

struct JsonLimits {
    std::size_t bytes = 32U << 20U;
    std::size_t depth = 64;
    std::size_t values = 500'000; // what 32 MB of "[],[],..." would become is bounded by this
};

// Fails with TooLarge (detail limit) or Protocol (no JSON, or not UTF-8).
[[nodiscard]] Result<nlohmann::json> parseJson(std::string_view text, const JsonLimits &limits = {});

// The member of an object; nullptr if there is none, or if `object` is none.
[[nodiscard]] const nlohmann::json *memberOf(const nlohmann::json &object, const char *key);

// A text of at most `limit` bytes.
[[nodiscard]] std::optional<std::string> textOf(const nlohmann::json &object, const char *key,
                                                std::size_t limit = 1024);
// The same, made safe to show.
[[nodiscard]] std::optional<std::string> wordsOf(const nlohmann::json &object, const char *key,
                                                 std::size_t limit = 256);
// An integer from 0 to `most`.
[[nodiscard]] std::optional<std::int64_t>
countOf(const nlohmann::json &object, const char *key,
        std::int64_t most = std::numeric_limits<std::int64_t>::max());
[[nodiscard]] bool flagOf(const nlohmann::json &object, const char *key);

// The texts of an array, or the one text that stands in its place; safe to show, at most `most` of them.
[[nodiscard]] std::vector<std::string> wordListOf(const nlohmann::json &object, const char *key,
                                                  std::size_t most = 256);

// "2025-05-21T15:38:00.000Z", in whole seconds.
[[nodiscard]] std::optional<std::chrono::sys_seconds> timeOf(const nlohmann::json &object, const char *key);

} // namespace snug::hub
