// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/random_reader.h"
#include "core/safetensors/header.h"

#include <cstdint>

// A safetensors file (the specification is the README of github.com/huggingface/safetensors, "Format"):
//
//   length    u64, little-endian, at most 100 000 000
//   header    that many bytes of JSON: an object of {"name": {"dtype", "shape", "data_offsets": [begin,
//   end]}},
//             and "__metadata__", an object of texts; may end in blanks
//   data      of all tensors, without gaps; the offsets count from here
namespace snug::safetensors {

// How much of a stranger's file the reader believes.
struct Limits {
    std::int64_t headerBytes = 100'000'000; // the format's own limit
    // A part of a checkpoint whose experts lie apart, each with scales, has below 10 000.
    std::int64_t tensors = 500'000;
    std::int64_t nameBytes = 1024;
    std::int64_t metadataBytes = std::int64_t{1} << 20;
    std::int64_t dimensions = 16;
};

// Reads and checks everything but the tensors' data. Memory stays within a small multiple of the header's
// bytes. Blocks on `in` only.
//
// Errors, told apart by detail "reason":
//   Truncated    truncated, empty; need_more_bytes when only the first part of the file was fetched (detail
//                wanted_bytes)
//   Unsupported  bad_dtype (a type that the format got later), gguf, zip_archive, pickle, ggml_legacy
//   TooLarge     large_header, absurd_count, long_name, large_metadata
//   Corrupt      not_safetensors, html_page, git_lfs_pointer, json_document, text_document, zeros, bad_json,
//                bad_entry, bad_name, bad_shape, bad_offsets, wrong_size, gap, overlap, duplicate_tensor,
//                trailing_bytes
//   Io           from `in`
[[nodiscard]] Result<Header> readHeader(gguf::RandomReader &in, const Limits &limits = {});

} // namespace snug::safetensors
