// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/hub/levels.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace snug::hub {

// The safetensors checkpoints among `files`, each with the index, configuration and tokenizer beside it;
// those in the top folder first. Adapters (adapter_model.safetensors) are none, and neither are programs.
[[nodiscard]] std::vector<Level> checkpointsOf(const std::vector<RemoteFile> &files);

inline constexpr std::string_view kCheckpointLabel = "safetensors";

// It has what no checkpoint can be read without: configuration, tokenizer and, of several parts, the index.
// REQUIRES: one of checkpointsOf.
[[nodiscard]] bool hasSideFiles(const Level &checkpoint);

// nullopt if one is unknown or the sum leaves 64 bits.
[[nodiscard]] std::optional<std::int64_t> sumOfBytes(const std::vector<RemoteFile> &files);

} // namespace snug::hub
