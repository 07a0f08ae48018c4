// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/convert_source.h"
#include "app/cli/hub_checkpoint.h"

#include <filesystem>
#include <memory>
#include <string>

namespace snug::cli {

// A folder with config.json, safetensors and a tokenizer. Fails as convert::readCheckpoint.
[[nodiscard]] Result<std::unique_ptr<ConvertSource>> openCheckpoint(const std::filesystem::path &folder,
                                                                    std::string preTokenizer);
// The same of a checkpoint at the Hub, whose weights are fetched once open() was called. Fails as
// HubCheckpoint::read.
[[nodiscard]] Result<std::unique_ptr<ConvertSource>>
openCheckpoint(const std::shared_ptr<HubCheckpoint> &checkpoint, std::string preTokenizer);

} // namespace snug::cli
