// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/sampling_settings.h"

#include "ui/viewmodels/settings_file.h"

#include <algorithm>
#include <limits>

namespace snug::ui {
namespace {

constexpr auto kGroup = "sampling";
constexpr int kMost = std::numeric_limits<int>::max();

int smallInteger(const SettingsFile &file, const char *name, int fallback)
{
    return static_cast<int>(std::clamp<std::int64_t>(file.integer(kGroup, name, fallback), -1, kMost));
}

} // namespace

SamplingSettings bounded(SamplingSettings settings)
{
    settings.temperature = std::clamp(settings.temperature, 0.0, 5.0);
    settings.topP = std::clamp(settings.topP, 0.0, 1.0);
    settings.minP = std::clamp(settings.minP, 0.0, 1.0);
    settings.repeatPenalty = std::clamp(settings.repeatPenalty, 0.5, 2.0);
    settings.topK = std::clamp(settings.topK, 0, 1000);
    settings.maxTokens = std::clamp(settings.maxTokens, 0, kMost);
    settings.seed = std::clamp(settings.seed, -1, kMost);
    return settings;
}

SamplingSettings loadSampling(const SettingsFile &file)
{
    const SamplingSettings defaults;
    SamplingSettings settings;
    settings.temperature = file.number(kGroup, "temperature", defaults.temperature);
    settings.topP = file.number(kGroup, "top_p", defaults.topP);
    settings.minP = file.number(kGroup, "min_p", defaults.minP);
    settings.repeatPenalty = file.number(kGroup, "repeat_penalty", defaults.repeatPenalty);
    settings.topK = smallInteger(file, "top_k", defaults.topK);
    settings.maxTokens = smallInteger(file, "max_tokens", defaults.maxTokens);
    settings.seed = smallInteger(file, "seed", defaults.seed);
    return bounded(settings);
}

void saveSampling(SettingsFile &file, const SamplingSettings &settings)
{
    file.set(kGroup, "temperature", settings.temperature);
    file.set(kGroup, "top_p", settings.topP);
    file.set(kGroup, "min_p", settings.minP);
    file.set(kGroup, "repeat_penalty", settings.repeatPenalty);
    file.set(kGroup, "top_k", settings.topK);
    file.set(kGroup, "max_tokens", settings.maxTokens);
    file.set(kGroup, "seed", settings.seed);
}

chat::Sampling samplingOf(const SamplingSettings &settings)
{
    chat::Sampling sampling;
    sampling.temperature = settings.temperature;
    sampling.topP = settings.topP;
    sampling.minP = settings.minP;
    sampling.topK = settings.topK;
    sampling.repeatPenalty = settings.repeatPenalty;
    if (settings.maxTokens > 0)
        sampling.maxTokens = settings.maxTokens;
    if (settings.seed >= 0)
        sampling.seed = settings.seed;
    return sampling;
}

} // namespace snug::ui
