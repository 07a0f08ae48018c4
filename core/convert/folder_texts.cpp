// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/folder_texts.h"

#include "core/base/atomic_file.h"
#include "core/base/paths.h"

#include <algorithm>
#include <system_error>

namespace snug::convert {

Result<std::optional<std::string>> FolderTexts::read(std::string_view name, std::int64_t mostBytes)
{
    auto text = readSmallFile(m_folder / fromUtf8(name), mostBytes);
    if (!text && text.error().kind == ErrorKind::NotFound)
        return std::nullopt;
    if (!text)
        return tl::make_unexpected(std::move(text).error());
    return *std::move(text);
}

Result<std::vector<std::string>> FolderTexts::namesIn(std::string_view folder)
{
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entries(m_folder / fromUtf8(folder), error);
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error))
        names.push_back(toUtf8(entries->path().filename()));
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace snug::convert
