// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/fast_tokenizer.h"

#include "core/convert/tokenizer/failure.h"
#include "core/convert/tokenizer/words.h"
#include "core/gguf/text.h"
#include "core/hub/json.h"

#include <algorithm>
#include <optional>

namespace snug::convert {
namespace {

using nlohmann::json;

constexpr const char *kFile = "tokenizer.json";
constexpr std::int64_t kMostId = kMostTokens - 1;

constexpr hub::JsonLimits kLimits = {static_cast<std::size_t>(kMostTokenizerBytes), 64, 20'000'000};

Result<json> parseDocument(std::string_view file, std::string_view text)
{
    auto document = hub::parseJson(text, kLimits);
    if (!document && document.error().kind == ErrorKind::TooLarge)
        return largeTokenizer(file);
    if (!document || !document->is_object())
        return badTokenizer(file, "it is no JSON object");
    return *std::move(document);
}

Result<void> takeWords(FastTokenizer &tokenizer, std::string_view file, const json &words)
{
    if (!words.is_object())
        return badTokenizer(file, "its vocabulary is no object");
    if (static_cast<std::int64_t>(words.size()) > kMostTokens)
        return largeTokenizer(file);
    tokenizer.words.reserve(words.size());
    for (const auto &[word, id] : words.items()) {
        if (!id.is_number_integer() || id < 0 || id > kMostId)
            return badTokenizer(file, "a token has no proper id");
        tokenizer.words.emplace_back(word, id.get<std::int64_t>());
    }
    std::sort(tokenizer.words.begin(), tokenizer.words.end(),
              [](const auto &one, const auto &other) { return one.second < other.second; });
    return {};
}

// "a b", or ["a", "b"] since a half may have a space of its own (tokenizers 0.20).
std::optional<std::pair<std::string, std::string>> mergeOf(const json &said)
{
    if (said.is_string()) {
        const auto &text = said.get_ref<const std::string &>();
        const auto space = text.find(' ');
        if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
            return std::nullopt;
        return std::pair(text.substr(0, space), text.substr(space + 1));
    }
    if (said.is_array() && said.size() == 2 && said[0].is_string() && said[1].is_string())
        return std::pair(said[0].get<std::string>(), said[1].get<std::string>());
    return std::nullopt;
}

Result<void> takeMerges(FastTokenizer &tokenizer, const json &model)
{
    const json *merges = hub::memberOf(model, "merges");
    if (merges == nullptr || !merges->is_array())
        return badTokenizer(kFile, "its model has no merges");
    tokenizer.merges.reserve(merges->size());
    for (const json &said : *merges) {
        auto merge = mergeOf(said);
        if (!merge)
            return badTokenizer(kFile, "a merge is no pair of tokens");
        tokenizer.merges.push_back(*std::move(merge));
    }
    return {};
}

bool byId(const AddedToken &one, const AddedToken &other)
{
    return one.id < other.id;
}

Result<void> takeAdded(FastTokenizer &tokenizer, const json &document)
{
    const json *added = hub::memberOf(document, "added_tokens");
    if (added == nullptr || added->is_null())
        return {};
    if (!added->is_array())
        return badTokenizer(kFile, "its added tokens are no list");
    if (static_cast<std::int64_t>(added->size()) > kMostTokens)
        return largeTokenizer(kFile);
    for (const json &said : *added) {
        const auto id = hub::countOf(said, "id", kMostId);
        const json *text = hub::memberOf(said, "content");
        if (!id || text == nullptr || !text->is_string())
            return badTokenizer(kFile, "an added token has no id or no text");
        tokenizer.added.push_back({*id, text->get<std::string>(), hub::flagOf(said, "special")});
    }
    std::stable_sort(tokenizer.added.begin(), tokenizer.added.end(), byId);
    return {};
}

// The steps of the classes of transformers that have no tokenizer.json of their own
// (convert_slow_tokenizer.py): GPT-2's, but for Qwen2's.
json olderSteps(const json &tokenizerConfig)
{
    constexpr const char *kQwen = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|)"
                                  R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
    if (!hub::textOf(tokenizerConfig, "tokenizer_class").value_or("").starts_with("Qwen2"))
        return {{"type", "ByteLevel"},
                {"add_prefix_space", hub::flagOf(tokenizerConfig, "add_prefix_space")}};
    const json split = {
        {"type", "Split"}, {"pattern", {{"Regex", kQwen}}}, {"behavior", "Isolated"}, {"invert", false}};
    const json bytes = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
    return {{"type", "Sequence"}, {"pretokenizers", json::array({split, bytes})}};
}

} // namespace

const AddedToken *FastTokenizer::addedToken(std::string_view text) const
{
    const auto found = std::find_if(added.begin(), added.end(),
                                    [text](const AddedToken &token) { return token.text == text; });
    return found == added.end() ? nullptr : &*found;
}

bool FastTokenizer::isSentencePiece() const
{
    return byteFallback;
}

Result<FastTokenizer> parseFastTokenizer(std::string_view text)
{
    SNUG_TRY(json document, parseDocument(kFile, text));
    const json *model = hub::memberOf(document, "model");
    if (model == nullptr || !model->is_object())
        return badTokenizer(kFile, "it has no model");
    FastTokenizer tokenizer;
    // Older files do not name the only type there was.
    tokenizer.type = hub::textOf(*model, "type").value_or(model->contains("merges") ? "BPE" : "");
    if (tokenizer.type != "BPE")
        return unknownTokenizer(tokenizer.type);
    tokenizer.byteFallback = hub::flagOf(*model, "byte_fallback");
    tokenizer.ignoreMerges = hub::flagOf(*model, "ignore_merges");
    const json *words = hub::memberOf(*model, "vocab");
    SNUG_CHECK(takeWords(tokenizer, kFile, words != nullptr ? *words : json()));
    SNUG_CHECK(takeMerges(tokenizer, *model));
    SNUG_CHECK(takeAdded(tokenizer, document));
    document.erase("model");
    document.erase("added_tokens");
    tokenizer.rest = std::move(document);
    return tokenizer;
}

Result<FastTokenizer> parseOlderTokenizer(std::string_view vocabulary, std::string_view merges,
                                          const json &tokenizerConfig)
{
    FastTokenizer tokenizer;
    tokenizer.type = "BPE";
    SNUG_TRY(const json words, parseDocument("vocab.json", vocabulary));
    SNUG_CHECK(takeWords(tokenizer, "vocab.json", words));
    if (!gguf::isUtf8(merges))
        return badTokenizer("merges.txt", "it is no text in UTF-8");
    for (std::size_t at = 0; at < merges.size();) {
        const auto end = std::min(merges.find('\n', at), merges.size());
        std::string line(merges.substr(at, end - at));
        const bool isVersion = at == 0 && line.starts_with('#');
        at = end + 1;
        if (line.ends_with('\r'))
            line.pop_back();
        auto merge = isVersion ? std::nullopt : mergeOf(json(std::move(line)));
        if (merge)
            tokenizer.merges.push_back(*std::move(merge));
    }
    SNUG_TRY(tokenizer.added, addedTokensOf(tokenizerConfig));
    std::sort(tokenizer.added.begin(), tokenizer.added.end(), byId);
    tokenizer.rest = {{"pre_tokenizer", olderSteps(tokenizerConfig)}};
    return tokenizer;
}

std::string mergeText(const std::pair<std::string, std::string> &merge)
{
    constexpr std::string_view kSpace = "\xC4\xA0"; // U+0120
    std::string text;
    const auto add = [&](const std::string &half) {
        for (const char c : half) {
            if (c == ' ')
                text += kSpace;
            else
                text += c;
        }
    };
    add(merge.first);
    text += ' ';
    add(merge.second);
    return text;
}

} // namespace snug::convert
