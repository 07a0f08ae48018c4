// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace snug {

// A quantization level as llama.cpp v0.5.0 knows it (enum llama_ftype), under the name that people write and
// `--type` takes.
struct Level {
    std::int64_t fileType;     // general.file_type
    std::string_view name;     // "Q4_K_M"
    gguf::TensorType mainType; // of most of its weights
};

[[nodiscard]] std::span<const Level> levels();
// nullptr for a number that names no level.
[[nodiscard]] const Level *levelFromFileType(std::int64_t fileType);

// How a file's level is to be called, and why that is not simply what the file says of itself.
struct LevelFinding {
    std::optional<std::string>
        name;          // "Q4_K_M", or "mostly Q5_0" if the weights say so; nullopt without weights
    std::string doubt; // one sentence; empty if file and weights agree
};

// `parts`: all files of one model, or one of them; not empty. The first says what the level is called.
[[nodiscard]] LevelFinding findLevel(std::span<const gguf::Header> parts);

} // namespace snug
