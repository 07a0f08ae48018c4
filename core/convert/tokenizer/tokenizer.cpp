// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/tokenizer.h"

#include "core/convert/tokenizer/chat_templates.h"
#include "core/convert/tokenizer/failure.h"
#include "core/convert/tokenizer/fast_tokenizer.h"
#include "core/convert/tokenizer/habits.h"
#include "core/convert/tokenizer/pre_tokenizer.h"
#include "core/convert/tokenizer/sentence_piece.h"
#include "core/convert/tokenizer/special_tokens.h"
#include "core/convert/tokenizer/words.h"
#include "core/hub/json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace snug::convert {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostConfigText = std::int64_t{16} << 20;
constexpr hub::JsonLimits kConfigLimits = {static_cast<std::size_t>(kMostConfigText), 64, 2'000'000};

// The files about the tokenizer that are there.
struct TokenizerSource {
    std::optional<SentencePieceModel> pieces; // tokenizer.model
    std::optional<FastTokenizer> fast;        // tokenizer.json, or vocab.json and merges.txt
    bool isOlder = false;                     // it is the latter
    json config;                              // tokenizer_config.json; null without it
    json addedTokens;                         // added_tokens.json; likewise
};

Result<json> readJson(ModelTexts &texts, std::string_view name)
{
    SNUG_TRY(const auto text, texts.read(name, kMostConfigText));
    if (!text)
        return json();
    auto document = hub::parseJson(*text, kConfigLimits);
    if (!document && document.error().kind == ErrorKind::TooLarge)
        return largeTokenizer(name);
    if (!document || !document->is_object())
        return badTokenizer(name, "it is no JSON object");
    return *std::move(document);
}

// Lines of base64 and a rank, "IQ== 0", which Llama 3 keeps in tokenizer.model beside its tokenizer.json.
bool isTiktoken(std::string_view text)
{
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t space = line.find(' ');
    const auto isDigit = [](char letter) { return letter >= '0' && letter <= '9'; };
    const auto isBase64 = [&](char letter) {
        return isDigit(letter) || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               letter == '+' || letter == '/' || letter == '=';
    };
    return space != std::string_view::npos && space > 0 && space + 1 < line.size() &&
           std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(space), isBase64) &&
           std::all_of(line.begin() + static_cast<std::ptrdiff_t>(space) + 1, line.end(), isDigit);
}

Result<TokenizerSource> readSource(ModelTexts &texts)
{
    TokenizerSource source;
    SNUG_TRY(const auto model, texts.read("tokenizer.model", kMostTokenizerBytes));
    if (model && !isTiktoken(*model)) {
        SNUG_TRY(source.pieces, parseSentencePiece(*model));
    }
    SNUG_TRY(const auto fast, texts.read("tokenizer.json", kMostTokenizerBytes));
    if (fast) {
        auto parsed = parseFastTokenizer(*fast);
        if (!parsed && !source.pieces)
            return tl::make_unexpected(std::move(parsed).error());
        if (parsed)
            source.fast = *std::move(parsed);
    }
    SNUG_TRY(source.config, readJson(texts, "tokenizer_config.json"));
    if (!source.pieces && !source.fast) {
        SNUG_TRY(const auto words, texts.read("vocab.json", kMostTokenizerBytes));
        SNUG_TRY(const auto merges, texts.read("merges.txt", kMostTokenizerBytes));
        if (words && merges) {
            SNUG_TRY(source.fast, parseOlderTokenizer(*words, *merges, source.config));
            source.isOlder = true;
        }
    }
    if (source.fast)
        source.fast->cleansSpaces = hub::flagOf(source.config, "clean_up_tokenization_spaces");
    SNUG_TRY(source.addedTokens, readJson(texts, "added_tokens.json"));
    return source;
}

enum class Form { SentencePiece, PiecesOfJson, BytePair };

std::optional<Form> formOf(const TokenizerSource &source, const TokenizerHabits &habits,
                           std::string_view architecture)
{
    const bool namesBytePair =
        architecture == "phi3" && hub::textOf(source.config, "tokenizer_class") == "GPT2Tokenizer";
    const bool prefersJson = habits.prefersJson && source.fast && !source.fast->isSentencePiece();
    if (source.pieces && !namesBytePair && !prefersJson)
        return Form::SentencePiece;
    if (!source.fast)
        return std::nullopt;
    return source.fast->isSentencePiece() ? Form::PiecesOfJson : Form::BytePair;
}

void addHabits(SpecialTokens &tokens, const TokenizerHabits &habits, const TokenizerSource &source)
{
    for (const auto &[role, text] : habits.textRoles) {
        const AddedToken *token = source.fast ? source.fast->addedToken(text) : nullptr;
        if (token != nullptr)
            tokens.add(std::string(role), token->id);
    }
    for (const auto &[role, id] : habits.fixedRoles)
        tokens.set(std::string(role), id);
}

void append(std::vector<gguf::KeyValue> &keys, std::vector<gguf::KeyValue> more)
{
    keys.insert(keys.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// A tokenizer whose steps Snug does not know cannot be held against llama.cpp.
std::string guessed(Tokenizer &made)
{
    made.preTokenizerKnown = false;
    made.preTokenizerChoices = preTokenizerNames();
    made.warnings.emplace_back(
        "Snug does not know how the model's tokenizer splits texts, so the file is marked with the "
        "pre-tokenizer \"default\", and texts may become other tokens than the model learned. If the model's "
        "authors tell which one it is, choose it with --pre.");
    return "default";
}

std::string nearest(Tokenizer &made, const PreTokenizerFinding &found)
{
    made.preTokenizerKnown = false;
    made.preTokenizerChoices = found.choices;
    made.warnings.push_back(fmt::format(
        "No pre-tokenizer of llama.cpp is known to split texts as this model's tokenizer does. The file is "
        "marked with \"{}\", by which {} of {} sample texts become the same tokens. Another one can be "
        "chosen "
        "with --pre; the next are {}.",
        found.name, found.alike, found.samples,
        fmt::join(found.choices.begin() + 1, found.choices.end(), ", ")));
    return found.name;
}

// tokenizer.ggml.pre of a model with merges.
void addPreTokenizer(Tokenizer &made, const TokenizerRequest &request, const FastTokenizer &fast)
{
    std::string name = request.preTokenizer;
    if (const auto encoder = BytePairEncoder::of(fast)) {
        made.samples = sampleEncodings(fast, *encoder);
        if (name.empty()) {
            const PreTokenizerFinding found = preTokenizerOf(fast, *encoder, request.architecture->name);
            made.preTokenizerPublished = found.how == PreTokenizerFinding::How::Hash;
            name = found.isKnown() ? found.name : nearest(made, found);
        }
    } else {
        made.samples = samplesWithoutEncodings();
        if (name.empty())
            name = guessed(made);
    }
    made.keys.push_back({"tokenizer.ggml.pre", gguf::Value(std::move(name))});
}

Result<Vocabulary> vocabularyOf(const TokenizerRequest &request, const TokenizerSource &source, Form form,
                                const TokenizerHabits &habits)
{
    switch (form) {
    case Form::SentencePiece: {
        Vocabulary words = piecesOf(*source.pieces, request.vocabulary);
        SNUG_CHECK(addTokens(words, source.addedTokens, source.config, !habits.addsFromJson));
        if (habits.addsFromJson && source.fast)
            addTokens(words, *source.fast);
        return words;
    }
    case Form::PiecesOfJson:
        return piecesOf(*source.fast, request.vocabulary);
    case Form::BytePair:
        return wordsOf(*source.fast, request.vocabulary);
    }
    return unknownTokenizer("none");
}

} // namespace

Result<Tokenizer> readTokenizer(const TokenizerRequest &request, ModelTexts &texts)
{
    if (request.vocabulary < 0 || request.vocabulary > kMostTokens)
        return fail(ErrorKind::TooLarge,
                    fmt::format("The model's embeddings have {} rows, more than any vocabulary has words.",
                                request.vocabulary),
                    {{"reason", std::string("large_tokenizer")}, {"limit", kMostTokens}},
                    "Choose another checkpoint.");
    SNUG_TRY(const TokenizerSource source, readSource(texts));
    const std::string_view architecture = request.architecture->name;
    const TokenizerHabits habits = habitsOf(architecture, request.vocabulary);
    const auto form = formOf(source, habits, architecture);
    if (!form)
        return fail(ErrorKind::NotFound, "The checkpoint has neither tokenizer.model nor tokenizer.json.",
                    {{"reason", std::string("no_tokenizer")}},
                    "Download the tokenizer's files too: tokenizer.json, tokenizer_config.json and, if the "
                    "repository has it, tokenizer.model.");
    SNUG_TRY(const Vocabulary words, vocabularyOf(request, source, *form, habits));
    Tokenizer made;
    const bool isBytePair = *form == Form::BytePair;
    made.keys.push_back({"tokenizer.ggml.model", gguf::Value(isBytePair ? "gpt2" : "llama")});
    if (isBytePair) {
        addPreTokenizer(made, request, *source.fast);
    } else {
        made.keys.push_back({"tokenizer.ggml.pre", gguf::Value("default")});
        made.samples = samplesWithoutEncodings();
    }
    append(made.keys, words.keys(!isBytePair));
    if (isBytePair)
        made.keys.push_back(
            {"tokenizer.ggml.merges", gguf::Value(gguf::Array::ofStrings(mergeTexts(*source.fast)))});
    // Roles are told by tokenizer.json only, as the reference has it.
    SpecialTokens tokens(source.fast && !source.isOlder ? &*source.fast : nullptr, source.config,
                         *request.config, isBytePair ? -1 : words.size());
    addHabits(tokens, habits, source);
    if (habits.addBos && !tokens.saysAdded("bos"))
        tokens.setAdded("bos", *habits.addBos);
    if (habits.readsPrefixSpace && words.size() == 49152)
        tokens.setAdded("bos", false);
    append(made.keys, tokens.keys());
    std::optional<bool> prefix = habits.addSpacePrefix;
    const json *said = hub::memberOf(source.config, "add_prefix_space");
    if (habits.readsPrefixSpace && said != nullptr && said->is_boolean())
        prefix = said->get<bool>();
    if (prefix)
        made.keys.push_back({"tokenizer.ggml.add_space_prefix", gguf::Value(*prefix)});
    SNUG_TRY(auto templates, chatTemplateKeys(source.config, texts));
    append(made.keys, std::move(templates));
    return made;
}

} // namespace snug::convert
