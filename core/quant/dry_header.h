// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"
#include "core/quant/type_plan.h"

#include <span>

namespace snug::quant {

// What the engine's dry run needs to know of a model at a level that perhaps nobody has made yet: all keys
// but the vocabulary, which would take it longer than everything else, and the tensors as `plan` stores them.
// A draft for gguf::encodeHeader, one file also where the source is split. `plan` comes from `parts`. Fails
// with Unsupported (reason "no_vocabulary") if nothing tells how many tokens there are.
[[nodiscard]] Result<gguf::Header> dryHeader(std::span<const gguf::Header> parts, const TypePlan &plan);

// The same with the types that the tensors have.
[[nodiscard]] Result<gguf::Header> dryHeader(std::span<const gguf::Header> parts);

} // namespace snug::quant
