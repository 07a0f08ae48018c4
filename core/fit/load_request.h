// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::fit {

// Attention in one fused step, which takes less memory; Auto: where the device can.
enum class FlashAttention { Auto, On, Off };

// How a model is to be loaded. The same request, handed to the rough arithmetic, to the engine's dry run and
// to the engine itself, is meant to give the same memory.
struct LoadRequest {
    std::filesystem::path model;    // not looked at by the rough arithmetic
    std::int64_t contextTokens = 0; // of each conversation; 0: see usualContext
    std::string kvType = "f16";     // one of kvTypeNames()
    std::string kvTypeV;            // of the values, where it is another; empty: kvType for both
    FlashAttention flashAttention = FlashAttention::Auto;
    int gpuLayers = -1;      // counted without the output layer, which goes with them; -1: all or, for
                             // `place`, as many as fit; 0: no GPU is used at all
    int cpuExpertLayers = 0; // the first so many layers keep their experts in main memory
    int parallel = 1;        // conversations at once
    int threads = 0;         // 0: one for each core that is good at it
    std::string device;      // Device::id of the only GPU to use; empty: the engine's choice

    // What is loaded beside the model; see CompanionFiles.
    std::filesystem::path projector; // turns images or sound into tokens; empty: none
    std::filesystem::path draft;     // a small model that guesses ahead, or kOwnDraft; empty: none
    int draftTokens = 0;             // how many it guesses at a time; 0: kUsualDraftTokens
    std::vector<std::filesystem::path> loras;
    std::vector<double> loraScales; // beside `loras`; where one is missing it is 1

    // In place of a draft's path: the model guesses with layers of its own; see own_draft.h.
    static constexpr std::string_view kOwnDraft = "builtin";
    static constexpr int kUsualDraftTokens = 3; // the engine's
    [[nodiscard]] bool draftsItself() const { return draft == kOwnDraft; }
    [[nodiscard]] const std::string &valueType() const { return kvTypeV.empty() ? kvType : kvTypeV; }
};

// "auto", "on", "off".
[[nodiscard]] const std::vector<std::string> &flashAttentionNames();
// REQUIRES: `name` is one of them.
[[nodiscard]] FlashAttention flashAttentionFromName(std::string_view name);
[[nodiscard]] std::string_view flashAttentionName(FlashAttention attention);

// The names that kvType may have: the types that llama.cpp v0.5.0 takes for its KV cache (common/arg.cpp).
[[nodiscard]] const std::vector<std::string> &kvTypeNames();

// The context of a conversation when none is asked for: what the model was trained with, at most 8192.
[[nodiscard]] std::int64_t usualContext(std::optional<std::int64_t> trainedWith);

} // namespace snug::fit
