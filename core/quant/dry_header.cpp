// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/dry_header.h"

#include <optional>
#include <string>
#include <string_view>

namespace snug::quant {
namespace {

constexpr std::string_view kTokenizer = "tokenizer.";
// The width of a table of tensors, in models that have it.
constexpr std::string_view kTokenTypes = "tokenizer.ggml.token_type_count";

const gguf::Tensor *find(std::span<const gguf::Header> parts, std::string_view name)
{
    for (const gguf::Header &part : parts) {
        for (const gguf::Tensor &tensor : part.tensors) {
            if (tensor.name == name)
                return &tensor;
        }
    }
    return nullptr;
}

std::optional<std::int64_t> vocabularyOf(std::span<const gguf::Header> parts)
{
    const gguf::Tensor *embeddings = find(parts, "token_embd.weight");
    if (embeddings != nullptr)
        return embeddings->dims.size() > 1 ? embeddings->dims[1] : 1;
    const gguf::Value *tokens = parts.front().find("tokenizer.ggml.tokens");
    return tokens != nullptr && tokens->array() != nullptr ? std::optional(tokens->array()->count)
                                                           : std::nullopt;
}

bool isKept(const gguf::KeyValue &pair, std::string_view vocabularyKey)
{
    const gguf::Array *array = pair.value.array();
    return (!pair.key.starts_with(kTokenizer) || pair.key == kTokenTypes) &&
           !pair.key.starts_with("split.") && pair.key != vocabularyKey &&
           (array == nullptr || array->content.has_value());
}

} // namespace

Result<gguf::Header> dryHeader(std::span<const gguf::Header> parts)
{
    const gguf::Header &first = parts.front();
    const gguf::Value *architecture = first.find("general.architecture");
    const std::string *name = architecture != nullptr ? architecture->text() : nullptr;
    const auto vocabulary = vocabularyOf(parts);
    if (name == nullptr || !vocabulary || *vocabulary > UINT32_MAX)
        return fail(ErrorKind::Unsupported, "The model does not tell how many tokens it knows.",
                    {{"reason", std::string("no_vocabulary")}});
    const std::string vocabularyKey = *name + ".vocab_size";
    gguf::Header draft;
    draft.version = first.version;
    for (const gguf::KeyValue &pair : first.values) {
        if (isKept(pair, vocabularyKey))
            draft.values.push_back(pair);
    }
    draft.values.push_back({vocabularyKey, gguf::Value(static_cast<std::uint32_t>(*vocabulary))});
    draft.values.push_back({"tokenizer.ggml.model", gguf::Value("none")});
    for (const gguf::Header &part : parts)
        draft.tensors.insert(draft.tensors.end(), part.tensors.begin(), part.tensors.end());
    return draft;
}

Result<gguf::Header> dryHeader(std::span<const gguf::Header> parts, const TypePlan &plan)
{
    SNUG_TRY(gguf::Header draft, dryHeader(parts));
    draft.tensors.clear();
    for (const PlannedTensor &planned : plan.tensors) {
        draft.tensors.push_back(*planned.source->tensor);
        draft.tensors.back().type = planned.type;
    }
    return draft;
}

} // namespace snug::quant
