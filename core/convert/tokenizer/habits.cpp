// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/habits.h"

#include <algorithm>
#include <array>

namespace snug::convert {

TokenizerHabits habitsOf(std::string_view architecture, std::int64_t vocabulary)
{
    TokenizerHabits habits;
    if (architecture == "gemma" || architecture == "gemma2" || architecture == "gemma3")
        habits.addSpacePrefix = false;
    if (architecture == "gemma")
        habits.fixedRoles = {{"eot", 107}}; // CodeGemma's <end_of_turn>
    constexpr std::array<std::string_view, 6> kLlamas = {"llama", "mistral3", "smollm3",
                                                         "arcee", "granite",  "granitemoe"};
    if (std::find(kLlamas.begin(), kLlamas.end(), architecture) != kLlamas.end()) {
        habits.readsPrefixSpace = true;
        if (vocabulary == 32016)
            habits.fixedRoles = {{"eot", 32010}}; // of CodeLlama
    }
    if (architecture == "phi2")
        habits.addBos = false;
    if (architecture == "phi3")
        habits.addsFromJson = true;
    constexpr std::array<std::string_view, 7> kWithPieces = {"gemma", "gemma2", "gemma3",  "phi3",
                                                             "qwen2", "qwen3",  "nemotron"};
    habits.prefersJson = !habits.readsPrefixSpace &&
                         std::find(kWithPieces.begin(), kWithPieces.end(), architecture) == kWithPieces.end();
    if (architecture == "nemotron")
        habits.fixedRoles = {{"pad", 0}, {"unk", 1}};
    if (architecture == "glm4")
        habits.textRoles = {{"eos", "<|endoftext|>"},
                            {"eot", "<|user|>"},
                            {"unk", "<|endoftext|>"},
                            {"bos", "<|endoftext|>"}};
    if (architecture == "glm4moe")
        habits.textRoles = {
            {"bos", "[gMASK]"}, {"eot", "<|user|>"}, {"unk", "<|endoftext|>"}, {"eom", "<|observation|>"}};
    return habits;
}

} // namespace snug::convert
