// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/dry_header.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace snug::quant {
namespace {

constexpr std::string_view kTokenizer = "tokenizer.";
// The width of a table of tensors, in models that have it.
constexpr std::string_view kTokenTypes = "tokenizer.ggml.token_type_count";

std::optional<std::int64_t> vocabularyOf(const gguf::Header &first, std::span<const gguf::Tensor> tensors)
{
    for (const gguf::Tensor &tensor : tensors) {
        if (tensor.name == "token_embd.weight")
            return tensor.dims.size() > 1 ? tensor.dims[1] : 1;
    }
    const gguf::Value *tokens = first.find("tokenizer.ggml.tokens");
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

std::vector<gguf::Tensor> tensorsOf(std::span<const gguf::Header> parts)
{
    std::vector<gguf::Tensor> tensors;
    for (const gguf::Header &part : parts)
        tensors.insert(tensors.end(), part.tensors.begin(), part.tensors.end());
    return tensors;
}

std::vector<gguf::Tensor> tensorsOf(const TypePlan &plan)
{
    std::vector<gguf::Tensor> tensors;
    tensors.reserve(plan.tensors.size());
    for (const PlannedTensor &planned : plan.tensors) {
        tensors.push_back(*planned.source->tensor);
        tensors.back().type = planned.type;
    }
    return tensors;
}

Result<gguf::Header> dryHeader(const gguf::Header &first, std::vector<gguf::Tensor> tensors)
{
    const gguf::Value *architecture = first.find("general.architecture");
    const std::string *name = architecture != nullptr ? architecture->text() : nullptr;
    const auto vocabulary = vocabularyOf(first, tensors);
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
    draft.tensors = std::move(tensors);
    return draft;
}

} // namespace snug::quant
