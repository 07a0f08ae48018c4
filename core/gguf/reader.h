// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"
#include "core/gguf/random_reader.h"

#include <optional>
#include <string>
#include <vector>

// A GGUF file, version 2 or 3 (the specification is the head of ggml/include/gguf.h), all numbers
// little-endian:
//
//   magic            4 bytes "GGUF"
//   version          u32
//   tensor count     i64
//   key count        i64
//   keys             each: string key, u32 value type, then the value;
//                    an array is u32 element type, u64 count, elements
//   tensors          each: string name, u32 dimension count, i64 for each dimension, u32 type,
//                    u64 offset of its data from the beginning of the data
//   padding          up to a multiple of the alignment, if there is any tensor
//   data             each tensor's, padded to the alignment
//
// A string is a u64 length and that many bytes. The alignment is the u32 general.alignment, or 32.
namespace snug::gguf {

// Reads and checks everything but the tensors' data: what passes is a file that llama.cpp's own reader
// accepts too, and in which every number is safe to compute with. Never allocates more than the bytes of the
// header justify. Blocks on `in` only.
//
// Errors, told apart by detail "reason":
//   Truncated    truncated, empty; need_more_bytes when only the first part of the file was fetched (detail
//   wanted_bytes) Unsupported  gguf_version, big_endian, nested_array, removed_type, gap, safetensors,
//   zip_archive, pickle, ggml_legacy TooLarge     absurd_count, long_string, long_name, long_array,
//   large_header Corrupt      not_gguf, html_page, git_lfs_pointer, json_document, text_document, zeros,
//   bad_name, bad_value_type, bad_bool,
//                bad_alignment, bad_shape, bad_type, misaligned, overlap, overflow, duplicate_key,
//                duplicate_tensor
//   Io           from `in`
[[nodiscard]] Result<Header> readHeader(RandomReader &in, const Limits &limits = {});

// A list whose beginning is there, but not its end.
struct CutList {
    std::string key;
    ValueType type = ValueType::Uint8; // of the elements
    std::int64_t count = 0;
};

// The first keys of a file.
struct FirstKeys {
    std::uint32_t version = 3;
    std::int64_t tensorCount = 0;
    std::int64_t keyCount = 0;    // of the whole file
    std::vector<KeyValue> values; // those that are there whole
    std::optional<CutList> cut;   // the one after them, if it is a list
    [[nodiscard]] bool complete() const { return static_cast<std::int64_t>(values.size()) == keyCount; }
};

// The keys that are in the first part of a file, of which the rest was not fetched: enough for a first look
// at most models, whose long lists come last. Checks all that is there as readHeader does, and fails as it
// does, but where bytes are merely missing. Never waits for more bytes; a file that ends early is an error
// too.
[[nodiscard]] Result<FirstKeys> readFirstKeys(RandomReader &in, const Limits &limits = {});

// The array with its content. REQUIRES: `array` comes from a header that was read from `in`.
// Fails with TooLarge (reason "long_array") past `limitBytes`, Truncated, or Io.
[[nodiscard]] Result<Array> loadArray(RandomReader &in, const Array &array, std::int64_t limitBytes);

// Loads all arrays of `header`, as writing it again needs.
[[nodiscard]] Result<void> loadArrays(RandomReader &in, Header &header, const Limits &limits = {});

} // namespace snug::gguf
