// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"
#include "core/gguf/reader.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace snug {

// What one layer remembers and how wide it is; all in numbers, none in bytes.
struct LayerShape {
    std::int64_t heads = 0; // of the query
    std::int64_t keyHeads = 0;
    std::int64_t keyLength = 0;   // of one head, as stored: latent attention stores all heads as one long one
    std::int64_t valueLength = 0; // of one head
    std::int64_t window = 0;      // tokens that it looks back at; 0: all
    std::int64_t feedForward = 0;
    std::int64_t expertsUsed = 0; // 0: no experts in this layer
    bool cached = true;           // its keys are kept for each token
    bool valuesCached = true;     // its values too: latent attention computes them from the keys
    bool recurrent = false;       // it keeps a state for each conversation

    bool operator==(const LayerShape &) const = default;
};

// The numbers of a model that decide what it takes beside its weights, as llama.cpp v0.5.0 reads them
// (load_hparams in src/llama-model.cpp and src/models).
struct ModelShape {
    std::string architecture;
    bool known = true;               // false: `doubt` says why figures from these numbers may be wrong
    std::string doubt;               // a sentence for people; empty if known
    std::int64_t trainedContext = 0; // tokens; 0 unknown
    std::int64_t width = 0;
    std::int64_t vocabulary = 0; // 0 unknown
    std::int64_t experts = 0;
    std::int64_t expertWidth = 0;     // of one expert's net
    std::int64_t sharedWidth = 0;     // of the net that every token goes through beside them; 0 none
    std::int64_t latentKeyLength = 0; // of one head after latent attention opened it; 0 as stored
    std::int64_t latentValueLength = 0;
    std::int64_t latent = 0;        // rank of latent attention; 0 none
    std::int64_t rotated = 0;       // part of a head that carries the position
    std::int64_t convolution = 0;   // numbers of a recurrent layer's first state, of each conversation
    std::int64_t state = 0;         // and of its second
    std::int64_t innerWidth = 0;    // of a state space model; 0 none
    std::vector<LayerShape> layers; // all that the engine counts, with those that predict further tokens
    std::int64_t trunk = 0;         // of those, the first so many are run for each token
    std::int64_t ownLayers = 0;     // and so many have weights of their own: later ones repeat them in turn
    bool remembers = true;          // false: a text is always read as a whole, as for embeddings

    bool operator==(const ModelShape &) const = default;
};

// From the keys of the first part and, for the vocabulary, its tensors. Fails with Unsupported (reason
// "no_architecture", "no_layers", "no_width") or TooLarge (reason "absurd_layers", "absurd_shape").
[[nodiscard]] Result<ModelShape> shapeOf(std::span<const gguf::Header> parts);

// From the keys alone. `vocabulary`: counted elsewhere, where the list of tokens is not among them.
[[nodiscard]] Result<ModelShape> shapeOf(std::span<const gguf::KeyValue> keys,
                                         std::optional<std::int64_t> vocabulary);

// From the first part of a file: a first look, before the list of tensors is fetched. Fails as above; then
// more of the file may tell more.
[[nodiscard]] Result<ModelShape> shapeOf(const gguf::FirstKeys &first);

} // namespace snug
