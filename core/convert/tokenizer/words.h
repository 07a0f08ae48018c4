// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/tokenizer/fast_tokenizer.h"
#include "core/convert/tokenizer/sentence_piece.h"
#include "core/convert/tokenizer/vocabulary.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

// Vocabularies from the three forms in which tokenizers are published. `size`: rows of the embeddings; tokens
// beyond it are left out, ids that nothing uses stay as they are in a new Vocabulary.
namespace snug::convert {

// Of tokenizer.model.
[[nodiscard]] Vocabulary piecesOf(const SentencePieceModel &model, std::int64_t size);
// Of a tokenizer.json that stands for SentencePiece. A score is the negative rank of the merge that makes the
// token, as SentencePiece's own are: with them llama.cpp merges in the same order.
[[nodiscard]] Result<Vocabulary> piecesOf(const FastTokenizer &fast, std::int64_t size);
// Of a tokenizer.json with merges. Fails with Corrupt (reason too_many_tokens) if an id is beyond `size`.
[[nodiscard]] Result<Vocabulary> wordsOf(const FastTokenizer &fast, std::int64_t size);

// The added_tokens_decoder of tokenizer_config.json (null without it). Fails with Corrupt (reason
// bad_tokenizer).
[[nodiscard]] Result<std::vector<AddedToken>> addedTokensOf(const nlohmann::json &tokenizerConfig);

// What added_tokens.json and the added_tokens_decoder of tokenizer_config.json (each null without it) change.
// `looks`: a token that looks special is one. Fails with Corrupt (reason bad_tokenizer).
[[nodiscard]] Result<void> addTokens(Vocabulary &words, const nlohmann::json &addedTokens,
                                     const nlohmann::json &tokenizerConfig, bool looks);
// What the added tokens of tokenizer.json change.
void addTokens(Vocabulary &words, const FastTokenizer &fast);

// As tokenizer.ggml.merges has them.
[[nodiscard]] std::vector<std::string> mergeTexts(const FastTokenizer &fast);

} // namespace snug::convert
