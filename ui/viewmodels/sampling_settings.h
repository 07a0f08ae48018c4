// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/chat_request.h"

#include <string>
#include <string_view>
#include <vector>

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
    std::vector<std::string> stop;
    std::string grammar;    // GBNF; counts only without a schema
    std::string jsonSchema; // as typed, which may not be JSON yet

    bool operator==(const SamplingSettings &) const = default;
};

// Values outside their range become the nearest inside.
[[nodiscard]] SamplingSettings bounded(SamplingSettings settings);

[[nodiscard]] SamplingSettings loadSampling(const SettingsFile &file);
void saveSampling(SettingsFile &file, const SamplingSettings &settings);

// As a preset and a message keep them: a JSON object, without grammar and schema.
[[nodiscard]] std::string samplingJson(const SamplingSettings &settings);
// What is missing or of another type has its default.
[[nodiscard]] SamplingSettings samplingFromJson(std::string_view json);

// Whether an answer can be made of this schema: it is empty or a JSON object.
[[nodiscard]] bool isUsableSchema(std::string_view jsonSchema);

// As a request for an answer says it.
[[nodiscard]] chat::Sampling samplingOf(const SamplingSettings &settings);

} // namespace snug::ui
