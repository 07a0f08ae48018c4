// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/dry_folder.h"
#include "core/base/result.h"
#include "core/gguf/header.h"

#include <filesystem>
#include <utility>
#include <vector>

namespace snug::llama {

// A copy of a model's headers with holes for its data; gone with this. The engine's dry run reads nothing
// else.
class HeaderCopy {
public:
    // Reads the file with our own strict reader first, whose errors pass through with detail "path". Any part
    // of a split model stands for all of them; Fails with NotFound if one is missing.
    [[nodiscard]] static Result<HeaderCopy> make(const std::filesystem::path &model);

    // The copy, of the first part if there are several.
    [[nodiscard]] const std::filesystem::path &path() const { return m_copies.front(); }
    // The real file that belongs to path(): what the engine is to load.
    [[nodiscard]] const std::filesystem::path &original() const { return m_originals.front(); }
    // One for each part; their list of tokens is loaded.
    [[nodiscard]] const std::vector<gguf::Header> &headers() const { return m_headers; }
    // Of all tensors of all parts.
    [[nodiscard]] std::int64_t tensorBytes() const;

private:
    explicit HeaderCopy(DryFolder folder) : m_folder(std::move(folder)) {}
    [[nodiscard]] Result<void> add(const std::filesystem::path &part);

    DryFolder m_folder;
    std::vector<std::filesystem::path> m_originals;
    std::vector<std::filesystem::path> m_copies;
    std::vector<gguf::Header> m_headers;
};

} // namespace snug::llama
