// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/model_texts.h"

#include <filesystem>
#include <utility>

namespace snug::convert {

// The small files of a checkpoint in a folder.
class FolderTexts final : public ModelTexts {
public:
    explicit FolderTexts(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    [[nodiscard]] Result<std::optional<std::string>> read(std::string_view name,
                                                          std::int64_t mostBytes) override;
    // By name.
    [[nodiscard]] Result<std::vector<std::string>> namesIn(std::string_view folder) override;

private:
    std::filesystem::path m_folder;
};

} // namespace snug::convert
