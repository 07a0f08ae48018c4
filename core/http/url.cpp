// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/http/url.h"

#include "core/http/curl_handles.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace snug::http {
namespace {

std::optional<std::string> part(CURLU *url, CURLUPart which, unsigned int flags = 0)
{
    char *text = nullptr;
    if (curl_url_get(url, which, &text, flags) != CURLUE_OK)
        return std::nullopt;
    std::string copy(text);
    curl_free(text);
    return copy;
}

tl::unexpected<Error> refuse(const std::string &reason)
{
    return fail(ErrorKind::InvalidArgument, "The server's address cannot be used: " + reason + ".", {},
                "An address looks like http://127.0.0.1:8080.");
}

bool isLoopback(const std::string &host)
{
    return host == "localhost" || host == "[::1]" ||
           (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

// A blank or control character could end the request's line early and start another.
bool hasBlank(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7F;
    });
}

} // namespace

Result<Url> Url::parse(std::string_view text)
{
    if (text.size() > kMaxBytes)
        return refuse("it is too long");
    if (hasBlank(text))
        return refuse("it contains blanks or control characters");
    const UrlHandle url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK)
        return refuse("it is no URL");
    const auto scheme = part(url.get(), CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https")
        return refuse("only http and https are spoken");
    if (part(url.get(), CURLUPART_USER) || part(url.get(), CURLUPART_PASSWORD))
        return refuse("it contains a user name or password");
    Url parsed;
    parsed.m_host = part(url.get(), CURLUPART_HOST).value_or("");
    std::transform(parsed.m_host.begin(), parsed.m_host.end(), parsed.m_host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    parsed.m_shown = parsed.m_host + ":" + part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("");
    parsed.m_text = part(url.get(), CURLUPART_URL).value_or("");
    parsed.m_secure = scheme == "https";
    parsed.m_loopback = isLoopback(parsed.m_host);
    if (parsed.m_host.empty() || parsed.m_text.empty())
        return refuse("it names no host");
    return parsed;
}

Result<Url> Url::resolve(std::string_view reference) const
{
    if (reference.empty() || reference.size() > kMaxBytes || hasBlank(reference))
        return refuse("the server sent us to no usable address");
    const UrlHandle url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, m_text.c_str(), 0) != CURLUE_OK ||
        curl_url_set(url.get(), CURLUPART_URL, std::string(reference).c_str(), 0) != CURLUE_OK)
        return refuse("the server sent us to no usable address");
    return parse(part(url.get(), CURLUPART_URL).value_or(""));
}

bool Url::sameOrigin(const Url &other) const
{
    return m_secure == other.m_secure && m_shown == other.m_shown;
}

std::string percentEncode(std::string_view text)
{
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '.' || c == '_' || c == '~';
        if (plain)
            encoded += c;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

} // namespace snug::http
