// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/fast_tokenizer.h"
#include "core/convert/tokenizer/tokenizer.h"
#include "tests/fuzz/parts.h"
#include "tests/fuzz/written.h"

#include <nlohmann/json.hpp>

#include <charconv>

// Any bytes as the files of a tokenizer, with zero bytes between them: the class of the model and the size of
// its vocabulary ("Qwen2ForCausalLM 300"), then the files that are named below. Which pre-tokenizer llama.cpp
// has for it is not looked for, which takes long and depends on nothing more than what is asked here.

namespace {

using namespace snug;
using fuzz::demand;

constexpr std::int64_t kMostWords = 2000;

std::int64_t wordsOf(std::string_view text)
{
    std::int64_t words = 0;
    const auto space = std::min(text.find(' '), text.size());
    const std::string_view digits = text.substr(std::min(space + 1, text.size()));
    std::from_chars(digits.data(), digits.data() + digits.size(), words);
    return words > kMostWords ? kMostWords : words;
}

void checkSamples(const convert::Tokenizer &made)
{
    demand(!made.samples.empty(), "there are samples");
    for (const convert::SampleEncoding &sample : made.samples)
        demand(gguf::isUtf8(sample.text), "samples are texts");
    for (const std::string &warning : made.warnings)
        demand(!warning.empty() && gguf::isUtf8(warning), "warnings are texts");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string bytes(data, data + size);
    std::string_view text = bytes;
    const std::string_view subject = fuzz::takePart(text);
    const convert::Architecture *architecture = convert::architectureOf(subject.substr(0, subject.find(' ')));
    if (architecture == nullptr)
        architecture = convert::architectureOf("LlamaForCausalLM");
    test::MadeTexts texts;
    fuzz::takeFiles(texts,
                    {"config.json", "tokenizer.json", "tokenizer_config.json", "added_tokens.json",
                     "vocab.json", "merges.txt", "chat_template.jinja", "chat_template.json",
                     "additional_chat_templates/tools.jinja"},
                    text);
    const auto said = texts.read("config.json", INT64_MAX);
    auto config = convert::parseConfig(said && *said ? **said : "{}");
    const nlohmann::json model = config ? *std::move(config) : nlohmann::json::object();
    const auto made = convert::readTokenizer({architecture, &model, wordsOf(subject), "gpt-2"}, texts);
    if (!made) {
        fuzz::checkError(made.error());
        return 0;
    }
    checkSamples(*made);
    fuzz::checkKeys(made->keys);
    return 0;
}
