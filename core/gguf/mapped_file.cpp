// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/mapped_file.h"

#include "core/base/paths.h"
#include "core/gguf/random_reader.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#if defined(_WIN32)
#include <windows.h>
#else
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace snug::gguf {
namespace {

tl::unexpected<Error> mapError(const std::filesystem::path &path, const std::error_code &code)
{
    return fail(ErrorKind::Io, fmt::format("{} cannot be read: {}.", toUtf8(path), code.message()),
                {{"path", toUtf8(path)}}, "Copy the file to a local disk.");
}

} // namespace

#if defined(_WIN32)

Result<MappedFile> MappedFile::open(const std::filesystem::path &path)
{
    SNUG_TRY(const auto file, FileReader::open(path));
    if (file->size() == 0)
        return MappedFile({});
    const HANDLE mapping = CreateFileMappingW(file->handle(), nullptr, PAGE_READONLY, 0, 0, nullptr);
    // The view keeps the mapping alive, and that the file.
    void *const view = mapping != nullptr ? MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0) : nullptr;
    const std::error_code error(static_cast<int>(GetLastError()), std::system_category());
    if (mapping != nullptr)
        CloseHandle(mapping);
    if (view == nullptr)
        return mapError(path, error);
    return MappedFile({static_cast<const std::byte *>(view), static_cast<std::size_t>(file->size())});
}

MappedFile::~MappedFile()
{
    if (!m_bytes.empty())
        UnmapViewOfFile(m_bytes.data());
}

void MappedFile::release(std::span<const std::byte> /*part*/) const {}

#else

Result<MappedFile> MappedFile::open(const std::filesystem::path &path)
{
    SNUG_TRY(const auto file, FileReader::open(path));
    const auto length = static_cast<std::size_t>(file->size());
    if (length == 0)
        return MappedFile({});
    void *const view = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, file->handle(), 0);
    if (view == MAP_FAILED)
        return mapError(path, {errno, std::generic_category()});
    ::madvise(view, length, MADV_SEQUENTIAL);
    return MappedFile({static_cast<const std::byte *>(view), length});
}

MappedFile::~MappedFile()
{
    if (!m_bytes.empty())
        ::munmap(const_cast<std::byte *>(m_bytes.data()), m_bytes.size());
}

void MappedFile::release(std::span<const std::byte> part) const
{
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(m_bytes.data()); // of a page
    const auto first = reinterpret_cast<std::uintptr_t>(part.data());
    if (part.empty() || part.size() > m_bytes.size() || first < begin ||
        first - begin > m_bytes.size() - part.size())
        return;
    const std::uintptr_t from = first / page * page;
    ::madvise(reinterpret_cast<void *>(from), first - from + part.size(), MADV_DONTNEED);
}

#endif

} // namespace snug::gguf
