// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/companion_check.h"

#include "core/fit/own_draft.h"
#include "core/fit/projector_width.h"
#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace snug::fit {
namespace {

constexpr std::string_view kFirst = ".lora_a";
constexpr std::string_view kSecond = ".lora_b";
// SPEC_VOCAB_MAX_SIZE_DIFFERENCE of common/speculative.cpp
constexpr std::int64_t kMostOtherTokens = 128;
// SPEC_VOCAB_CHECK_START_TOKEN_ID there: the first ones may be called as one likes.
constexpr std::size_t kFirstComparedToken = 5;
constexpr std::size_t kMostShownOfToken = 40;

std::string text(const gguf::Header &header, std::string_view key)
{
    const gguf::Value *value = header.find(key);
    const std::string *found = value == nullptr ? nullptr : value->text();
    return found == nullptr ? std::string() : *found;
}

std::string kindOf(const gguf::Header &header)
{
    if (auto kind = text(header, "general.type"); !kind.empty())
        return kind;
    // Older projectors only have this.
    return text(header, "general.architecture") == "clip" ? "mmproj" : "model";
}

std::string kindName(std::string_view kind)
{
    if (kind == "model")
        return "a model";
    if (kind == "mmproj")
        return "a projector";
    return kind == "adapter" ? "an adapter" : "of another kind";
}

Result<void> checkKind(const gguf::Header &header, std::string_view wanted)
{
    const std::string kind = kindOf(header);
    if (kind != wanted)
        return fail(ErrorKind::InvalidArgument,
                    fmt::format("The file is {}, not {}.", kindName(kind), kindName(wanted)),
                    {{"kind", kind}});
    return {};
}

tl::unexpected<Error> otherModel(std::string message)
{
    return fail(ErrorKind::Unsupported, std::move(message), {}, "It was made for another model.");
}

std::int64_t length(const gguf::Tensor &tensor, std::size_t dimension)
{
    return tensor.dims.size() > dimension ? tensor.dims[dimension] : 1;
}

struct Pair {
    const gguf::Tensor *a = nullptr;
    const gguf::Tensor *b = nullptr;
};

Result<std::map<std::string_view, Pair>> pairsOf(const gguf::Header &adapter)
{
    std::map<std::string_view, Pair> pairs;
    for (const gguf::Tensor &tensor : adapter.tensors) {
        const std::string_view base = adaptedTensor(tensor.name);
        if (!base.empty())
            (tensor.name.ends_with(kFirst) ? pairs[base].a : pairs[base].b) = &tensor;
        else if (!tensor.name.ends_with("_norm.weight"))
            return fail(ErrorKind::Corrupt,
                        "The adapter holds something that is no part of a pair of matrices.",
                        {{"tensor", tensor.name}});
    }
    for (const auto &[base, pair] : pairs) {
        if (pair.a == nullptr || pair.b == nullptr)
            return fail(ErrorKind::Corrupt, "The adapter has only one matrix of a pair.",
                        {{"tensor", std::string(base)}});
    }
    if (pairs.empty())
        return fail(ErrorKind::Corrupt, "The adapter is empty.");
    return pairs;
}

bool shapesMatch(std::string_view name, const Pair &pair, const gguf::Tensor &base)
{
    // The embeddings' pair is turned round.
    if (name.ends_with("token_embd.weight"))
        return length(base, 0) == length(*pair.b, 1) && length(base, 1) == length(*pair.a, 1);
    return length(base, 0) == length(*pair.a, 0) && length(base, 1) == length(*pair.b, 1) &&
           length(*pair.a, 1) == length(*pair.b, 0);
}

std::optional<std::int64_t> tokenCount(const gguf::Header &header)
{
    const gguf::Value *tokens = header.find("tokenizer.ggml.tokens");
    if (tokens == nullptr || tokens->array() == nullptr)
        return {};
    return tokens->array()->count;
}

std::optional<std::int64_t> integer(const gguf::Header &header, std::string_view key)
{
    const gguf::Value *value = header.find(key);
    return value == nullptr ? std::nullopt : value->integer();
}

std::optional<bool> flag(const gguf::Header &header, std::string_view key)
{
    const gguf::Value *value = header.find(key);
    return value == nullptr ? std::nullopt : value->boolean();
}

tl::unexpected<Error> otherVocabulary(std::string_view difference)
{
    return fail(ErrorKind::Unsupported,
                fmt::format("The draft model's vocabulary is not the model's: {}.", difference), {},
                "A draft model has to be a small one of the same family.");
}

// A token that no text is begun or ended with may be another one.
Result<void> checkEnds(const gguf::Header &draft, const gguf::Header &model)
{
    for (const std::string name : {"bos", "eos"}) {
        const auto oursAdded = flag(model, fmt::format("tokenizer.ggml.add_{}_token", name));
        const auto othersAdded = flag(draft, fmt::format("tokenizer.ggml.add_{}_token", name));
        const std::string key = fmt::format("tokenizer.ggml.{}_token_id", name);
        const auto ours = integer(model, key);
        const auto other = integer(draft, key);
        const bool addedUnlike = oursAdded && othersAdded && *oursAdded != *othersAdded;
        // Without the flag, the engine only begins texts with a token of its own.
        const bool counts = oursAdded.value_or(name == "bos");
        if (addedUnlike || (counts && ours && other && *ours != *other))
            return otherVocabulary("texts begin or end with another token");
    }
    return {};
}

// Only where both lists were loaded.
Result<void> checkTokens(const gguf::Header &draft, const gguf::Header &model)
{
    const auto textsOf = [](const gguf::Header &header) {
        const gguf::Value *tokens = header.find("tokenizer.ggml.tokens");
        return tokens == nullptr || tokens->array() == nullptr ? std::nullopt : tokens->array()->strings();
    };
    const auto ours = textsOf(model);
    const auto others = ours ? textsOf(draft) : std::nullopt;
    if (!others)
        return {};
    for (std::size_t i = kFirstComparedToken; i < std::min(ours->size(), others->size()); ++i) {
        if ((*ours)[i] != (*others)[i])
            return otherVocabulary(fmt::format("token {} is \"{}\" instead of \"{}\"", i,
                                               gguf::escaped((*others)[i], kMostShownOfToken),
                                               gguf::escaped((*ours)[i], kMostShownOfToken)));
    }
    return {};
}

} // namespace

std::string_view adaptedTensor(std::string_view name)
{
    if (!name.ends_with(kFirst) && !name.ends_with(kSecond))
        return {};
    return name.substr(0, name.size() - kFirst.size());
}

Result<void> checkProjector(const gguf::Header &projector)
{
    SNUG_CHECK(checkKind(projector, "mmproj"));
    if (projector.tensors.empty())
        return fail(ErrorKind::Corrupt, "The projector is empty.");
    return {};
}

Result<void> checkProjector(const gguf::Header &projector, std::span<const gguf::Header> base)
{
    SNUG_CHECK(checkProjector(projector));
    const auto made = projectorWidth(projector);
    const auto wanted =
        integer(base.front(), text(base.front(), "general.architecture") + ".embedding_length");
    if (made && wanted && *made != *wanted)
        return otherModel(
            fmt::format("The projector makes vectors of {} numbers, the model takes {}.", *made, *wanted));
    return {};
}

Result<void> checkAdapter(const gguf::Header &adapter, std::span<const gguf::Header> base)
{
    SNUG_CHECK(checkKind(adapter, "adapter"));
    if (text(adapter, "adapter.type") != "lora")
        return fail(ErrorKind::Unsupported, "The adapter is no LoRA; the engine knows no other kind.");
    const auto architecture = text(adapter, "general.architecture");
    if (architecture != text(base.front(), "general.architecture"))
        return otherModel(fmt::format("The adapter is for models of the architecture {}, this one is {}.",
                                      architecture, text(base.front(), "general.architecture")));
    SNUG_TRY(const auto pairs, pairsOf(adapter));
    std::unordered_map<std::string_view, const gguf::Tensor *> tensors;
    for (const gguf::Header &part : base) {
        for (const gguf::Tensor &tensor : part.tensors)
            tensors.emplace(tensor.name, &tensor);
    }
    for (const auto &[name, pair] : pairs) {
        const auto found = tensors.find(name);
        if (found == tensors.end())
            return otherModel(fmt::format("The adapter changes {}, which the model does not have.", name));
        if (!shapesMatch(name, pair, *found->second))
            return otherModel(fmt::format("The adapter's matrices for {} have another shape.", name));
    }
    return {};
}

Result<void> checkDraft(const gguf::Header &draft, std::span<const gguf::Header> base)
{
    SNUG_CHECK(checkKind(draft, "model"));
    if (isDraftHead(draft))
        return fail(
            ErrorKind::Unsupported, "The file holds only layers that guess on what another model computed.",
            {{"reason", "draft_head"}},
            "Take a model's file that has them inside, and let it guess by itself; or a small model.");
    const gguf::Header &model = base.front();
    for (const char *key : {"tokenizer.ggml.model", "tokenizer.ggml.pre"}) {
        if (model.find(key) != nullptr && draft.find(key) != nullptr && text(model, key) != text(draft, key))
            return otherVocabulary("another tokenizer");
    }
    SNUG_CHECK(checkEnds(draft, model));
    const auto ours = tokenCount(model);
    const auto other = tokenCount(draft);
    if (ours && other && std::abs(*ours - *other) > kMostOtherTokens)
        return otherVocabulary(fmt::format("{} tokens instead of {}", *other, *ours));
    return checkTokens(draft, model);
}

} // namespace snug::fit
