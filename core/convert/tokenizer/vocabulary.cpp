// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace snug::convert {
namespace {

// llama.cpp sorts by score: what is unused comes last (conversion/base.py, _create_vocab_sentencepiece).
constexpr float kUnusedScore = -10000.0F;

} // namespace

Vocabulary::Vocabulary(std::int64_t size)
    : m_kinds(static_cast<std::size_t>(size), TokenKind::Unused)
    , m_scores(static_cast<std::size_t>(size), kUnusedScore)
{
    m_texts.reserve(static_cast<std::size_t>(size));
    for (std::int64_t id = 0; id < size; ++id)
        m_texts.push_back(fmt::format("[PAD{}]", id));
}

bool Vocabulary::set(std::int64_t id, std::string text, TokenKind kind, float score)
{
    if (id < 0 || id >= size())
        return false;
    const auto place = static_cast<std::size_t>(id);
    m_texts[place] = std::move(text);
    m_kinds[place] = kind;
    m_scores[place] = score;
    return true;
}

const std::string &Vocabulary::text(std::int64_t id) const
{
    return m_texts[static_cast<std::size_t>(id)];
}

TokenKind Vocabulary::kind(std::int64_t id) const
{
    return m_kinds[static_cast<std::size_t>(id)];
}

std::vector<gguf::KeyValue> Vocabulary::keys(bool withScores) const
{
    std::vector<std::int32_t> kinds(m_kinds.size());
    std::transform(m_kinds.begin(), m_kinds.end(), kinds.begin(),
                   [](TokenKind kind) { return static_cast<std::int32_t>(kind); });
    std::vector<gguf::KeyValue> keys;
    keys.push_back({"tokenizer.ggml.tokens", gguf::Value(gguf::Array::ofStrings(m_texts))});
    if (withScores)
        keys.push_back(
            {"tokenizer.ggml.scores", gguf::Value(gguf::Array::ofNumbers(std::span<const float>(m_scores)))});
    keys.push_back({"tokenizer.ggml.token_type",
                    gguf::Value(gguf::Array::ofNumbers(std::span<const std::int32_t>(kinds)))});
    return keys;
}

bool looksSpecial(std::string_view token)
{
    constexpr std::array<std::string_view, 4> kKnown = {"<pad>", "<mask>", "<2mass>", "[@BOS@]"};
    const auto isBetween = [token](std::string_view begin, std::string_view end) {
        return token.starts_with(begin) && token.ends_with(end);
    };
    return std::find(kKnown.begin(), kKnown.end(), token) != kKnown.end() || isBetween("<|", "|>") ||
           isBetween("<｜", "｜>") || isBetween("<unused", ">");
}

std::string withSpaces(std::string_view text)
{
    constexpr std::string_view kSign = "\xE2\x96\x81"; // U+2581
    std::string spaced;
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at, kSign.size()) == kSign) {
            spaced += ' ';
            at += kSign.size();
        } else {
            spaced += text[at++];
        }
    }
    return spaced;
}

} // namespace snug::convert
