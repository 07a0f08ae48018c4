// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/body_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace snug::download {
namespace {

std::string lower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

tl::unexpected<Error> refuse(std::string_view path, std::string_view what, std::string hint)
{
    return fail(ErrorKind::Protocol, fmt::format("The server sends {} in place of {}.", what, path),
                {{"reason", std::string("content")}}, std::move(hint));
}

} // namespace

bool isPagePath(std::string_view path)
{
    const std::string name = lower(path);
    return name.ends_with(".html") || name.ends_with(".htm");
}

Result<void> checkBeginning(std::string_view path, std::span<const std::byte> beginning)
{
    const auto first = beginning.first(std::min(beginning.size(), kBeginningBytes));
    std::string text;
    std::transform(first.begin(), first.end(), std::back_inserter(text),
                   [](std::byte b) { return static_cast<char>(b); });
    const std::string begin = lower(text);
    if (begin.starts_with("version https://git-lfs"))
        return refuse(path, "a pointer to the file",
                      "The repository or the mirror lacks the file itself; try another endpoint.");
    if (!isPagePath(path) && (begin.starts_with("<!doctype html") || begin.starts_with("<html")))
        return refuse(path, "a web page", "Open a web page in the browser: the network may want a sign-in.");
    constexpr std::size_t kMagicBytes = 4;
    if (!lower(path).ends_with(".gguf") || text.size() < kMagicBytes)
        return {};
    const std::string_view magic = std::string_view(text).substr(0, kMagicBytes);
    if (magic != "GGUF" && magic != "FUGG") // the second: written on a big-endian machine
        return refuse(path, "something that is no GGUF file",
                      "Look at the repository: the file may be damaged.");
    return {};
}

} // namespace snug::download
