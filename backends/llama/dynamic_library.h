// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/paths.h"
#include "core/base/result.h"

#include <filesystem>
#include <utility>

#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace snug::llama {

// A shared library, open as long as this lives. Loading runs its static constructors: only in a child process
// when the library is a driver's.
class DynamicLibrary {
public:
    // Fails with Unsupported; detail "loader" holds the system's own words.
    [[nodiscard]] static Result<DynamicLibrary> open(const std::filesystem::path &file)
    {
#if defined(_WIN32)
        void *handle = LoadLibraryW(file.c_str());
        const std::string reason = "error " + std::to_string(GetLastError());
#else
        void *handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
        const char *text = handle == nullptr ? dlerror() : nullptr;
        const std::string reason = text == nullptr ? "" : text;
#endif
        if (handle == nullptr)
            return fail(ErrorKind::Unsupported, toUtf8(file.filename()) + " cannot be loaded.",
                        {{"loader", reason}});
        return DynamicLibrary(handle);
    }

    DynamicLibrary(DynamicLibrary &&other) noexcept : m_handle(std::exchange(other.m_handle, nullptr)) {}
    DynamicLibrary &operator=(DynamicLibrary &&) = delete;
    ~DynamicLibrary()
    {
#if defined(_WIN32)
        if (m_handle != nullptr)
            FreeLibrary(static_cast<HMODULE>(m_handle));
#else
        if (m_handle != nullptr)
            dlclose(m_handle);
#endif
    }

    // Null if the library has no such function.
    template <class Function> [[nodiscard]] Function function(const char *name) const
    {
#if defined(_WIN32)
        return reinterpret_cast<Function>(GetProcAddress(static_cast<HMODULE>(m_handle), name));
#else
        return reinterpret_cast<Function>(dlsym(m_handle, name));
#endif
    }

private:
    explicit DynamicLibrary(void *handle) : m_handle(handle) {}
    void *m_handle;
};

} // namespace snug::llama
