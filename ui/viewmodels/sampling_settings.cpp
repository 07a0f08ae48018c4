// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/sampling_settings.h"

#include "ui/viewmodels/settings_file.h"

#include <algorithm>
#include <array>
#include <limits>

namespace snug::ui {
namespace {

using nlohmann::json;

constexpr auto kGroup = "sampling";
constexpr int kMost = std::numeric_limits<int>::max();

// The settings under the names that the settings file, presets and messages give them.
constexpr std::array<std::pair<const char *, double SamplingSettings::*>, 4> kNumbers = {
    {{"temperature", &SamplingSettings::temperature},
     {"top_p", &SamplingSettings::topP},
     {"min_p", &SamplingSettings::minP},
     {"repeat_penalty", &SamplingSettings::repeatPenalty}}};
constexpr std::array<std::pair<const char *, int SamplingSettings::*>, 3> kIntegers = {
    {{"top_k", &SamplingSettings::topK},
     {"max_tokens", &SamplingSettings::maxTokens},
     {"seed", &SamplingSettings::seed}}};

json jsonOf(const SamplingSettings &settings)
{
    json object = json::object();
    for (const auto &[name, field] : kNumbers)
        object[name] = settings.*field;
    for (const auto &[name, field] : kIntegers)
        object[name] = settings.*field;
    object["stop"] = settings.stop;
    return object;
}

int smallInteger(const json &value)
{
    const double number = value.get<double>();
    return static_cast<int>(std::clamp(number, -1.0, static_cast<double>(kMost)));
}

SamplingSettings settingsOf(const json &object)
{
    SamplingSettings settings;
    for (const auto &[name, field] : kNumbers) {
        if (object.contains(name) && object[name].is_number())
            settings.*field = object[name].get<double>();
    }
    for (const auto &[name, field] : kIntegers) {
        if (object.contains(name) && object[name].is_number_integer())
            settings.*field = smallInteger(object[name]);
    }
    if (object.contains("stop") && object["stop"].is_array()) {
        for (const json &text : object["stop"]) {
            if (text.is_string() && !text.get_ref<const std::string &>().empty())
                settings.stop.push_back(text.get<std::string>());
        }
    }
    return bounded(settings);
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
    json object = json::object();
    for (const auto &[name, field] : kNumbers)
        object[name] = file.value(kGroup, name);
    for (const auto &[name, field] : kIntegers)
        object[name] = file.value(kGroup, name);
    object["stop"] = file.value(kGroup, "stop");
    SamplingSettings settings = settingsOf(object);
    settings.grammar = file.text(kGroup, "grammar").toStdString();
    settings.jsonSchema = file.text(kGroup, "json_schema").toStdString();
    return settings;
}

void saveSampling(SettingsFile &file, const SamplingSettings &settings)
{
    const json object = jsonOf(settings);
    for (const auto &[name, value] : object.items())
        file.set(kGroup, name, value);
    file.set(kGroup, "grammar", settings.grammar);
    file.set(kGroup, "json_schema", settings.jsonSchema);
}

std::string samplingJson(const SamplingSettings &settings)
{
    return jsonOf(settings).dump();
}

SamplingSettings samplingFromJson(std::string_view text)
{
    const json object = json::parse(text, nullptr, false);
    return object.is_object() ? settingsOf(object) : SamplingSettings();
}

bool isUsableSchema(std::string_view jsonSchema)
{
    const bool blank = jsonSchema.find_first_not_of(" \t\r\n") == std::string_view::npos;
    return blank || json::parse(jsonSchema, nullptr, false).is_object();
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
    sampling.stop = settings.stop;
    sampling.jsonSchema = settings.jsonSchema;
    // A server takes one of the two.
    if (settings.jsonSchema.find_first_not_of(" \t\r\n") == std::string::npos)
        sampling.grammar = settings.grammar;
    return sampling;
}

} // namespace snug::ui
