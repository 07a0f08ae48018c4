// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/types.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// The levels that a model can be stored at. A level is a recipe of llama.cpp's quantizer: a main type, and
// finer or coarser ones for some tensors (type_rules.h).
namespace snug::quant {

// The level's number in the file, general.file_type (enum llama_ftype of llama.cpp v0.5.0).
enum class FileType : std::uint32_t {
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q8_0 = 7,
    Q5_0 = 8,
    Q5_1 = 9,
    Q2_K = 10,
    Q3_K_S = 11,
    Q3_K_M = 12,
    Q3_K_L = 13,
    Q4_K_S = 14,
    Q4_K_M = 15,
    Q5_K_S = 16,
    Q5_K_M = 17,
    Q6_K = 18,
    IQ2_XXS = 19,
    IQ2_XS = 20,
    Q2_K_S = 21,
    IQ3_XS = 22,
    IQ3_XXS = 23,
    IQ1_S = 24,
    IQ4_NL = 25,
    IQ3_S = 26,
    IQ3_M = 27,
    IQ2_S = 28,
    IQ2_M = 29,
    IQ4_XS = 30,
    IQ1_M = 31,
    BF16 = 32,
    TQ1_0 = 36,
    TQ2_0 = 37,
    MXFP4_MOE = 38,
    NVFP4 = 39,
    Q1_0 = 40,
    Q2_0 = 41,
};

enum class Family {
    Float,   // not quantized
    Legacy,  // one scale for each short block of weights
    K,       // blocks of 256 with scales of their own scale; mixtures of types
    I,       // codes looked up in a table
    Ternary, // for models that were trained with the weights -1, 0 and 1
    Mx,      // 4-bit floating point
};

// What an importance matrix does for a level: a record of which weights matter, made by running the model
// over a text.
enum class ImatrixUse { NotUsed, Helps, Required };

// How far a model's predictions move: the mean Kullback-Leibler divergence from those of F16, lower is
// better. Measured for Llama 3 8B on Wikitext-2, as kQualitySource says.
struct Quality {
    std::optional<double> plain;       // without an importance matrix
    std::optional<double> withImatrix; // with one of 10 million tokens of Wikitext
};
inline constexpr std::string_view kQualitySource =
    "llama.cpp tools/perplexity/README.md: Llama 3 8B, Wikitext-2, mean KL divergence from F16";

struct Level {
    FileType fileType;
    std::string_view name;     // as people write it and `--type` takes it: "Q4_K_M"
    gguf::TensorType mainType; // llama_ftype_get_default_type in src/llama-quant.cpp
    Family family;
    ImatrixUse imatrix; // of a model whose shape fits the level
    // Of Llama 3.1 8B with embeddings and everything; those of tools/quantize/README.md where it has them.
    double bitsPerWeight;
    Quality quality;
    std::string_view sentence; // for people
    // false: files of that level exist, but llama.cpp's quantizer makes none.
    bool canBeMade = true;
};

// All levels of the pinned engine, by rising number.
[[nodiscard]] std::span<const Level> levels();
[[nodiscard]] const Level &level(FileType fileType);
// nullptr for a number that names no level.
[[nodiscard]] const Level *levelFromNumber(std::int64_t fileType);

// By Level::name, as it is written there; nullptr for a name that no level has.
[[nodiscard]] const Level *levelFromName(std::string_view name);

// "float", "legacy", "k", "i", "ternary", "mx".
[[nodiscard]] std::string_view familyName(Family family);
// "not_used", "helps", "required".
[[nodiscard]] std::string_view imatrixUseName(ImatrixUse use);

} // namespace snug::quant
