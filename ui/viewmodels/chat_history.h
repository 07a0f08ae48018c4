// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation_store.h"
#include "ui/viewmodels/chat_rows.h"

#include <QObject>

#include <memory>
#include <optional>

namespace snug::ui {

// The open conversation, message by message, and the list of all, both kept on disk. Without a store (it
// could not be opened) there is one conversation, in memory. GUI thread; writes are short, into a write-ahead
// log.
class ChatHistory final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatHistory)
public:
    explicit ChatHistory(Result<std::unique_ptr<chat::ConversationStore>> store, QObject *parent = nullptr);
    ~ChatHistory() override;

    [[nodiscard]] RowsModel<ConversationRow> &conversations() { return m_conversations; }
    [[nodiscard]] RowsModel<MessageRow> &messages() { return m_messages; }
    [[nodiscard]] const RowsModel<MessageRow> &messages() const { return m_messages; }
    [[nodiscard]] std::int64_t currentId() const { return m_info.id; } // 0: not begun yet
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString systemPrompt() const;
    // Null if there is no message.
    [[nodiscard]] const chat::Message *last() const;
    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString &filter);

    // A conversation that is written with its first message.
    void startNew();
    // False if it is not there.
    bool open(std::int64_t id);
    bool openLast();
    void rename(std::int64_t id, const QString &title);
    void remove(std::int64_t id);
    // The id of the conversation that came back; 0 if there was none.
    std::int64_t undoRemove();

    void setSystemPrompt(const QString &text);
    // Appends the message, creating the conversation when it is the first.
    void append(chat::Message message);
    // Replaces the last message and writes it; `Autosave` writes at most once a second.
    enum class Write { Now, Autosave };
    void changeLast(const chat::Message &message, Write write);
    void removeLast();

Q_SIGNALS:
    // Another conversation, or another title of it.
    void currentChanged();
    void failed(const snug::Error &error);

private:
    void begin(const chat::Message &first);
    void refresh();
    template <class T> std::optional<T> check(Result<T> result);
    bool check(const Result<void> &result);

    std::unique_ptr<chat::ConversationStore> m_store;
    chat::ConversationInfo m_info;
    std::string m_systemPrompt;
    std::int64_t m_removed = 0;
    QString m_filter;
    RowsModel<ConversationRow> m_conversations;
    RowsModel<MessageRow> m_messages;
};

} // namespace snug::ui
