// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/architecture.h"
#include "core/convert/checkpoint.h"
#include "core/convert/source.h"
#include "core/gguf/header.h"

#include <cstdint>
#include <string>
#include <vector>

namespace snug::convert {

// Of the tensors that are not kept in 32 bits. Auto: as the checkpoint's first matrix of 16 bits, F16 if
// there is none.
enum class OutputType : std::uint8_t { Auto, F32, F16, BF16, Q8_0 };

// One tensor of the GGUF file and how it comes about: `sources`, each by `verbs`, stacked along a new first
// dimension where there are several.
struct PlannedTensor {
    std::string name;
    Shape shape; // slowest first; of a stack with its first dimension
    gguf::TensorType type = gguf::TensorType::F32;
    std::vector<std::size_t> sources; // of Conversion::sources
    bool isStack = false;
    std::vector<Verb> verbs;
    std::vector<float> values; // of a constant, which has no sources
};

// What a checkpoint becomes as a GGUF file.
struct Conversion {
    const Architecture *architecture = nullptr;
    std::vector<Source> sources;
    std::vector<PlannedTensor> tensors; // constants first, then in the order of the checkpoint
    std::vector<gguf::KeyValue> keys;   // all but those of the tokenizer
    std::int64_t vocabulary = 0;        // rows of the embeddings
    // Left out because they hold nothing but zeros, which whoever reads the checkpoint makes sure of.
    std::vector<std::size_t> zeroSources;
    // Of the parts for images and sound, which llama.cpp keeps in a file of their own.
    std::int64_t leftOutTensors = 0;
    std::int64_t leftOutBytes = 0;
    // How the model stretches its positions ("dynamic"), where no key or tensor of the file tells llama.cpp;
    // escaped. Texts longer than those that it was first trained on then come out wrong.
    std::string lostRopeScaling;
};

// What config.json says, with the defaults of the architecture's configuration class.
[[nodiscard]] Config configOf(const Architecture &architecture, const Checkpoint &checkpoint);

// What llama.cpp's convert_hf_to_gguf.py (v0.5.0) would make of it. Errors, by reason:
//   Unsupported  architecture (one that Snug does not know; detail architecture, bytes,
//                elements, nearest: a class that it knows), no_rule (a tensor that the architecture does not
//                have; detail name), packing, packed_shape
//   Corrupt      config_key (detail key), wrong_shape, incomplete_stack, duplicate_tensor, no_embeddings
//   (detail name)
[[nodiscard]] Result<Conversion> planConversion(const Checkpoint &checkpoint,
                                                OutputType type = OutputType::Auto);

// The same as a header that is laid out and that the engine's dry run loads: with the size of the vocabulary
// instead of its words. Errors also those of gguf::encodeHeader.
[[nodiscard]] Result<gguf::Header> ggufHeader(const Checkpoint &checkpoint,
                                              OutputType type = OutputType::Auto);
[[nodiscard]] Result<gguf::Header> ggufHeader(const Conversion &conversion);

} // namespace snug::convert
