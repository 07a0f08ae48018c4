// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/convert_source.h"

namespace snug::cli {

// A folder with config.json, safetensors and a tokenizer. Fails as convert::readCheckpoint.
[[nodiscard]] Result<std::unique_ptr<ConvertSource>> openCheckpoint(const std::filesystem::path &folder,
                                                                    std::string preTokenizer);

} // namespace snug::cli
