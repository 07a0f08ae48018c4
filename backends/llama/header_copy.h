// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"

#include <filesystem>
#include <vector>

namespace snug::llama {

// A copy of a model's headers with holes for its data, in a folder of its own below the system's folder for
// temporary files; gone with this, or, after a process was killed, with the next one an hour later. The
// engine's dry run reads nothing else.
class HeaderCopy {
public:
    // Reads the file with our own strict reader first, whose errors pass through with detail "path". Any part
    // of a split model stands for all of them; Fails with NotFound if one is missing.
    [[nodiscard]] static Result<HeaderCopy> make(const std::filesystem::path &model);
    HeaderCopy(HeaderCopy &&other) noexcept;
    HeaderCopy &operator=(HeaderCopy &&) = delete;
    ~HeaderCopy();

    // The copy, of the first part if there are several.
    [[nodiscard]] const std::filesystem::path &path() const { return m_copies.front(); }
    // The real file that belongs to path(): what the engine is to load.
    [[nodiscard]] const std::filesystem::path &original() const { return m_originals.front(); }
    // One for each part.
    [[nodiscard]] const std::vector<gguf::Header> &headers() const { return m_headers; }
    // Of all tensors of all parts.
    [[nodiscard]] std::int64_t tensorBytes() const;

private:
    HeaderCopy() = default;
    [[nodiscard]] Result<void> add(const std::filesystem::path &part);

    std::filesystem::path m_folder;
    std::vector<std::filesystem::path> m_originals;
    std::vector<std::filesystem::path> m_copies;
    std::vector<gguf::Header> m_headers;
};

} // namespace snug::llama
