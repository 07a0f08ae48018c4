// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/dry_folder.h"

#include "core/base/paths.h"
#include "core/gguf/sparse_copy.h"
#include "core/gguf/writer.h"

#include <fmt/format.h>

#include <chrono>
#include <random>
#include <string_view>
#include <system_error>
#include <utility>

namespace snug::llama {
namespace {

constexpr std::string_view kFolderName = "snug-headers-";

// A process that was killed could not remove its folder. A dry run takes seconds, so an hour is long enough.
void removeLeftovers(const std::filesystem::path &parent)
{
    const auto old = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
    std::error_code error;
    for (std::filesystem::directory_iterator entry(parent, error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code ignored;
        if (toUtf8(entry->path().filename()).starts_with(kFolderName) &&
            entry->symlink_status(ignored).type() == std::filesystem::file_type::directory &&
            entry->last_write_time(ignored) < old && !ignored)
            std::filesystem::remove_all(entry->path(), ignored);
    }
}

} // namespace

Result<DryFolder> DryFolder::make()
{
    std::error_code error;
    const auto parent = std::filesystem::temp_directory_path(error);
    removeLeftovers(parent);
    std::random_device random;
    DryFolder folder;
    const auto path = parent / fmt::format("{}{:08x}{:08x}", kFolderName, random(), random());
    if (error || !std::filesystem::create_directory(path, error))
        return fail(ErrorKind::Io, "There is no folder for temporary files.",
                    {{"system_message", error.message()}});
    folder.m_path = path;
    return folder;
}

DryFolder::DryFolder(DryFolder &&other) noexcept : m_path(std::exchange(other.m_path, {})) {}

DryFolder::~DryFolder()
{
    std::error_code ignored;
    if (!m_path.empty())
        std::filesystem::remove_all(m_path, ignored);
}

Result<std::filesystem::path> DryFolder::write(const std::string &name, gguf::Header draft) const
{
    SNUG_TRY(const gguf::EncodedHeader encoded, gguf::encodeHeader(std::move(draft)));
    // Somebody may have tidied up.
    std::error_code ignored;
    std::filesystem::create_directories(m_path, ignored);
    auto file = m_path / fromUtf8(name + ".gguf");
    SNUG_CHECK(gguf::writeSparse(encoded.bytes, encoded.header.fileBytes, file));
    return file;
}

void DryFolder::keepAlive() const
{
    std::error_code ignored;
    std::filesystem::create_directories(m_path, ignored); // somebody may have tidied up
    std::filesystem::last_write_time(m_path, std::filesystem::file_time_type::clock::now(), ignored);
}

} // namespace snug::llama
