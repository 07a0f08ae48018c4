// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/chat_request.h"

namespace snug::ui {

class SettingsFile;

// How the next token is chosen. The defaults are those of llama.cpp.
struct SamplingSettings {
    double temperature = 0.8;
    double topP = 0.95;
    double minP = 0.05;
    double repeatPenalty = 1.0;
    int topK = 40;
    int maxTokens = 0; // 0: no limit
    int seed = -1;     // -1: another one each time

    bool operator==(const SamplingSettings &) const = default;
};

// Values outside their range become the nearest inside.
[[nodiscard]] SamplingSettings bounded(SamplingSettings settings);

[[nodiscard]] SamplingSettings loadSampling(const SettingsFile &file);
void saveSampling(SettingsFile &file, const SamplingSettings &settings);

// As a request for an answer says it.
[[nodiscard]] chat::Sampling samplingOf(const SamplingSettings &settings);

} // namespace snug::ui
