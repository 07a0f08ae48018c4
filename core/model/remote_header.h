// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/download/prefix_reader.h"
#include "core/gguf/header.h"
#include "core/gguf/reader.h"
#include "core/model/header_cache.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string_view>

namespace snug {

// What a first look costs: enough for all keys and tensors of many models, and for the keys that describe the
// architecture of nearly all.
inline constexpr std::int64_t kFirstLookBytes = std::int64_t{1} << 20;
// Vocabularies of 262 144 tokens with merges and scores take about 20 MiB.
inline constexpr std::int64_t kMostRemoteHeaderBytes = std::int64_t{64} << 20;

// At most so much is fetched for the first keys, which leaves room for the listing in a first verdict from
// 1 MB.
inline constexpr std::int64_t kMostFirstKeysBytes = std::int64_t{896} << 10;

// The first keys of a GGUF file on a server, if they tell its shape: nullopt where they do not in
// kMostFirstKeysBytes, so that the whole header has to be read. The writers of such files put what describes
// the architecture before the vocabulary, which is what makes headers long. Progress and errors as below.
[[nodiscard]] Result<std::optional<gguf::FirstKeys>>
readRemoteFirstKeys(download::PrefixReader &file, const ProgressFn &progress, const std::stop_token &stop);

// The header of a GGUF file on a server without the rest of it: its beginning, four times as much each time
// that it is not enough. Progress: "fetching", in bytes. Errors: those of PrefixReader::fetch and
// gguf::readHeader; TooLarge (reason "large_header") where kMostRemoteHeaderBytes are not enough.
[[nodiscard]] Result<gguf::Header> readRemoteHeader(download::PrefixReader &file, const ProgressFn &progress,
                                                    const std::stop_token &stop);

// The header of a file whose content has this hash, without asking anybody; checked like one that was just
// fetched. nullopt if it was not kept, or what was kept is none.
[[nodiscard]] std::optional<gguf::Header> readKeptHeader(const HeaderCache &cache, std::string_view sha256,
                                                         std::int64_t fileBytes);

// REQUIRES: `header` was read from `file`.
void keepHeader(const HeaderCache &cache, std::string_view sha256, gguf::RandomReader &file,
                const gguf::Header &header);

} // namespace snug
