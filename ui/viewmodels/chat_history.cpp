// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/chat_history.h"

#include "ui/viewmodels/text.h"

#include <chrono>
#include <utility>

using namespace std::chrono_literals;

namespace snug::ui {
namespace {

QString keyOf(const MessageRow &row)
{
    return QString::number(row.message.id);
}

} // namespace

ChatHistory::ChatHistory(chat::ConversationStore *store, QObject *parent)
    : QObject(parent), m_store(store), m_messages(messageRoles())
{
    m_unsaved.setSingleShot(true);
    m_unsaved.setInterval(1s);
    connect(&m_unsaved, &QTimer::timeout, this, [this] {
        if (const chat::Message *message = last())
            check(m_store->update(*message));
    });
    m_unsavedDraft.setSingleShot(true);
    m_unsavedDraft.setInterval(300ms);
    connect(&m_unsavedDraft, &QTimer::timeout, this, &ChatHistory::saveDraft);
    readDraft();
}

ChatHistory::~ChatHistory()
{
    blockSignals(true); // nobody is there to be told
    saveDraft();
}

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

bool ChatHistory::kept() const
{
    return m_store != nullptr && !m_store->readOnly();
}

void ChatHistory::startNew()
{
    saveDraft();
    m_info = {};
    m_systemPrompt.clear();
    m_messages.reset({});
    readDraft();
    Q_EMIT currentChanged();
}

bool ChatHistory::open(std::int64_t id)
{
    if (m_store == nullptr)
        return false;
    auto conversation = check(m_store->load(id));
    if (!conversation)
        return false;
    saveDraft();
    m_messages.reset({});
    show(*std::move(conversation));
    readDraft();
    Q_EMIT currentChanged();
    return true;
}

void ChatHistory::show(chat::Conversation conversation)
{
    m_info = std::move(conversation.info);
    m_systemPrompt = std::move(conversation.systemPrompt);
    std::vector<MessageRow> rows;
    for (std::size_t at = 0; at < conversation.messages.size(); ++at)
        rows.push_back({std::move(conversation.messages[at]), conversation.branches[at]});
    if (m_messages.rowCount() == 0)
        m_messages.reset(std::move(rows));
    else
        m_messages.merge(std::move(rows), keyOf);
}

void ChatHistory::reload()
{
    if (auto conversation = check(m_store->load(currentId())))
        show(*std::move(conversation));
}

void ChatHistory::retitle(const QString &title)
{
    m_info.title = toUtf8(title);
    Q_EMIT currentChanged();
}

QString ChatHistory::title() const
{
    return fromUtf8(m_info.title);
}

QString ChatHistory::systemPrompt() const
{
    return fromUtf8(m_systemPrompt);
}

const chat::Message *ChatHistory::at(int row) const
{
    return row >= 0 && row < m_messages.rowCount() ? &m_messages.row(row).message : nullptr;
}

const chat::Message *ChatHistory::last() const
{
    return at(m_messages.rowCount() - 1);
}

int ChatHistory::rowOf(std::int64_t message) const
{
    const auto &rows = m_messages.rows();
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [message](const MessageRow &row) { return row.message.id == message; });
    return found == rows.end() ? -1 : static_cast<int>(std::distance(rows.begin(), found));
}

void ChatHistory::setSystemPrompt(const QString &text)
{
    m_systemPrompt = toUtf8(text);
    if (kept() && currentId() != 0)
        check(m_store->setSystemPrompt(currentId(), m_systemPrompt));
}

void ChatHistory::begin(const chat::Message &first)
{
    const bool named =
        first.text.find_first_not_of(" \t\r\n") == std::string::npos && !first.attachments.empty();
    auto created =
        check(m_store->create(chat::titleFrom(named ? first.attachments.front().name : first.text)));
    if (!created)
        return;
    m_info = *std::move(created);
    if (!m_systemPrompt.empty())
        check(m_store->setSystemPrompt(currentId(), m_systemPrompt));
    Q_EMIT currentChanged();
}

void ChatHistory::append(chat::Message message)
{
    if (kept() && currentId() == 0)
        begin(message);
    if (kept() && currentId() != 0) {
        if (auto stored = check(m_store->append(currentId(), message)))
            message = *std::move(stored);
    }
    m_before = 0;
    m_messages.append({std::move(message), {}});
    Q_EMIT listed();
}

void ChatHistory::truncate(int row)
{
    while (m_messages.rowCount() > row)
        m_messages.remove(m_messages.rowCount() - 1);
}

void ChatHistory::appendBeside(int row, chat::Message message)
{
    const chat::Message *other = at(row);
    if (other == nullptr)
        return;
    const std::int64_t before = other->id;
    if (kept() && before != 0) {
        if (!check(m_store->appendBeside(before, std::move(message))))
            return;
        reload();
        m_before = before;
    } else {
        truncate(row);
        m_messages.append({std::move(message), {}});
    }
    Q_EMIT listed();
}

void ChatHistory::takeBack()
{
    const std::int64_t before = std::exchange(m_before, 0);
    removeAt(m_messages.rowCount() - 1);
    if (before != 0)
        choose(before);
}

void ChatHistory::choose(std::int64_t message)
{
    if (m_store == nullptr || message == 0)
        return;
    if (check(m_store->choose(message)))
        reload();
}

void ChatHistory::changeLast(const chat::Message &message, Write write)
{
    const int row = m_messages.rowCount() - 1;
    m_messages.replace(row, {message, m_messages.row(row).branch});
    m_unsaved.stop();
    if (!kept() || message.id == 0)
        return;
    if (write == Write::Now) {
        check(m_store->update(message));
    } else {
        check(m_store->autosave(message));
        m_unsaved.start();
    }
}

std::int64_t ChatHistory::removeAt(int row)
{
    const chat::Message *message = at(row);
    if (message == nullptr)
        return 0;
    const std::int64_t id = message->id;
    if (!kept() || id == 0) {
        truncate(row);
        return 0;
    }
    if (!check(m_store->removeMessage(id)))
        return 0;
    m_unsaved.stop();
    reload();
    return id;
}

void ChatHistory::restore(std::int64_t message)
{
    if (kept() && check(m_store->restoreMessage(message)))
        reload();
}

void ChatHistory::setDraft(const QString &text)
{
    m_draft = text;
    m_draftChanged = kept();
    if (m_draftChanged)
        m_unsavedDraft.start();
}

void ChatHistory::readDraft()
{
    m_draft.clear();
    if (m_store == nullptr)
        return;
    if (const auto text = check(m_store->draft(currentId())))
        m_draft = fromUtf8(*text);
}

void ChatHistory::saveDraft()
{
    m_unsavedDraft.stop();
    if (std::exchange(m_draftChanged, false))
        check(m_store->setDraft(currentId(), toUtf8(m_draft)));
}

} // namespace snug::ui
