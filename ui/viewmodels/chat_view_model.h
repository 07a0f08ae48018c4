// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/chat_rows.h"
#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/sampling_settings.h"

#include <QObject>

#include <memory>

namespace snug::ui {
class EngineSession;
class SettingsFile;

class ChatViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatViewModel)
    Q_PROPERTY(QAbstractItemModel *messages READ messages CONSTANT)
    Q_PROPERTY(QAbstractItemModel *conversations READ conversations CONSTANT)
    Q_PROPERTY(bool busy READ busy NOTIFY activityChanged)
    Q_PROPERTY(bool canSend READ canSend NOTIFY activityChanged)
    Q_PROPERTY(bool canRegenerate READ canRegenerate NOTIFY activityChanged)
    Q_PROPERTY(QString waitingText READ waitingText NOTIFY progressChanged)
    Q_PROPERTY(QString liveStats READ liveStats NOTIFY progressChanged)
    Q_PROPERTY(int contextUsed READ contextUsed NOTIFY contextChanged)
    Q_PROPERTY(int contextSize READ contextSize NOTIFY contextChanged)
    Q_PROPERTY(QString systemPrompt READ systemPrompt WRITE setSystemPrompt NOTIFY systemPromptChanged)
    Q_PROPERTY(double temperature READ temperature WRITE setTemperature NOTIFY samplingChanged)
    Q_PROPERTY(double topP READ topP WRITE setTopP NOTIFY samplingChanged)
    Q_PROPERTY(double minP READ minP WRITE setMinP NOTIFY samplingChanged)
    Q_PROPERTY(double repeatPenalty READ repeatPenalty WRITE setRepeatPenalty NOTIFY samplingChanged)
    Q_PROPERTY(int topK READ topK WRITE setTopK NOTIFY samplingChanged)
    Q_PROPERTY(int maxTokens READ maxTokens WRITE setMaxTokens NOTIFY samplingChanged)
    Q_PROPERTY(int seed READ seed WRITE setSeed NOTIFY samplingChanged)
    Q_PROPERTY(bool settingsChanged READ settingsChanged NOTIFY samplingChanged)
    Q_PROPERTY(QString draft READ draft WRITE setDraft NOTIFY draftChanged)
    Q_PROPERTY(QString conversationFilter READ conversationFilter WRITE setConversationFilter NOTIFY
                   conversationFilterChanged)
    Q_PROPERTY(QString currentId READ currentId NOTIFY currentChanged)
    Q_PROPERTY(QString currentTitle READ currentTitle NOTIFY currentChanged)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY problemChanged)

public:
    ChatViewModel(EngineSession &engine, SettingsFile &settings, QObject *parent = nullptr);
    ~ChatViewModel() override;

    [[nodiscard]] QAbstractItemModel *messages() { return &m_messages; }
    [[nodiscard]] QAbstractItemModel *conversations() { return &m_conversations; }
    [[nodiscard]] bool busy() const { return false; }
    [[nodiscard]] bool canSend() const { return true; }
    [[nodiscard]] bool canRegenerate() const { return false; }
    [[nodiscard]] QString waitingText() const { return {}; }
    [[nodiscard]] QString liveStats() const { return {}; }
    [[nodiscard]] int contextUsed() const { return 0; }
    [[nodiscard]] int contextSize() const { return 0; }
    [[nodiscard]] QString systemPrompt() const { return {}; }
    void setSystemPrompt(const QString &) {}
    [[nodiscard]] double temperature() const { return m_sampling.temperature; }
    void setTemperature(double) {}
    [[nodiscard]] double topP() const { return m_sampling.topP; }
    void setTopP(double) {}
    [[nodiscard]] double minP() const { return m_sampling.minP; }
    void setMinP(double) {}
    [[nodiscard]] double repeatPenalty() const { return m_sampling.repeatPenalty; }
    void setRepeatPenalty(double) {}
    [[nodiscard]] int topK() const { return m_sampling.topK; }
    void setTopK(int) {}
    [[nodiscard]] int maxTokens() const { return m_sampling.maxTokens; }
    void setMaxTokens(int) {}
    [[nodiscard]] int seed() const { return m_sampling.seed; }
    void setSeed(int) {}
    [[nodiscard]] bool settingsChanged() const { return false; }
    [[nodiscard]] QString draft() const { return {}; }
    void setDraft(const QString &) {}
    [[nodiscard]] QString conversationFilter() const { return {}; }
    void setConversationFilter(const QString &) {}
    [[nodiscard]] QString currentId() const { return {}; }
    [[nodiscard]] QString currentTitle() const { return {}; }
    [[nodiscard]] Problem problem() const { return {}; }

    Q_INVOKABLE void send(const QString &) {}
    Q_INVOKABLE void stop() {}
    Q_INVOKABLE void regenerate() {}
    Q_INVOKABLE void newChat() {}
    Q_INVOKABLE void openChat(const QString &) {}
    Q_INVOKABLE void renameChat(const QString &, const QString &) {}
    Q_INVOKABLE void deleteChat(const QString &) {}
    Q_INVOKABLE void undoDelete() {}
    Q_INVOKABLE void copyMessage(int) {}
    Q_INVOKABLE void copyText(const QString &) {}
    Q_INVOKABLE void dismissProblem() {}
    Q_INVOKABLE void resetSettings() {}

Q_SIGNALS:
    void activityChanged();
    void progressChanged();
    void contextChanged();
    void systemPromptChanged();
    void samplingChanged();
    void draftChanged();
    void conversationFilterChanged();
    void currentChanged();
    void problemChanged();

private:
    RowsModel<MessageRow> m_messages;
    RowsModel<ConversationRow> m_conversations;
    SamplingSettings m_sampling;
};

} // namespace snug::ui
