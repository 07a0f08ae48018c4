// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/job/output_plan.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace snug::convert {

// Rows of one matrix of one tensor that are made at once: few enough that a stop is heeded soon.
struct Chunk {
    std::int64_t number = 0;   // from 0
    std::size_t tensor = 0;    // of OutputPlan::tensors
    std::int64_t matrix = 0;   // of the tensor's
    std::int64_t firstRow = 0; // of the tensor's
    std::int64_t rows = 0;
    std::int64_t offset = 0; // in the tensor's file
    std::int64_t bytes = 0;
    std::int64_t padding = 0; // zeros after it, up to the next
    // Of all files, one after the other, up to the end of the padding.
    std::int64_t end = 0;
};

// The chunks of a plan, in the order in which they lie in the files. One thread at a time.
class Chunks {
public:
    explicit Chunks(const OutputPlan &plan) : m_plan(plan) {}

    // nullopt after the last one.
    [[nodiscard]] std::optional<Chunk> next();

private:
    const OutputPlan &m_plan;
    std::int64_t m_number = 0;
    std::size_t m_tensor = 0;
    std::int64_t m_row = 0;
    std::int64_t m_before = 0; // bytes of the files before this one
};

} // namespace snug::convert
