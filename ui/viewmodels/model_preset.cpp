// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/model_preset.h"

#include "ui/viewmodels/chat_presets.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <nlohmann/json.hpp>

namespace snug::ui {
namespace {

using nlohmann::json;

constexpr auto kGroup = "presets";
constexpr auto kMarks = "of_models"; // {model's name: preset's id}
constexpr auto kBrought = "brought"; // the sampling that a mark brought last, as presets keep it

json jsonOf(const SamplingSettings &sampling)
{
    return {{"sampling", samplingJson(sampling)},
            {"grammar", sampling.grammar},
            {"json_schema", sampling.jsonSchema}};
}

} // namespace

ModelPreset::ModelPreset(const ChatPresets &presets, SettingsFile &settings, Ask ask, QObject *parent)
    : QObject(parent), m_presets(presets), m_settings(settings), m_ask(std::move(ask))
{
}

ModelPreset::~ModelPreset() = default;

std::optional<ModelPreset::Found> ModelPreset::find(std::int64_t id) const
{
    for (const PresetRow &row : m_presets.presetRows()) {
        if (row.preset.id == id)
            return Found{id, fromUtf8(row.preset.name), settingsOf(row.preset)};
    }
    return std::nullopt;
}

std::optional<ModelPreset::Found> ModelPreset::marked(const QString &model) const
{
    const json marks = m_settings.value(kGroup, kMarks);
    if (model.isEmpty() || !marks.is_object())
        return std::nullopt;
    const auto mark = marks.find(toUtf8(model));
    if (mark == marks.end() || !mark->is_number_integer())
        return std::nullopt;
    return find(mark->get<std::int64_t>());
}

std::optional<ModelPreset::Found> ModelPreset::equalTo(const SamplingSettings &sampling) const
{
    for (const PresetRow &row : m_presets.presetRows()) {
        if (settingsOf(row.preset) == sampling)
            return find(row.preset.id);
    }
    return std::nullopt;
}

QString ModelPreset::text() const
{
    const Present present = m_ask();
    const auto preset = marked(present.model);
    if (!preset)
        return {};
    return preset->sampling == present.sampling
               ? tr("“%1” is used whenever %2 is loaded.").arg(preset->name, present.model)
               : tr("“%1” goes with %2, but these settings are your own.").arg(preset->name, present.model);
}

QString ModelPreset::actionText() const
{
    const Present present = m_ask();
    if (present.model.isEmpty())
        return {};
    if (const auto preset = marked(present.model))
        return preset->sampling == present.sampling ? tr("No longer") : tr("Use “%1”").arg(preset->name);
    const auto same = equalTo(present.sampling);
    return same ? tr("Use “%1” with this model").arg(same->name) : QString();
}

void ModelPreset::act()
{
    const Present present = m_ask();
    const auto preset = marked(present.model);
    if (preset && preset->sampling != present.sampling) {
        apply(preset->sampling);
    } else if (preset) {
        mark(present.model, 0);
    } else if (const auto same = equalTo(present.sampling); same && !present.model.isEmpty()) {
        mark(present.model, same->id);
        m_settings.set(kGroup, kBrought, jsonOf(same->sampling));
    }
    Q_EMIT changed();
}

void ModelPreset::onLoaded()
{
    const Present present = m_ask();
    const auto preset = marked(present.model);
    const bool brought = m_settings.value(kGroup, kBrought) == jsonOf(present.sampling);
    const bool own = !brought && present.sampling != SamplingSettings();
    if (!own && preset)
        apply(preset->sampling);
    else if (brought)
        apply(SamplingSettings()); // of the model before
    Q_EMIT changed();
}

void ModelPreset::mark(const QString &model, std::int64_t id)
{
    json marks = m_settings.value(kGroup, kMarks);
    if (!marks.is_object())
        marks = json::object();
    if (id == 0)
        marks.erase(toUtf8(model));
    else
        marks[toUtf8(model)] = id;
    m_settings.set(kGroup, kMarks, std::move(marks));
}

void ModelPreset::apply(const SamplingSettings &sampling)
{
    const bool defaults = sampling == SamplingSettings();
    m_settings.set(kGroup, kBrought, defaults ? json() : jsonOf(sampling));
    Q_EMIT applied(sampling);
}

} // namespace snug::ui
