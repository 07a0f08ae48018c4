// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace snug::quant::simd {

// One that the kernels are compiled for.
struct InstructionSet {
    std::string name; // "AVX2"
    std::int64_t bit = 0;
};

// Those of this processor, or the one that use() was called with; the best first. The last is plain C++.
[[nodiscard]] std::vector<InstructionSet> instructionSets();

// Whether there is more than plain C++, which the engine's own loops are faster than.
[[nodiscard]] bool hasVectors();

// The kernels use that one from now on, in all threads; none of them may be at work. For tests and benches.
void use(const InstructionSet &set);
void useBest();

} // namespace snug::quant::simd
