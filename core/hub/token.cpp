// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/token.h"

#include <algorithm>
#include <array>

namespace snug::hub {
namespace {

constexpr std::string_view kRedacted = "[redacted]";
constexpr std::string_view kPrefix = "hf_";
constexpr std::size_t kMinBytes = 8;
constexpr std::size_t kMaxBytes = 1024;
constexpr std::size_t kHubTokenTail = 34;

bool isWordCharacter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto first = text.find_first_not_of(kBlanks);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool hasShape(std::string_view secret, const http::Url &origin)
{
    const auto visible = [](char c) { return c > ' ' && c < '\x7F'; };
    if (secret.size() < kMinBytes || secret.size() > kMaxBytes ||
        !std::all_of(secret.begin(), secret.end(), visible))
        return false;
    if (origin.host() != "huggingface.co")
        return true;
    return secret.starts_with(kPrefix) && secret.size() >= kPrefix.size() + kHubTokenTail &&
           std::all_of(secret.begin(), secret.end(),
                       [](char c) { return isWordCharacter(c) || c == '-' || c == '.'; });
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// `prefix` is in lower case.
bool startsWith(std::string_view text, std::string_view prefix)
{
    return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                      [](char a, char b) { return a == lower(b); });
}

// Where the value begins if a header or a member of JSON with a secret begins here; 0 if not.
std::size_t secretLine(std::string_view text)
{
    constexpr std::array<std::string_view, 4> kNames = {"authorization", "proxy-authorization", "set-cookie",
                                                        "cookie"};
    for (const std::string_view name : kNames) {
        if (!startsWith(text, name))
            continue;
        const auto after = text.find_first_not_of("\"' \t", name.size());
        if (after != std::string_view::npos && (text[after] == ':' || text[after] == '='))
            return after + 1;
    }
    constexpr std::string_view kBearer = "bearer ";
    return startsWith(text, kBearer) ? kBearer.size() : 0;
}

// The same for a parameter of an address.
std::size_t signingParameter(std::string_view text)
{
    constexpr std::array<std::string_view, 9> kNames = {
        "signature", "policy", "key-pair-id", "x-amz-", "sig", "token", "access_token", "code", "x-goog-"};
    if (text.front() != '?' && text.front() != '&')
        return 0;
    text.remove_prefix(1);
    const auto equals = text.find_first_of("=&?# \t\r\n\"'<>");
    if (equals == std::string_view::npos || text[equals] != '=')
        return 0;
    const std::string_view name = text.substr(0, equals);
    const bool secret = std::any_of(kNames.begin(), kNames.end(), [name](std::string_view known) {
        return startsWith(name, known) && (known.back() == '-' || known.size() == name.size());
    });
    return secret ? equals + 2 : 0;
}

// Bytes of the token that begins here; 0 if none does.
std::size_t tokenLength(std::string_view text)
{
    constexpr std::size_t kShortest = 4; // a few of its characters are too many already
    if (!text.starts_with(kPrefix))
        return 0;
    const auto *end = std::find_if_not(text.begin(), text.end(), isWordCharacter);
    const auto length = static_cast<std::size_t>(end - text.begin());
    return length >= kPrefix.size() + kShortest ? length : 0;
}

} // namespace

Result<Token> Token::parse(std::string_view text, const http::Url &origin)
{
    const std::string_view secret = trimmed(text);
    if (!hasShape(secret, origin))
        return fail(ErrorKind::InvalidArgument,
                    "What is given as the access token for " + origin.host() + " does not look like one.", {},
                    "Copy the whole token from the settings of your account; one of huggingface.co begins "
                    "with hf_.");
    return Token(std::string(secret), origin);
}

std::string_view Token::secretFor(const http::Url &url) const
{
    return url.sameOrigin(m_origin) ? std::string_view(m_secret) : std::string_view();
}

std::string redact(std::string_view text)
{
    std::string clean;
    char before = '\n';
    while (!text.empty()) {
        const bool atWord = !isWordCharacter(before);
        std::size_t kept = signingParameter(text);
        std::size_t end = kept == 0 ? 0 : std::min(text.find_first_of("&# \t\r\n\"'<>", kept), text.size());
        if (kept == 0 && atWord) {
            kept = secretLine(text);
            end = kept == 0 ? 0 : std::min(text.find_first_of("\r\n", kept), text.size());
        }
        if (kept == 0)
            end = tokenLength(text);
        if (end == 0) {
            before = text.front();
            clean += before;
            text.remove_prefix(1);
            continue;
        }
        clean += text.substr(0, kept);
        clean += kRedacted;
        before = ']';
        text.remove_prefix(end);
    }
    return clean;
}

} // namespace snug::hub
