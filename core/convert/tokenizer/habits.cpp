// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/habits.h"

namespace snug::convert {

TokenizerHabits habitsOf(std::string_view architecture, std::int64_t vocabulary)
{
    TokenizerHabits habits;
    if (architecture == "gemma" || architecture == "gemma2" || architecture == "gemma3")
        habits.addSpacePrefix = false;
    if (architecture == "gemma")
        habits.fixedRoles = {{"eot", 107}}; // CodeGemma's <end_of_turn>
    if (architecture == "llama" || architecture.starts_with("granite")) {
        habits.readsPrefixSpace = true;
        if (vocabulary == 32016)
            habits.fixedRoles = {{"eot", 32010}}; // of CodeLlama
    }
    if (architecture == "phi3")
        habits.addsFromJson = true;
    if (architecture == "stablelm" || architecture == "starcoder2" || architecture == "gpt2")
        habits.prefersJson = true;
    if (architecture == "nemotron")
        habits.fixedRoles = {{"pad", 0}, {"unk", 1}};
    if (architecture.starts_with("glm4"))
        habits.textRoles = {
            {"bos", "[gMASK]"}, {"eot", "<|user|>"}, {"unk", "<|endoftext|>"}, {"eom", "<|observation|>"}};
    return habits;
}

} // namespace snug::convert
