// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/safetensors/header.h"
#include "core/safetensors/index.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A model as it is published for training: config.json, safetensors files and a tokenizer, in a folder or at
// the Hub.
namespace snug::convert {

struct Shard {
    std::string file; // relative to the folder
    std::int64_t bytes = 0;
};

struct CheckpointTensor {
    std::string name;
    safetensors::Dtype dtype = safetensors::Dtype::F32;
    std::vector<std::int64_t> shape; // slowest first
    std::size_t shard = 0;
    std::int64_t offset = 0; // in the shard's file
    std::int64_t bytes = 0;
};

// How long the tokenizer's files are, which tells how much of a GGUF file its vocabulary takes.
struct TokenizerFiles {
    std::optional<std::int64_t> tokenizerJson;
    std::optional<std::int64_t> tokenizerModel; // SentencePiece

    bool operator==(const TokenizerFiles &) const = default;
};

// Everything of a checkpoint but the tensors' data.
struct Checkpoint {
    nlohmann::json config; // an object
    std::vector<Shard> shards;
    std::vector<CheckpointTensor> tensors; // shard by shard, by name in each
    TokenizerFiles tokenizer;

    [[nodiscard]] std::int64_t tensorBytes() const;
    // As stored: what is packed counts by its packed elements.
    [[nodiscard]] std::int64_t elements() const;
};

inline constexpr std::int64_t kMostCheckpointTensors = 1'000'000;

// Fails with TooLarge (reason absurd_count) or Corrupt (reason duplicate_tensor: it was in another shard).
[[nodiscard]] Result<void> addShard(Checkpoint &checkpoint, std::string file, safetensors::Header header);

// Every tensor that the index names is there, in the file that it names. Fails with Truncated (reason
// missing_tensor, detail name and file).
[[nodiscard]] Result<void> checkAgainst(const safetensors::Index &index, const Checkpoint &checkpoint);

// The error for parts that an index or their own names promise and that are not there: NotFound (reason
// missing_shard, detail file).
[[nodiscard]] tl::unexpected<Error> missingShard(std::string_view file);

// Reads config.json, the index, and the header of each shard; blocks. Errors: NotFound (reason no_config,
// no_weights, missing_shard), those of parseConfig, parseIndex, addShard, checkAgainst, FileReader::open and
// safetensors::readHeader, with detail path.
[[nodiscard]] Result<Checkpoint> readCheckpoint(const std::filesystem::path &folder);

// The folder looks like one: it has config.json and a safetensors file.
[[nodiscard]] bool isCheckpoint(const std::filesystem::path &folder);

} // namespace snug::convert
