// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/model_traits.h"

#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace snug::quant {
namespace {

constexpr std::int64_t kMostLayers = 512; // LLAMA_MAX_LAYERS in src/llama-hparams.h

struct Heads {
    std::int64_t query = 0;
    std::int64_t key = 0;
};

class Keys {
public:
    Keys(const gguf::Header &header, std::string_view architecture)
        : m_header(header), m_prefix(std::string(architecture) + ".")
    {
    }

    // One number, or the first of one for each layer; nullopt for what is no 32-bit count.
    [[nodiscard]] std::optional<std::int64_t> count(std::string_view suffix) const
    {
        const gguf::Value *value = m_header.find(m_prefix + std::string(suffix));
        if (value == nullptr)
            return std::nullopt;
        auto number = value->integer();
        if (const gguf::Array *array = value->array()) {
            const auto numbers = array->integers();
            number = numbers && !numbers->empty() ? std::optional(numbers->front()) : std::nullopt;
        }
        return number && *number >= 0 && *number <= INT32_MAX ? number : std::nullopt;
    }

private:
    const gguf::Header &m_header;
    std::string m_prefix;
};

// Layers without those that only predict further tokens, and how the engine names such a model: the
// load_arch_hparams functions in src/models that give LLM_TYPE_70B. (Not to a llama of eight experts, for
// which it makes no difference to any type.)
bool is70B(std::string_view architecture, std::int64_t layers, Heads heads)
{
    if (architecture == "llama" || architecture == "llama-embed")
        return layers == 80 && heads.query != heads.key;
    if (architecture == "jais2")
        return layers == 68;
    constexpr std::array<std::string_view, 3> kByLayersAlone = {"qwen2", "deci", "olmo"};
    return layers == 80 &&
           std::find(kByLayersAlone.begin(), kByLayersAlone.end(), architecture) != kByLayersAlone.end();
}

// src/models/nanbeige.cpp runs through its layers several times, src/models/granite-switch.cpp adds one.
std::int64_t layersInEngine(const Keys &keys, std::string_view architecture, std::int64_t inFile,
                            std::int64_t predicting)
{
    if (architecture == "nanbeige" && keys.count("num_loops").value_or(1) > 1)
        return (inFile - predicting) * *keys.count("num_loops");
    return architecture == "graniteswitch" ? inFile - predicting + 1 : inFile;
}

tl::unexpected<Error> noLayers(const std::string &architecture)
{
    return fail(
        ErrorKind::Unsupported,
        fmt::format("The file does not tell how many layers its {} model has, so no level can be made.",
                    gguf::escaped(architecture, 100)),
        {{"reason", "no_layers"}});
}

} // namespace

Result<ModelTraits> traitsOf(const gguf::Header &first)
{
    const gguf::Value *named = first.find("general.architecture");
    const std::string *name = named == nullptr ? nullptr : named->text();
    if (name == nullptr || name->empty())
        return fail(ErrorKind::Unsupported,
                    "The file does not name its architecture, so no level can be made.",
                    {{"reason", "no_architecture"}});
    const Keys keys(first, *name);
    const std::int64_t inFile = keys.count("block_count").value_or(0);
    if (inFile < 1)
        return noLayers(*name);
    const std::int64_t predicting = std::min(keys.count("nextn_predict_layers").value_or(0), inFile);
    const std::int64_t layers = layersInEngine(keys, *name, inFile, predicting);
    if (layers < 1)
        return noLayers(*name);
    if (inFile > kMostLayers || layers > kMostLayers)
        return fail(ErrorKind::TooLarge,
                    fmt::format("The model says that it has {} layers; the engine takes {} at most.",
                                std::max(inFile, layers), kMostLayers),
                    {{"reason", "absurd_layers"}, {"limit", kMostLayers}});
    Heads heads;
    heads.query = keys.count("attention.head_count").value_or(0);
    heads.key = keys.count("attention.head_count_kv").value_or(heads.query);
    const std::int64_t experts = keys.count("expert_count").value_or(0);
    return ModelTraits{*name, layers, heads.key == 0 ? 0 : heads.query / heads.key, experts,
                       is70B(*name, inFile - predicting, heads)};
}

} // namespace snug::quant
