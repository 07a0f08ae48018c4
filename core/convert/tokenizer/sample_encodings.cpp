// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/sample_encodings.h"

#include "core/convert/tokenizer/pre_tokenizer.h"
#include "core/gguf/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace snug::convert {
namespace {

using Ids = std::vector<std::int64_t>;

// Some vocabularies have thousands of them, all alike.
constexpr std::size_t kMostAddedTokens = 64;
// A longer one shows nothing more, and merging takes the square of a text's length.
constexpr std::size_t kMostTokenBytes = 512;
constexpr std::size_t kShownBytes = 40;
constexpr std::size_t kShownIds = 4;

// The ids from the first on that differs.
std::string shownFrom(const Ids &ids, std::size_t first)
{
    const std::size_t end = std::min(ids.size(), first + kShownIds);
    if (first >= end)
        return "nothing";
    return fmt::format("{}{}",
                       fmt::join(ids.begin() + static_cast<std::ptrdiff_t>(first),
                                 ids.begin() + static_cast<std::ptrdiff_t>(end), " "),
                       end < ids.size() ? " …" : "");
}

struct Difference {
    const SampleEncoding *sample;
    const EngineEncoding *engine;
};

// The shortest shows best what is wrong.
const Difference &example(const std::vector<Difference> &differences)
{
    return *std::min_element(differences.begin(), differences.end(), [](const auto &one, const auto &other) {
        return one.sample->text.size() < other.sample->text.size();
    });
}

std::string told(const std::vector<Difference> &differences, std::size_t count)
{
    const Difference &shown = example(differences);
    const Ids &wanted = *shown.sample->ids;
    const Ids none;
    const Ids &made = shown.engine->ids ? *shown.engine->ids : none;
    const auto place = static_cast<std::size_t>(
        std::mismatch(wanted.begin(), wanted.end(), made.begin(), made.end()).first - wanted.begin());
    return fmt::format("The engine makes other tokens of {} of {} sample texts than the model's own "
                       "tokenizer does, so the model will understand such texts less well. \"{}\", for "
                       "example, becomes {} instead of {} from token {} on.",
                       differences.size(), count, gguf::escaped(shown.sample->text, kShownBytes),
                       shownFrom(made, place), shownFrom(wanted, place), place + 1);
}

std::string toldLost(const std::vector<Difference> &lost, std::size_t count)
{
    return fmt::format("The vocabulary has no tokens for some letters: of {} of {} sample texts the engine "
                       "loses a part or gives up on them, for example of \"{}\".",
                       lost.size(), count, gguf::escaped(example(lost).sample->text, kShownBytes));
}

} // namespace

std::vector<SampleEncoding> sampleEncodings(const FastTokenizer &fast, const BytePairEncoder &encoder)
{
    std::vector<SampleEncoding> samples;
    for (const std::string &text : sampleTexts())
        samples.push_back({text, encoder.hasAdded(text), encoder.encode(text)});
    for (std::size_t i = 0; i < std::min(fast.added.size(), kMostAddedTokens); ++i) {
        if (fast.added[i].text.size() > kMostTokenBytes)
            continue;
        std::string text = "One" + fast.added[i].text + "two " + fast.added[i].text + " three";
        auto ids = encoder.encode(text);
        samples.push_back({std::move(text), true, std::move(ids)});
    }
    return samples;
}

std::vector<SampleEncoding> samplesWithoutEncodings()
{
    std::vector<SampleEncoding> samples;
    for (const std::string &text : sampleTexts())
        samples.push_back({text, false, std::nullopt});
    return samples;
}

std::vector<std::string> disagreements(std::span<const SampleEncoding> samples,
                                       std::span<const EngineEncoding> engine, bool published)
{
    std::vector<Difference> different;
    std::vector<Difference> lost;
    std::size_t compared = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const Difference one{&samples[i], &engine[i]};
        compared += samples[i].ids ? 1 : 0;
        if (samples[i].ids && samples[i].ids != engine[i].ids)
            different.push_back(one);
        else if (!samples[i].ids && !engine[i].restored)
            lost.push_back(one);
    }
    std::vector<std::string> sentences;
    if (!different.empty())
        sentences.push_back(told(different, compared) +
                            (published
                                 ? " That is the engine's way with this tokenizer, and is so with files "
                                   "that llama.cpp's own tools make, too."
                                 : ""));
    if (!lost.empty())
        sentences.push_back(toldLost(lost, samples.size()));
    return sentences;
}

} // namespace snug::convert
