// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/names.h"

#include "core/hub/safe_path.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace snug::hub {
namespace {

constexpr std::size_t kMaxNameBytes = 96;
constexpr std::size_t kMaxRevisionBytes = 200;
constexpr const char *kHint = "A model is named ORG/NAME, for example ggml-org/gemma-3-1b-it-GGUF, with "
                              "@REVISION and :LEVEL or :FILE behind it if needed.";

bool isNameCharacter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_' || c == '.';
}

bool isName(std::string_view text)
{
    const auto mayEnd = [](char c) { return c != '-' && c != '.'; };
    return !text.empty() && text.size() <= kMaxNameBytes &&
           std::all_of(text.begin(), text.end(), isNameCharacter) && mayEnd(text.front()) &&
           mayEnd(text.back()) && text.find("--") == std::string_view::npos &&
           text.find("..") == std::string_view::npos && !text.ends_with(".git");
}

tl::unexpected<Error> refuse(std::string_view text, const char *reason)
{
    return fail(ErrorKind::InvalidArgument, "\"" + shownText(text) + "\" names no model: " + reason + ".", {},
                kHint);
}

// Of an address; nullopt for a broken escape.
std::optional<std::string> percentDecoded(std::string_view text)
{
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        unsigned value = 0;
        const char *begin = text.data() + i + 1;
        if (text.size() - i < 3 || std::from_chars(begin, begin + 2, value, 16).ptr != begin + 2)
            return std::nullopt;
        decoded += static_cast<char>(static_cast<unsigned char>(value));
        i += 2;
    }
    return decoded;
}

// The path's segments, decoded; without query and fragment.
std::optional<std::vector<std::string>> pathSegments(std::string_view address)
{
    address.remove_prefix(std::min(address.find("://") + 3, address.size()));
    address = address.substr(0, address.find_first_of("?#"));
    std::vector<std::string> segments;
    for (auto slash = address.find('/'); slash != std::string_view::npos;) {
        const auto next = address.find('/', slash + 1);
        auto segment = percentDecoded(address.substr(slash + 1, next - slash - 1));
        if (!segment)
            return std::nullopt;
        if (!segment->empty())
            segments.push_back(*std::move(segment));
        slash = next;
    }
    return segments;
}

bool isPageOfRevision(std::string_view segment)
{
    return segment == "tree" || segment == "blob" || segment == "resolve" || segment == "raw";
}

// First segments of addresses that are no model's owner.
bool isOtherPage(std::string_view segment)
{
    constexpr std::array<std::string_view, 12> kPages = {"api",    "blog",  "collections", "datasets",
                                                         "docs",   "join",  "login",       "models",
                                                         "papers", "posts", "settings",    "spaces"};
    return std::find(kPages.begin(), kPages.end(), segment) != kPages.end();
}

Result<std::string> parseSelector(std::string_view text)
{
    auto path = safeRelativePath(text);
    if (!path)
        return refuse(text, "what follows the colon is neither a level nor a file name");
    return path;
}

// REPO[@REVISION][:SELECTOR]
Result<RepoReference> parsePlain(std::string_view text)
{
    const auto colon = text.find(':');
    const std::string_view front = text.substr(0, colon);
    const auto at = front.find('@');
    SNUG_TRY(RepoId repo, RepoId::parse(front.substr(0, at)));
    RepoReference reference{std::move(repo), std::nullopt, {}};
    if (at != std::string_view::npos) {
        const std::string_view revision = front.substr(at + 1);
        if (!isRevision(revision))
            return refuse(text, "what follows the @ is no branch, tag or commit");
        reference.revision = revision;
    }
    if (colon != std::string_view::npos) {
        SNUG_TRY(reference.selector, parseSelector(text.substr(colon + 1)));
    }
    return reference;
}

Result<RepoReference> parseSegments(std::string_view text, const std::vector<std::string> &segments)
{
    if (segments.empty() || isOtherPage(segments.front()))
        return refuse(text, "it is not the page of a model");
    const bool single = segments.size() == 1 || isPageOfRevision(segments[1]);
    const std::size_t idSegments = single ? 1 : 2;
    SNUG_TRY(RepoReference reference, parsePlain(single ? segments[0] : segments[0] + "/" + segments[1]));
    if (segments.size() < idSegments + 2 || !isPageOfRevision(segments[idSegments]))
        return reference;
    if (!isRevision(segments[idSegments + 1]))
        return refuse(text, "its revision is no branch, tag or commit");
    reference.revision = segments[idSegments + 1];
    std::string path;
    for (std::size_t i = idSegments + 2; i < segments.size(); ++i)
        path += (path.empty() ? "" : "/") + segments[i];
    if (!path.empty()) {
        SNUG_TRY(reference.selector, parseSelector(path));
    }
    return reference;
}

bool isHub(const http::Url &url, const http::Url &endpoint)
{
    return url.sameOrigin(endpoint) || url.host() == "huggingface.co" || url.host() == "www.huggingface.co" ||
           url.host() == "hf.co";
}

} // namespace

Result<RepoId> RepoId::parse(std::string_view text)
{
    const auto slash = text.find('/');
    const bool valid = slash == std::string_view::npos
                           ? isName(text)
                           : isName(text.substr(0, slash)) && isName(text.substr(slash + 1));
    if (!valid)
        return refuse(text, "it is not of the form ORG/NAME");
    return RepoId(std::string(text));
}

std::string_view RepoId::owner() const
{
    const auto slash = m_text.find('/');
    return slash == std::string::npos ? std::string_view() : std::string_view(m_text).substr(0, slash);
}

std::string_view RepoId::name() const
{
    const auto slash = m_text.find('/');
    return slash == std::string::npos ? std::string_view(m_text) : std::string_view(m_text).substr(slash + 1);
}

Result<RepoReference> parseReference(std::string_view text, const http::Url &endpoint)
{
    // Two slashes, because "hf.co/NAME" could be a model of an owner called "hf.co".
    const bool noScheme = (text.starts_with("hf.co/") || text.starts_with("huggingface.co/")) &&
                          std::count(text.begin(), text.end(), '/') > 1;
    const std::string address = (noScheme ? "https://" : "") + std::string(text);
    if (address.find("://") == std::string::npos)
        return parsePlain(text);
    const auto url = http::Url::parse(address);
    if (!url)
        return refuse(text, "the address cannot be used");
    if (!isHub(*url, endpoint))
        return refuse(text, "the address is not of the Hub that is set");
    const auto segments = pathSegments(address);
    if (!segments)
        return refuse(text, "the address is broken");
    return parseSegments(text, *segments);
}

bool isRevision(std::string_view text)
{
    const auto allowed = [](char c) { return isNameCharacter(c) || c == '/' || c == '+' || c == '='; };
    const auto has = [text](std::string_view part) { return text.find(part) != std::string_view::npos; };
    return !text.empty() && text.size() <= kMaxRevisionBytes &&
           std::all_of(text.begin(), text.end(), allowed) && text.front() != '/' && text.front() != '-' &&
           text.front() != '.' && text.back() != '/' && text.back() != '.' && !has("..") && !has("//") &&
           !has("/.") && !text.ends_with(".lock");
}

bool isCommit(std::string_view text)
{
    constexpr std::size_t kDigits = 40;
    return text.size() == kDigits && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

} // namespace snug::hub
