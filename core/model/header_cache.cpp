// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/header_cache.h"

#include "core/base/atomic_file.h"
#include "core/gguf/little_endian.h"

#include <algorithm>
#include <span>
#include <system_error>

namespace snug {
namespace {

namespace fs = std::filesystem;

// A word of ours, the length of the whole file, then its first bytes.
constexpr std::string_view kMagic = "snughead";
constexpr std::size_t kPreface = 16;
constexpr const char *kEnding = ".head";

bool isHash(std::string_view text)
{
    return (text.size() == 40 || text.size() == 64) && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

struct Kept {
    fs::path path;
    std::int64_t bytes = 0;
    fs::file_time_type used;
};

} // namespace

std::optional<fs::path> HeaderCache::pathOf(std::string_view hash) const
{
    return isHash(hash) ? std::optional(m_folder / (std::string(hash) + kEnding)) : std::nullopt;
}

std::optional<HeaderCache::Entry> HeaderCache::find(std::string_view hash, std::int64_t fileBytes) const
{
    const auto path = pathOf(hash);
    if (!path)
        return std::nullopt;
    const auto content = readSmallFile(*path, m_mostBytes);
    if (!content)
        return std::nullopt;
    const auto bytes = std::as_bytes(std::span(*content));
    if (bytes.size() <= kPreface || !content->starts_with(kMagic) ||
        gguf::fromLittleEndian<std::int64_t>(bytes.data() + kMagic.size()) != fileBytes ||
        static_cast<std::int64_t>(bytes.size() - kPreface) > fileBytes) {
        drop(hash);
        return std::nullopt;
    }
    std::error_code code;
    fs::last_write_time(*path, fs::file_time_type::clock::now(), code);
    return Entry{{bytes.begin() + kPreface, bytes.end()}, fileBytes};
}

void HeaderCache::keep(std::string_view hash, std::int64_t fileBytes, std::string_view bytes) const
{
    const auto path = pathOf(hash);
    if (!path || bytes.empty() || static_cast<std::int64_t>(bytes.size() + kPreface) > m_mostBytes)
        return;
    std::vector<std::byte> length;
    gguf::appendLittleEndian(length, fileBytes);
    std::string content(kMagic);
    content.append(reinterpret_cast<const char *>(length.data()), length.size());
    content += bytes;
    if (replaceFile(*path, content))
        makeRoom();
}

void HeaderCache::drop(std::string_view hash) const
{
    std::error_code code;
    if (const auto path = pathOf(hash))
        fs::remove(*path, code);
}

void HeaderCache::makeRoom() const
{
    std::vector<Kept> kept;
    std::int64_t sum = 0;
    std::error_code code;
    for (fs::directory_iterator at(m_folder, code), end; !code && at != end; at.increment(code)) {
        std::error_code ignored;
        const auto bytes = at->file_size(ignored);
        const auto used = at->last_write_time(ignored);
        if (ignored || at->path().extension() != kEnding || !std::in_range<std::int64_t>(bytes))
            continue;
        kept.push_back({at->path(), static_cast<std::int64_t>(bytes), used});
        sum += kept.back().bytes;
    }
    std::sort(kept.begin(), kept.end(),
              [](const Kept &left, const Kept &right) { return left.used < right.used; });
    for (const Kept &file : kept) {
        if (sum <= m_mostBytes)
            return;
        fs::remove(file.path, code);
        sum -= file.bytes;
    }
}

} // namespace snug
