// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/checkpoint.h"

#include <cstdint>

namespace snug::convert {

// About how many bytes the words of the vocabulary, their kinds, and scores or merges take in a GGUF file.
// From the length of tokenizer.model within 11 %, from that of tokenizer.json within 10 % of the real
// tokenizers among the fixtures; where a tokenizer has far more merges than words (Llama 3) it can be two
// fifths too little, and without either file it is a guess within a factor of two. That is a few MB at most.
[[nodiscard]] std::int64_t tokenizerBytes(const TokenizerFiles &files, std::int64_t vocabulary);

} // namespace snug::convert
