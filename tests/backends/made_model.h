// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/checkpoint_data.h"
#include "core/gguf/writer.h"

#include <filesystem>
#include <memory>

namespace snug::test {

// A checkpoint that becomes a GGUF file of floating numbers, as convert_hf_to_gguf.py would write it.
struct MadeModel {
    convert::Checkpoint checkpoint;
    convert::Conversion conversion;
    std::unique_ptr<convert::FolderShards> shards;
    std::unique_ptr<convert::CheckpointData> data;
    gguf::EncodedHeader header; // tensors in the order of the conversion's
};

[[nodiscard]] Result<std::unique_ptr<MadeModel>> makeModel(const std::filesystem::path &folder,
                                                           convert::OutputType type);

// The bytes of the tensor at that place, in the type that the header says.
[[nodiscard]] Result<std::vector<std::byte>> floatBytes(const MadeModel &model, std::size_t place);

[[nodiscard]] Result<void> writeModelFile(const MadeModel &model, const std::filesystem::path &path);

} // namespace snug::test
