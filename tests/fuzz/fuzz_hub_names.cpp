// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/names.h"
#include "core/hub/safe_path.h"
#include "tests/fuzz/demand.h"

#include <filesystem>

// Any bytes as the name of a file and of a model: what is let through stays below its folder by the rules of
// this system, and means the same when it is written again.

namespace {

using namespace snug;
using namespace snug::hub;
using fuzz::demand;

void checkPath(std::string_view text)
{
    const auto path = safeRelativePath(text);
    if (!path) {
        demand(!path.error().message.empty(), "errors say what happened");
        return;
    }
    demand(*path == text && path->size() <= kMaxPathBytes, "a safe path is what was asked for");
    const std::filesystem::path root = "/below/here";
    const auto whole = (root / *path).lexically_normal();
    const auto inside = whole.lexically_relative(root);
    demand(!inside.empty() && *inside.begin() != ".." && inside.generic_string() == *path,
           "a safe path stays below its folder");
    demand(path->find_first_of("\\:*?\"<>|~") == std::string::npos, "no sign that Windows reads otherwise");
    demand(pathKey(pathKey(*path)) == pathKey(*path), "folding twice changes nothing");
}

void checkReference(std::string_view text)
{
    const auto endpoint = http::Url::parse("https://hub.example");
    const auto reference = parseReference(text, *endpoint);
    if (!reference)
        return;
    std::string written = reference->repo.text();
    if (reference->revision)
        written += "@" + *reference->revision;
    if (!reference->selector.empty())
        written += ":" + reference->selector;
    const auto again = parseReference(written, *endpoint);
    demand(again && *again == *reference, "a reference means the same when written again");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string text(data, data + size);
    checkPath(text);
    checkReference(text);
    const std::string shown = shownText(text);
    demand(shown.size() <= 160, "shown text is short");
    for (const char c : shown)
        demand(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "shown text has no control characters");
    return 0;
}
