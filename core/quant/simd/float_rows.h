// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

// Numbers of 16 bits, low byte first, to floats and back, as core/quant/half.h does it one by one, and floats
// as they are stored; many at once. The bytes lie anywhere.
namespace snug::quant::simd {

// REQUIRES: `from` has two bytes for each of `into`.
void halvesToFloats(const std::byte *from, std::span<float> into);
void bfloat16ToFloats(const std::byte *from, std::span<float> into);

// REQUIRES: `into` has two bytes for each of `from`.
void floatsToHalves(std::span<const float> from, std::byte *into);
void floatsToBfloat16(std::span<const float> from, std::byte *into);

// As they are, low byte first. Whether all are finite. REQUIRES: `into` has four bytes for each.
bool copyFloats(std::span<const float> from, std::byte *into);

} // namespace snug::quant::simd
