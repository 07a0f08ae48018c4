// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/levels.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace snug {
namespace {

using gguf::TensorType;

// The main types are those of llama_ftype_get_default_type in src/llama-quant.cpp.
constexpr std::array<Level, 36> kLevels = {{
    {0, "F32", TensorType::F32},          {1, "F16", TensorType::F16},
    {2, "Q4_0", TensorType::Q4_0},        {3, "Q4_1", TensorType::Q4_1},
    {7, "Q8_0", TensorType::Q8_0},        {8, "Q5_0", TensorType::Q5_0},
    {9, "Q5_1", TensorType::Q5_1},        {10, "Q2_K", TensorType::Q2_K},
    {11, "Q3_K_S", TensorType::Q3_K},     {12, "Q3_K_M", TensorType::Q3_K},
    {13, "Q3_K_L", TensorType::Q3_K},     {14, "Q4_K_S", TensorType::Q4_K},
    {15, "Q4_K_M", TensorType::Q4_K},     {16, "Q5_K_S", TensorType::Q5_K},
    {17, "Q5_K_M", TensorType::Q5_K},     {18, "Q6_K", TensorType::Q6_K},
    {19, "IQ2_XXS", TensorType::IQ2_XXS}, {20, "IQ2_XS", TensorType::IQ2_XS},
    {21, "Q2_K_S", TensorType::Q2_K},     {22, "IQ3_XS", TensorType::IQ3_S},
    {23, "IQ3_XXS", TensorType::IQ3_XXS}, {24, "IQ1_S", TensorType::IQ1_S},
    {25, "IQ4_NL", TensorType::IQ4_NL},   {26, "IQ3_S", TensorType::IQ3_S},
    {27, "IQ3_M", TensorType::IQ3_S},     {28, "IQ2_S", TensorType::IQ2_XS},
    {29, "IQ2_M", TensorType::IQ2_S},     {30, "IQ4_XS", TensorType::IQ4_XS},
    {31, "IQ1_M", TensorType::IQ1_M},     {32, "BF16", TensorType::BF16},
    {36, "TQ1_0", TensorType::TQ1_0},     {37, "TQ2_0", TensorType::TQ2_0},
    {38, "MXFP4_MOE", TensorType::MXFP4}, {39, "NVFP4", TensorType::NVFP4},
    {40, "Q1_0", TensorType::Q1_0},       {41, "Q2_0", TensorType::Q2_0},
}};

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

std::span<const Level> levels()
{
    return kLevels;
}

const Level *levelFromFileType(std::int64_t fileType)
{
    const auto *level = std::find_if(kLevels.begin(), kLevels.end(),
                                     [fileType](const Level &entry) { return entry.fileType == fileType; });
    return level == kLevels.end() ? nullptr : level;
}

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
    const Level *level = levelFromFileType(*fileType);
    if (level == nullptr)
        return {derived, fmt::format("The file names level number {}, which is unknown; its weights are {}.",
                                     *fileType, derived)};
    if (level->mainType != weights->mainType)
        return {derived,
                fmt::format("The file calls itself {}, but its weights are {}.", level->name, derived)};
    return {std::string(level->name), {}};
}

} // namespace snug
