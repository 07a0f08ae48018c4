// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
// The part of ChatViewModel that deals with other wordings, other answers and the ways between them.
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/text.h"

namespace snug::ui {

bool ChatViewModel::canRegenerate() const
{
    return canSend() && m_history.last() != nullptr;
}

void ChatViewModel::regenerate()
{
    const chat::Message *last = m_history.last();
    if (last == nullptr || !mayAnswer())
        return;
    if (last->role == chat::Role::Assistant)
        regenerateAt(m_history.messages().rowCount() - 1);
    else
        answer();
}

void ChatViewModel::regenerateAt(int row, const QString &path)
{
    const chat::Message *message = m_history.at(row);
    if (message == nullptr || message->role != chat::Role::Assistant || !mayAnswer())
        return;
    // An answer that never began is not worth a place of its own.
    const bool never = message->text.empty() && message->reasoning.empty();
    const bool alone = row == m_history.messages().rowCount() - 1;
    if (never && alone) {
        m_history.removeAt(row);
        answer(-1, path);
    } else {
        answer(row, path);
    }
}

void ChatViewModel::continueAnswer()
{
    const chat::Message *last = m_history.last();
    if (last == nullptr || !canContinue(*last) || !mayAnswer())
        return;
    if (m_engine.isReady() && !understands(m_engine.endpoint().dialect, "continue_final_message")) {
        setProblem(problemFrom({ErrorKind::Unsupported,
                                "This server cannot go on with an answer that was cut.",
                                {},
                                "Regenerate it instead."}));
        return;
    }
    setProblem({});
    m_continued = *last;
    chat::Message going = *last;
    going.state = chat::MessageState::Streaming;
    m_history.changeLast(going, ChatHistory::Write::Now);
    whenReady({});
}

void ChatViewModel::edit(int row, const QString &text)
{
    const chat::Message *message = m_history.at(row);
    const std::string words = toUtf8(text);
    if (message == nullptr || busy() || text.trimmed().isEmpty() || words == message->text)
        return;
    const bool asks = message->role == chat::Role::User;
    if (asks && !mayAnswer())
        return;
    chat::Message edited;
    edited.role = message->role;
    edited.text = words;
    edited.attachments = message->attachments;
    edited.model = message->model;
    edited.modelHash = message->modelHash;
    edited.level = message->level;
    m_history.appendBeside(row, std::move(edited));
    if (asks)
        answer();
    else
        m_counter.touch();
    Q_EMIT activityChanged();
}

void ChatViewModel::step(int row, int direction)
{
    if (busy() || m_history.at(row) == nullptr)
        return;
    const chat::Branch branch = m_history.messages().row(row).branch;
    m_history.choose(direction < 0 ? branch.previous : branch.next);
    m_counter.touch();
}

void ChatViewModel::deleteMessage(int row)
{
    if (busy())
        return;
    const std::int64_t removed = m_history.removeAt(row);
    m_undo = nullptr;
    if (removed != 0) {
        m_undo = [this, removed, chat = m_history.currentId()] {
            openChat(QString::number(chat));
            m_history.restore(removed);
        };
    }
    m_counter.touch();
    Q_EMIT activityChanged();
}

} // namespace snug::ui
