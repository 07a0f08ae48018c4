// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/chat_presets.h"

#include "ui/viewmodels/text.h"

#include <algorithm>
#include <array>

namespace snug::ui {
namespace {

constexpr int kFirst = Qt::UserRole + 1;

constexpr std::array<RoleEntry<PresetRow>, 3> kPresetRoles = {{
    {kFirst, "presetId", [](const PresetRow &row) -> QVariant { return QString::number(row.preset.id); }},
    {kFirst + 1, "name", [](const PresetRow &row) -> QVariant { return fromUtf8(row.preset.name); }},
    {kFirst + 2, "forModel", [](const PresetRow &row) -> QVariant { return fromUtf8(row.preset.model); }},
}};

constexpr std::array<RoleEntry<PromptRow>, 3> kPromptRoles = {{
    {kFirst, "promptId", [](const PromptRow &row) -> QVariant { return QString::number(row.prompt.id); }},
    {kFirst + 1, "name", [](const PromptRow &row) -> QVariant { return fromUtf8(row.prompt.name); }},
    {kFirst + 2, "text", [](const PromptRow &row) -> QVariant { return fromUtf8(row.prompt.text); }},
}};

} // namespace

SamplingSettings settingsOf(const chat::Preset &preset)
{
    SamplingSettings sampling = samplingFromJson(preset.sampling);
    sampling.grammar = preset.grammar;
    sampling.jsonSchema = preset.jsonSchema;
    return sampling;
}

ChatPresets::ChatPresets(chat::ConversationStore *store, Ask ask, QObject *parent)
    : QObject(parent), m_store(store), m_ask(std::move(ask)), m_presets(kPresetRoles), m_prompts(kPromptRoles)
{
}

ChatPresets::~ChatPresets() = default;

template <class T> bool ChatPresets::check(const Result<T> &result)
{
    if (!result)
        Q_EMIT failed(result.error());
    return result.has_value();
}

void ChatPresets::refresh()
{
    if (m_store == nullptr)
        return;
    const auto presets = m_store->presets().list(toUtf8(m_ask().model));
    const auto prompts = m_store->prompts().list();
    if (!check(presets) || !check(prompts))
        return;
    std::vector<PresetRow> presetRows;
    for (const chat::Preset &preset : *presets)
        presetRows.push_back({preset});
    m_presets.merge(std::move(presetRows),
                    [](const PresetRow &row) { return QString::number(row.preset.id); });
    std::vector<PromptRow> promptRows;
    for (const chat::SavedPrompt &prompt : *prompts)
        promptRows.push_back({prompt});
    m_prompts.merge(std::move(promptRows),
                    [](const PromptRow &row) { return QString::number(row.prompt.id); });
    Q_EMIT presetsChanged();
}

void ChatPresets::savePreset(const QString &name, bool forThisModel)
{
    if (m_store == nullptr)
        return;
    const Present present = m_ask();
    chat::Preset preset;
    preset.name = toUtf8(name.simplified());
    preset.model = forThisModel ? toUtf8(present.model) : std::string();
    preset.sampling = samplingJson(present.sampling);
    preset.grammar = present.sampling.grammar;
    preset.jsonSchema = present.sampling.jsonSchema;
    const auto &rows = m_presets.rows();
    const auto same = std::find_if(rows.begin(), rows.end(), [&preset](const PresetRow &row) {
        return row.preset.name == preset.name && row.preset.model == preset.model;
    });
    if (same != rows.end())
        preset.id = same->preset.id;
    if (check(m_store->presets().save(std::move(preset))))
        refresh();
}

void ChatPresets::applyPreset(const QString &id)
{
    for (const PresetRow &row : m_presets.rows()) {
        if (row.preset.id != id.toLongLong())
            continue;
        Q_EMIT presetApplied(settingsOf(row.preset));
        return;
    }
}

void ChatPresets::removePreset(const QString &id)
{
    if (m_store != nullptr && check(m_store->presets().remove(id.toLongLong())))
        refresh();
}

void ChatPresets::savePrompt(const QString &name)
{
    if (m_store == nullptr)
        return;
    chat::SavedPrompt prompt{0, toUtf8(name.simplified()), toUtf8(m_ask().systemPrompt)};
    for (const PromptRow &row : m_prompts.rows()) {
        if (row.prompt.name == prompt.name)
            prompt.id = row.prompt.id;
    }
    if (check(m_store->prompts().save(std::move(prompt))))
        refresh();
}

void ChatPresets::applyPrompt(const QString &id)
{
    for (const PromptRow &row : m_prompts.rows()) {
        if (row.prompt.id == id.toLongLong()) {
            Q_EMIT promptApplied(fromUtf8(row.prompt.text));
            return;
        }
    }
}

void ChatPresets::removePrompt(const QString &id)
{
    if (m_store != nullptr && check(m_store->prompts().remove(id.toLongLong())))
        refresh();
}

} // namespace snug::ui
