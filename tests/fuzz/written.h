// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/text.h"
#include "core/gguf/writer.h"
#include "tests/fuzz/demand.h"

#include <cstdio>
#include <utility>
#include <vector>

namespace snug::fuzz {

inline void demandText(const std::string &key, std::string_view text)
{
    if (!gguf::isUtf8(text))
        std::fprintf(stderr, "%s = %s\n", key.c_str(), gguf::escaped(text).c_str());
    demand(gguf::isUtf8(text), "what is written is text");
}

// A GGUF file can have these keys, and their texts are texts. Pieces of a vocabulary may be any bytes.
inline void checkKeys(std::vector<gguf::KeyValue> keys)
{
    for (const gguf::KeyValue &pair : keys) {
        demandText(pair.key, pair.key);
        if (const std::string *text = pair.value.text())
            demandText(pair.key, *text);
        const gguf::Array *array = pair.value.array();
        const auto texts = array != nullptr ? array->strings() : std::nullopt;
        if (texts && pair.key != "tokenizer.ggml.tokens") {
            for (const std::string &text : *texts)
                demandText(pair.key, text);
        }
    }
    gguf::Header draft;
    draft.values = std::move(keys);
    const auto encoded = gguf::encodeHeader(std::move(draft));
    if (!encoded)
        std::fprintf(stderr, "%s\n", encoded.error().message.c_str());
    demand(encoded.has_value(), "a file can have these keys");
}

} // namespace snug::fuzz
