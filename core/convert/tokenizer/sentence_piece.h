// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/tokenizer/vocabulary.h"

#include <string>
#include <string_view>
#include <vector>

namespace snug::convert {

struct Piece {
    std::string text;
    float score = 0;
    TokenKind kind = TokenKind::Normal;
};

// tokenizer.model: the message ModelProto of sentencepiece_model.proto, of which the field 1 is the list of
// pieces (text 1, score 2, kind 3). What else is in it is passed over.
struct SentencePieceModel {
    enum class Kind { Unigram = 1, BytePair = 2, Word = 3, Character = 4 };

    std::vector<Piece> pieces; // by id
    Kind kind = Kind::Unigram;
};

// Fails with Corrupt (reason bad_tokenizer) or TooLarge (reason large_tokenizer: more than kMostTokens).
[[nodiscard]] Result<SentencePieceModel> parseSentencePiece(std::string_view bytes);

} // namespace snug::convert
