// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/simd/instruction_sets.h"

#include "core/quant/simd/targets.h"

#include <hwy/highway.h>

namespace snug::quant::simd {

std::vector<InstructionSet> instructionSets()
{
    std::vector<InstructionSet> sets;
    // A better one has a lower bit.
    for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
        const std::int64_t bit = left & -left;
        sets.push_back({hwy::TargetName(bit), bit});
    }
    return sets;
}

bool hasVectors()
{
    constexpr std::int64_t kPlain = HWY_SCALAR | HWY_EMU128;
    return (hwy::SupportedTargets() & HWY_TARGETS & ~kPlain) != 0;
}

void use(const InstructionSet &set)
{
    hwy::SetSupportedTargetsForTest(set.bit);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

void useBest()
{
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

} // namespace snug::quant::simd
