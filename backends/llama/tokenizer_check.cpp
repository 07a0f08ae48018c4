// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/tokenizer_check.h"

#include "backends/llama/vocabulary.h"

#include <algorithm>
#include <exception>
#include <optional>

namespace snug::llama {
namespace {

using Ids = std::vector<llama_token>;

// nullopt where the vocabulary has no token for a letter: SentencePiece's then throws.
std::optional<Ids> encode(const llama_vocab &vocabulary, const std::string &text, bool special)
{
    const auto length = static_cast<std::int32_t>(text.size());
    Ids ids(text.size() + 2);
    try {
        const auto call = [&] {
            return llama_tokenize(&vocabulary, text.data(), length, ids.data(),
                                  static_cast<std::int32_t>(ids.size()), false, special);
        };
        std::int32_t count = call();
        if (count < 0) {
            ids.resize(static_cast<std::size_t>(-count));
            count = call();
        }
        if (count < 0)
            return std::nullopt;
        ids.resize(static_cast<std::size_t>(count));
    } catch (const std::exception &) {
        return std::nullopt;
    }
    return ids;
}

std::string decoded(const llama_vocab &vocabulary, const Ids &ids)
{
    std::string text;
    std::vector<char> piece(256);
    for (const llama_token id : ids) {
        const auto call = [&] {
            return llama_token_to_piece(&vocabulary, id, piece.data(),
                                        static_cast<std::int32_t>(piece.size()), 0, true);
        };
        std::int32_t length = call();
        if (length < 0) {
            piece.resize(static_cast<std::size_t>(-length));
            length = call();
        }
        text.append(piece.data(), static_cast<std::size_t>(std::max(length, 0)));
    }
    return text;
}

// SentencePiece's vocabularies get one before a text and behind added tokens.
std::string withoutSpaces(std::string text)
{
    std::erase(text, ' ');
    return text;
}

convert::EngineEncoding encodingOf(const llama_vocab &vocabulary, const convert::SampleEncoding &sample)
{
    const std::string &text = sample.text;
    const auto ids = encode(vocabulary, text, sample.special);
    if (!ids)
        return {};
    return {std::vector<std::int64_t>(ids->begin(), ids->end()),
            withoutSpaces(decoded(vocabulary, *ids)) == withoutSpaces(text)};
}

} // namespace

Result<std::vector<convert::EngineEncoding>> encodeByEngine(const std::filesystem::path &file,
                                                            std::span<const convert::SampleEncoding> samples)
{
    SNUG_TRY(const llama_model_ptr model, loadVocabulary(file));
    const llama_vocab &vocabulary = *llama_model_get_vocab(model.get());
    std::vector<convert::EngineEncoding> encodings;
    for (const convert::SampleEncoding &sample : samples)
        encodings.push_back(encodingOf(vocabulary, sample));
    return encodings;
}

} // namespace snug::llama
