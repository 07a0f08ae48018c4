// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/answer_request.h"

#include <chrono>

namespace snug::ui {
namespace {

constexpr std::chrono::milliseconds kInterval{25};

} // namespace

AnswerRequest::AnswerRequest(const chat::Endpoint &endpoint, chat::ChatRequest request, QObject *parent)
    : QObject(parent), m_client(endpoint), m_request(std::move(request))
{
    m_poll.setInterval(kInterval);
    connect(&m_poll, &QTimer::timeout, this, &AnswerRequest::collect);
}

AnswerRequest::~AnswerRequest() = default;

void AnswerRequest::start()
{
    m_poll.start();
    m_thread = std::jthread([this](const std::stop_token &stop) { work(stop); });
}

void AnswerRequest::stop()
{
    m_thread.request_stop();
}

void AnswerRequest::retire(std::unique_ptr<AnswerRequest> request, QObject *receiver)
{
    if (!request)
        return;
    AnswerRequest *retired = request.release();
    retired->disconnect(receiver);
    retired->setParent(receiver);
    retired->stop();
    connect(retired, &AnswerRequest::finished, retired, &QObject::deleteLater);
    if (!retired->isRunning())
        retired->deleteLater();
}

double AnswerRequest::secondsWriting() const
{
    return m_sinceFirst.isValid() ? static_cast<double>(m_sinceFirst.elapsed()) / 1000.0 : 0;
}

void AnswerRequest::work(const std::stop_token &stop)
{
    chat::ChatCallbacks callbacks;
    callbacks.onDelta = [this](std::string_view text, std::string_view reasoning) {
        const std::scoped_lock lock(m_mailbox.mutex);
        m_mailbox.text += text;
        m_mailbox.reasoning += reasoning;
        ++m_mailbox.pieces;
    };
    callbacks.onPromptProgress = [this](std::int64_t done, std::int64_t total) {
        const std::scoped_lock lock(m_mailbox.mutex);
        m_mailbox.promptDone = done;
        m_mailbox.promptTotal = total;
    };
    chat::ChatOutcome outcome = m_client.complete(m_request, callbacks, stop);
    const std::scoped_lock lock(m_mailbox.mutex);
    m_mailbox.outcome = std::move(outcome);
}

void AnswerRequest::collect()
{
    std::string text;
    std::string reasoning;
    std::optional<chat::ChatOutcome> outcome;
    {
        const std::scoped_lock lock(m_mailbox.mutex);
        text = std::exchange(m_mailbox.text, {});
        reasoning = std::exchange(m_mailbox.reasoning, {});
        outcome = std::exchange(m_mailbox.outcome, std::nullopt);
        m_pieces = m_mailbox.pieces;
        m_promptDone = m_mailbox.promptDone;
        m_promptTotal = m_mailbox.promptTotal;
    }
    if (m_pieces > 0 && !m_sinceFirst.isValid())
        m_sinceFirst.start();
    if (outcome)
        m_poll.stop();
    if (!text.empty() || !reasoning.empty())
        Q_EMIT arrived(text, reasoning);
    Q_EMIT advanced();
    if (outcome)
        Q_EMIT finished(*outcome);
}

} // namespace snug::ui
