// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation_store.h"
#include "ui/viewmodels/chat_rows.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace snug::ui {

// The open conversation, message by message along the chosen way, and what is being written in it; kept on
// disk. Without a store that can be written there is one conversation, in memory, without branches. GUI
// thread; writes are short, into a write-ahead log.
class ChatHistory final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatHistory)
public:
    // `store` may be null and outlives this.
    explicit ChatHistory(chat::ConversationStore *store, QObject *parent = nullptr);
    // Writes what waits to be written.
    ~ChatHistory() override;

    [[nodiscard]] RowsModel<MessageRow> &messages() { return m_messages; }
    [[nodiscard]] const RowsModel<MessageRow> &messages() const { return m_messages; }
    [[nodiscard]] std::int64_t currentId() const { return m_info.id; } // 0: not begun yet
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString systemPrompt() const;
    // Null if there is no message, or no such row.
    [[nodiscard]] const chat::Message *last() const;
    // The last one is a question.
    [[nodiscard]] bool asks() const { return last() != nullptr && last()->role == chat::Role::User; }
    [[nodiscard]] const chat::Message *at(int row) const;
    // -1 if the message is not on the chosen way.
    [[nodiscard]] int rowOf(std::int64_t message) const;

    // A conversation that is written with its first message.
    void startNew();
    // False if it is not there.
    bool open(std::int64_t id);
    // Tells that the title was changed.
    void retitle(const QString &title);

    void setSystemPrompt(const QString &text);
    // Appends the message, creating the conversation when it is the first.
    void append(chat::Message message);
    // In the place of a row, whose message and what follows it stay on their own way.
    void appendBeside(int row, chat::Message message);
    // Takes the last message back and goes where the way led before it came.
    void takeBack();
    // The way through this message.
    void choose(std::int64_t message);
    // Replaces the last message and writes it; `Autosave` writes at most once a second.
    enum class Write { Now, Autosave };
    void changeLast(const chat::Message &message, Write write);
    // With what follows it. The id for restore(); 0 if it cannot come back.
    std::int64_t removeAt(int row);
    void restore(std::int64_t message);

    // Written a moment later, and at the latest when another conversation is opened.
    [[nodiscard]] QString draft() const { return m_draft; }
    void setDraft(const QString &text);

Q_SIGNALS:
    // Another conversation, or another title of it.
    void currentChanged();
    // Something that the list of conversations shows: a new one, or a message in one.
    void listed();
    void failed(const snug::Error &error);

private:
    [[nodiscard]] bool kept() const;
    void begin(const chat::Message &first);
    void reload();
    void show(chat::Conversation conversation);
    void truncate(int row);
    void readDraft();
    void saveDraft();
    template <class T> std::optional<T> check(Result<T> result);
    bool check(const Result<void> &result);

    chat::ConversationStore *m_store;
    chat::ConversationInfo m_info;
    std::string m_systemPrompt;
    RowsModel<MessageRow> m_messages;
    std::int64_t m_before = 0; // the message beside which the last one was made
    QTimer m_unsaved;          // of an answer that grows; a pause must not lose its last words
    QString m_draft;
    bool m_draftChanged = false;
    QTimer m_unsavedDraft;
};

} // namespace snug::ui
