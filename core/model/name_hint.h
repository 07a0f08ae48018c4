// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace snug {

// How many parameters a model's name claims: 8e9 for "Qwen3-8B-GGUF", 56e9 for "Mixtral-8x7B", 30e9 for
// "Qwen3-30B-A3B", whose 3 billion are the active ones. A hint for lists; nullopt if the name claims nothing,
// or nonsense.
[[nodiscard]] std::optional<std::int64_t> parametersInName(std::string_view name);

} // namespace snug
