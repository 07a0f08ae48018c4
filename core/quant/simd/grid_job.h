// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/quant/number_extent.h"
#include "core/quant/simd/block_job.h"

namespace snug::quant::simd {

// Whether no sum of the search for points of a grid can overflow: what the encoder of the reference asks too.
[[nodiscard]] inline bool canBeSearched(const BlockJob &job)
{
    constexpr std::size_t kBlock = 256;
    const Extent numbers = extentOf({job.numbers, job.blocks * kBlock});
    if (job.importance == nullptr)
        return gridSumsStayFinite(numbers.largest);
    return gridSumsStayFinite(numbers.largest, extentOf({job.importance, job.blocksPerRow * kBlock}).largest);
}

} // namespace snug::quant::simd
