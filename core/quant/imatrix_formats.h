// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/quant/imatrix.h"

// The two formats of imatrix.h, each by its own reader. For core/quant only.
namespace snug::quant {

[[nodiscard]] Result<Imatrix> readGgufImatrix(gguf::RandomReader &in);
[[nodiscard]] Result<Imatrix> readOldImatrix(gguf::RandomReader &in, const ImatrixLimits &limits);

// "The importance matrix holds ... ": `what` is wrong with the numbers of tensor `name`.
[[nodiscard]] tl::unexpected<Error> badImatrix(std::string_view reason, std::string_view name,
                                               std::string_view what);
[[nodiscard]] tl::unexpected<Error> notAnImatrix(std::string_view what);

// That all are at least 0 and finite, as means of squares are.
[[nodiscard]] Result<void> checkMeans(std::string_view name, std::span<const float> means);

} // namespace snug::quant
