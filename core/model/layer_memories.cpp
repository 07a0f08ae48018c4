// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/layer_rules.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace snug {
namespace {

template <std::size_t N> bool isOneOf(std::string_view name, const std::array<std::string_view, N> &names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

// llm_arch_is_recurrent in src/llama-arch.cpp.
constexpr std::array<std::string_view, 6> kRecurrent = {"mamba",      "mamba2", "rwkv6",
                                                        "rwkv6qwen2", "rwkv7",  "arwkv7"};
// Of llm_arch_is_hybrid, those whose layers without key heads are the recurrent ones.
constexpr std::array<std::string_view, 7> kByKeyHeads = {"jamba",   "plamo2",      "granitehybrid", "lfm2",
                                                         "lfm2moe", "kimi-linear", "bailingmoe3"};
// And those that name the layers, or one in so many that is not recurrent.
constexpr std::array<std::string_view, 4> kByInterval = {"qwen3next", "qwen35", "qwen35moe", "minimax-01"};
constexpr std::array<std::string_view, 2> kNemotron = {"nemotron_h", "nemotron_h_moe"};
// llama_model::create_memory in src/llama-model.cpp gives these none.
constexpr std::array<std::string_view, 14> kWithoutMemory = {
    "bert",     "jina-bert-v2", "jina-bert-v3", "nomic-bert",      "nomic-bert-moe",
    "neo-bert", "eurobert",     "modern-bert",  "dream",           "gemma-embedding",
    "llada",    "llada-moe",    "rnd1",         "wavtokenizer-dec"};

void setByInterval(const ArchitectureKeys &keys, ModelShape &shape)
{
    constexpr std::int64_t kUsual = 4;
    constexpr std::int64_t kUsualOfMiniMax = 8;
    const auto named = keys.perLayer("attention.recurrent_layers", shape.trunk);
    const std::int64_t interval = std::max<std::int64_t>(
        1, keys.count("full_attention_interval")
               .value_or(shape.architecture == "minimax-01" ? kUsualOfMiniMax : kUsual));
    for (std::int64_t i = 0; i < shape.trunk; ++i) {
        const auto at = static_cast<std::size_t>(i);
        shape.layers[at].recurrent = named ? (*named)[at] != 0 : (i + 1) % interval != 0;
        shape.layers[at].cached = !shape.layers[at].recurrent;
    }
}

void setNemotron(ModelShape &shape)
{
    for (LayerShape &layer : shape.layers) {
        layer.recurrent = layer.keyHeads == 0 && layer.feedForward == 0;
        layer.cached = !layer.recurrent && layer.feedForward == 0;
    }
}

void setKinds(const ArchitectureKeys &keys, ModelShape &shape)
{
    const std::string_view name = shape.architecture;
    const auto setAll = [&shape](bool recurrent, bool cached) {
        for (LayerShape &layer : shape.layers) {
            layer.recurrent = recurrent;
            layer.cached = cached;
        }
    };
    if (isOneOf(name, kRecurrent))
        setAll(true, false);
    else if (name == "falcon-h1")
        setAll(true, true);
    else if (isOneOf(name, kByInterval))
        setByInterval(keys, shape);
    else if (isOneOf(name, kNemotron))
        setNemotron(shape);
    else if (isOneOf(name, kByKeyHeads))
        for (LayerShape &layer : shape.layers) {
            layer.recurrent = layer.keyHeads == 0;
            layer.cached = !layer.recurrent;
        }
}

// llama_hparams::n_embd_r and n_embd_s in src/llama-hparams.cpp.
// Whole up to 2^53, which is more than anybody believes; beyond, only that it is too much matters.
std::int64_t product(std::initializer_list<std::int64_t> factors)
{
    double all = 1;
    for (const std::int64_t factor : factors)
        all *= static_cast<double>(factor);
    constexpr double kMost = 9e18;
    return static_cast<std::int64_t>(std::clamp(all, 0.0, kMost));
}

void setStates(const ArchitectureKeys &keys, ModelShape &shape)
{
    const auto count = [&keys](std::string_view suffix) { return keys.count(suffix).value_or(0); };
    const std::int64_t heads = shape.layers.front().heads;
    const std::int64_t kernel = count("ssm.conv_kernel");
    const std::int64_t inner = count("ssm.inner_size");
    const std::int64_t stateSize = count("ssm.state_size");
    shape.innerWidth = inner;
    const std::int64_t grouped = product({2, count("ssm.group_count"), stateSize});
    shape.convolution = product({kernel - 1, inner + grouped});
    shape.state = product({stateSize, inner});
    if (const std::int64_t head = count("wkv.head_size"); head > 0) {
        shape.convolution = product({keys.count("token_shift_count").value_or(2), shape.width});
        shape.state = product({shape.width, head});
    } else if (const std::int64_t kept = count("shortconv.l_cache"); kept > 0) {
        shape.convolution = product({shape.width, kept - 1});
    } else if (const std::int64_t delta = count("kda.head_dim"); delta > 0) {
        constexpr std::int64_t kUsualKernel = 4;
        shape.convolution = product({3, (kernel > 0 ? kernel : kUsualKernel) - 1, heads, delta});
        shape.state = product({delta, delta, heads});
    } else if (shape.architecture == "minimax-01") {
        const std::int64_t length = shape.layers.front().keyLength;
        shape.state = product({length, length, heads});
    }
}

// Later layers use the keys of earlier ones.
void setShared(const ArchitectureKeys &keys, ModelShape &shape)
{
    constexpr std::int64_t kOwnOfGemma3n = 20;
    const auto count = static_cast<std::int64_t>(shape.layers.size());
    std::int64_t own = count;
    if (shape.architecture == "gemma3n")
        own = kOwnOfGemma3n;
    else if (shape.architecture == "gemma4")
        own = count - keys.count("attention.shared_kv_layers").value_or(0);
    for (std::int64_t i = std::max<std::int64_t>(own, 0); i < count; ++i)
        shape.layers[static_cast<std::size_t>(i)].cached = false;
}

} // namespace

void setMemories(const ArchitectureKeys &keys, ModelShape &shape)
{
    setKinds(keys, shape);
    setShared(keys, shape);
    // A layer that adapters are chosen by comes after the trunk, and is run all the same.
    if (shape.architecture != "graniteswitch") {
        for (auto layer = shape.layers.begin() + shape.trunk; layer != shape.layers.end(); ++layer) {
            layer->cached = false;
            layer->recurrent = false;
        }
    }
    const bool anyRecurrent = std::any_of(shape.layers.begin(), shape.layers.end(),
                                          [](const LayerShape &layer) { return layer.recurrent; });
    if (anyRecurrent)
        setStates(keys, shape);
    shape.remembers = !isOneOf(std::string_view(shape.architecture), kWithoutMemory);
    if (!shape.remembers) {
        for (LayerShape &layer : shape.layers)
            layer.cached = false;
    }
}

} // namespace snug
