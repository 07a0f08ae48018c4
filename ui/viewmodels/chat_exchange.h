// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation_store.h"
#include "ui/worker/background_task.h"

#include <QObject>
#include <QUrl>

#include <memory>

namespace snug::ui {

// Conversations to files and back, each on the thread pool with a connection of its own to the store's file.
// One at a time. GUI thread.
class ChatExchange final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatExchange)
    Q_PROPERTY(bool busy READ busy NOTIFY busyChanged)
    Q_PROPERTY(bool available READ available CONSTANT)

public:
    // `store` may be null, and outlives this.
    explicit ChatExchange(chat::ConversationStore *store, QObject *parent = nullptr);
    // Waits until what is being written or taken in has ended.
    ~ChatExchange() override;

    [[nodiscard]] bool busy() const { return m_task != nullptr; }
    // There is a store to take from and put into.
    [[nodiscard]] bool available() const { return m_store != nullptr; }

    // `format`: "markdown", "openai" or "snug".
    Q_INVOKABLE void exportChat(const QString &id, const QString &format, const QUrl &file);
    // Every conversation, in Snug's format.
    Q_INVOKABLE void exportAll(const QUrl &file);
    Q_INVOKABLE void importFile(const QUrl &file);

Q_SIGNALS:
    void busyChanged();
    // The name of the file that was written.
    void exported(const QString &name);
    void imported(int conversations);
    void failed(const snug::Error &error);

private:
    // How many conversations were passed on.
    using Work = std::function<Result<int>(chat::ConversationStore &, const std::stop_token &)>;
    void run(Work work, std::function<void(int)> done);

    chat::ConversationStore *m_store;
    std::unique_ptr<BackgroundTask<Result<int>>> m_task;
};

} // namespace snug::ui
