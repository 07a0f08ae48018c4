// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"
#include "core/quant/type_plan.h"

#include <span>
#include <vector>

namespace snug::quant {

// The tensors of all parts, as they are stored.
[[nodiscard]] std::vector<gguf::Tensor> tensorsOf(std::span<const gguf::Header> parts);
// As `plan` would store them.
[[nodiscard]] std::vector<gguf::Tensor> tensorsOf(const TypePlan &plan);

// What the engine's dry run needs to know of a model whose tensors are `tensors`, perhaps at a level that
// nobody has made yet: all keys of `first`, the first part, but the vocabulary, which would take it longer
// than everything else. A draft for gguf::encodeHeader, one file also where the source is split. Fails with
// Unsupported (reason "no_vocabulary") if nothing tells how many tokens there are.
[[nodiscard]] Result<gguf::Header> dryHeader(const gguf::Header &first, std::vector<gguf::Tensor> tensors);

} // namespace snug::quant
