// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/repository.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <vector>

namespace snug::test {

// The repositories of a folder of models, by id. FOLDER/ORG/X with a .gguf or .safetensors file in it or
// below becomes ORG/X; FOLDER/X with such a file directly in it becomes snug/X, without those subfolders that
// are repositories. Hidden files and linked folders are left out.
[[nodiscard]] std::vector<FakeRepository> repositoriesIn(const std::filesystem::path &folder);

// The Hub's `gguf` key, read from the header of one file; null if it is none.
[[nodiscard]] nlohmann::json ggufKey(const std::filesystem::path &file);
// The Hub's `safetensors` key, from the headers of all files (huggingface.co/docs/safetensors: u64 length,
// JSON); null if none could be read.
[[nodiscard]] nlohmann::json safetensorsKey(const std::vector<std::filesystem::path> &files);

} // namespace snug::test
