// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"

#include <optional>
#include <span>
#include <string>

namespace snug {

// How a file's level is to be called, and why that is not simply what the file says of itself.
struct LevelFinding {
    std::optional<std::string>
        name;          // "Q4_K_M", or "mostly Q5_0" if the weights say so; nullopt without weights
    std::string doubt; // one sentence; empty if file and weights agree
};

// `parts`: all files of one model, or one of them; not empty. The first says what the level is called.
[[nodiscard]] LevelFinding findLevel(std::span<const gguf::Header> parts);

} // namespace snug
