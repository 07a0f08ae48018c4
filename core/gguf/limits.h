// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace snug::gguf {

// How much of a stranger's file the reader believes. Each default is far above what real models need, and
// together they bound the memory that reading any file can take by the bytes of its header.
struct Limits {
    // Vocabularies of 262 144 tokens with merges and scores take about 20 MiB.
    std::int64_t headerBytes = std::int64_t{256} << 20;
    // Real files have 20 to 80 keys.
    std::int64_t keys = 16384;
    // The largest models of 2026 have about 2 000 tensors; one for each expert and layer would be some 70
    // 000.
    std::int64_t tensors = 131072;
    // The format's own limit.
    std::int64_t keyBytes = 65535;
    // The longest texts are licences and chat templates, below 1 MiB.
    std::int64_t stringBytes = std::int64_t{16} << 20;
    // Lists of tokens and merges have below 1 million elements.
    std::int64_t arrayElements = std::int64_t{16} << 20;
    // Longer lists stay in the file: per-layer numbers, languages and tags fit, vocabularies do not.
    std::int64_t keptArrayBytes = 16384;
};

// llama.cpp keeps names in 64 bytes with a final zero (GGML_MAX_NAME) and shapes in 4 numbers
// (GGML_MAX_DIMS).
inline constexpr std::int64_t kMaxNameBytes = 63;
inline constexpr std::uint32_t kMaxDims = 4;
// Tensors start at multiples of this unless the file says otherwise; never more than the largest page of any
// system.
inline constexpr std::uint32_t kDefaultAlignment = 32;
inline constexpr std::uint32_t kMaxAlignment = 65536;

} // namespace snug::gguf
