// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/config.h"
#include "core/convert/key_list.h"
#include "core/convert/rule.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

// What Snug knows about converting one architecture. Names and meanings follow llama.cpp v0.5.0's conversion
// package.
namespace snug::convert {

// A tensor that the checkpoint does not have: its values follow from the configuration.
struct Constant {
    std::string name;
    std::vector<float> values;
};

struct Architecture {
    std::string_view name;                 // as in general.architecture
    std::vector<std::string_view> classes; // as in config.json
    Rules (*rules)(const Config &);
    void (*keys)(KeyList &, const Config &);
    std::vector<Default> (*defaults)(const Config &said) = nullptr;
    std::vector<Constant> (*constants)(const Config &) = nullptr;
    // How many layers the file has; otherwise as many as the configuration says.
    std::int64_t (*layers)(const Config &) = nullptr;
    // Layers beyond that number, which predict further tokens, are left out instead of refused.
    bool leavesOutFurtherLayers = false;
    bool namesFileType = true;
};

// nullptr for a class that Snug does not know.
[[nodiscard]] const Architecture *architectureOf(std::string_view className);
[[nodiscard]] std::span<const Architecture> architectures();
// The known class whose name is most like that one, which is often its predecessor; empty if none is.
[[nodiscard]] std::string_view nearestClass(std::string_view className);

// More than any model has (llama.cpp: LLAMA_MAX_LAYERS).
inline constexpr std::int64_t kMostLayers = 512;

// num_hidden_layers, by any of its names.
[[nodiscard]] std::optional<std::int64_t> layerCount(const Config &config);

// The tables that most families share: embeddings and output; q, k, v and o; gate, up and down.
[[nodiscard]] Rules commonRules();
// The same with the two norms of a layer as llama has them.
[[nodiscard]] Rules llamaRules();
// q and k are permuted.
[[nodiscard]] Rules permutedAttention();
// q_norm and k_norm.
[[nodiscard]] Rules headNorms();
// Experts one by one, below "mlp.experts.#.", and their router.
[[nodiscard]] Rules separateExperts();

// The keys that most families share.
void commonKeys(KeyList &keys, const Config &config);
// rope.dimension_count, of a head the part `turned` of 1, as phi and nemotron have it: rounded over all
// heads.
void partialRotation(KeyList &keys, const Config &config, double turned);
// Which layers have a sliding window: layer_types, or all but every `period`th where it is not said.
[[nodiscard]] std::vector<bool> slidingLayers(const Config &config, std::int64_t period);
// With head_dim where the configuration has it: keys of that width, of all heads.
void headWidthKeys(KeyList &keys, const Config &config);

} // namespace snug::convert
