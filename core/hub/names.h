// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/http/url.h"

#include <optional>
#include <string>
#include <string_view>

namespace snug::hub {

// "ORG/NAME", or "NAME" for the oldest models: letters, digits, "-", "_", "."; at most 96 each; no "--" and
// no
// "..", neither "-" nor "." at an end. A value.
class RepoId {
public:
    // Fails with InvalidArgument.
    [[nodiscard]] static Result<RepoId> parse(std::string_view text);

    [[nodiscard]] const std::string &text() const { return m_text; }
    [[nodiscard]] std::string_view owner() const; // empty for the oldest models
    [[nodiscard]] std::string_view name() const;

    bool operator==(const RepoId &) const = default;

private:
    explicit RepoId(std::string text) : m_text(std::move(text)) {}

    std::string m_text;
};

// What a person wrote to say which model they mean.
struct RepoReference {
    RepoId repo;
    std::optional<std::string> revision; // branch, tag or commit; absent: the main one
    std::string selector;                // a level's label, a file or a folder; a safe path; empty: not said

    bool operator==(const RepoReference &) const = default;
};

// "REPO[@REVISION][:LEVEL-or-FILE]", or the address of a page copied from the browser:
// "https://huggingface.co/ORG/NAME[/tree|blob|resolve/REVISION[/PATH]]", the same at `endpoint`, or with
// "hf.co/" in front and ":LEVEL" behind. Fails with InvalidArgument.
[[nodiscard]] Result<RepoReference> parseReference(std::string_view text, const http::Url &endpoint);

// A branch, tag or commit as git allows it, without what could lead elsewhere in an address.
[[nodiscard]] bool isRevision(std::string_view text);

// 40 digits a-f: a revision that never changes.
[[nodiscard]] bool isCommit(std::string_view text);

} // namespace snug::hub
