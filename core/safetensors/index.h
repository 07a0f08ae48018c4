// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// "model.safetensors.index.json" beside the parts of a checkpoint: {"weight_map": {"tensor": "file"}, ...}
// (transformers, "Sharded checkpoints").
namespace snug::safetensors {

struct Index {
    std::map<std::string, std::string> fileOf; // by tensor
    std::vector<std::string> files;            // each once, by name; safe relative paths
};

inline constexpr std::int64_t kMostIndexBytes = std::int64_t{64} << 20;
inline constexpr std::size_t kMostShards = 4096;

// Fails with TooLarge (reason large_index), or Corrupt (reason bad_index: no JSON or not of this form;
// unsafe_path: a file outside the folder).
[[nodiscard]] Result<Index> parseIndex(std::string_view text);

} // namespace snug::safetensors
