// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/catalogue.h"

#include <algorithm>
#include <array>

namespace snug::quant {
namespace {

using gguf::TensorType;

constexpr auto kNotUsed = ImatrixUse::NotUsed;
constexpr auto kHelps = ImatrixUse::Helps;
constexpr auto kRequired = ImatrixUse::Required;

constexpr Quality kUnmeasured = {};
constexpr Quality plain(double divergence)
{
    return {divergence, std::nullopt};
}
constexpr Quality withImatrix(double divergence)
{
    return {std::nullopt, divergence};
}

// Whether an importance matrix is used: the quantize_* functions of ggml/src/ggml-quants.c; whether it is
// required: tensor_requires_imatrix in src/llama-quant.cpp.
// clang-format off
constexpr std::array<Level, 36> kLevels = {{
    {FileType::F32, "F32", TensorType::F32, Family::Float, kNotUsed, 32.0, kUnmeasured,
     "Every weight in full; twice the size of 16 bits for no gain that anybody has measured."},
    {FileType::F16, "F16", TensorType::F16, Family::Float, kNotUsed, 16.0005, kUnmeasured,
     "16 bits for each weight: the original, or as good as it, to make other levels from."},
    {FileType::Q4_0, "Q4_0", TensorType::Q4_0, Family::Legacy, kHelps, 4.6358, plain(0.071940),
     "The oldest 4-bit format; fast everywhere, but coarser than Q4_K_S at the same size."},
    {FileType::Q4_1, "Q4_1", TensorType::Q4_1, Family::Legacy, kHelps, 5.1031, plain(0.071683),
     "An old 4-bit format with an offset; Q4_K_M is smaller and better."},
    {FileType::Q8_0, "Q8_0", TensorType::Q8_0, Family::Legacy, kNotUsed, 8.5008, plain(0.001355),
     "Half the size of 16 bits and hardly told apart from it."},
    {FileType::Q5_0, "Q5_0", TensorType::Q5_0, Family::Legacy, kHelps, 5.5704, plain(0.022239),
     "An old 5-bit format; Q5_K_S is better at the same size."},
    {FileType::Q5_1, "Q5_1", TensorType::Q5_1, Family::Legacy, kHelps, 6.0377, plain(0.018045),
     "An old 5-bit format with an offset; Q5_K_M is smaller and better."},
    {FileType::Q2_K, "Q2_K", TensorType::Q2_K, Family::K, kHelps, 3.1593, {0.445132, 0.332223},
     "About 3 bits; the model is visibly damaged, for machines that hold no more."},
    {FileType::Q3_K_S, "Q3_K_S", TensorType::Q3_K, Family::K, kHelps, 3.6429, {0.228217, 0.199821},
     "The smallest of the 3-bit mixtures; clearly weaker than Q3_K_M."},
    {FileType::Q3_K_M, "Q3_K_M", TensorType::Q3_K, Family::K, kHelps, 3.9960, {0.101913, 0.084358},
     "About 4 bits in all; a step down from the 4-bit levels that can be noticed."},
    {FileType::Q3_K_L, "Q3_K_L", TensorType::Q3_K, Family::K, kHelps, 4.2979, {0.087176, 0.073077},
     "The largest of the 3-bit mixtures, close to 4 bits in size."},
    {FileType::Q4_K_S, "Q4_K_S", TensorType::Q4_K, Family::K, kHelps, 4.6672, {0.043136, 0.031951},
     "4 bits, a little smaller and a little coarser than Q4_K_M."},
    {FileType::Q4_K_M, "Q4_K_M", TensorType::Q4_K, Family::K, kHelps, 4.8944, {0.031273, 0.028152},
     "The usual choice: a third of the size of 16 bits with little loss."},
    {FileType::Q5_K_S, "Q5_K_S", TensorType::Q5_K, Family::K, kHelps, 5.5704, plain(0.016595),
     "5 bits, for more care than Q4_K_M takes."},
    {FileType::Q5_K_M, "Q5_K_M", TensorType::Q5_K, Family::K, kHelps, 5.7036, plain(0.010762),
     "5 bits with finer attention; good for code."},
    {FileType::Q6_K, "Q6_K", TensorType::Q6_K, Family::K, kHelps, 6.5633, plain(0.005452),
     "6 bits; very close to the original."},
    {FileType::IQ2_XXS, "IQ2_XXS", TensorType::IQ2_XXS, Family::I, kRequired, 2.3824, withImatrix(0.812022),
     "About 2 bits; heavily damaged, only to try what would not fit otherwise."},
    {FileType::IQ2_XS, "IQ2_XS", TensorType::IQ2_XS, Family::I, kRequired, 2.5882, withImatrix(0.546290),
     "About 2.5 bits; damaged."},
    {FileType::Q2_K_S, "Q2_K_S", TensorType::Q2_K, Family::K, kRequired, 2.9697, withImatrix(0.403360),
     "The smallest of the K mixtures; IQ2_M is smaller and better."},
    {FileType::IQ3_XS, "IQ3_XS", TensorType::IQ3_S, Family::I, kRequired, 3.4977, withImatrix(0.138693),
     "About 3.5 bits; better than Q3_K_S and smaller, but slower on processors."},
    {FileType::IQ3_XXS, "IQ3_XXS", TensorType::IQ3_XXS, Family::I, kRequired, 3.2548, withImatrix(0.183625),
     "About 3 bits; as good as the larger Q3_K_S."},
    {FileType::IQ1_S, "IQ1_S", TensorType::IQ1_S, Family::I, kRequired, 2.0042, withImatrix(2.254554),
     "The smallest of all; mostly of interest for very large models."},
    {FileType::IQ4_NL, "IQ4_NL", TensorType::IQ4_NL, Family::I, kHelps, 4.6818, withImatrix(0.035742),
     "4 bits on an uneven grid; its short blocks suit models whose width is no multiple of 256."},
    {FileType::IQ3_S, "IQ3_S", TensorType::IQ3_S, Family::I, kHelps, 3.6606, withImatrix(0.111278),
     "About 3.5 bits; half the loss of Q3_K_S at its size."},
    {FileType::IQ3_M, "IQ3_M", TensorType::IQ3_S, Family::I, kHelps, 3.7628, withImatrix(0.102534),
     "About 3.7 bits with finer attention; nearly Q3_K_M, and smaller."},
    {FileType::IQ2_S, "IQ2_S", TensorType::IQ2_XS, Family::I, kRequired, 2.7403, withImatrix(0.439197),
     "About 2.7 bits; damaged."},
    {FileType::IQ2_M, "IQ2_M", TensorType::IQ2_S, Family::I, kRequired, 2.9294, withImatrix(0.325989),
     "About 3 bits; the best of the 2-bit levels."},
    {FileType::IQ4_XS, "IQ4_XS", TensorType::IQ4_XS, Family::I, kHelps, 4.4597, withImatrix(0.036334),
     "The smallest good 4-bit level; slower on processors than Q4_K_S."},
    {FileType::IQ1_M, "IQ1_M", TensorType::IQ1_M, Family::I, kRequired, 2.1460, withImatrix(1.393084),
     "About 2 bits; hardly usable for most models."},
    {FileType::BF16, "BF16", TensorType::BF16, Family::Float, kNotUsed, 16.0005, kUnmeasured,
     "16 bits with a wider range: what most models are published in."},
    {FileType::TQ1_0, "TQ1_0", TensorType::TQ1_0, Family::Ternary, kNotUsed, 2.1914, kUnmeasured,
     "For models that were trained with ternary weights; ruins any other."},
    {FileType::TQ2_0, "TQ2_0", TensorType::TQ2_0, Family::Ternary, kNotUsed, 2.5173, kUnmeasured,
     "For models that were trained with ternary weights; larger and faster than TQ1_0, ruins any other."},
    {FileType::MXFP4_MOE, "MXFP4_MOE", TensorType::MXFP4, Family::Mx, kNotUsed, 8.5008, kUnmeasured,
     "4-bit floating point for the experts of a mixture of experts, 8 bits for the rest."},
    {FileType::NVFP4, "NVFP4", TensorType::NVFP4, Family::Mx, kNotUsed, 4.5, kUnmeasured,
     "4-bit floating point of NVIDIA's newest cards; comes ready-made from the maker of a model.", false},
    {FileType::Q1_0, "Q1_0", TensorType::Q1_0, Family::Legacy, kHelps, 1.4817, kUnmeasured,
     "One bit for each weight: for models that were trained that way; ruins every other model."},
    {FileType::Q2_0, "Q2_0", TensorType::Q2_0, Family::Legacy, kHelps, 2.6803, kUnmeasured,
     "Two bits in short blocks: for models that were trained that way; ruins every other model."},
}};
// clang-format on

} // namespace

std::span<const Level> levels()
{
    return kLevels;
}

const Level &level(FileType fileType)
{
    return *levelFromNumber(static_cast<std::int64_t>(fileType));
}

const Level *levelFromNumber(std::int64_t fileType)
{
    const auto *found = std::find_if(kLevels.begin(), kLevels.end(), [fileType](const Level &entry) {
        return static_cast<std::int64_t>(entry.fileType) == fileType;
    });
    return found == kLevels.end() ? nullptr : found;
}

const Level *levelFromName(std::string_view name)
{
    const auto *found = std::find_if(kLevels.begin(), kLevels.end(),
                                     [name](const Level &entry) { return entry.name == name; });
    return found == kLevels.end() ? nullptr : found;
}

std::string_view familyName(Family family)
{
    constexpr std::array<std::string_view, 6> kNames = {"float", "legacy", "k", "i", "ternary", "mx"};
    return kNames[static_cast<std::size_t>(family)];
}

std::string_view imatrixUseName(ImatrixUse use)
{
    constexpr std::array<std::string_view, 3> kNames = {"not_used", "helps", "required"};
    return kNames[static_cast<std::size_t>(use)];
}

} // namespace snug::quant
