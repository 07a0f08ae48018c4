// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/tokenizer/byte_pair_encoder.h"
#include "core/convert/tokenizer/fast_tokenizer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// Whether the engine reads texts with a converted vocabulary as the model's own tokenizer does.
namespace snug::convert {

// What a text becomes by the model's own tokenizer.
struct SampleEncoding {
    std::string text;
    bool special = false; // it has added tokens in it; else nothing in it is to be taken for one
    std::optional<std::vector<std::int64_t>> ids; // nullopt: we cannot tell
};

// The same by the engine.
struct EngineEncoding {
    std::optional<std::vector<std::int64_t>> ids; // nullopt: it gave up on the text
    bool restored = false;                        // the ids stand for the text, but for spaces
};

// The sample texts, and added tokens between words.
[[nodiscard]] std::vector<SampleEncoding> sampleEncodings(const FastTokenizer &fast,
                                                          const BytePairEncoder &encoder);
// The sample texts of a tokenizer that we have no implementation of.
[[nodiscard]] std::vector<SampleEncoding> samplesWithoutEncodings();

// What is wrong, in sentences for a person; empty if nothing is. `published`: llama.cpp's own converter would
// make the same vocabulary, so that what is wrong is the engine's way. REQUIRES: as many of both.
[[nodiscard]] std::vector<std::string> disagreements(std::span<const SampleEncoding> samples,
                                                     std::span<const EngineEncoding> engine, bool published);

} // namespace snug::convert
