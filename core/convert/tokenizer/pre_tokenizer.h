// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/tokenizer/byte_pair_encoder.h"
#include "core/convert/tokenizer/fast_tokenizer.h"

#include <string>
#include <string_view>
#include <vector>

namespace snug::convert {

// How llama.cpp splits a text before it merges bytes: tokenizer.ggml.pre.
struct PreTokenizerFinding {
    enum class How {
        Hash,    // the reference text becomes the ids of a published tokenizer
        Samples, // the sample texts become the ids that llama.cpp makes of them under that name
        Nearest, // most of them do
    };

    std::string name;
    How how = How::Nearest;
    // How many of the sample texts become the same ids, of how many.
    int alike = 0;
    int samples = 0;
    // Without a known one: the names that come nearest, each doing something else, the best first.
    std::vector<std::string> choices;

    [[nodiscard]] bool isKnown() const { return how != How::Nearest; }
};

// Finds it by what the tokenizer does: by the ids of llama.cpp's own reference text, as its converter does,
// then by encoding sample texts, split as tokenizer.json says and as llama.cpp does under each name. Of names
// that do the same, `architecture` has its usual one. Takes some 100 ms.
[[nodiscard]] PreTokenizerFinding preTokenizerOf(const FastTokenizer &fast, const BytePairEncoder &encoder,
                                                 std::string_view architecture);

// The names that llama.cpp (v0.5.0) knows.
[[nodiscard]] std::vector<std::string> preTokenizerNames();

// Texts on which pre-tokenizers differ, in Unicode's form NFC. The first is the reference text of llama.cpp's
// converter.
[[nodiscard]] const std::vector<std::string> &sampleTexts();

} // namespace snug::convert
