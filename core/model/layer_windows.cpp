// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/layer_rules.h"

#include <algorithm>
#include <array>

namespace snug {
namespace {

constexpr std::string_view kWindow = "attention.sliding_window";
constexpr std::string_view kPattern = "attention.sliding_window_pattern";

// One layer of each `period` looks back at everything: the last of them, or the first.
struct WindowRule {
    std::string_view architecture;
    std::int64_t period = 0; // 0: the file has to name the layers
    bool fullFirst = false;
    std::int64_t usual = 0; // where the file names no window; 0: then there is none
    bool always = false;    // `usual`, whatever the file says
};

// llama_model_*::load_arch_hparams in src/models. Of architectures that are not here, the engine ignores the
// key: phi3, for one, looks back at everything.
constexpr std::array<WindowRule, 24> kRules = {{
    {"afmoe", 4},
    {"cohere2", 4},
    {"cohere2moe", 4, true},
    {"exaone-moe", 4, false, 128},
    {"exaone4", 4, false, 4096},
    {"gemma2", 2, false, 4096},
    {"gemma3", 6},
    {"gemma3n", 5},
    {"gemma4"},
    {"gpt-oss", 2},
    {"granite_swa"},
    {"laguna", 4, true},
    {"lfm2", 0},
    {"lfm2moe", 0},
    {"llama4", 4, false, 8192, true},
    {"maple"},
    {"mellum", 4},
    {"mimo2"},
    {"muse-glimmer", 4},
    {"olmo2", 4},
    {"plamo3", 8},
    {"smallthinker", 4, true, 4096, true},
    {"spark2_5"},
    {"step35"},
}};

std::int64_t windowOf(const ArchitectureKeys &keys, const WindowRule &rule, const ModelShape &shape)
{
    constexpr std::int64_t kWindowedExaone = 64; // layers: only the largest has windows
    const auto named = keys.count(kWindow);
    if (rule.architecture == "exaone4" && shape.trunk != kWindowedExaone)
        return 0;
    if (rule.always && (named == 0 || (!named && rule.architecture == "smallthinker")))
        return 0;
    return rule.always ? rule.usual : named.value_or(rule.usual);
}

bool looksAtEverything(std::int64_t layer, std::int64_t period, bool fullFirst)
{
    if (period == 0)
        return false;
    return layer % period == (fullFirst ? 0 : period - 1);
}

} // namespace

void setWindows(const ArchitectureKeys &keys, ModelShape &shape)
{
    const auto *rule = std::find_if(kRules.begin(), kRules.end(), [&](const WindowRule &entry) {
        return entry.architecture == shape.architecture;
    });
    if (rule == kRules.end())
        return;
    const std::int64_t window = windowOf(keys, *rule, shape);
    if (window == 0)
        return;
    const bool listed = keys.isList(kPattern);
    const auto named = keys.perLayer(kPattern, shape.trunk);
    // Of the two without a pattern, every layer that attends has a window.
    const bool all = rule->architecture.starts_with("lfm2");
    if (!listed && rule->period == 0 && !all)
        return;
    const std::int64_t period = keys.count(kPattern).value_or(rule->period);
    for (std::int64_t i = 0; i < shape.trunk; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const bool windowed =
            listed && named ? (*named)[at] != 0 : !looksAtEverything(i, period, rule->fullFirst);
        if (all || windowed)
            shape.layers[at].window = window;
    }
}

} // namespace snug
