// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"

#include <filesystem>
#include <functional>
#include <string>

// Model files that the engine loads, made of others.
namespace snug::test {

// Every array of it is loaded.
[[nodiscard]] Result<gguf::Header> wholeHeader(const std::filesystem::path &model);

// A copy of a model with another header. REQUIRES: `change` leaves the tensors alone.
[[nodiscard]] Result<void> copyChanged(const std::filesystem::path &model,
                                       const std::filesystem::path &target,
                                       const std::function<void(gguf::Header &)> &change);
// A copy with another chat template; empty: with none.
[[nodiscard]] Result<void> copyWithTemplate(const std::filesystem::path &model,
                                            const std::filesystem::path &target, const std::string &text);

// A file of that header, whose tensors are F32 and hold small numbers of both signs.
[[nodiscard]] Result<void> writeSmallNumbers(const gguf::Header &draft, const std::filesystem::path &target);

} // namespace snug::test
