// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

// File names inside a repository are a stranger's words that become paths on this machine: whoever writes
// "..\..\plugin" writes outside the folder (CVE-2026-119979). The rules of POSIX and of Windows hold on every
// system, because a library moves between them.
namespace snug::hub {

constexpr std::size_t kMaxPathBytes = 512;
constexpr std::size_t kMaxSegmentBytes = 240; // leaves room below 255 for endings of ours
constexpr std::size_t kMaxSegments = 16;

// `text` itself if it is a relative path, separated by "/", that names a file below any folder on any system:
// only characters of an allow-list (ASCII letters, digits, usual signs, letters of common scripts), no
// "." or "..", no device name of Windows, no blank or dot at an end. Otherwise InvalidArgument with detail
// name (made safe to show) and reason: empty, too_long, too_deep, absolute, dots, character, not_utf8,
// device_name, blank_or_dot_at_end.
[[nodiscard]] Result<std::string> safeRelativePath(std::string_view text);

// Equal for names that a file system may take for the same file: "A.gguf" and "a.gguf". REQUIRES: a safe
// path.
[[nodiscard]] std::string pathKey(std::string_view safePath);

// A stranger's words for a person: what a terminal or window could misread (controls, marks that turn the
// direction of writing, invisible characters) as \u{202E}; cut after about `limit` bytes.
[[nodiscard]] std::string shownText(std::string_view text, std::size_t limit = 120);

} // namespace snug::hub
