// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace snug::http {

// An address that Snug may talk to: http or https, with a host, without user name and password. Parsed by
// libcurl, so that the checker and the fetcher agree on the host. A value.
class Url {
public:
    static constexpr std::size_t kMaxBytes = 16 * 1024; // signed addresses are long

    // Fails with InvalidArgument.
    [[nodiscard]] static Result<Url> parse(std::string_view text);

    // Where a `Location` or `Link` met at this address leads: absolute, "//host/...", "/path" or relative.
    [[nodiscard]] Result<Url> resolve(std::string_view reference) const;

    [[nodiscard]] const std::string &text() const { return m_text; }
    [[nodiscard]] const std::string &host() const { return m_host; }
    // "host:port", for errors: no path, which may hold a signature.
    [[nodiscard]] const std::string &shown() const { return m_shown; }
    [[nodiscard]] bool secure() const { return m_secure; }
    // This machine: localhost, 127.x.y.z, [::1].
    [[nodiscard]] bool loopback() const { return m_loopback; }

    // Same scheme, host and port: what may see a token that was entered for one of them.
    [[nodiscard]] bool sameOrigin(const Url &other) const;

    bool operator==(const Url &) const = default;

private:
    Url() = default;

    std::string m_text;
    std::string m_host;
    std::string m_shown;
    bool m_secure = false;
    bool m_loopback = false;
};

// `text` with everything but A-Z a-z 0-9 - . _ ~ as %XX (RFC 3986, section 2.3).
[[nodiscard]] std::string percentEncode(std::string_view text);

} // namespace snug::http
