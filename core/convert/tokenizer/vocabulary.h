// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace snug::convert {

// What kind a token is (enum llama_token_type).
enum class TokenKind : std::int32_t { Normal = 1, Unknown, Control, UserDefined, Unused, Byte };

inline constexpr std::int64_t kMostTokens = 4'000'000;

// The tokens of a model by their ids, as GGUF keeps them.
class Vocabulary {
public:
    // Of a model with merges, which has no scores.
    static constexpr float kNoScore = 0.0F;

    // All `size` ids unused: "[PAD7]".
    explicit Vocabulary(std::int64_t size);

    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(m_texts.size()); }
    // Without effect for an id beyond the size; false then.
    bool set(std::int64_t id, std::string text, TokenKind kind, float score = kNoScore);
    // REQUIRES: an id below the size.
    [[nodiscard]] const std::string &text(std::int64_t id) const;
    [[nodiscard]] TokenKind kind(std::int64_t id) const;

    // tokenizer.ggml.tokens, token_type and, where they mean something, scores.
    [[nodiscard]] std::vector<gguf::KeyValue> keys(bool withScores) const;

private:
    std::vector<std::string> m_texts;
    std::vector<TokenKind> m_kinds;
    std::vector<float> m_scores;
};

// It is one that no text should ever become, though nobody marked it so (conversion/base.py,
// does_token_look_special).
[[nodiscard]] bool looksSpecial(std::string_view token);
// `text` with spaces for the sign that SentencePiece writes for them.
[[nodiscard]] std::string withSpaces(std::string_view text);

} // namespace snug::convert
