// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace snug {

// RFC 4648, with padding, in one line.
[[nodiscard]] std::string base64Of(std::string_view bytes);
// Nothing for what is not exactly that.
[[nodiscard]] std::optional<std::string> fromBase64(std::string_view text);

} // namespace snug
