// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/packing_method.h"

#include <cstdint>
#include <vector>

// The shape [out, in] of the numbers that a packed tensor stands for. All fail with Unsupported (reason
// packed_shape) where the headers do not tell it.
namespace snug::convert {

[[nodiscard]] Result<std::vector<std::int64_t>> shapeAsStored(const PackedTensor &packed);
[[nodiscard]] Result<std::vector<std::int64_t>> shapeOfGptq(const PackedTensor &packed);
[[nodiscard]] Result<std::vector<std::int64_t>> shapeOfAwqGemm(const PackedTensor &packed);
// Of AWQ's gemv and of compressed-tensors: rows as in the model, each packed for itself.
[[nodiscard]] Result<std::vector<std::int64_t>> shapeOfPackedRows(const PackedTensor &packed);
[[nodiscard]] Result<std::vector<std::int64_t>> shapeOfMxfp4(const PackedTensor &packed);
// Of bytes without a shape (bitsandbytes, HQQ): every linear layer reads the model's hidden vector or writes
// it, so that one length is known and the other follows from the count.
[[nodiscard]] Result<std::vector<std::int64_t>> shapeOfPackedBytes(const PackedTensor &packed);

} // namespace snug::convert
