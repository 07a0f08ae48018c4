// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/header_copy.h"

#include "core/base/paths.h"
#include "core/gguf/random_reader.h"
#include "core/gguf/reader.h"
#include "core/gguf/sparse_copy.h"
#include "core/model/split_files.h"

#include <fmt/format.h>

#include <chrono>
#include <random>
#include <string_view>
#include <system_error>
#include <utility>

namespace snug::llama {
namespace {

// More parts than any published model has; a stranger's file does not decide how many files are opened.
constexpr std::int64_t kMaxParts = 1024;

Error at(const std::filesystem::path &path, Error error)
{
    error.detail.emplace_back("path", toUtf8(path));
    return error;
}

constexpr std::string_view kFolderName = "snug-headers-";

// A process that was killed could not remove its copy. A dry run takes seconds, so an hour is long enough.
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

Result<std::filesystem::path> makeFolder()
{
    std::error_code error;
    const auto parent = std::filesystem::temp_directory_path(error);
    removeLeftovers(parent);
    std::random_device random;
    const auto folder = parent / fmt::format("{}{:08x}{:08x}", kFolderName, random(), random());
    if (error || !std::filesystem::create_directory(folder, error))
        return fail(ErrorKind::Io, "There is no folder for temporary files.",
                    {{"system_message", error.message()}});
    return folder;
}

} // namespace

HeaderCopy::HeaderCopy(HeaderCopy &&other) noexcept
    : m_folder(std::exchange(other.m_folder, {}))
    , m_originals(std::move(other.m_originals))
    , m_copies(std::move(other.m_copies))
    , m_headers(std::move(other.m_headers))
{
}

HeaderCopy::~HeaderCopy()
{
    std::error_code ignored;
    if (!m_folder.empty())
        std::filesystem::remove_all(m_folder, ignored);
}

Result<void> HeaderCopy::add(const std::filesystem::path &part)
{
    auto reader = gguf::FileReader::open(part);
    if (!reader)
        return tl::make_unexpected(at(part, std::move(reader).error()));
    auto header = gguf::readHeader(**reader);
    if (!header)
        return tl::make_unexpected(at(part, std::move(header).error()));
    const auto copy = m_folder / part.filename();
    if (auto written = gguf::writeSparseCopy(**reader, *header, copy); !written)
        return tl::make_unexpected(at(copy, std::move(written).error()));
    m_originals.push_back(part);
    m_copies.push_back(copy);
    m_headers.push_back(*std::move(header));
    return {};
}

Result<HeaderCopy> HeaderCopy::make(const std::filesystem::path &model)
{
    HeaderCopy copy;
    SNUG_TRY(copy.m_folder, makeFolder());
    if (auto added = copy.add(model); !added)
        return tl::make_unexpected(std::move(added).error());
    const gguf::Value *count = copy.m_headers.front().find("split.count");
    const std::int64_t parts = count == nullptr ? 1 : count->integer().value_or(1);
    if (parts <= 1)
        return copy;
    const auto first = splitPartPath(model, 1, parts);
    if (parts > kMaxParts || !first)
        return fail(
            ErrorKind::Unsupported,
            fmt::format("This file is one of {} parts of a model, and its name does not tell which.", parts),
            {{"path", toUtf8(model)}}, "Give the parts their original names, NAME-00001-of-00005.gguf.");
    copy.m_originals.clear();
    copy.m_copies.clear();
    copy.m_headers.clear();
    for (std::int64_t part = 1; part <= parts; ++part) {
        if (auto added = copy.add(splitPartPath(model, part, parts).value_or(*first)); !added)
            return tl::make_unexpected(std::move(added).error());
    }
    return copy;
}

std::int64_t HeaderCopy::tensorBytes() const
{
    std::int64_t sum = 0;
    for (const auto &header : m_headers)
        sum += header.tensorBytes();
    return sum;
}

} // namespace snug::llama
