// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/context_counter.h"

#include <chrono>

namespace snug::ui {
namespace {

constexpr std::chrono::milliseconds kDelay{400};

} // namespace

ContextCounter::ContextCounter(Ask ask, QObject *parent) : QObject(parent), m_ask(std::move(ask))
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelay);
    connect(&m_delay, &QTimer::timeout, this, &ContextCounter::count);
}

ContextCounter::~ContextCounter() = default;

void ContextCounter::touch()
{
    m_delay.start();
}

void ContextCounter::drop()
{
    m_delay.stop();
    m_again = false;
    m_task.reset();
}

void ContextCounter::count()
{
    if (m_task) {
        m_again = true;
        return;
    }
    std::optional<Question> question = m_ask();
    if (!question)
        return;
    m_task = std::make_unique<BackgroundTask<Result<std::int64_t>>>(
        [question = std::move(*question)](const std::stop_token &stop) {
            return chat::OpenAiClient(question.endpoint).countTokens(question.request, stop);
        },
        [this](const Result<std::int64_t> &tokens) { onCounted(tokens); });
}

void ContextCounter::onCounted(const Result<std::int64_t> &tokens)
{
    m_task.reset();
    // A server that cannot count leaves the gauge with the figures of the last answer.
    if (tokens)
        Q_EMIT counted(*tokens);
    if (std::exchange(m_again, false))
        m_delay.start();
}

} // namespace snug::ui
