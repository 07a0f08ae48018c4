// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation_store.h"
#include "ui/viewmodels/rows_model.h"
#include "ui/viewmodels/sampling_settings.h"

#include <QObject>

#include <functional>

namespace snug::ui {

struct PresetRow {
    chat::Preset preset;

    bool operator==(const PresetRow &) const = default;
};

struct PromptRow {
    chat::SavedPrompt prompt;

    bool operator==(const PromptRow &) const = default;
};

// Grammar and schema included.
[[nodiscard]] SamplingSettings settingsOf(const chat::Preset &preset);

// Settings and system prompts that the user saved under names. Empty without a store. GUI thread.
class ChatPresets final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatPresets)
    Q_PROPERTY(QAbstractItemModel *presets READ presets CONSTANT)
    Q_PROPERTY(QAbstractItemModel *prompts READ prompts CONSTANT)

public:
    // What would be saved now.
    struct Present {
        SamplingSettings sampling;
        QString systemPrompt;
        QString model; // its name; empty without one
    };
    using Ask = std::function<Present()>;

    // `store` may be null and outlives this.
    ChatPresets(chat::ConversationStore *store, Ask ask, QObject *parent = nullptr);
    ~ChatPresets() override;

    [[nodiscard]] QAbstractItemModel *presets() { return &m_presets; }
    [[nodiscard]] QAbstractItemModel *prompts() { return &m_prompts; }
    [[nodiscard]] const std::vector<PresetRow> &presetRows() const { return m_presets.rows(); }

    // After another model was loaded: the presets are those for all and for that one.
    void refresh();

    // Replaces the one of the same name for the same models.
    Q_INVOKABLE void savePreset(const QString &name, bool forThisModel);
    Q_INVOKABLE void applyPreset(const QString &id);
    Q_INVOKABLE void removePreset(const QString &id);
    // Replaces the one of the same name.
    Q_INVOKABLE void savePrompt(const QString &name);
    Q_INVOKABLE void applyPrompt(const QString &id);
    Q_INVOKABLE void removePrompt(const QString &id);

Q_SIGNALS:
    void presetsChanged();
    void presetApplied(const snug::ui::SamplingSettings &sampling);
    void promptApplied(const QString &text);
    void failed(const snug::Error &error);

private:
    template <class T> bool check(const Result<T> &result);

    chat::ConversationStore *m_store;
    Ask m_ask;
    RowsModel<PresetRow> m_presets;
    RowsModel<PromptRow> m_prompts;
};

} // namespace snug::ui
