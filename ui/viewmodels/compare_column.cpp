// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/compare_column.h"

#include "ui/viewmodels/answer_message.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/text.h"

#include <chrono>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace snug::ui {

CompareColumn::CompareColumn(const CompareServices &services, QObject *parent)
    : QObject(parent), m_services(services), m_messages(messageRoles())
{
    m_lastWords.setSingleShot(true);
    m_lastWords.setInterval(1s);
    connect(&m_lastWords, &QTimer::timeout, this, &CompareColumn::conclude);
    connect(this, &CompareColumn::changed, this, &CompareColumn::progressChanged);
}

CompareColumn::~CompareColumn() = default;

void CompareColumn::choose(const QString &path)
{
    if (path == m_path)
        return;
    unload();
    m_path = path;
    refreshLabel();
}

void CompareColumn::refreshLabel()
{
    m_label = m_path.isEmpty() ? ModelLabel() : m_services.labelOf(m_path);
    Q_EMIT changed();
}

void CompareColumn::setMask(const QString &mask)
{
    if (mask == m_mask)
        return;
    m_mask = mask;
    Q_EMIT changed();
}

const chat::Message *CompareColumn::last() const
{
    return m_messages.rowCount() == 0 ? nullptr : &m_messages.rows().back().message;
}

bool CompareColumn::begun() const
{
    return last() != nullptr && !isBlank(last()->text);
}

bool CompareColumn::hasAnswer() const
{
    return !busy() && begun();
}

Problem CompareColumn::problem() const
{
    if (!masked() || !m_problem.present)
        return m_problem;
    Problem hidden;
    hidden.present = true;
    hidden.message = tr("This model could not answer.");
    hidden.hint = tr("The reason is shown when the models are.");
    return hidden;
}

std::vector<chat::Message> CompareColumn::conversation() const
{
    std::vector<chat::Message> messages;
    for (const MessageRow &row : m_messages.rows())
        messages.push_back(row.message);
    return messages;
}

QString CompareColumn::stateText() const
{
    switch (m_phase) {
    case Phase::Waiting:
        return tr("Waits for its turn");
    case Phase::Loading:
        if (m_engine->state() == u"stopping")
            return tr("Stopping");
        return masked() || m_engine->loadDetail().isEmpty() ? tr("Loading")
                                                            : tr("Loading, %1").arg(m_engine->loadDetail());
    case Phase::Writing:
        return m_request && m_request->pieces() == 0 ? readingText(*m_request) : tr("Writing");
    case Phase::Idle:
        break;
    }
    if (m_path.isEmpty())
        return tr("No model is chosen");
    if (last() == nullptr)
        return tr("Nothing asked yet");
    if (last()->state == chat::MessageState::Complete)
        return tr("Done");
    return noticeText(last()->state);
}

QString CompareColumn::figures() const
{
    if (masked() || last() == nullptr)
        return {};
    return m_request ? writingText(*m_request) : statsText(*last());
}

double CompareColumn::loadProgress() const
{
    return loading() && !masked() ? m_engine->loadProgress() : -1;
}

void CompareColumn::prepare(const CompareQuestion &question)
{
    m_question = question;
    m_problem = {};
    chat::Message asked;
    asked.text = question.text;
    m_messages.append({std::move(asked), {}});
    chat::Message answer;
    answer.role = chat::Role::Assistant;
    answer.state = chat::MessageState::Streaming;
    answer.settings = samplingJson(question.sampling);
    m_messages.append({std::move(answer), {}});
    setPhase(Phase::Waiting);
}

void CompareColumn::start()
{
    if (m_phase != Phase::Waiting)
        return;
    if (m_engine && m_engine->isReady())
        ask();
    else
        load();
}

// With an engine of its own, which takes the settings for loading as they are now.
void CompareColumn::load()
{
    if (m_engine) {
        m_engine->disconnect(this);
        m_engine.release()->deleteLater();
    }
    m_engine = m_services.makeEngine();
    m_engine->beBesideTheChat();
    setPhase(Phase::Loading);
    connect(m_engine.get(), &EngineSession::stateChanged, this, &CompareColumn::onEngineState);
    connect(m_engine.get(), &EngineSession::failed, this, &CompareColumn::onEngineFailed);
    connect(m_engine.get(), &EngineSession::loadProgressChanged, this, &CompareColumn::progressChanged);
    m_engine->load(m_path);
}

void CompareColumn::ask()
{
    chat::ChatRequest request = requestTo(m_engine->endpoint(), m_question.sampling, m_question.systemPrompt);
    for (const MessageRow &row : m_messages.rows())
        addMessage(request, row.message);
    m_request = std::make_unique<AnswerRequest>(serverOf(m_engine->endpoint()), std::move(request));
    connect(m_request.get(), &AnswerRequest::arrived, this, &CompareColumn::onArrived);
    connect(m_request.get(), &AnswerRequest::advanced, this, &CompareColumn::progressChanged);
    connect(m_request.get(), &AnswerRequest::finished, this, &CompareColumn::onAnswered);
    setPhase(Phase::Writing);
    m_request->start();
}

void CompareColumn::onArrived(const std::string &text, const std::string &reasoning)
{
    const auto grow = [&](MessageRow &row) {
        row.message.text += text;
        row.message.reasoning += reasoning;
    };
    m_messages.change(m_messages.rowCount() - 1, grow, {message_role::Text, message_role::Reasoning});
}

// A connection breaks a moment before the system tells that the engine died; then the engine's own words are
// the better ones.
void CompareColumn::onAnswered(const chat::ChatOutcome &outcome)
{
    m_outcome = outcome;
    const bool broken = outcome.error && outcome.error->kind == ErrorKind::Network;
    if (broken && m_engine->isReady() && !m_engine->remote())
        m_lastWords.start();
    else
        conclude();
}

void CompareColumn::conclude()
{
    const chat::ChatOutcome outcome = *std::exchange(m_outcome, std::nullopt);
    if (outcome.error && outcome.error->kind != ErrorKind::Cancelled)
        m_problem = problemFrom(*outcome.error);
    finish(stateAfter(outcome, begun()), &outcome.answer);
}

void CompareColumn::onEngineState()
{
    if (m_engine->isReady()) {
        m_label = {m_engine->modelName(), m_engine->level()};
        if (m_phase == Phase::Loading)
            ask();
    } else if (m_engine->state() == u"none") {
        if (m_phase == Phase::Loading)
            finish(chat::MessageState::Stopped, nullptr);
        Q_EMIT released();
    }
    Q_EMIT progressChanged();
}

void CompareColumn::onEngineFailed()
{
    m_lastWords.stop();
    if (busy()) {
        m_problem = m_engine->problem();
        const auto outcome = std::exchange(m_outcome, std::nullopt);
        finish(begun() ? chat::MessageState::Interrupted : chat::MessageState::Failed,
               outcome ? &outcome->answer : nullptr);
    }
    Q_EMIT released();
}

void CompareColumn::finish(chat::MessageState state, const chat::ChatAnswer *answer)
{
    m_lastWords.stop();
    const auto end = [&](MessageRow &row) {
        row.message.state = state;
        if (m_engine)
            setOrigin(row.message, *m_engine, m_services.hashOf ? m_services.hashOf(m_path) : QString());
        if (m_request && m_request->pieces() > 0)
            setRate(row.message, *m_request);
        if (answer != nullptr)
            setFigures(row.message, *answer, nullptr);
    };
    m_messages.change(m_messages.rowCount() - 1, end, {});
    AnswerRequest::retire(std::move(m_request), this);
    setPhase(Phase::Idle);
    Q_EMIT finished();
}

void CompareColumn::stop()
{
    switch (m_phase) {
    case Phase::Waiting:
        finish(chat::MessageState::Stopped, nullptr);
        break;
    case Phase::Loading:
        m_engine->cancelLoad(); // its end is ours
        break;
    case Phase::Writing:
        if (m_outcome)
            conclude();
        else
            m_request->stop();
        break;
    case Phase::Idle:
        break;
    }
}

void CompareColumn::unload()
{
    if (m_engine && !busy() && m_engine->state() != u"failed")
        m_engine->unload();
}

bool CompareColumn::holdsEngine() const
{
    return m_engine && m_engine->state() != u"none" && m_engine->state() != u"failed";
}

void CompareColumn::clear()
{
    m_messages.reset({});
    m_problem = {};
    Q_EMIT changed();
}

qint64 CompareColumn::processId() const
{
    return m_engine ? m_engine->processId() : 0;
}

void CompareColumn::setPhase(Phase phase)
{
    m_phase = phase;
    Q_EMIT changed();
}

} // namespace snug::ui
