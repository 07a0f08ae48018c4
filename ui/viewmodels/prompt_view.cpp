// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/prompt_view.h"

#include "ui/viewmodels/text.h"

using namespace Qt::StringLiterals;

namespace snug::ui {

PromptView::PromptView(Ask ask, QObject *parent) : QObject(parent), m_ask(std::move(ask)) {}

PromptView::~PromptView() = default;

QString PromptView::state() const
{
    if (m_task)
        return u"asking"_s;
    if (m_problem.present)
        return u"failed"_s;
    return m_known ? u"ready"_s : u"none"_s;
}

void PromptView::show(const QString &question)
{
    clear();
    std::optional<ContextCounter::Question> asked = m_ask(question);
    if (!asked) {
        m_problem = problemFrom({ErrorKind::NotFound,
                                 "There is no prompt to show now.",
                                 {},
                                 "Load a model, write something, and wait for the end of an answer."});
    } else if (asked->request.dialect != chat::Dialect::LlamaCpp) {
        m_problem = problemFrom({ErrorKind::Unsupported,
                                 "This server does not tell what it makes of a conversation.",
                                 {},
                                 "The prompt can be shown for models that run on this computer."});
    } else {
        m_task = std::make_unique<BackgroundTask<Result<chat::ExactPrompt>>>(
            [asked = *std::move(asked)](const std::stop_token &stop) {
                return chat::EngineClient(asked.endpoint).exactPrompt(asked.request, stop);
            },
            [this](const Result<chat::ExactPrompt> &prompt) { onPrompt(prompt); });
    }
    Q_EMIT changed();
}

void PromptView::onPrompt(const Result<chat::ExactPrompt> &prompt)
{
    m_task.reset();
    if (prompt) {
        m_text = fromUtf8(prompt->pieces());
        m_tokens = static_cast<int>(prompt->tokens.size());
        m_known = true;
    } else {
        m_problem = problemFrom(prompt.error());
    }
    Q_EMIT changed();
}

void PromptView::clear()
{
    m_task.reset();
    m_text.clear();
    m_tokens = 0;
    m_known = false;
    m_problem = {};
    Q_EMIT changed();
}

} // namespace snug::ui
