// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/architecture.h"
#include "core/convert/config.h"
#include "core/convert/model_texts.h"
#include "core/convert/tokenizer/sample_encodings.h"
#include "core/gguf/header.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace snug::convert {

struct Tokenizer {
    std::vector<gguf::KeyValue> keys;  // "tokenizer.*"
    std::vector<std::string> warnings; // sentences for a person
    // false: no pre-tokenizer of llama.cpp is known to split texts as this one does; the key then has the
    // nearest, and a warning says so.
    bool preTokenizerKnown = true;
    bool preTokenizerPublished = false; // llama.cpp's own converter would name the same one
    std::vector<std::string>
        preTokenizerChoices; // where none is known: names to choose from, the nearest first
    // What texts have to become, for whoever holds the engine against it.
    std::vector<SampleEncoding> samples;
};

struct TokenizerRequest {
    const Architecture *architecture = nullptr;
    const nlohmann::json *config = nullptr; // config.json
    std::int64_t vocabulary = 0;            // rows of the embeddings; unused ids are filled up to it
    std::string preTokenizer;               // tokenizer.ggml.pre that a person chose; empty: find it
};

// What llama.cpp's converter (v0.5.0) writes about the vocabulary of a checkpoint, from tokenizer.model or
// tokenizer.json and the files beside it. Errors, by reason:
//   NotFound     no_tokenizer
//   Unsupported  tokenizer (a kind that Snug does not know; detail kind)
//   Corrupt      bad_tokenizer (detail file), too_many_tokens (more than the embeddings have rows)
//   TooLarge     large_tokenizer
[[nodiscard]] Result<Tokenizer> readTokenizer(const TokenizerRequest &request, ModelTexts &texts);

} // namespace snug::convert
