// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/chat_titles.h"

#include "core/chat/chat_title.h"
#include "ui/viewmodels/answer_message.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <algorithm>

namespace snug::ui {
namespace {

constexpr auto kGroup = "titles";

} // namespace

ChatTitles::ChatTitles(EngineSession &engine, chat::ConversationStore *store, SettingsFile &settings,
                       QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_store(store)
    , m_settings(settings)
    , m_automatic(settings.flag(kGroup, "automatic", false))
    , m_remoteToo(settings.flag(kGroup, "remote", false))
{
    connect(&m_engine, &EngineSession::stateChanged, this, [this] {
        if (!m_engine.isReady())
            stop();
    });
}

ChatTitles::~ChatTitles() = default;

void ChatTitles::setAutomatic(bool automatic)
{
    if (automatic == m_automatic)
        return;
    m_automatic = automatic;
    m_settings.set(kGroup, "automatic", automatic);
    Q_EMIT changed();
}

void ChatTitles::setRemoteToo(bool remoteToo)
{
    if (remoteToo == m_remoteToo)
        return;
    m_remoteToo = remoteToo;
    m_settings.set(kGroup, "remote", remoteToo);
    Q_EMIT changed();
}

bool ChatTitles::isUntitled(const chat::Conversation &conversation)
{
    return !conversation.messages.empty() &&
           conversation.info.title == chat::titleFrom(conversation.messages.front().text);
}

void ChatTitles::onAnswered(std::int64_t conversation)
{
    const bool allowed = m_automatic && (m_remoteToo || !m_engine.remote());
    if (!allowed || m_store == nullptr || conversation == 0)
        return;
    const auto loaded = m_store->load(conversation);
    if (loaded && loaded->messages.size() == 2 && isUntitled(*loaded))
        ask(*loaded, Asked::ByTheProgram);
}

void ChatTitles::suggest(const QString &conversation)
{
    if (m_store == nullptr || !m_engine.isReady())
        return;
    const auto loaded = m_store->load(conversation.toLongLong());
    if (loaded)
        ask(*loaded, Asked::BySomebody);
    else
        Q_EMIT failed(loaded.error());
}

void ChatTitles::ask(const chat::Conversation &conversation, Asked by)
{
    stop();
    m_conversation = conversation.info.id;
    m_by = by;
    const EngineEndpoint &endpoint = m_engine.endpoint();
    chat::ChatRequest request = chat::titleRequest(conversation.messages, endpoint.dialect);
    request.model = toUtf8(endpoint.model);
    m_request = std::make_unique<AnswerRequest>(serverOf(endpoint), std::move(request));
    connect(m_request.get(), &AnswerRequest::finished, this, &ChatTitles::onFinished);
    m_request->start();
    Q_EMIT changed();
}

void ChatTitles::stop()
{
    if (!m_request)
        return;
    AnswerRequest::retire(std::move(m_request), this);
    Q_EMIT changed();
}

void ChatTitles::onFinished(const chat::ChatOutcome &outcome)
{
    stop();
    if (outcome.error) {
        if (m_by == Asked::BySomebody)
            Q_EMIT failed(*outcome.error);
        return;
    }
    const QString title = fromUtf8(chat::titleFromAnswer(outcome.answer.text));
    const QString conversation = QString::number(m_conversation);
    if (m_by == Asked::BySomebody) {
        if (title.isEmpty())
            Q_EMIT failed({ErrorKind::Protocol, "The model gave no title, so the old one stays.", {}, {}});
        else
            Q_EMIT suggested(conversation, title);
        return;
    }
    // Somebody may have written one in the meantime.
    const auto now = m_store->load(m_conversation);
    if (!title.isEmpty() && now && isUntitled(*now))
        Q_EMIT titled(conversation, title);
}

} // namespace snug::ui
