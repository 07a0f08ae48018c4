// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/chat_history.h"

#include "ui/viewmodels/text.h"

#include <utility>

namespace snug::ui {

ChatHistory::ChatHistory(Result<std::unique_ptr<chat::ConversationStore>> store, QObject *parent)
    : QObject(parent), m_conversations(conversationRoles()), m_messages(messageRoles())
{
    if (store)
        m_store = *std::move(store);
    refresh();
}

ChatHistory::~ChatHistory() = default;

template <class T> std::optional<T> ChatHistory::check(Result<T> result)
{
    if (result)
        return *std::move(result);
    Q_EMIT failed(result.error());
    return std::nullopt;
}

bool ChatHistory::check(const Result<void> &result)
{
    if (!result)
        Q_EMIT failed(result.error());
    return result.has_value();
}

void ChatHistory::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    refresh();
}

void ChatHistory::refresh()
{
    if (!m_store)
        return;
    const QString wanted = m_filter.trimmed();
    auto found = check(wanted.isEmpty() ? m_store->list() : m_store->search(toUtf8(wanted)));
    if (!found)
        return;
    std::vector<ConversationRow> rows;
    const QDate today = QDate::currentDate();
    for (const chat::ConversationInfo &info : *found)
        rows.push_back(
            {info.id, fromUtf8(info.title), sectionOf(info.changedMs, today), info.id == currentId()});
    m_conversations.merge(std::move(rows),
                          [](const ConversationRow &row) { return QString::number(row.id); });
}

void ChatHistory::startNew()
{
    m_info = {};
    m_systemPrompt.clear();
    m_messages.reset({});
    refresh();
    Q_EMIT currentChanged();
}

bool ChatHistory::open(std::int64_t id)
{
    if (!m_store)
        return false;
    auto conversation = check(m_store->load(id));
    if (!conversation)
        return false;
    m_info = std::move(conversation->info);
    m_systemPrompt = std::move(conversation->systemPrompt);
    std::vector<MessageRow> rows;
    for (chat::Message &message : conversation->messages)
        rows.push_back({std::move(message)});
    m_messages.reset(std::move(rows));
    refresh();
    Q_EMIT currentChanged();
    return true;
}

bool ChatHistory::openLast()
{
    return m_conversations.rowCount() > 0 && open(m_conversations.row(0).id);
}

void ChatHistory::rename(std::int64_t id, const QString &title)
{
    const QString wanted = title.simplified();
    if (!m_store || wanted.isEmpty() || !check(m_store->rename(id, toUtf8(wanted))))
        return;
    if (id == currentId())
        m_info.title = toUtf8(wanted);
    refresh();
    Q_EMIT currentChanged();
}

void ChatHistory::remove(std::int64_t id)
{
    if (!m_store || !check(m_store->remove(id)))
        return;
    m_removed = id;
    if (id == currentId())
        startNew();
    else
        refresh();
}

std::int64_t ChatHistory::undoRemove()
{
    const std::int64_t id = std::exchange(m_removed, 0);
    if (!m_store || id == 0 || !check(m_store->restore(id)))
        return 0;
    refresh();
    return id;
}

QString ChatHistory::title() const
{
    return fromUtf8(m_info.title);
}

QString ChatHistory::systemPrompt() const
{
    return fromUtf8(m_systemPrompt);
}

const chat::Message *ChatHistory::last() const
{
    return m_messages.rows().empty() ? nullptr : &m_messages.rows().back().message;
}

void ChatHistory::setSystemPrompt(const QString &text)
{
    m_systemPrompt = toUtf8(text);
    if (m_store && currentId() != 0)
        check(m_store->setSystemPrompt(currentId(), m_systemPrompt));
}

void ChatHistory::begin(const chat::Message &first)
{
    auto created = check(m_store->create(chat::titleFrom(first.text)));
    if (!created)
        return;
    m_info = *std::move(created);
    if (!m_systemPrompt.empty())
        check(m_store->setSystemPrompt(currentId(), m_systemPrompt));
    Q_EMIT currentChanged();
}

void ChatHistory::append(chat::Message message)
{
    if (m_store && currentId() == 0)
        begin(message);
    if (m_store && currentId() != 0) {
        if (auto stored = check(m_store->append(currentId(), message)))
            message = *std::move(stored);
    }
    m_messages.append({std::move(message)});
    refresh();
}

void ChatHistory::changeLast(const chat::Message &message, Write write)
{
    m_messages.replace(m_messages.rowCount() - 1, {message});
    if (!m_store || message.id == 0)
        return;
    if (write == Write::Now)
        check(m_store->update(message));
    else
        check(m_store->autosave(message));
}

void ChatHistory::removeLast()
{
    const chat::Message *message = last();
    if (message == nullptr)
        return;
    if (m_store && message->id != 0)
        check(m_store->removeFrom(message->id));
    m_messages.remove(m_messages.rowCount() - 1);
}

} // namespace snug::ui
