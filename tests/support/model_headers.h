// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// Headers of models as their makers publish them, without data: what the engine's dry run and the type rules
// look at.
namespace snug::test {

// The shape of an ordinary model: attention and a feed-forward net in each layer.
struct Transformer {
    std::string architecture = "llama";
    std::int64_t layers = 1;
    std::int64_t width = 256;
    std::int64_t feedForward = 512;
    std::int64_t heads = 4;
    std::int64_t keyHeads = 4;
    std::int64_t headWidth = 0; // 0: width / heads
    std::int64_t vocabulary = 1024;
    bool tied = false;
    std::int64_t experts = 0;
    std::int64_t expertsUsed = 2;
    std::int64_t expertFeedForward = 0; // 0: as feedForward
    gguf::TensorType type = gguf::TensorType::F16;
};

// Keys and tensors; not laid out yet: a draft for encodeHeader.
[[nodiscard]] gguf::Header transformer(const Transformer &shape);

struct NamedModel {
    const char *name;
    std::function<gguf::Header()> make;
};

// Real shapes of 1 to 141 billion parameters, small ones whose width fits few types, and one for every rule
// that looks at an architecture.
[[nodiscard]] const std::vector<NamedModel> &knownModels();
// Of knownModels(); empty if there is none of that name.
[[nodiscard]] gguf::Header knownModel(const std::string &name);

} // namespace snug::test
