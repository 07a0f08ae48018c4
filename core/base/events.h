// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

// The lines that `snug-cli VERB --json` prints: one JSON object a line, told apart by its "event" field.
//
//   progress  stage, done, total (-1 unknown), unit, rate (units a second), eta_s (-1 unknown)
//   log       level, message
//   ready     url, model, memory, ... (`serve` only)
//   result    the verb's answer, always last on success
//   error     kind, message, detail, hint, always last on failure
namespace snug::events {

// A longer line is not one of ours: the reader gives up on the sender. `list` answers in one line, with some
// 600 bytes for each model: this is a library of more than 25 000.
inline constexpr std::size_t kMaxLineBytes = 16 * 1024 * 1024;

// One event as an object, without the line's end; serialise with `toLine`.
[[nodiscard]] nlohmann::json progress(const Progress &progress, double rate, double etaSeconds);
[[nodiscard]] nlohmann::json log(std::string_view level, std::string_view message);
[[nodiscard]] nlohmann::json ready(nlohmann::json fields);
[[nodiscard]] nlohmann::json result(nlohmann::json fields);
[[nodiscard]] nlohmann::json error(const Error &error);

// One line with its end. Bytes that are no UTF-8 become U+FFFD, so that any text can be sent.
[[nodiscard]] std::string toLine(const nlohmann::json &event);

// Reads a line back. Fails with Protocol if it is no JSON object with an "event" text.
[[nodiscard]] Result<nlohmann::json> parseLine(std::string_view line);

// The last line of what a child said.
[[nodiscard]] Result<nlohmann::json> parseLastLine(std::string_view output);

// The Error inside an "error" event; fields of wrong types are left out, never thrown over.
[[nodiscard]] Error parseError(const nlohmann::json &event);

} // namespace snug::events
