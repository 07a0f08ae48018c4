// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/remote_header.h"

#include "core/base/error_detail.h"
#include "core/base/units.h"
#include "core/gguf/limits.h"
#include "core/model/shape.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace snug {
namespace {

// What is to be fetched next, after `error` said that `had` bytes are not enough.
std::int64_t nextBytes(const Error &error, std::int64_t had)
{
    constexpr std::int64_t kGrowth = 4;
    const auto *wanted = detailOf<std::int64_t>(error, "wanted_bytes");
    return std::min(std::max(had * kGrowth, wanted != nullptr ? *wanted : 0), kMostRemoteHeaderBytes);
}

// What follows is the vocabulary, or nothing.
bool tellsArchitecture(const gguf::FirstKeys &first)
{
    const auto isTokens = [](const gguf::KeyValue &pair) { return pair.key == "tokenizer.ggml.tokens"; };
    const bool inVocabulary = (first.cut && first.cut->key.starts_with("tokenizer.")) ||
                              std::any_of(first.values.begin(), first.values.end(), isTokens);
    return (inVocabulary || first.complete()) && shapeOf(first).has_value();
}

} // namespace

Result<std::optional<gguf::FirstKeys>>
readRemoteFirstKeys(download::PrefixReader &file, const ProgressFn &progress, const std::stop_token &stop)
{
    constexpr std::int64_t kFirst = std::int64_t{128} << 10;
    for (const std::int64_t bytes : {kFirst, kMostFirstKeysBytes}) {
        if (progress)
            progress({"fetching", file.available(), std::min(bytes, file.size()), Unit::Bytes});
        SNUG_CHECK(file.fetch(bytes, stop));
        SNUG_TRY(gguf::FirstKeys first, gguf::readFirstKeys(file));
        if (tellsArchitecture(first))
            return first;
    }
    return std::nullopt;
}

Result<gguf::Header> readRemoteHeader(download::PrefixReader &file, const ProgressFn &progress,
                                      const std::stop_token &stop)
{
    gguf::Limits limits;
    limits.headerBytes = kMostRemoteHeaderBytes;
    for (std::int64_t wanted = kFirstLookBytes;;) {
        if (progress)
            progress({"fetching", file.available(), std::min(wanted, file.size()), Unit::Bytes});
        SNUG_CHECK(file.fetch(wanted, stop));
        auto header = gguf::readHeader(file, limits);
        if (header || !hasReason(header.error(), "need_more_bytes"))
            return header;
        if (wanted >= kMostRemoteHeaderBytes)
            return fail(ErrorKind::TooLarge,
                        "The header of the file is longer than " + formatBytes(kMostRemoteHeaderBytes) +
                            ", so it was not read from the server.",
                        {{"reason", std::string("large_header")}, {"limit", kMostRemoteHeaderBytes}},
                        "Download the file to look at it.");
        wanted = nextBytes(header.error(), wanted);
    }
}

std::optional<gguf::Header> readKeptHeader(const HeaderCache &cache, std::string_view sha256,
                                           std::int64_t fileBytes)
{
    auto entry = cache.find(sha256, fileBytes);
    if (!entry)
        return std::nullopt;
    gguf::Limits limits;
    limits.headerBytes = kMostRemoteHeaderBytes;
    gguf::MemoryReader reader(std::move(entry->bytes), entry->fileBytes);
    auto header = gguf::readHeader(reader, limits);
    if (header)
        return *std::move(header);
    cache.drop(sha256);
    return std::nullopt;
}

void keepHeader(const HeaderCache &cache, std::string_view sha256, gguf::RandomReader &file,
                const gguf::Header &header)
{
    std::string bytes(static_cast<std::size_t>(std::min(header.dataOffset, kMostRemoteHeaderBytes)), '\0');
    const auto got = file.readAt(0, std::as_writable_bytes(std::span(bytes)));
    if (got && *got == bytes.size())
        cache.keep(sha256, file.size(), bytes);
}

} // namespace snug
