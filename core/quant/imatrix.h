// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"
#include "core/gguf/random_reader.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// An importance matrix tells how strongly each column of each weight matrix is used: a quantizer then keeps
// the columns that matter more exactly. llama.cpp's tool of that name makes such files, in two formats; all
// numbers are little-endian.
//
//   GGUF (since 2025)   keys imatrix.datasets (strings), imatrix.chunk_count, imatrix.chunk_size;
//                       for each tensor of the model two of F32: NAME.in_sum2, the sums of squared inputs,
//                       columns x experts, and NAME.counts, how many there were, 1 x experts
//   the older one       i32 entries; each: i32 length, name, i32 calls, i32 count, f32 for each of them;
//                       then perhaps i32 chunks, i32 length, name of the dataset
namespace snug::quant {

struct Imatrix {
    // By the tensor's name: means, a number for each column of the first matrix, then of the second. None is
    // negative.
    std::map<std::string, std::vector<float>, std::less<>> importance;
    std::string dataset;     // of several the first; empty: unknown
    std::int64_t chunks = 0; // of text that it was made of; 0: unknown

    // The numbers of all matrices of `tensor`; empty: there are none for it. Embeddings are looked up and not
    // multiplied, so that numbers that do not fit them are no mistake; for another tensor fails with
    // InvalidArgument (reason "imatrix_shape", detail name).
    [[nodiscard]] Result<std::span<const float>> of(const gguf::Tensor &tensor) const;

    // quantize.imatrix.*, which llama.cpp's quantizer adds to a file made with it; `file`: what this was read
    // from, for people to read.
    [[nodiscard]] std::vector<gguf::KeyValue> keys(std::string_view file) const;
};

struct ImatrixLimits {
    std::int64_t fileBytes = std::int64_t{8} << 30; // DeepSeek V3's are below 2 GiB
    std::int64_t entries = 131072;
    std::int64_t nameBytes = 1024;
};

// Values as llama.cpp's quantizer (v0.5.0) uses them: sums over counts, and 1 for experts that nothing went
// through. Fails as gguf::readHeader, or, by reason:
//   Corrupt    not_an_imatrix, bad_imatrix (counts or sums that cannot be; detail name), not_finite (detail
//              name)
//   Truncated  truncated
//   TooLarge   large_imatrix
[[nodiscard]] Result<Imatrix> readImatrix(gguf::RandomReader &in, const ImatrixLimits &limits = {});

} // namespace snug::quant
