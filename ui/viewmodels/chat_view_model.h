// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/answer_request.h"
#include "ui/viewmodels/chat_history.h"
#include "ui/viewmodels/context_counter.h"
#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/sampling_settings.h"

#include <QAbstractItemModel>
#include <QHash>
#include <QObject>
#include <QTimer>

#include <memory>

namespace snug::ui {

class EngineSession;
class SettingsFile;

// The chat: one open conversation, its settings, and the answer that is being written. Sending without a
// loaded model loads the last one first. GUI thread; owned by the application.
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
    ChatViewModel(EngineSession &engine, SettingsFile &settings,
                  Result<std::unique_ptr<chat::ConversationStore>> store, QObject *parent = nullptr);
    ~ChatViewModel() override;

    [[nodiscard]] QAbstractItemModel *messages() { return &m_history.messages(); }
    [[nodiscard]] QAbstractItemModel *conversations() { return &m_history.conversations(); }
    // An answer is being written, or waits for the engine.
    [[nodiscard]] bool busy() const { return m_phase != Phase::Idle; }
    [[nodiscard]] bool canSend() const;
    [[nodiscard]] bool canRegenerate() const;
    // What the answer waits for, in words; empty while it is being written.
    [[nodiscard]] QString waitingText() const;
    [[nodiscard]] QString liveStats() const;
    // Tokens of the conversation, with what is being typed where the engine can count it.
    [[nodiscard]] int contextUsed() const { return m_contextUsed; }
    [[nodiscard]] int contextSize() const;
    [[nodiscard]] QString systemPrompt() const { return m_history.systemPrompt(); }
    void setSystemPrompt(const QString &text);
    [[nodiscard]] double temperature() const { return m_sampling.temperature; }
    void setTemperature(double value) { change(&SamplingSettings::temperature, value); }
    [[nodiscard]] double topP() const { return m_sampling.topP; }
    void setTopP(double value) { change(&SamplingSettings::topP, value); }
    [[nodiscard]] double minP() const { return m_sampling.minP; }
    void setMinP(double value) { change(&SamplingSettings::minP, value); }
    [[nodiscard]] double repeatPenalty() const { return m_sampling.repeatPenalty; }
    void setRepeatPenalty(double value) { change(&SamplingSettings::repeatPenalty, value); }
    [[nodiscard]] int topK() const { return m_sampling.topK; }
    void setTopK(int value) { change(&SamplingSettings::topK, value); }
    [[nodiscard]] int maxTokens() const { return m_sampling.maxTokens; }
    void setMaxTokens(int value) { change(&SamplingSettings::maxTokens, value); }
    [[nodiscard]] int seed() const { return m_sampling.seed; }
    void setSeed(int value) { change(&SamplingSettings::seed, value); }
    // Something differs from the defaults.
    [[nodiscard]] bool settingsChanged() const { return m_sampling != SamplingSettings(); }
    [[nodiscard]] QString draft() const;
    void setDraft(const QString &text);
    [[nodiscard]] QString conversationFilter() const { return m_history.filter(); }
    void setConversationFilter(const QString &text);
    // Empty while the conversation has no message.
    [[nodiscard]] QString currentId() const;
    [[nodiscard]] QString currentTitle() const { return m_history.title(); }
    // Of the last request or of the store; the engine's own is EngineSession's.
    [[nodiscard]] Problem problem() const { return m_problem; }

    Q_INVOKABLE void send(const QString &text);
    Q_INVOKABLE void stop();
    // Answers the last question again.
    Q_INVOKABLE void regenerate();
    Q_INVOKABLE void newChat();
    Q_INVOKABLE void openChat(const QString &id);
    Q_INVOKABLE void renameChat(const QString &id, const QString &title);
    Q_INVOKABLE void deleteChat(const QString &id);
    Q_INVOKABLE void undoDelete();
    Q_INVOKABLE void copyMessage(int row);
    Q_INVOKABLE void copyText(const QString &text);
    Q_INVOKABLE void dismissProblem();
    Q_INVOKABLE void resetSettings();

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
    enum class Phase { Idle, WaitingForEngine, Writing };

    template <class T> void change(T SamplingSettings::*field, T value)
    {
        SamplingSettings changed = m_sampling;
        changed.*field = value;
        apply(changed);
    }
    void apply(const SamplingSettings &settings);
    void setPhase(Phase phase);
    void setProblem(const Problem &problem);
    void answer();
    void startRequest();
    void onEngineState();
    void onEngineFailed();
    void onArrived(const std::string &text, const std::string &reasoning);
    void onFinished(const chat::ChatOutcome &outcome);
    void finishAnswer(chat::MessageState state, const chat::ChatAnswer *answer);
    void tellEnd(const chat::ChatOutcome &outcome);
    void onCurrentChanged();
    void retire();
    void leave();
    [[nodiscard]] chat::ChatRequest request(bool withDraft) const;
    [[nodiscard]] std::optional<ContextCounter::Question> question() const;

    EngineSession &m_engine;
    SettingsFile &m_settings;
    Problem m_problem;
    ChatHistory m_history;
    SamplingSettings m_sampling;
    Phase m_phase = Phase::Idle;
    std::unique_ptr<AnswerRequest> m_request;
    ContextCounter m_counter;
    int m_contextUsed = 0;
    QHash<QString, QString> m_drafts; // by id; "" for the chat that has not begun
    Problem m_brokenConnection;       // told only if the engine turns out to be alive
    QTimer m_connectionTimer;
};

} // namespace snug::ui
