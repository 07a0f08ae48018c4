// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/facts.h"

#include "core/base/checked.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/gguf/reader.h"
#include "core/gguf/text.h"
#include "core/model/levels.h"
#include "core/model/split_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace snug {
namespace {

// Enough for every real name; licences that are pasted in full are cut.
constexpr std::size_t kTextLimit = 300;
constexpr const char *kTokens = "tokenizer.ggml.tokens";

// Looks values up by key; numbers that make no sense for a size count as absent.
class Keys {
public:
    explicit Keys(const gguf::Header &header) : m_header(header)
    {
        if (const auto name = text("general.architecture"))
            m_prefix = *name + ".";
    }

    [[nodiscard]] std::optional<std::string> text(std::string_view key) const
    {
        const gguf::Value *value = m_header.find(key);
        const std::string *content = value != nullptr ? value->text() : nullptr;
        return content != nullptr && !content->empty() ? std::optional(gguf::escaped(*content, kTextLimit))
                                                       : std::nullopt;
    }

    [[nodiscard]] std::optional<std::int64_t> count(std::string_view key) const
    {
        const gguf::Value *value = m_header.find(key);
        const auto number = value != nullptr ? value->integer() : std::nullopt;
        return number && *number >= 0 ? number : std::nullopt;
    }

    // A key of the architecture: one number, or one for each layer, of which the largest counts.
    [[nodiscard]] std::optional<std::int64_t> shape(std::string_view suffix) const
    {
        if (m_prefix.empty())
            return std::nullopt;
        const std::string key = m_prefix + std::string(suffix);
        const gguf::Value *value = m_header.find(key);
        const gguf::Array *array = value != nullptr ? value->array() : nullptr;
        if (array == nullptr)
            return count(key);
        const auto numbers = array->integers();
        if (!numbers || numbers->empty())
            return std::nullopt;
        const std::int64_t largest = *std::max_element(numbers->begin(), numbers->end());
        return largest >= 0 ? std::optional(largest) : std::nullopt;
    }

    [[nodiscard]] const gguf::Value *find(std::string_view key) const { return m_header.find(key); }

private:
    const gguf::Header &m_header;
    std::string m_prefix;
};

std::string withoutEnding(std::string_view fileName, const std::optional<SplitFacts> &split)
{
    if (const auto name = parseSplitName(fileName); name && split && name->count == split->count)
        return gguf::escaped(name->base, kTextLimit);
    constexpr std::string_view kEnding = ".gguf";
    if (fileName.size() > kEnding.size() && fileName.ends_with(kEnding))
        fileName.remove_suffix(kEnding.size());
    return gguf::escaped(fileName, kTextLimit);
}

template <class T> std::optional<T> firstOf(std::initializer_list<std::optional<T>> candidates)
{
    for (const auto &candidate : candidates) {
        if (candidate)
            return candidate;
    }
    return std::nullopt;
}

void tellIdentity(ModelFacts &facts, const Keys &keys, std::string_view fileName)
{
    facts.kind = keys.text("general.type").value_or("model");
    facts.name = keys.text("general.name").value_or(withoutEnding(fileName, facts.split));
    facts.architecture = keys.text("general.architecture");
    facts.maker = firstOf({keys.text("general.organization"), keys.text("general.author"),
                           keys.text("general.base_model.0.organization")});
    facts.quantizedBy = keys.text("general.quantized_by");
    facts.license = firstOf({keys.text("general.license"), keys.text("general.license.name")});
    if (!facts.architecture)
        facts.warnings.emplace_back("The file does not name its architecture, so no engine can run it.");
    if (facts.kind == "adapter")
        facts.warnings.emplace_back("This is an adapter (LoRA), which needs the model that it was made for.");
    if (facts.kind == "mmproj")
        facts.warnings.emplace_back(
            "This is the image or audio part of a model, which needs the model itself.");
}

void tellShape(ModelFacts &facts, const Keys &keys)
{
    facts.contextLength = keys.shape("context_length");
    facts.layers = keys.shape("block_count");
    facts.embeddingLength = keys.shape("embedding_length");
    facts.feedForwardLength = keys.shape("feed_forward_length");
    facts.headCount = keys.shape("attention.head_count");
    facts.headCountKv = keys.shape("attention.head_count_kv");
    facts.expertCount = keys.shape("expert_count");
    facts.expertUsedCount = keys.shape("expert_used_count");
}

void tellTokenizer(ModelFacts &facts, const Keys &keys)
{
    TokenizerFacts tokenizer{keys.text("tokenizer.ggml.model"), keys.text("tokenizer.ggml.pre"), {}};
    const gguf::Value *tokens = keys.find(kTokens);
    if (const gguf::Array *list = tokens != nullptr ? tokens->array() : nullptr)
        tokenizer.tokens = list->count;
    if (tokenizer != TokenizerFacts{})
        facts.tokenizer = std::move(tokenizer);
    facts.chatTemplate = keys.text("tokenizer.chat_template").has_value();
}

// Of a file that says sensibly that it is one of several.
std::optional<SplitFacts> splitOf(const gguf::Header &header)
{
    const Keys keys(header);
    const auto count = keys.count("split.count");
    const auto number = keys.count("split.no");
    if (!count || *count < 2 || !number || *number >= *count)
        return std::nullopt;
    return SplitFacts{*number + 1, *count, keys.count("split.tensors.count"), false};
}

void tellSplit(ModelFacts &facts, std::span<const gguf::Header> parts)
{
    facts.split = splitOf(parts.front());
    if (!facts.split)
        return;
    facts.split->complete = facts.split->count == static_cast<std::int64_t>(parts.size());
    if (!facts.split->complete)
        facts.warnings.push_back(
            fmt::format("This is part {} of {}; sizes and tensors are those of this part alone.",
                        facts.split->part, facts.split->count));
}

void tellFile(ModelFacts &facts, const gguf::Header &header)
{
    facts.fileBytes += header.fileBytes;
    facts.tensorCount += static_cast<std::int64_t>(header.tensors.size());
    for (const gguf::Tensor &tensor : header.tensors)
        ++facts.tensorsByType[std::string(gguf::tensorTypeName(tensor.type))];
    if (const std::int64_t rest = header.fileBytes - header.dataEnd(); rest > gguf::kMaxAlignment)
        facts.warnings.push_back(
            fmt::format("After the last tensor there are {} that belong to nothing.", formatBytes(rest)));
}

// nullopt beyond int64, which the sum can pass although each tensor does not: the smallest types take less
// than two bits for an element.
std::optional<std::int64_t> countParameters(std::span<const gguf::Header> parts)
{
    std::uint64_t sum = 0;
    for (const gguf::Header &header : parts) {
        for (const gguf::Tensor &tensor : header.tensors) {
            const auto more = checkedAdd(sum, static_cast<std::uint64_t>(*gguf::elementCount(tensor.dims)));
            if (!more || !std::in_range<std::int64_t>(*more))
                return std::nullopt;
            sum = *more;
        }
    }
    return static_cast<std::int64_t>(sum);
}

// REQUIRES: tellSplit was called.
void tellWeights(ModelFacts &facts, std::span<const gguf::Header> parts)
{
    for (const gguf::Header &header : parts)
        tellFile(facts, header);
    LevelFinding finding = findLevel(parts);
    facts.level = std::move(finding.name);
    if (!finding.doubt.empty())
        facts.warnings.push_back(std::move(finding.doubt));
    if (facts.tensorCount == 0 && !facts.split)
        facts.warnings.emplace_back("The file holds no tensors, only a description or a vocabulary.");
    const auto parameters = countParameters(parts);
    if (!parameters || *parameters == 0)
        return;
    if (!facts.split || facts.split->complete)
        facts.parameters = parameters;
    double bytes = 0;
    for (const gguf::Header &header : parts)
        bytes += static_cast<double>(header.tensorBytes());
    facts.bitsPerWeight = bytes * 8 / static_cast<double>(*parameters);
}

Result<gguf::Header> readFile(const std::filesystem::path &path)
{
    SNUG_TRY(const auto file, gguf::FileReader::open(path));
    auto header = gguf::readHeader(*file);
    if (!header) {
        Error error = std::move(header).error();
        const auto named = std::find_if(error.detail.begin(), error.detail.end(),
                                        [](const auto &entry) { return entry.first == "path"; });
        if (named == error.detail.end())
            error.detail.emplace_back("path", toUtf8(path));
        return tl::make_unexpected(std::move(error));
    }
    return header;
}

// All parts of the model that `path` is one of; `obstacle` says in a sentence why that was not possible.
std::vector<gguf::Header> readParts(const std::filesystem::path &path, const SplitFacts &split,
                                    std::string &obstacle)
{
    std::vector<gguf::Header> parts;
    for (std::int64_t part = 1; part <= split.count; ++part) {
        const auto sibling = splitPartPath(path, part, split.count);
        if (!sibling) {
            obstacle = "The other parts cannot be found, because this file was renamed.";
            return {};
        }
        auto header = readFile(*sibling);
        if (!header) {
            obstacle = header.error().kind == ErrorKind::NotFound
                           ? fmt::format("Part {} of {} is missing: {}.", part, split.count,
                                         toUtf8(sibling->filename()))
                           : fmt::format("Part {} of {} cannot be read: {}", part, split.count,
                                         header.error().message);
            return {};
        }
        const auto said = splitOf(*header);
        if (!said || said->part != part || said->count != split.count) {
            obstacle =
                fmt::format("{} is not part {} of {}.", toUtf8(sibling->filename()), part, split.count);
            return {};
        }
        parts.push_back(*std::move(header));
    }
    return parts;
}

template <class T> nlohmann::json orNull(const std::optional<T> &value)
{
    return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

} // namespace

ModelFacts factsOf(const gguf::Header &header, std::string_view fileName)
{
    return factsOf(std::span(&header, 1), fileName);
}

ModelFacts factsOf(std::span<const gguf::Header> parts, std::string_view fileName)
{
    const Keys keys(parts.front());
    ModelFacts facts;
    facts.formatVersion = parts.front().version;
    tellSplit(facts, parts);
    tellIdentity(facts, keys, fileName);
    tellShape(facts, keys);
    tellTokenizer(facts, keys);
    tellWeights(facts, parts);
    return facts;
}

ModelFacts factsOf(const gguf::FirstKeys &first, std::string_view fileName)
{
    gguf::Header header;
    header.values = first.values;
    const Keys keys(header);
    ModelFacts facts;
    facts.formatVersion = first.version;
    facts.split = splitOf(header);
    facts.tensorCount = facts.split ? facts.split->tensors.value_or(0) : first.tensorCount;
    tellIdentity(facts, keys, fileName);
    tellShape(facts, keys);
    tellTokenizer(facts, keys);
    if (first.cut && first.cut->key == kTokens && facts.tokenizer)
        facts.tokenizer->tokens = first.cut->count;
    return facts;
}

nlohmann::json toJson(const ModelFacts &facts)
{
    nlohmann::json out = {
        {"format", facts.format},
        {"format_version", facts.formatVersion},
        {"type", facts.kind},
        {"name", facts.name},
        {"architecture", orNull(facts.architecture)},
        {"maker", orNull(facts.maker)},
        {"quantized_by", orNull(facts.quantizedBy)},
        {"license", orNull(facts.license)},
        {"parameters", orNull(facts.parameters)},
        {"level", orNull(facts.level)},
        {"bits_per_weight", orNull(facts.bitsPerWeight)},
        {"file_bytes", facts.fileBytes},
        {"tensors", {{"count", facts.tensorCount}, {"by_type", facts.tensorsByType}}},
        {"context_length", orNull(facts.contextLength)},
        {"layers", orNull(facts.layers)},
        {"embedding_length", orNull(facts.embeddingLength)},
        {"feed_forward_length", orNull(facts.feedForwardLength)},
        {"head_count", orNull(facts.headCount)},
        {"head_count_kv", orNull(facts.headCountKv)},
        {"expert_count", orNull(facts.expertCount)},
        {"expert_used_count", orNull(facts.expertUsedCount)},
        {"tokenizer", nullptr},
        {"chat_template", facts.chatTemplate},
        {"split", nullptr},
        {"warnings", facts.warnings},
    };
    if (facts.tokenizer)
        out["tokenizer"] = {{"model", orNull(facts.tokenizer->model)},
                            {"pre", orNull(facts.tokenizer->pre)},
                            {"tokens", orNull(facts.tokenizer->tokens)}};
    if (facts.split)
        out["split"] = {{"part", facts.split->part},
                        {"count", facts.split->count},
                        {"tensors", orNull(facts.split->tensors)},
                        {"complete", facts.split->complete}};
    return out;
}

Result<ModelFacts> inspectFile(const std::filesystem::path &path)
{
    SNUG_TRY(auto header, readFile(path));
    const std::string fileName = toUtf8(path.filename());
    const auto split = splitOf(header);
    if (!split)
        return factsOf(header, fileName);
    std::string obstacle;
    const auto parts = readParts(path, *split, obstacle);
    if (obstacle.empty())
        return factsOf(parts, fileName);
    ModelFacts facts = factsOf(header, fileName);
    facts.warnings.push_back(std::move(obstacle));
    return facts;
}

} // namespace snug
