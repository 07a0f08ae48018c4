// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/openai_client.h"
#include "ui/worker/background_task.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>

namespace snug::ui {

// How many tokens a conversation and the message that is being typed take, asked of the engine itself. A
// moment after the last change, one question at a time. GUI thread.
class ContextCounter final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ContextCounter)
public:
    struct Question {
        chat::Endpoint endpoint;
        chat::ChatRequest request;
    };
    // Nothing while there is no engine to ask.
    using Ask = std::function<std::optional<Question>()>;

    explicit ContextCounter(Ask ask, QObject *parent = nullptr);
    ~ContextCounter() override;

    // Counts soon.
    void touch();
    // What is on the way is no longer wanted.
    void drop();

Q_SIGNALS:
    void counted(std::int64_t tokens);

private:
    void count();
    void onCounted(const Result<std::int64_t> &tokens);

    Ask m_ask;
    QTimer m_delay;
    bool m_again = false;
    std::unique_ptr<BackgroundTask<Result<std::int64_t>>> m_task;
};

} // namespace snug::ui
