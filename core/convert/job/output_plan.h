// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/writer.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace snug::convert {

struct OutputFile {
    std::filesystem::path path; // its final name
    gguf::EncodedHeader header;
};

// Where a tensor of the model goes.
struct OutputTensor {
    std::size_t file = 0;  // of OutputPlan::files
    std::size_t place = 0; // in that file's header
};

// Every byte of the files in the making but the tensors' data: all names, types and places, before anything
// is read or written.
struct OutputPlan {
    std::vector<OutputFile> files;     // one, or the parts of a split model
    std::vector<OutputTensor> tensors; // as the model's
    std::int64_t bytes = 0;            // of all files
    // Equal for two plans that write the same bytes from the same sources: 64 hex digits.
    std::string identity;

    [[nodiscard]] const gguf::Tensor &tensor(std::size_t index) const
    {
        return files[tensors[index].file].header.header.tensors[tensors[index].place];
    }
};

struct OutputRequest {
    std::filesystem::path path;
    std::vector<gguf::KeyValue> keys;
    std::vector<gguf::Tensor> tensors; // name, dims and type; as they are to lie in the file
    // Bytes of tensor data a file; 0: one file, however large. llama.cpp's gguf-split counts likewise.
    std::int64_t splitBytes = 0;
    // What tells one source from another: its files with sizes and times, the importance matrix, the engine.
    std::string source;
};

// A split model is named as llama.cpp's gguf-split does. Fails as gguf::encodeHeader, and with
// InvalidArgument (reason split_size: more than 256 parts; no_tensors).
[[nodiscard]] Result<OutputPlan> planOutput(OutputRequest request);

} // namespace snug::convert
