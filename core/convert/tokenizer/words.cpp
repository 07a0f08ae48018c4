// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/words.h"

#include "core/convert/tokenizer/failure.h"
#include "core/hub/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace snug::convert {
namespace {

using nlohmann::json;

// Of tokens that no merge makes; as llama.cpp's converter has it for all that were added.
constexpr float kAddedScore = -1000.0F;

// "<0x0A>"
bool isByteToken(std::string_view text)
{
    const auto isHex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
    };
    return text.size() == 6 && text.starts_with("<0x") && isHex(text[3]) && isHex(text[4]) && text[5] == '>';
}

} // namespace

Vocabulary piecesOf(const SentencePieceModel &model, std::int64_t size)
{
    Vocabulary words(size);
    std::int64_t id = 0;
    for (const Piece &piece : model.pieces) {
        // llama.cpp's converter knows a user's own piece only by the files beside the model.
        const TokenKind kind = piece.kind == TokenKind::UserDefined ? TokenKind::Normal : piece.kind;
        words.set(id++, piece.text, kind, piece.score);
    }
    return words;
}

Result<Vocabulary> piecesOf(const FastTokenizer &fast, std::int64_t size)
{
    std::unordered_map<std::string, float> scores;
    scores.reserve(fast.merges.size());
    float rank = 0;
    for (const auto &[left, right] : fast.merges)
        scores.emplace(left + right, -rank++);
    const float afterAll = -rank;
    Vocabulary words(size);
    for (const auto &[text, id] : fast.words) {
        const auto merged = scores.find(text);
        const TokenKind kind = isByteToken(text) ? TokenKind::Byte : TokenKind::Normal;
        words.set(id, text, kind, merged != scores.end() ? merged->second : afterAll);
    }
    addTokens(words, fast);
    return words;
}

Result<Vocabulary> wordsOf(const FastTokenizer &fast, std::int64_t size)
{
    const auto beyond = [size](std::int64_t id) { return id >= size; };
    if ((!fast.words.empty() && beyond(fast.words.back().second)) ||
        (!fast.added.empty() && beyond(fast.added.back().id)))
        return fail(
            ErrorKind::Corrupt,
            fmt::format("tokenizer.json has more tokens than the {} that the model was made for.", size),
            {{"reason", std::string("too_many_tokens")}, {"vocabulary", size}},
            "Check that the tokenizer is the model's own.");
    Vocabulary words(size);
    for (const auto &[text, id] : fast.words)
        words.set(id, text, TokenKind::Normal);
    for (const AddedToken &token : fast.added) {
        if (token.special || looksSpecial(token.text))
            words.set(token.id, token.text, TokenKind::Control);
        else
            words.set(token.id, withSpaces(token.text), TokenKind::UserDefined);
    }
    return words;
}

Result<std::vector<AddedToken>> addedTokensOf(const json &tokenizerConfig)
{
    std::vector<AddedToken> added;
    const json *decoder = hub::memberOf(tokenizerConfig, "added_tokens_decoder");
    if (decoder == nullptr || !decoder->is_object())
        return added;
    for (const auto &[key, said] : decoder->items()) {
        std::int64_t id = -1;
        const auto parsed = std::from_chars(key.data(), key.data() + key.size(), id);
        const json *text = hub::memberOf(said, "content");
        if (parsed.ec != std::errc() || parsed.ptr != key.data() + key.size() || text == nullptr ||
            !text->is_string())
            return badTokenizer("tokenizer_config.json", "an added token has no id or no text");
        added.push_back({id, text->get<std::string>(), hub::flagOf(said, "special")});
    }
    return added;
}

Result<void> addTokens(Vocabulary &words, const json &addedTokens, const json &tokenizerConfig, bool looks)
{
    if (addedTokens.is_object()) {
        for (const auto &[text, id] : addedTokens.items()) {
            if (!id.is_number_integer())
                return badTokenizer("added_tokens.json", "a token has no id");
            words.set(id.get<std::int64_t>(), text, TokenKind::UserDefined, kAddedScore);
        }
    }
    SNUG_TRY(const auto added, addedTokensOf(tokenizerConfig));
    for (const AddedToken &token : added) {
        if (token.special || (looks && looksSpecial(token.text)))
            words.set(token.id, token.text, TokenKind::Control, kAddedScore);
        else
            words.set(token.id, looks ? withSpaces(token.text) : token.text, TokenKind::UserDefined,
                      kAddedScore);
    }
    return {};
}

void addTokens(Vocabulary &words, const FastTokenizer &fast)
{
    for (const AddedToken &token : fast.added)
        words.set(token.id, token.text, token.special ? TokenKind::Control : TokenKind::UserDefined,
                  kAddedScore);
}

std::vector<std::string> mergeTexts(const FastTokenizer &fast)
{
    std::vector<std::string> texts(fast.merges.size());
    std::transform(fast.merges.begin(), fast.merges.end(), texts.begin(), mergeText);
    return texts;
}

} // namespace snug::convert
