// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/adapter/adapter_names.h"

#include "core/gguf/text.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace snug::convert {
namespace {

using Part = AdapterName::Part;

bool has(std::string_view name, std::string_view part)
{
    return name.find(part) != std::string_view::npos;
}

std::string reasonFor(std::string_view name)
{
    if (has(name, "lora_magnitude_vector"))
        return "it changes the length of weights (DoRA), which the engine does not do";
    if (name.ends_with(".bias"))
        return "it changes a bias, which the engine does not do";
    if (has(name, "embed_tokens") || has(name, "lm_head"))
        return "it brings whole embeddings with it, as adapters with new tokens do, which the engine cannot "
               "exchange";
    return "it is none of the two matrices of a LoRA";
}

} // namespace

Result<AdapterName> parseAdapterName(std::string_view name)
{
    constexpr std::string_view kStart = "base_model.model.";
    std::string_view rest = name;
    if (rest.starts_with(kStart))
        rest.remove_prefix(kStart.size());
    static constexpr std::array<std::pair<std::string_view, Part>, 5> kEndings = {{
        {".lora_A.weight", Part::Down},
        {".lora_B.weight", Part::Up},
        {".lora_embedding_A", Part::EmbeddingDown},
        {".lora_embedding_B", Part::EmbeddingUp},
        {".base_layer.weight", Part::Base},
    }};
    for (const auto &[ending, part] : kEndings) {
        if (rest.ends_with(ending) && rest.size() > ending.size())
            return AdapterName{part, std::string(rest.substr(0, rest.size() - ending.size()))};
    }
    const bool isNorm = rest.ends_with("layernorm.weight") || rest.ends_with("norm.weight");
    if (isNorm && !has(rest, "lora_"))
        return AdapterName{Part::Norm, std::string(rest)};
    return fail(
        ErrorKind::Unsupported,
        fmt::format("The adapter's tensor {} cannot be converted: {}.", gguf::escaped(name), reasonFor(rest)),
        {{"reason", std::string("adapter_tensor")}, {"name", gguf::escaped(name)}},
        "Merge the adapter into its model with the tools it was trained with, and convert the result.");
}

} // namespace snug::convert
