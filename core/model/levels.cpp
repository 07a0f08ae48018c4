// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/levels.h"

#include "core/quant/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

namespace snug {
namespace {

using gguf::TensorType;

struct Weights {
    TensorType mainType = TensorType::F32;
    bool uniform = true; // all of one type
};

// Embeddings and output are kept finer than the rest on purpose, and in small models they are most of the
// file.
bool isEmbeddingOrOutput(std::string_view name)
{
    return name == "token_embd.weight" || name == "output.weight" || name == "per_layer_token_embd.weight";
}

// Of the matrices; vectors always stay F32.
std::optional<Weights> weigh(std::span<const gguf::Header> parts, bool withEmbeddings)
{
    std::map<TensorType, double> elementsByType;
    for (const gguf::Header &header : parts) {
        for (const gguf::Tensor &tensor : header.tensors) {
            if (tensor.dims.size() >= 2 && (withEmbeddings || !isEmbeddingOrOutput(tensor.name)))
                elementsByType[tensor.type] +=
                    static_cast<double>(gguf::elementCount(tensor.dims).value_or(0));
        }
    }
    if (elementsByType.empty())
        return std::nullopt;
    const auto most = std::max_element(elementsByType.begin(), elementsByType.end(),
                                       [](const auto &a, const auto &b) { return a.second < b.second; });
    return Weights{most->first, elementsByType.size() == 1};
}

} // namespace

LevelFinding findLevel(std::span<const gguf::Header> parts)
{
    auto weights = weigh(parts, false);
    if (!weights)
        weights = weigh(parts, true);
    if (!weights)
        return {};
    const auto mainName = gguf::tensorTypeName(weights->mainType);
    const std::string derived = weights->uniform ? std::string(mainName) : fmt::format("mostly {}", mainName);

    const gguf::Value *value = parts.front().find("general.file_type");
    const auto fileType = value != nullptr ? value->integer() : std::nullopt;
    if (!fileType)
        return {derived, fmt::format("The file does not name its level; its weights are {}.", derived)};
    const quant::Level *level = quant::levelFromNumber(*fileType);
    if (level == nullptr)
        return {derived, fmt::format("The file names level number {}, which is unknown; its weights are {}.",
                                     *fileType, derived)};
    if (level->mainType != weights->mainType)
        return {derived,
                fmt::format("The file calls itself {}, but its weights are {}.", level->name, derived)};
    return {std::string(level->name), {}};
}

} // namespace snug
