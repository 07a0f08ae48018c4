// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/byte_pair_encoder.h"
#include "core/convert/tokenizer/regex.h"
#include "core/convert/tokenizer/tokenizer.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/made_texts.h"

#include <QTest>

#include <algorithm>

using namespace snug;
using namespace snug::test;

namespace {

using nlohmann::json;

constexpr int kMany = 20'000;

// A word for each letter from a to j.
json tokenizer()
{
    json words = json::object();
    for (int i = 0; i < 10; ++i)
        words[std::string(1, static_cast<char>('a' + i))] = i;
    return {{"model", {{"type", "BPE"}, {"vocab", words}, {"merges", json::array()}}},
            {"pre_tokenizer", {{"type", "ByteLevel"}}}};
}

json addedTokens(int count, const std::string &before)
{
    json added = json::array();
    for (int i = 0; i < count; ++i)
        added.push_back({{"id", 10 + i}, {"content", before + std::to_string(i)}});
    return added;
}

json templateStep(const json &single, const json &tokens = json::object())
{
    return {{"type", "TemplateProcessing"}, {"single", single}, {"special_tokens", tokens}};
}

// "<s> TEXT </s>"
json around()
{
    return {{{"SpecialToken", {{"id", "<s>"}}}},
            {{"Sequence", {{"id", "A"}}}},
            {{"SpecialToken", {{"id", "</s>"}}}}};
}

Result<convert::Tokenizer> read(MadeTexts &texts, std::int64_t vocabulary = 10,
                                const json &config = json::object())
{
    return convert::readTokenizer({convert::architectureOf("Qwen2ForCausalLM"), &config, vocabulary, "gpt-2"},
                                  texts);
}

Result<convert::Tokenizer> read(const json &made, const json &config = json::object(),
                                std::int64_t vocabulary = 10)
{
    MadeTexts texts;
    texts.files = {{"tokenizer.json", made.dump()}, {"tokenizer_config.json", config.dump()}};
    return read(texts, vocabulary);
}

Result<convert::BytePairEncoder> encoder(const json &made)
{
    SNUG_TRY(const auto fast, convert::parseFastTokenizer(made.dump()));
    return convert::BytePairEncoder::of(fast);
}

bool has(const convert::Tokenizer &made, std::string_view key)
{
    return std::any_of(made.keys.begin(), made.keys.end(),
                       [key](const auto &pair) { return pair.key == key; });
}

bool matchesAll(const char *expression, std::string_view text)
{
    const auto regex = convert::Regex::compile(expression);
    return regex && regex->forEachMatch(text, [](std::size_t, std::size_t) {});
}

} // namespace

// Tokenizers that would take all the time or memory there is.
// program.
class TestTokenizerHostile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // \K in a group that a look behind calls, which PCRE2 does not refuse.
    void aMatchThatBeginsBeforeItsPlaceEndsTheSearch()
    {
        const auto regex = convert::Regex::compile(R"((?:(\Ka)){0}(?<=(?1)))");
        if (!regex)
            QSKIP("This PCRE2 refuses such an expression.");
        int found = 0;
        (void)regex->forEachMatch("aaaa", [&found](std::size_t begin, std::size_t end) {
            QVERIFY(begin < end && end <= 4);
            QVERIFY(++found <= 4);
        });
        QVERIFY(found <= 4);
    }

    void slowMatchesAreCounted()
    {
        QVERIFY(matchesAll(R"(\s+(?!\S)|\s+)", std::string(2000, ' ') + "x"));
        // Each match of it takes tens of thousands of steps.
        const auto slow = convert::Regex::compile(R"((?:a|a|a){8}b|a)");
        QVERIFY(slow);
        int found = 0;
        QVERIFY(!slow->forEachMatch(std::string(10'000, 'a'), [&found](auto, auto) { ++found; }));
        QVERIFY(found > 0 && found < 1000);
    }

    void aTokenizerOfTooManyStepsIsUnknown()
    {
        json made = tokenizer();
        const json step = {{"type", "Digits"}};
        made["pre_tokenizer"] = {{"type", "Sequence"}, {"pretokenizers", std::vector<json>(kMany, step)}};
        QCOMPARE(reasonOf(encoder(made)), std::string("pre_tokenizer"));
        made["pre_tokenizer"]["pretokenizers"] = std::vector<json>(4, step);
        QVERIFY(encoder(made));
    }

    // A list of ids that is named again and again.
    void aTemplateDoesNotMultiply()
    {
        json made = tokenizer();
        const json named = {{"SpecialToken", {{"id", "<s>"}}}};
        made["post_processor"] =
            templateStep(std::vector<json>(kMany, named), {{"<s>", {{"ids", std::vector<int>(kMany, 1)}}}});
        const auto made1 = encoder(made);
        QVERIFY2(made1, messageOf(made1).c_str());
        const auto ids = made1->encodeWhole("");
        QVERIFY(ids && !ids->empty() && ids->size() < 1000);
    }

    void rolesDoNotMultiply()
    {
        json made = tokenizer();
        made["added_tokens"] = addedTokens(kMany, "<extra");
        made["post_processor"] = {{"type", "Sequence"},
                                  {"processors", std::vector<json>(5'000, templateStep(around()))}};
        const auto said = read(made, {{"eos_token", "<extra0"}}, kMany + 10);
        QVERIFY2(said, messageOf(said).c_str());
    }

    void manyAddedTokensAreFoundAtOnce()
    {
        json made = tokenizer();
        // "t" is a frequent letter.
        made["added_tokens"] = addedTokens(kMany, "t");
        const auto said = read(made, json::object(), kMany + 10);
        QVERIFY2(said, messageOf(said).c_str());
    }

    void theLongestAddedTokenCounts()
    {
        json made = tokenizer();
        made["added_tokens"] = {{{"id", 20}, {"content", "<a"}},     {{"id", 21}, {"content", "<ab"}},
                                {{"id", 22}, {"content", "<ab"}},    {{"id", 23}, {"content", "<abcd"}},
                                {{"id", 24}, {"content", "\u00e9"}}, {{"id", 25}, {"content", ""}}};
        const auto encodes = encoder(made);
        QVERIFY2(encodes, messageOf(encodes).c_str());
        const auto ids = encodes->encode("<abc<abcd<a\u00e9b<ab");
        QVERIFY(ids);
        QCOMPARE(*ids, (std::vector<std::int64_t>{21, 2, 23, 20, 24, 1, 21}));
        QVERIFY(encodes->hasAdded("j<a") && !encodes->hasAdded("<") && !encodes->hasAdded(""));
    }

    // The end of the first would be one piece of half a million letters.
    void longAddedTokensAreNoSamples()
    {
        json made = tokenizer();
        const std::string tail(500'000, 'a');
        made["added_tokens"] = {{{"id", 8}, {"content", "b" + tail}}, {{"id", 9}, {"content", "Oneb"}}};
        const auto said = read(made);
        QVERIFY2(said, messageOf(said).c_str());
        for (const convert::SampleEncoding &sample : said->samples)
            QVERIFY(sample.text.size() < 10'000);
    }

    void templatesOfAModelAreFew()
    {
        json templates = json::array();
        for (int i = 0; i < kMany; ++i)
            templates.push_back({{"name", "t" + std::to_string(i)}, {"template", ""}});
        const auto said = read(tokenizer(), {{"chat_template", templates}});
        QVERIFY2(said, messageOf(said).c_str());
        QVERIFY(has(*said, "tokenizer.chat_template.t0"));
        QVERIFY(said->keys.size() < 100);
    }

    void aConfigurationOfManyLevelsIsRefused()
    {
        MadeTexts texts;
        const std::string open(1'000'000, '[');
        texts.files = {{"tokenizer.json", tokenizer().dump()},
                       {"tokenizer_config.json", "{\"a\":" + open + std::string(open.size(), ']') + "}"}};
        QCOMPARE(reasonOf(read(texts)), std::string("large_tokenizer"));
    }

    void aVocabularyBeyondAnyIsRefused()
    {
        QCOMPARE(reasonOf(read(tokenizer(), json::object(), std::int64_t{1} << 32)),
                 std::string("large_tokenizer"));
        QCOMPARE(reasonOf(read(tokenizer(), json::object(), -1)), std::string("large_tokenizer"));
    }

    void anIdBeyondAnyVocabularyIsNoRole()
    {
        MadeTexts texts;
        texts.files = {{"tokenizer.json", tokenizer().dump()}};
        const json config = {{"bos_token_id", 3}, {"eos_token_id", (std::int64_t{1} << 32) + 3}};
        const auto said = read(texts, 10, config);
        QVERIFY2(said, messageOf(said).c_str());
        QVERIFY(has(*said, "tokenizer.ggml.bos_token_id"));
        QVERIFY(!has(*said, "tokenizer.ggml.eos_token_id"));
    }

    void whatIsNoTextIsRefused()
    {
        MadeTexts texts;
        texts.files = {{"tokenizer.json", tokenizer().dump()}, {"chat_template.jinja", "{{ \xFF }}"}};
        QCOMPARE(reasonOf(read(texts)), std::string("bad_tokenizer"));
        texts.files = {{"vocab.json", R"({"a": 0})"}, {"merges.txt", "a \xFF\n"}};
        QCOMPARE(reasonOf(read(texts)), std::string("bad_tokenizer"));
    }
};

QTEST_GUILESS_MAIN(TestTokenizerHostile)
#include "tst_tokenizer_hostile.moc"
