// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/tensor_data.h"
#include "core/gguf/header.h"
#include "core/gguf/mapped_file.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace snug::llama {

// The numbers of a model that is a GGUF file already, or several that it was split into, read row by row from
// the mapped files. Each tensor is storedAs() its type. Rows with numbers that are none are refused (Corrupt,
// reason "not_finite"), for the engine's own calculations would pass them on. Any number of threads.
class GgufData final : public convert::ModelData {
public:
    struct Part {
        std::filesystem::path path;
        const gguf::Header *header = nullptr; // as it was read from that file
    };

    // `made`: the tensors of the file in the making, by whose places this answers. Maps all parts; fails as
    // gguf::MappedFile::open, with Truncated (reason "changed_part", detail file) where one is not as long as
    // when its header was read, or with InvalidArgument (reason "no_source", detail name) for a tensor that
    // no part has in the same shape.
    [[nodiscard]] static Result<std::unique_ptr<GgufData>> open(std::span<const Part> parts,
                                                                std::span<const gguf::Tensor> made);

    [[nodiscard]] Result<void> await(std::size_t tensor, std::stop_token stop) override;
    // Its readRows fails with Unsupported (reason "type") for types that the engine cannot turn into numbers.
    [[nodiscard]] Result<std::unique_ptr<convert::TensorData>> tensor(std::size_t tensor) const override;
    void release(std::size_t tensor) const override;

private:
    struct Place {
        gguf::Tensor tensor;
        std::span<const std::byte> bytes;
    };

    GgufData() = default;
    [[nodiscard]] Result<void> add(const Part &part);

    std::vector<gguf::MappedFile> m_files;
    std::vector<Place> m_places; // by the tensors in the making, once open() is done
};

} // namespace snug::llama
