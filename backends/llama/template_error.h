// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace snug::llama {

// What llama.cpp's Jinja engine (common/jinja) says of `source`, in one line and with the place where it can
// be told: "line 3, column 7: unexpected character: $". `said` is an exception's text, valid UTF-8 or not.
[[nodiscard]] std::string explainTemplateError(std::string_view said, std::string_view source);

} // namespace snug::llama
