// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/tokenizer/vocabulary.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace snug::convert {

struct AddedToken {
    std::int64_t id = 0;
    std::string text;
    bool special = false;
};

// tokenizer.json of the `tokenizers` library, as far as a GGUF file needs it: the model's vocabulary and
// merges, and the tokens that were added to it.
struct FastTokenizer {
    std::string type; // of the model: "BPE"
    bool byteFallback = false;
    bool ignoreMerges = false;
    // clean_up_tokenization_spaces of tokenizer_config.json: whoever read that file sets it.
    bool cleansSpaces = false;
    std::vector<std::pair<std::string, std::int64_t>> words; // of the model, by id
    std::vector<std::pair<std::string, std::string>> merges; // the first is tried first
    std::vector<AddedToken> added;                           // by id
    nlohmann::json rest; // normalizer, pre_tokenizer, post_processor and decoder, as they are said

    // nullptr if it has no added token of that text.
    [[nodiscard]] const AddedToken *addedToken(std::string_view text) const;
    // A BPE with a token for each byte that no other covers, as Llama 2 and Gemma have: what SentencePiece
    // would have as a model of its own.
    [[nodiscard]] bool isSentencePiece() const;
};

inline constexpr std::int64_t kMostTokenizerBytes = std::int64_t{128} << 20;

// Fails with Corrupt (reason bad_tokenizer), TooLarge (reason large_tokenizer), or Unsupported (reason
// tokenizer: its model is no BPE).
[[nodiscard]] Result<FastTokenizer> parseFastTokenizer(std::string_view text);

// The older form: vocab.json, merges.txt, and the tokens that were added, of which tokenizer_config.json
// (null without it) tells. Texts are split as the class that it names does. Fails with Corrupt (reason
// bad_tokenizer) or TooLarge (reason large_tokenizer).
[[nodiscard]] Result<FastTokenizer> parseOlderTokenizer(std::string_view vocabulary, std::string_view merges,
                                                        const nlohmann::json &tokenizerConfig);

// A pair as merges.txt and GGUF write it: "a b", a space inside either as U+0120.
[[nodiscard]] std::string mergeText(const std::pair<std::string, std::string> &merge);

} // namespace snug::convert
