// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
// The part of ChatViewModel that deals with the list of conversations.
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/text.h"

#include <QClipboard>
#include <QGuiApplication>

#include <utility>

namespace snug::ui {

void ChatViewModel::leave()
{
    if (m_phase == Phase::WaitingForEngine || m_phase == Phase::MakingRoom)
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

void ChatViewModel::adopt(const QString &systemPrompt, const std::vector<chat::Message> &messages,
                          const QString &path)
{
    leave();
    m_history.startNew();
    m_history.setSystemPrompt(systemPrompt);
    for (const chat::Message &message : messages)
        m_history.append(message);
    // As if it had always been there: what waits to be sent in a new chat goes on waiting there.
    if (m_history.currentId() != 0)
        m_history.open(m_history.currentId());
    m_engine.load(path);
}

void ChatViewModel::openChat(const QString &id)
{
    if (id == currentId() || id.isEmpty())
        return;
    leave();
    m_history.open(id.toLongLong());
    m_counter.touch();
}

void ChatViewModel::openChatAt(const QString &id, const QString &message)
{
    openChat(id);
    const std::int64_t wanted = message.toLongLong();
    if (wanted == 0 || id != currentId() || busy())
        return;
    if (m_history.rowOf(wanted) < 0)
        m_history.choose(wanted);
    if (const int row = m_history.rowOf(wanted); row >= 0)
        Q_EMIT messageWanted(row);
}

void ChatViewModel::renameChat(const QString &id, const QString &title)
{
    if (m_list.rename(id.toLongLong(), title) && id == currentId())
        m_history.retitle(title.simplified());
}

void ChatViewModel::onTitleSuggested(const QString &id, const QString &title)
{
    const auto before = m_store->load(id.toLongLong());
    renameChat(id, title);
    if (before)
        m_undo = [this, id, old = fromUtf8(before->info.title)] { renameChat(id, old); };
}

void ChatViewModel::deleteChat(const QString &id)
{
    const bool open = id == currentId();
    if (open)
        leave();
    if (!m_list.remove(id.toLongLong()))
        return;
    if (open)
        m_history.startNew();
    m_undo = [this, id] {
        if (m_list.restore(id.toLongLong()))
            openChat(id);
    };
}

void ChatViewModel::undoDelete()
{
    if (const auto undo = std::exchange(m_undo, nullptr))
        undo();
}

void ChatViewModel::copyMessage(int row)
{
    if (const chat::Message *message = m_history.at(row))
        copyText(fromUtf8(message->text));
}

void ChatViewModel::copyText(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

} // namespace snug::ui
