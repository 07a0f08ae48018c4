// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/types.h"
#include "core/safetensors/header.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace snug::convert {

// The numbers of one tensor of a checkpoint as floats, however they are stored. Any number of threads read.
class StoredNumbers {
public:
    StoredNumbers() = default;
    StoredNumbers(const StoredNumbers &) = delete;
    StoredNumbers &operator=(const StoredNumbers &) = delete;
    virtual ~StoredNumbers() = default;

    // Fills `into` with those at the row-major places `first`, `first + stride`, ... REQUIRES: all of them
    // are there.
    virtual void read(std::int64_t first, std::int64_t stride, std::span<float> into) const = 0;
    // What comes of `number` if it is stored like these; for the arithmetic that is done in their precision.
    [[nodiscard]] virtual float rounded(float number) const { return number; }

    // The type of GGUF files that keeps them in the same bytes; nullopt: none does.
    [[nodiscard]] virtual std::optional<gguf::TensorType> storedAs() const { return std::nullopt; }
    // As read(), of those bytes. REQUIRES: storedAs().
    virtual void readStored(std::int64_t /*first*/, std::int64_t /*stride*/,
                            std::span<std::byte> /*into*/) const
    {
    }
};

// nullptr for a type of which one number cannot be read by itself. `bytes` must outlive it and need not be
// aligned.
[[nodiscard]] std::unique_ptr<StoredNumbers> plainNumbers(safetensors::Dtype dtype,
                                                          std::span<const std::byte> bytes);

} // namespace snug::convert
