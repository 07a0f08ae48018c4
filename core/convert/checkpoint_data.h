// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/plan.h"
#include "core/convert/shards.h"
#include "core/convert/tensor_data.h"
#include "core/convert/unpack/unpack.h"

namespace snug::convert {

// Which shards hold something of the conversion, by their place in Checkpoint::shards: others need not be
// there.
[[nodiscard]] std::vector<bool> neededShards(const Conversion &conversion, const Checkpoint &checkpoint);

// The numbers of a planned conversion, read from the checkpoint's shards row by row: nothing is held in
// memory but the rows that are asked for. Where the conversion plans F16 or BF16, its numbers are rounded to
// that: quantized, they are those of the reference, which makes such a file first. By the places of
// Conversion::tensors. Any number of threads.
class CheckpointData final : public ModelData {
public:
    // All three must outlive it.
    CheckpointData(const Conversion &conversion, const Checkpoint &checkpoint, Shards &shards);

    [[nodiscard]] Result<void> await(std::size_t tensor, std::stop_token stop) override;
    // Fails with Corrupt (reason wrong_shape; bad_packing: what stands beside packed numbers does not fit
    // them) or Unsupported (reason dtype, packing; not_zero: of the first tensor, for all that are left out),
    // each with detail name.
    [[nodiscard]] Result<std::unique_ptr<TensorData>> tensor(std::size_t tensor) const override;
    void release(std::size_t tensor) const override;

private:
    // Makes sure of Conversion::zeroSources.
    [[nodiscard]] Result<void> checkZeros() const;
    [[nodiscard]] Result<PackedSource> packed(const Source &source) const;
    // Whether its numbers have the planned type of 16 bits in the checkpoint already.
    [[nodiscard]] bool isStoredAs(const PlannedTensor &planned) const;

    const Conversion &m_conversion;
    const Checkpoint &m_checkpoint;
    Shards &m_shards;
    Config m_config;
};

} // namespace snug::convert
