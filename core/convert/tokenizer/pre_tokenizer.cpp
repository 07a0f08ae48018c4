// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/pre_tokenizer.h"

#include "core/convert/tokenizer/byte_pair_encoder.h"
#include "core/convert/tokenizer/text_splitter.h"
#include "core/download/sha256.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <compare>
#include <map>
#include <optional>
#include <utility>

namespace snug::embedded {
extern const std::string_view preTokenizers;
} // namespace snug::embedded

namespace snug::convert {
namespace {

using nlohmann::json;

constexpr std::size_t kMostChoices = 5;

// Names under which llama.cpp does the same.
struct Group {
    std::vector<std::string> names;
    std::vector<std::string> expressions;
    bool ignoreMerges = false;
    bool cleansSpaces = true; // in front of punctuation, when tokens become a text
};

struct Table {
    std::vector<Group> groups;
    std::map<std::string, std::string> nameOfHash;
};

const Table &table()
{
    static const Table kTable = [] {
        const json document = json::parse(embedded::preTokenizers);
        Table read;
        for (const json &said : document.at("groups")) {
            // Of other models than BPE over bytes.
            if (said.contains("spaces_are_signs") || said.contains("letters_are_no_bytes"))
                continue;
            read.groups.push_back({said.at("names").get<std::vector<std::string>>(),
                                   said.at("expressions").get<std::vector<std::string>>(),
                                   said.value("ignore_merges", false), said.value("cleans_spaces", true)});
        }
        read.nameOfHash = document.at("hashes").get<std::map<std::string, std::string>>();
        return read;
    }();
    return kTable;
}

// SHA-256 of the ids as Python writes a list of them.
std::optional<std::string> hashOf(const std::vector<std::int64_t> &ids)
{
    const std::string text = fmt::format("[{}]", fmt::join(ids, ", "));
    auto digest = download::Digest::start(download::HashKind::Sha256, 0);
    if (!digest)
        return std::nullopt;
    digest->update(std::as_bytes(std::span(text)));
    auto hash = digest->finish();
    return hash ? std::optional(*std::move(hash)) : std::nullopt;
}

std::optional<std::string> nameByHash(const BytePairEncoder &encoder)
{
    for (const auto &ids :
         {encoder.encodeWhole(sampleTexts().front()), encoder.encode(sampleTexts().front())}) {
        const auto hash = ids ? hashOf(*ids) : std::nullopt;
        const auto found = hash ? table().nameOfHash.find(*hash) : table().nameOfHash.end();
        if (found != table().nameOfHash.end())
            return found->second;
    }
    return std::nullopt;
}

// How alike a tokenizer is to llama.cpp's under some name; the first counts most.
struct Likeness {
    int ids = -1; // samples that become the same ids
    int usual = 0;
    int splits = 0; // samples that are split alike, whether or not it shows
    int ignoreMerges = 0;
    int cleansSpaces = 0;

    auto operator<=>(const Likeness &) const = default;
};

// The name that llama.cpp's converter gives to models of an architecture, where several mean the same.
constexpr std::array<std::pair<std::string_view, std::string_view>, 39> kUsual = {{
    {"llama", "llama-bpe"},
    {"llama", "smollm"},
    {"llama", "tekken"},
    {"llama", "refact"},
    {"llama", "deepseek-llm"},
    {"llama", "deepseek-coder"},
    {"llama", "deepseek-v3"},
    {"mistral3", "tekken"},
    {"mistral3", "llama-bpe"},
    {"arcee", "llama-bpe"},
    {"smollm3", "smaug-bpe"},
    {"llama4", "llama4"},
    {"granite", "refact"},
    {"granitemoe", "refact"},
    {"qwen2", "qwen2"},
    {"qwen2moe", "qwen2"},
    {"qwen3", "qwen2"},
    {"qwen3moe", "qwen2"},
    {"gpt2", "gpt-2"},
    {"gptneox", "olmo"},
    {"olmo", "olmo"},
    {"olmoe", "olmo"},
    {"olmo2", "dbrx"},
    {"phi2", "phi-2"},
    {"phi3", "dbrx"},
    {"phi3", "gpt-4o"},
    {"gpt-oss", "gpt-4o"},
    {"stablelm", "olmo"},
    {"stablelm", "stablelm2"},
    {"command-r", "command-r"},
    {"cohere2", "command-r"},
    {"glm4", "glm4"},
    {"glm4moe", "glm4"},
    {"deepseek2", "deepseek-llm"},
    {"deepseek2", "deepseek-v3"},
    {"falcon", "falcon"},
    {"bloom", "bloom"},
    {"seed_oss", "seed-coder"},
    {"starcoder2", "starcoder"},
}};

std::string nameIn(const Group &group, std::string_view architecture)
{
    for (const auto &[of, name] : kUsual) {
        const auto found = std::find(group.names.begin(), group.names.end(), name);
        if (of == architecture && found != group.names.end())
            return *found;
    }
    return group.names.front();
}

// 2 if the group has the usual name of the architecture, 1 if it has that of another, else 0.
int usualness(const Group &group, std::string_view architecture)
{
    int found = 0;
    for (const auto &[of, name] : kUsual) {
        if (std::find(group.names.begin(), group.names.end(), name) != group.names.end())
            found = std::max(found, of == architecture ? 2 : 1);
    }
    return found;
}

// What becomes of the sample texts by the tokenizer itself.
struct Sample {
    const std::string *text = nullptr;
    std::optional<std::vector<std::int64_t>> ids;
    std::optional<std::vector<std::string>> pieces;
};

std::vector<Sample> samplesOf(const BytePairEncoder &encoder)
{
    std::vector<Sample> samples;
    for (const std::string &text : sampleTexts())
        samples.push_back({&text, encoder.encode(text), encoder.splitter().split(text)});
    return samples;
}

Likeness likeness(const Group &group, const TextSplitter &splitter, const BytePairEncoder &encoder,
                  const FastTokenizer &fast, const std::vector<Sample> &samples)
{
    Likeness found{0, 0, 0, group.ignoreMerges == fast.ignoreMerges ? 1 : 0,
                   group.cleansSpaces == fast.cleansSpaces ? 1 : 0};
    for (const Sample &sample : samples) {
        const auto pieces = splitter.split(*sample.text);
        found.ids +=
            sample.ids && sample.ids == encoder.encode(*sample.text, splitter, group.ignoreMerges) ? 1 : 0;
        found.splits += pieces && pieces == sample.pieces ? 1 : 0;
    }
    return found;
}

struct Candidate {
    const Group *group;
    Likeness likeness;
};

// All groups, the likest first.
std::vector<Candidate> candidates(const FastTokenizer &fast, const BytePairEncoder &encoder,
                                  std::string_view architecture)
{
    const std::vector<Sample> samples = samplesOf(encoder);
    std::vector<Candidate> found;
    for (const Group &group : table().groups) {
        const auto splitter = TextSplitter::ofExpressions(group.expressions);
        if (!splitter)
            continue;
        found.push_back({&group, likeness(group, *splitter, encoder, fast, samples)});
        found.back().likeness.usual = usualness(group, architecture);
    }
    std::stable_sort(found.begin(), found.end(), [](const Candidate &one, const Candidate &other) {
        return one.likeness > other.likeness;
    });
    return found;
}

PreTokenizerFinding bySamples(const FastTokenizer &fast, const BytePairEncoder &encoder,
                              std::string_view architecture)
{
    const std::vector<Candidate> found = candidates(fast, encoder, architecture);
    const auto samples = static_cast<int>(sampleTexts().size());
    const Candidate &best = found.front();
    PreTokenizerFinding finding{
        nameIn(*best.group, architecture), PreTokenizerFinding::How::Samples, best.likeness.ids, samples, {}};
    if (finding.alike == samples)
        return finding;
    finding.how = PreTokenizerFinding::How::Nearest;
    for (std::size_t i = 0; i < std::min(found.size(), kMostChoices); ++i)
        finding.choices.push_back(nameIn(*found[i].group, architecture));
    return finding;
}

} // namespace

PreTokenizerFinding preTokenizerOf(const FastTokenizer &fast, const BytePairEncoder &encoder,
                                   std::string_view architecture)
{
    if (auto name = nameByHash(encoder)) {
        const auto samples = static_cast<int>(sampleTexts().size());
        return {*std::move(name), PreTokenizerFinding::How::Hash, samples, samples, {}};
    }
    return bySamples(fast, encoder, architecture);
}

std::vector<std::string> preTokenizerNames()
{
    std::vector<std::string> names;
    for (const Group &group : table().groups)
        names.insert(names.end(), group.names.begin(), group.names.end());
    return names;
}

} // namespace snug::convert
