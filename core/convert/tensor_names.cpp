// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tensor_names.h"

#include <algorithm>
#include <array>

namespace snug::convert {
namespace {

using namespace std::string_view_literals;

void eraseAll(std::string &text, std::string_view part)
{
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at))
        text.erase(at, part.size());
}

} // namespace

bool isOtherPart(std::string_view name)
{
    static constexpr std::array kStarts = {
        "vit."sv,       "vpm."sv,           "siglip2."sv,          "conformer."sv,         "merger."sv,
        "resampler."sv, "sound_encoder."sv, "sound_projection."sv, "speech_embeddings."sv, "mlp"sv};
    static constexpr std::array kInside = {
        "visual."sv,       "vision."sv,          "audio."sv,           "talker."sv,
        "vision_"sv,       "audio_"sv,           "token2wav."sv,       "code2wav."sv,
        "projector."sv,    "image_newline"sv,    "view_seperator"sv,   "patch_embed"sv,
        "patch_merger."sv, "patch_merge_mlp."sv, "model.connector."sv, "pre_mm_projector_norm"sv};
    return std::any_of(kStarts.begin(), kStarts.end(),
                       [name](auto start) { return name.starts_with(start); }) ||
           std::any_of(kInside.begin(), kInside.end(),
                       [name](auto part) { return name.find(part) != std::string_view::npos; });
}

bool isBuffer(std::string_view name)
{
    static constexpr std::array kEndings = {".attention.masked_bias"sv, ".attention.bias"sv,
                                            ".rotary_emb.inv_freq"sv};
    return std::any_of(kEndings.begin(), kEndings.end(),
                       [name](auto ending) { return name.ends_with(ending); });
}

std::string plainName(std::string_view name, std::string_view className)
{
    std::string plain(name);
    constexpr std::string_view kCorrection = "e_score_correction_bias";
    if (plain.ends_with(kCorrection))
        plain.replace(plain.size() - kCorrection.size(), kCorrection.size(), "e_score_correction.bias");
    eraseAll(plain, "language_model.");
    if (plain.starts_with("transformer."))
        plain.erase(0, "transformer."sv.size());
    if (className.ends_with("Model") && !className.ends_with("LMHeadModel") && !plain.starts_with("model."))
        plain.insert(0, "model.");
    return plain;
}

} // namespace snug::convert
