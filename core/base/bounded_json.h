// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

// JSON that may be hostile: bounded before it is parsed, and every member checked where it is read. What has
// the wrong type or an absurd value counts as not said.
namespace snug {

struct JsonLimits {
    std::size_t bytes = 32U << 20U;
    std::size_t depth = 64;
    std::size_t values = 500'000; // what 32 MB of "[],[],..." would become is bounded by this
};

// Whose JSON it is, for the errors: "The file", and what to do about it.
struct JsonSource {
    std::string_view subject;
    std::string_view hint;
    ErrorKind broken = ErrorKind::Corrupt; // what is no JSON fails with this
};

// Fails with TooLarge (detail limit) or `source.broken` (no JSON, or not UTF-8).
[[nodiscard]] Result<nlohmann::json> parseBounded(std::string_view text, const JsonLimits &limits,
                                                  const JsonSource &source);

// The member of an object; nullptr if there is none, or if `object` is none.
[[nodiscard]] const nlohmann::json *memberOf(const nlohmann::json &object, const char *key);

// A text of at most `limit` bytes.
[[nodiscard]] std::optional<std::string> textOf(const nlohmann::json &object, const char *key,
                                                std::size_t limit = 1024);
// An integer from 0 to `most`.
[[nodiscard]] std::optional<std::int64_t>
countOf(const nlohmann::json &object, const char *key,
        std::int64_t most = std::numeric_limits<std::int64_t>::max());
[[nodiscard]] bool flagOf(const nlohmann::json &object, const char *key);

} // namespace snug
