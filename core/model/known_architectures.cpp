// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/known_architectures.h"

#include <algorithm>
#include <array>

namespace snug {
namespace {

// LLM_ARCH_NAMES in src/llama-arch.cpp, sorted.
constexpr std::array<std::string_view, 152> kNames = {"afmoe",
                                                      "apertus",
                                                      "arcee",
                                                      "arctic",
                                                      "arwkv7",
                                                      "baichuan",
                                                      "bailingmoe",
                                                      "bailingmoe2",
                                                      "bailingmoe3",
                                                      "bert",
                                                      "bitnet",
                                                      "bloom",
                                                      "chameleon",
                                                      "chatglm",
                                                      "clip",
                                                      "codeshell",
                                                      "cogvlm",
                                                      "cohere2",
                                                      "cohere2moe",
                                                      "command-r",
                                                      "dbrx",
                                                      "deci",
                                                      "deepseek",
                                                      "deepseek2",
                                                      "deepseek2-ocr",
                                                      "deepseek32",
                                                      "deepseek4",
                                                      "dflash",
                                                      "dots1",
                                                      "dots3note",
                                                      "dream",
                                                      "eagle3",
                                                      "ernie4_5",
                                                      "ernie4_5-moe",
                                                      "eurobert",
                                                      "exaone",
                                                      "exaone-moe",
                                                      "exaone4",
                                                      "falcon",
                                                      "falcon-h1",
                                                      "gemma",
                                                      "gemma-embedding",
                                                      "gemma2",
                                                      "gemma3",
                                                      "gemma3n",
                                                      "gemma4",
                                                      "gemma4-assistant",
                                                      "glm-dsa",
                                                      "glm4",
                                                      "glm4moe",
                                                      "gpt-oss",
                                                      "gpt2",
                                                      "gptj",
                                                      "gptneox",
                                                      "granite",
                                                      "granite_swa",
                                                      "granitehybrid",
                                                      "granitemoe",
                                                      "graniteswitch",
                                                      "grok",
                                                      "grovemoe",
                                                      "hrm_text",
                                                      "hunyuan-dense",
                                                      "hunyuan-moe",
                                                      "hunyuan_vl",
                                                      "hy_v3",
                                                      "hy_v4",
                                                      "internlm2",
                                                      "jais",
                                                      "jais2",
                                                      "jamba",
                                                      "jina-bert-v2",
                                                      "jina-bert-v3",
                                                      "kimi-k3",
                                                      "kimi-linear",
                                                      "laguna",
                                                      "lfm2",
                                                      "lfm2moe",
                                                      "llada",
                                                      "llada-moe",
                                                      "llama",
                                                      "llama-embed",
                                                      "llama4",
                                                      "maincoder",
                                                      "mamba",
                                                      "mamba2",
                                                      "maple",
                                                      "mellum",
                                                      "mimo2",
                                                      "minicpm",
                                                      "minicpm3",
                                                      "minimax-01",
                                                      "minimax-m2",
                                                      "minimax-m3",
                                                      "mistral3",
                                                      "mistral4",
                                                      "modern-bert",
                                                      "mpt",
                                                      "muse-glimmer",
                                                      "nanbeige",
                                                      "nemotron",
                                                      "nemotron_h",
                                                      "nemotron_h_moe",
                                                      "neo-bert",
                                                      "nomic-bert",
                                                      "nomic-bert-moe",
                                                      "olmo",
                                                      "olmo2",
                                                      "olmoe",
                                                      "openelm",
                                                      "orion",
                                                      "paddleocr",
                                                      "pangu-embedded",
                                                      "phi2",
                                                      "phi3",
                                                      "phimoe",
                                                      "plamo",
                                                      "plamo2",
                                                      "plamo3",
                                                      "plm",
                                                      "pockettts",
                                                      "qwen",
                                                      "qwen2",
                                                      "qwen2moe",
                                                      "qwen2vl",
                                                      "qwen3",
                                                      "qwen35",
                                                      "qwen35moe",
                                                      "qwen3moe",
                                                      "qwen3next",
                                                      "qwen3tts",
                                                      "qwen3vl",
                                                      "qwen3vlmoe",
                                                      "qwen4exp",
                                                      "refact",
                                                      "rnd1",
                                                      "rwkv6",
                                                      "rwkv6qwen2",
                                                      "rwkv7",
                                                      "seed_oss",
                                                      "smallthinker",
                                                      "smollm3",
                                                      "spark2_5",
                                                      "stablelm",
                                                      "starcoder",
                                                      "starcoder2",
                                                      "step35",
                                                      "t5",
                                                      "t5encoder",
                                                      "talkie",
                                                      "wavtokenizer-dec",
                                                      "xverse"};

struct Special {
    std::string_view architecture;
    std::string_view why;
};

constexpr std::string_view kIndexed = "it keeps an index beside its cache";
constexpr std::string_view kCompressed = "its cache is compressed in a way of its own";
constexpr std::string_view kTwoStacks = "its encoder and decoder remember in different ways";
constexpr std::string_view kCompanion = "it only works beside another model";
constexpr std::string_view kNoText = "it is not a language model of its own";

// Those of llama_model::create_memory in src/llama-model.cpp that no formula here follows.
constexpr std::array<Special, 18> kSpecial = {{{"clip", kNoText},
                                               {"deepseek32", kIndexed},
                                               {"deepseek4", kCompressed},
                                               {"dflash", kCompanion},
                                               {"dots3note", kIndexed},
                                               {"eagle3", kCompanion},
                                               {"gemma4-assistant", kCompanion},
                                               {"glm-dsa", kIndexed},
                                               {"hrm_text", "it runs through its layers in two cycles"},
                                               {"hy_v4", kIndexed},
                                               {"kimi-k3", kCompressed},
                                               {"minimax-m3", kIndexed},
                                               {"pockettts", kNoText},
                                               {"qwen3tts", kNoText},
                                               {"qwen4exp", kIndexed},
                                               {"t5", kTwoStacks},
                                               {"t5encoder", kTwoStacks},
                                               {"wavtokenizer-dec", kNoText}}};

} // namespace

std::span<const std::string_view> knownArchitectures()
{
    return kNames;
}

std::string_view whyUncertain(std::string_view architecture)
{
    const auto *special =
        std::find_if(kSpecial.begin(), kSpecial.end(),
                     [architecture](const Special &entry) { return entry.architecture == architecture; });
    if (special != kSpecial.end())
        return special->why;
    return std::binary_search(kNames.begin(), kNames.end(), architecture)
               ? std::string_view()
               : "this version of the engine does not know it";
}

} // namespace snug
