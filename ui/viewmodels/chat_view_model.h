// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/chat_commands.h"
#include "ui/viewmodels/answer_request.h"
#include "ui/viewmodels/chat_context.h"
#include "ui/viewmodels/chat_exchange.h"
#include "ui/viewmodels/chat_history.h"
#include "ui/viewmodels/chat_presets.h"
#include "ui/viewmodels/chat_titles.h"
#include "ui/viewmodels/context_counter.h"
#include "ui/viewmodels/conversation_list.h"
#include "ui/viewmodels/draft_attachments.h"
#include "ui/viewmodels/model_preset.h"
#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/prompt_history.h"
#include "ui/viewmodels/prompt_view.h"
#include "ui/viewmodels/room_task.h"
#include "ui/viewmodels/sampling_settings.h"

#include <QAbstractItemModel>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

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
    Q_PROPERTY(snug::ui::ConversationList *list READ list CONSTANT)
    Q_PROPERTY(snug::ui::ChatPresets *saved READ saved CONSTANT)
    Q_PROPERTY(snug::ui::ChatExchange *exchange READ exchange CONSTANT)
    Q_PROPERTY(snug::ui::ChatContext *context READ context CONSTANT)
    Q_PROPERTY(snug::ui::PromptView *prompt READ prompt CONSTANT)
    Q_PROPERTY(QVariantList commands READ commands CONSTANT)
    Q_PROPERTY(snug::ui::DraftAttachments *attachments READ attachments CONSTANT)
    Q_PROPERTY(snug::ui::ModelPreset *modelPreset READ modelPreset CONSTANT)
    Q_PROPERTY(snug::ui::ChatTitles *titles READ titles CONSTANT)
    Q_PROPERTY(bool readOnly READ readOnly CONSTANT)
    Q_PROPERTY(bool busy READ busy NOTIFY activityChanged)
    Q_PROPERTY(bool canSend READ canSend NOTIFY activityChanged)
    Q_PROPERTY(bool canRegenerate READ canRegenerate NOTIFY activityChanged)
    Q_PROPERTY(bool unanswered READ unanswered NOTIFY activityChanged)
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
    Q_PROPERTY(QString stopStrings READ stopStrings WRITE setStopStrings NOTIFY samplingChanged)
    Q_PROPERTY(QString grammar READ grammar WRITE setGrammar NOTIFY samplingChanged)
    Q_PROPERTY(QString jsonSchema READ jsonSchema WRITE setJsonSchema NOTIFY samplingChanged)
    Q_PROPERTY(bool schemaUsable READ schemaUsable NOTIFY samplingChanged)
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
    [[nodiscard]] QAbstractItemModel *conversations() { return m_list.rows(); }
    [[nodiscard]] ConversationList *list() { return &m_list; }
    [[nodiscard]] ChatPresets *saved() { return &m_presets; }
    [[nodiscard]] ChatExchange *exchange() { return &m_exchange; }
    [[nodiscard]] ChatContext *context() { return &m_context; }
    [[nodiscard]] PromptView *prompt() { return &m_prompt; }
    // Of the message that is being written.
    [[nodiscard]] DraftAttachments *attachments() { return &m_attachments; }
    [[nodiscard]] ModelPreset *modelPreset() { return &m_modelPreset; }
    [[nodiscard]] ChatTitles *titles() { return &m_titles; }
    // What is written now is not kept: a newer version made the file.
    [[nodiscard]] bool readOnly() const { return m_store && m_store->readOnly(); }
    // An answer is being written, or waits for the engine.
    [[nodiscard]] bool busy() const { return m_phase != Phase::Idle; }
    [[nodiscard]] bool canSend() const;
    [[nodiscard]] bool canRegenerate() const;
    // The last message is a question that was not answered, and nobody is about to.
    [[nodiscard]] bool unanswered() const { return !busy() && m_history.asks(); }
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
    // One a line.
    [[nodiscard]] QString stopStrings() const;
    void setStopStrings(const QString &lines);
    [[nodiscard]] QString grammar() const { return QString::fromStdString(m_sampling.grammar); }
    void setGrammar(const QString &text) { change(&SamplingSettings::grammar, text.toStdString()); }
    [[nodiscard]] QString jsonSchema() const { return QString::fromStdString(m_sampling.jsonSchema); }
    void setJsonSchema(const QString &text) { change(&SamplingSettings::jsonSchema, text.toStdString()); }
    // The schema is empty or a JSON object.
    [[nodiscard]] bool schemaUsable() const { return isUsableSchema(m_sampling.jsonSchema); }
    [[nodiscard]] const SamplingSettings &sampling() const { return m_sampling; }
    // Something differs from the defaults.
    [[nodiscard]] bool settingsChanged() const { return m_sampling != SamplingSettings(); }
    [[nodiscard]] QString draft() const { return m_history.draft(); }
    void setDraft(const QString &text);
    [[nodiscard]] QString conversationFilter() const { return m_list.filter(); }
    void setConversationFilter(const QString &text);
    // Empty while the conversation has no message.
    [[nodiscard]] QString currentId() const;
    [[nodiscard]] QString currentTitle() const { return m_history.title(); }
    // Of the last request or of the store; the engine's own is EngineSession's.
    [[nodiscard]] Problem problem() const { return m_problem; }

    // Tells the SHA-256 of a model's file, empty if it is not known: what an answer remembers of its model.
    using HashOf = std::function<QString(const QString &path)>;
    void setHashes(HashOf hashOf) { m_hashOf = std::move(hashOf); }

    // Makes a new conversation of messages that were written elsewhere, opens it and loads the model at
    // `path`.
    void adopt(const QString &systemPrompt, const std::vector<chat::Message> &messages, const QString &path);

    // Sends a message, or does what a line that begins with "/" says; see core/chat/chat_commands.h. False if
    // nothing was done and the line is still to be corrected.
    Q_INVOKABLE bool enter(const QString &line);
    // What such a line may begin with: [{ name, arguments, description }].
    [[nodiscard]] QVariantList commands() const;
    // With what is attached; the text may be empty then. False if it was not sent.
    Q_INVOKABLE bool send(const QString &text);
    Q_INVOKABLE void stop();
    // Answers the last question again; the answer before stays beside the new one.
    Q_INVOKABLE void regenerate();
    // The same for any answer, with the model at `path`; empty: with the one that is loaded.
    Q_INVOKABLE void regenerateAt(int row, const QString &path = {});
    // Goes on with the last answer where it ends.
    Q_INVOKABLE void continueAnswer();
    // Another wording beside the message. A question of the user is asked, an answer of the model is not
    // asked for again.
    Q_INVOKABLE void edit(int row, const QString &text);
    // To the sibling before (-1) or after (1) the message.
    Q_INVOKABLE void step(int row, int direction);
    // With what follows it; undoDelete() brings it back.
    Q_INVOKABLE void deleteMessage(int row);
    Q_INVOKABLE void newChat();
    Q_INVOKABLE void openChat(const QString &id);
    // And goes to the message, by another way if it is not on the chosen one.
    Q_INVOKABLE void openChatAt(const QString &id, const QString &message);
    Q_INVOKABLE void renameChat(const QString &id, const QString &title);
    Q_INVOKABLE void deleteChat(const QString &id);
    // Of the chat or message that was deleted last, or of the title that the model gave on demand.
    Q_INVOKABLE void undoDelete();
    // What was sent before `text`, and after it, as the arrow keys of a shell walk.
    Q_INVOKABLE QString olderPrompt(const QString &text) { return m_prompts.older(text); }
    Q_INVOKABLE QString newerPrompt(const QString &text) { return m_prompts.newer(text); }
    Q_INVOKABLE bool isOldPrompt(const QString &text) const { return m_prompts.isAt(text); }
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
    // The message in this row is what was looked for.
    void messageWanted(int row);
    // A command asks for something that the page shows: "prompt", "template", "lora", "save" or "help".
    void commandGiven(const QString &name, const QString &arguments);
    // What a command did, in a sentence, and whether undoDelete() takes it back.
    void told(const QString &words, bool canUndo);

private:
    enum class Phase { Idle, WaitingForEngine, MakingRoom, Writing };

    template <class T> void change(T SamplingSettings::*field, T value)
    {
        SamplingSettings changed = m_sampling;
        changed.*field = value;
        apply(changed);
    }
    void apply(const SamplingSettings &settings);
    void setPhase(Phase phase);
    void setProblem(const Problem &problem);
    // Refuses, with a problem, what cannot be answered.
    [[nodiscard]] bool mayAnswer();
    void answer(int beside = -1, const QString &path = {});
    void whenReady(const QString &path);
    // Counts, and cuts what is too much, before it is sent.
    void makeRoom();
    void onRoom(const Result<chat::Room> &room);
    void startRequest(const chat::Room &room);
    // Runs a command of a line; false: nothing was done.
    bool run(const chat::ChatLine &line);
    bool pass(const QString &command, const QString &arguments);
    bool editQuestion(const std::string &arguments);
    [[nodiscard]] int lastQuestion() const; // -1: there is none
    [[nodiscard]] QString contextWords() const;
    void onEngineState();
    void onEngineFailed();
    void onArrived(const std::string &text, const std::string &reasoning);
    void onFinished(const chat::ChatOutcome &outcome);
    // Ends the wait for the engine, with the conversation as it was before.
    void giveUpWaiting();
    void finishAnswer(chat::MessageState state, const chat::ChatAnswer *answer);
    void tellEnd(const chat::ChatOutcome &outcome);
    void onCurrentChanged();
    void onTitleSuggested(const QString &id, const QString &title);
    void leave();
    // Why an attachment is of no use with the model that is loaded; nothing while none is.
    [[nodiscard]] std::optional<Error> refusalOf(const chat::Attachment &attachment) const;
    [[nodiscard]] std::optional<Error> refusalOfImages() const;
    // All that was said.
    [[nodiscard]] chat::ChatRequest request() const;
    // To the engine, as far as it is there.
    [[nodiscard]] std::optional<ContextCounter::Question> counting() const;
    // The same with what would be sent if `draft` and what is attached were asked now.
    [[nodiscard]] std::optional<ContextCounter::Question> question(const QString &draft) const;

    EngineSession &m_engine;
    SettingsFile &m_settings;
    Problem m_problem;
    std::unique_ptr<chat::ConversationStore> m_store; // null if it could not be opened
    ChatHistory m_history;
    ChatContext m_context;
    ConversationList m_list;
    SamplingSettings m_sampling;
    ChatPresets m_presets;
    ModelPreset m_modelPreset;
    ChatTitles m_titles;
    ChatExchange m_exchange;
    PromptHistory m_prompts;
    HashOf m_hashOf;
    std::function<void()> m_undo; // of the last deletion
    Phase m_phase = Phase::Idle;
    std::unique_ptr<RoomTask> m_room;
    std::unique_ptr<AnswerRequest> m_request;
    ContextCounter m_counter;
    PromptView m_prompt;
    DraftAttachments m_attachments;
    int m_contextUsed = 0;
    std::optional<chat::Message> m_continued; // as it was before the model went on with it
    Problem m_brokenConnection;               // told only if the engine turns out to be alive
    QTimer m_connectionTimer;
};

} // namespace snug::ui
