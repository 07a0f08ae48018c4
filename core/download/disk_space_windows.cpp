// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/download/disk_space.h"

#include <array>
#include <windows.h>

namespace snug::download {

std::string volumeId(const std::filesystem::path &existing)
{
    std::array<wchar_t, MAX_PATH + 1> root{};
    if (GetVolumePathNameW(existing.c_str(), root.data(), static_cast<DWORD>(root.size())) == 0)
        return {};
    return toUtf8(std::filesystem::path(root.data()));
}

std::int64_t allocatedBytes(const std::filesystem::path &file)
{
    DWORD high = 0;
    const DWORD low = GetCompressedFileSizeW(file.c_str(), &high);
    if (low == INVALID_FILE_SIZE && GetLastError() != NO_ERROR)
        return 0;
    return static_cast<std::int64_t>((static_cast<std::uint64_t>(high) << 32U) | low);
}

} // namespace snug::download
