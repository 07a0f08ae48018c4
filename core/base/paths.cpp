// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"

#include <cstdlib>

#if defined(_WIN32)
#include <windows.h>
#elif defined(__APPLE__)
#include <mach-o/dyld.h>
#endif

namespace snug {
namespace {

std::filesystem::path environmentPath(const char *name)
{
    const char *value = std::getenv(name);
    return value == nullptr ? std::filesystem::path() : fromUtf8(value);
}

#if !defined(_WIN32) && !defined(__APPLE__)
// XDG asks to ignore relative values: https://specifications.freedesktop.org/basedir-spec/latest/
std::filesystem::path xdg(const char *name, const char *fallbackBelowHome)
{
    const auto path = environmentPath(name);
    return (path.is_absolute() ? path : environmentPath("HOME") / fallbackBelowHome) / "snug";
}
#endif

} // namespace

Paths defaultPaths()
{
    if (const auto home = environmentPath("SNUG_HOME"); !home.empty())
        return {home / "config", home / "data", home / "cache"};
#if defined(_WIN32)
    return {environmentPath("APPDATA") / "Snug", environmentPath("LOCALAPPDATA") / "Snug",
            environmentPath("LOCALAPPDATA") / "Snug" / "cache"};
#elif defined(__APPLE__)
    const auto library = environmentPath("HOME") / "Library";
    return {library / "Application Support" / "Snug", library / "Application Support" / "Snug",
            library / "Caches" / "Snug"};
#else
    return {xdg("XDG_CONFIG_HOME", ".config"), xdg("XDG_DATA_HOME", ".local/share"),
            xdg("XDG_CACHE_HOME", ".cache")};
#endif
}

std::filesystem::path executableFolder()
{
#if defined(_WIN32)
    std::wstring buffer(32768, L'\0');
    const DWORD length = GetModuleFileNameW(nullptr, buffer.data(), static_cast<DWORD>(buffer.size()));
    buffer.resize(length);
    return std::filesystem::path(buffer).parent_path();
#elif defined(__APPLE__)
    std::uint32_t size = 0;
    _NSGetExecutablePath(nullptr, &size);
    std::string buffer(size, '\0');
    if (_NSGetExecutablePath(buffer.data(), &size) != 0)
        return {};
    std::error_code ignored;
    return std::filesystem::canonical(buffer.c_str(), ignored).parent_path();
#else
    std::error_code error;
    const auto target = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::filesystem::path() : target.parent_path();
#endif
}

std::string toUtf8(const std::filesystem::path &path)
{
    const std::u8string text = path.u8string();
    return {reinterpret_cast<const char *>(text.data()), text.size()};
}

std::filesystem::path fromUtf8(std::string_view text)
{
    return std::filesystem::path(std::u8string(text.begin(), text.end()));
}

} // namespace snug
