// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/http/url.h"

#include <string>
#include <string_view>

namespace snug::hub {

// An access token, bound to the origin it was entered for: nobody else can be given it, and it has no way to
// be printed. A value.
class Token {
public:
    // Blanks around `text` are dropped. A token of huggingface.co is "hf_" and at least 34 more; elsewhere
    // visible ASCII characters. Fails with InvalidArgument, without a word of the text.
    [[nodiscard]] static Result<Token> parse(std::string_view text, const http::Url &origin);

    // The secret if `url` is of the token's origin, otherwise empty.
    [[nodiscard]] std::string_view secretFor(const http::Url &url) const;

private:
    Token(std::string secret, http::Url origin) : m_secret(std::move(secret)), m_origin(std::move(origin)) {}

    std::string m_secret;
    http::Url m_origin;
};

// `text` for a log or an error report: tokens, the values of Authorization and Cookie lines, and what signs
// an address (Signature, Policy, X-Amz-*, ...) become "[redacted]".
[[nodiscard]] std::string redact(std::string_view text);

} // namespace snug::hub
