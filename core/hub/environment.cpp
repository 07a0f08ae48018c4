// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/environment.h"

#include "core/base/paths.h"
#include "core/hub/safe_path.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>

namespace snug::hub {
namespace {

namespace fs = std::filesystem;

constexpr const char *kDefaultEndpoint = "https://huggingface.co";
constexpr std::size_t kMaxTokenFileBytes = 4096;

// A variable that is set but empty counts as not set.
std::optional<std::string> valueOf(const Lookup &lookup, const char *name)
{
    auto value = lookup(name);
    if (value && value->find_first_not_of(" \t\r\n") == std::string::npos)
        return std::nullopt;
    return value;
}

bool isOn(const Lookup &lookup, const char *name)
{
    std::string value = valueOf(lookup, name).value_or("");
    std::transform(value.begin(), value.end(), value.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return value == "1" || value == "ON" || value == "YES" || value == "TRUE";
}

fs::path userHome(const Lookup &lookup)
{
#ifdef _WIN32
    return fromUtf8(valueOf(lookup, "USERPROFILE").value_or(""));
#else
    return fromUtf8(valueOf(lookup, "HOME").value_or(""));
#endif
}

std::optional<fs::path> folderOf(const Lookup &lookup, const char *name)
{
    const auto value = valueOf(lookup, name);
    if (!value)
        return std::nullopt;
    if (value->starts_with("~/"))
        return userHome(lookup) / fromUtf8(std::string_view(*value).substr(2));
    return fromUtf8(*value);
}

fs::path hubHome(const Lookup &lookup)
{
    if (auto home = folderOf(lookup, "HF_HOME"))
        return *home;
    if (auto caches = folderOf(lookup, "XDG_CACHE_HOME"))
        return *caches / "huggingface";
    return userHome(lookup) / ".cache" / "huggingface";
}

// nullopt if there is no such file.
Result<std::optional<std::string>> readTokenFile(const fs::path &file)
{
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (!fs::exists(status))
        return std::nullopt;
    std::ifstream in(file, std::ios::binary);
    if (!fs::is_regular_file(status) || !in)
        return fail(ErrorKind::Io, "The file with the access token could not be read.",
                    {{"path", toUtf8(file)}}, "Check that the file may be read by you.");
    std::string text(kMaxTokenFileBytes, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        return std::nullopt;
    return text;
}

Result<Token> tokenOf(std::string_view text, const http::Url &origin, const std::string &source)
{
    auto token = Token::parse(text, origin);
    if (!token)
        token.error().detail.emplace_back("source", source);
    return token;
}

Result<std::optional<FoundToken>> tokenOfFile(const fs::path &file, const http::Url &origin)
{
    SNUG_TRY(const auto text, readTokenFile(file));
    if (!text)
        return std::nullopt;
    SNUG_TRY(Token token, tokenOf(*text, origin, toUtf8(file)));
    return FoundToken{std::move(token), TokenSource::File, file};
}

} // namespace

std::optional<std::string> processVariable(const char *name)
{
    const char *value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<http::Url> parseEndpoint(std::string_view text)
{
    while (text.ends_with('/'))
        text.remove_suffix(1);
    const auto url = http::Url::parse(text);
    if (!url || text.find_first_of("?#") != std::string_view::npos ||
        text.find("://") == std::string_view::npos)
        return fail(ErrorKind::InvalidArgument,
                    "The address of the Hub cannot be used: \"" + redact(shownText(text)) + "\".", {},
                    "HF_ENDPOINT is an address such as https://huggingface.co.");
    if (!url->secure() && !url->loopback())
        return fail(ErrorKind::InvalidArgument,
                    "The address of the Hub begins with http:, so everybody on the way could read the access "
                    "token and change the models.",
                    {{"server", url->shown()}}, "Use an address that begins with https:.");
    return *url;
}

Result<Environment> readEnvironment(const Lookup &lookup)
{
    SNUG_TRY(http::Url endpoint, parseEndpoint(valueOf(lookup, "HF_ENDPOINT").value_or(kDefaultEndpoint)));
    Environment environment{std::move(endpoint), false, true, hubHome(lookup), {}};
    environment.offline = isOn(lookup, "HF_HUB_OFFLINE") || isOn(lookup, "TRANSFORMERS_OFFLINE");
    environment.sendToken = !isOn(lookup, "HF_HUB_DISABLE_IMPLICIT_TOKEN");
    if (auto cache = folderOf(lookup, "HF_HUB_CACHE"))
        environment.cache = *cache;
    else if (auto older = folderOf(lookup, "HUGGINGFACE_HUB_CACHE"))
        environment.cache = *older;
    else
        environment.cache = environment.home / "hub";
    return environment;
}

Result<std::optional<FoundToken>> findToken(const Lookup &lookup, const Environment &environment)
{
    for (const char *name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
        const auto text = valueOf(lookup, name);
        if (!text)
            continue;
        SNUG_TRY(Token token, tokenOf(*text, environment.endpoint, name));
        return FoundToken{std::move(token), TokenSource::Variable, {}};
    }
    if (const auto file = folderOf(lookup, "HF_TOKEN_PATH"))
        return tokenOfFile(*file, environment.endpoint);
    SNUG_TRY(const http::Url official, http::Url::parse(kDefaultEndpoint));
    return tokenOfFile(environment.home / "token", official);
}

} // namespace snug::hub
