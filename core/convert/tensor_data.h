// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/types.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>

namespace snug::convert {

// The numbers of one tensor of the file in the making, wherever they come from. Any number of threads read at
// once.
class TensorData {
public:
    TensorData() = default;
    TensorData(const TensorData &) = delete;
    TensorData &operator=(const TensorData &) = delete;
    virtual ~TensorData() = default;

    // Rows of all matrices, one after the other; a row is dims[0] of the GGUF tensor.
    [[nodiscard]] virtual std::int64_t rows() const = 0;
    [[nodiscard]] virtual std::int64_t columns() const = 0;

    // The type in which its bytes lie ready to be taken over, as MXFP4 blocks and tensors of a GGUF file do;
    // nullopt: only its numbers are to be had.
    [[nodiscard]] virtual std::optional<gguf::TensorType> storedAs() const { return std::nullopt; }

    // Fills `into`, `count` whole rows, from row `first`. Fails with Io, or Corrupt (detail name) for numbers
    // that cannot be unpacked.
    [[nodiscard]] virtual Result<void> readRows(std::int64_t first, std::int64_t count,
                                                std::span<float> into) const = 0;
    // The same, as they are stored. Fails with Unsupported without storedAs().
    [[nodiscard]] virtual Result<void> readStored(std::int64_t /*first*/, std::int64_t /*count*/,
                                                  std::span<std::byte> /*into*/) const
    {
        return fail(ErrorKind::Unsupported, "The tensor is not stored in a type of GGUF files.");
    }
};

// All tensors of a model.
class ModelData {
public:
    ModelData() = default;
    ModelData(const ModelData &) = delete;
    ModelData &operator=(const ModelData &) = delete;
    virtual ~ModelData() = default;

    // Returns once all bytes of that tensor are here; at once for files on disk. Blocks; fails with
    // Cancelled, and as fetching them does.
    [[nodiscard]] virtual Result<void> await(std::size_t tensor, std::stop_token stop) = 0;
    // By its place in the GGUF file's header. REQUIRES: await() returned for it. Lives no longer than this.
    [[nodiscard]] virtual Result<std::unique_ptr<TensorData>> tensor(std::size_t tensor) const = 0;
    // What was read of it need not be held in memory: reading it again is right, but slower. REQUIRES and
    // threads as tensor(), also while the tensor is read.
    virtual void release(std::size_t /*tensor*/) const {}
};

} // namespace snug::convert
