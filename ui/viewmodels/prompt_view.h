// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/engine_client.h"
#include "ui/viewmodels/context_counter.h"
#include "ui/viewmodels/problem.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace snug::ui {

// Exactly what the model would be given now, as its own template and vocabulary make it. GUI thread; owned by
// ChatViewModel.
class PromptView final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PromptView)
    Q_PROPERTY(QString state READ state NOTIFY changed)
    Q_PROPERTY(QString text READ text NOTIFY changed)
    Q_PROPERTY(int tokens READ tokens NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)

public:
    // The request for a conversation that ends with `question`, or as it is if that is empty. Nothing while
    // there is no engine to ask.
    using Ask = std::function<std::optional<ContextCounter::Question>(const QString &question)>;

    explicit PromptView(Ask ask, QObject *parent = nullptr);
    ~PromptView() override;

    // "none", "asking", "ready" or "failed".
    [[nodiscard]] QString state() const;
    // With the texts of special tokens; pieces that are no UTF-8 show as U+FFFD.
    [[nodiscard]] QString text() const { return m_text; }
    [[nodiscard]] int tokens() const { return m_tokens; }
    [[nodiscard]] Problem problem() const { return m_problem; }

    Q_INVOKABLE void show(const QString &question);
    // Forgets it: prompts are long.
    Q_INVOKABLE void clear();

Q_SIGNALS:
    void changed();

private:
    void onPrompt(const Result<chat::ExactPrompt> &prompt);

    Ask m_ask;
    QString m_text;
    int m_tokens = 0;
    bool m_known = false;
    Problem m_problem;
    std::unique_ptr<BackgroundTask<Result<chat::ExactPrompt>>> m_task;
};

} // namespace snug::ui
