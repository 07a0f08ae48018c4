// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
// The part of ChatViewModel that deals with the list of conversations.
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/text.h"

#include <QClipboard>
#include <QGuiApplication>

namespace snug::ui {

void ChatViewModel::leave()
{
    if (m_phase == Phase::WaitingForEngine)
        stop();
    else if (m_phase == Phase::Writing)
        finishAnswer(chat::MessageState::Stopped, nullptr);
    m_counter.drop();
    m_contextUsed = 0;
    Q_EMIT contextChanged();
    setProblem({});
}

void ChatViewModel::newChat()
{
    if (m_history.currentId() == 0 && m_history.last() == nullptr)
        return;
    leave();
    m_history.startNew();
}

void ChatViewModel::openChat(const QString &id)
{
    if (id == currentId() || id.isEmpty())
        return;
    leave();
    m_history.open(id.toLongLong());
    m_counter.touch();
}

void ChatViewModel::renameChat(const QString &id, const QString &title)
{
    m_history.rename(id.toLongLong(), title);
}

void ChatViewModel::deleteChat(const QString &id)
{
    if (id == currentId())
        leave();
    m_history.remove(id.toLongLong());
}

void ChatViewModel::undoDelete()
{
    const std::int64_t id = m_history.undoRemove();
    if (id != 0)
        openChat(QString::number(id));
}

void ChatViewModel::copyMessage(int row)
{
    if (row >= 0 && row < m_history.messages().rowCount())
        copyText(fromUtf8(m_history.messages().row(row).message.text));
}

void ChatViewModel::copyText(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

} // namespace snug::ui
