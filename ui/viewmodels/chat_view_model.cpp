// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/chat_view_model.h"

#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace snug::ui {
namespace {

Problem problemOf(const Result<std::unique_ptr<chat::ConversationStore>> &store)
{
    if (!store)
        return problemFrom(store.error());
    const auto &told = (*store)->problem();
    return told ? problemFrom(*told) : Problem();
}

bool isBlank(const std::string &text)
{
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

} // namespace

ChatViewModel::ChatViewModel(EngineSession &engine, SettingsFile &settings,
                             Result<std::unique_ptr<chat::ConversationStore>> store, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_settings(settings)
    , m_problem(problemOf(store))
    , m_history(std::move(store))
    , m_sampling(loadSampling(settings))
    , m_counter([this] { return question(); })
{
    m_connectionTimer.setSingleShot(true);
    m_connectionTimer.setInterval(1s);
    connect(&m_connectionTimer, &QTimer::timeout, this, [this] { setProblem(m_brokenConnection); });
    connect(&m_history, &ChatHistory::currentChanged, this, &ChatViewModel::onCurrentChanged);
    connect(&m_history, &ChatHistory::failed, this,
            [this](const Error &error) { setProblem(problemFrom(error)); });
    connect(&m_engine, &EngineSession::stateChanged, this, &ChatViewModel::onEngineState);
    connect(&m_engine, &EngineSession::failed, this, &ChatViewModel::onEngineFailed);
    connect(&m_engine, &EngineSession::reportChanged, this, &ChatViewModel::contextChanged);
    connect(&m_engine, &EngineSession::modelChanged, this, &ChatViewModel::activityChanged);
    connect(&m_engine, &EngineSession::loadProgressChanged, this, &ChatViewModel::progressChanged);
    connect(&m_counter, &ContextCounter::counted, this, [this](std::int64_t tokens) {
        m_contextUsed = static_cast<int>(tokens);
        Q_EMIT contextChanged();
    });
    m_history.openLast();
}

ChatViewModel::~ChatViewModel()
{
    if (m_phase == Phase::Writing)
        finishAnswer(chat::MessageState::Stopped, nullptr);
}

bool ChatViewModel::canSend() const
{
    return !busy() && (m_engine.isReady() || !m_engine.lastModelPath().isEmpty());
}

bool ChatViewModel::canRegenerate() const
{
    return canSend() && m_history.last() != nullptr;
}

int ChatViewModel::contextSize() const
{
    return m_engine.contextSize();
}

QString ChatViewModel::waitingText() const
{
    if (m_phase == Phase::WaitingForEngine)
        return m_engine.loadTitle().isEmpty() ? tr("Waiting for the engine") : m_engine.loadTitle();
    if (!m_request || m_request->pieces() > 0)
        return {};
    if (m_request->promptTotal() <= 0)
        return tr("Reading the prompt");
    return tr("Reading the prompt, %1 %").arg(100 * m_request->promptDone() / m_request->promptTotal());
}

QString ChatViewModel::liveStats() const
{
    if (!m_request || m_request->pieces() == 0)
        return {};
    const double seconds = m_request->secondsWriting();
    const auto pieces = static_cast<double>(m_request->pieces());
    const QString tokens = tr("%1 tokens").arg(countText(m_request->pieces()));
    // A rate of the first moment is noise.
    return seconds < 0.5 ? tokens : tr("%1 · %2 tokens/s").arg(tokens).arg(pieces / seconds, 0, 'f', 1);
}

void ChatViewModel::setSystemPrompt(const QString &text)
{
    if (text == systemPrompt())
        return;
    m_history.setSystemPrompt(text);
    m_counter.touch();
    Q_EMIT systemPromptChanged();
}

void ChatViewModel::apply(const SamplingSettings &settings)
{
    const SamplingSettings wanted = bounded(settings);
    if (wanted == m_sampling)
        return;
    m_sampling = wanted;
    saveSampling(m_settings, m_sampling);
    Q_EMIT samplingChanged();
}

void ChatViewModel::resetSettings()
{
    apply(SamplingSettings());
}

QString ChatViewModel::currentId() const
{
    return m_history.currentId() == 0 ? QString() : QString::number(m_history.currentId());
}

QString ChatViewModel::draft() const
{
    return m_drafts.value(currentId());
}

void ChatViewModel::setDraft(const QString &text)
{
    if (text == draft())
        return;
    m_drafts.insert(currentId(), text);
    m_counter.touch();
    Q_EMIT draftChanged();
}

void ChatViewModel::setConversationFilter(const QString &text)
{
    if (text == conversationFilter())
        return;
    m_history.setFilter(text);
    Q_EMIT conversationFilterChanged();
}

void ChatViewModel::setPhase(Phase phase)
{
    m_phase = phase;
    Q_EMIT activityChanged();
    Q_EMIT progressChanged();
}

void ChatViewModel::setProblem(const Problem &problem)
{
    m_connectionTimer.stop();
    if (problem == m_problem)
        return;
    m_problem = problem;
    Q_EMIT problemChanged();
}

void ChatViewModel::dismissProblem()
{
    setProblem({});
}

void ChatViewModel::send(const QString &text)
{
    if (busy() || text.trimmed().isEmpty())
        return;
    if (!canSend()) {
        setProblem(problemFrom({ErrorKind::NotFound,
                                "No model is chosen, so nobody can answer.",
                                {},
                                "Choose a model above the conversation."}));
        return;
    }
    chat::Message question;
    question.text = toUtf8(text);
    m_drafts.remove(currentId());
    m_history.append(std::move(question));
    Q_EMIT draftChanged();
    answer();
}

void ChatViewModel::regenerate()
{
    if (!canRegenerate())
        return;
    if (m_history.last()->role == chat::Role::Assistant)
        m_history.removeLast();
    answer();
}

void ChatViewModel::answer()
{
    setProblem({});
    chat::Message message;
    message.role = chat::Role::Assistant;
    message.state = chat::MessageState::Streaming;
    m_history.append(std::move(message));
    if (m_engine.isReady()) {
        startRequest();
        return;
    }
    setPhase(Phase::WaitingForEngine);
    // Nothing happens if it is being loaded already.
    m_engine.load(m_engine.lastModelPath());
}

chat::ChatRequest ChatViewModel::request(bool withDraft) const
{
    chat::ChatRequest request;
    request.model = toUtf8(m_engine.endpoint().model);
    request.dialect = m_engine.endpoint().dialect;
    if (!systemPrompt().isEmpty())
        request.messages.push_back({chat::Role::System, toUtf8(systemPrompt())});
    for (const MessageRow &row : m_history.messages().rows()) {
        // An answer that never began would only confuse the model.
        if (row.message.role != chat::Role::Assistant || !isBlank(row.message.text))
            request.messages.push_back({row.message.role, row.message.text});
    }
    if (withDraft && !draft().trimmed().isEmpty())
        request.messages.push_back({chat::Role::User, toUtf8(draft())});
    request.sampling = samplingOf(m_sampling);
    return request;
}

std::optional<ContextCounter::Question> ChatViewModel::question() const
{
    if (!m_engine.isReady() || busy())
        return std::nullopt;
    const EngineEndpoint &endpoint = m_engine.endpoint();
    ContextCounter::Question question{{toUtf8(endpoint.url), toUtf8(endpoint.apiKey)}, request(true)};
    if (question.request.messages.empty())
        return std::nullopt;
    return question;
}

void ChatViewModel::startRequest()
{
    m_counter.drop();
    const EngineEndpoint &endpoint = m_engine.endpoint();
    m_request = std::make_unique<AnswerRequest>(chat::Endpoint{toUtf8(endpoint.url), toUtf8(endpoint.apiKey)},
                                                request(false));
    connect(m_request.get(), &AnswerRequest::arrived, this, &ChatViewModel::onArrived);
    connect(m_request.get(), &AnswerRequest::advanced, this, &ChatViewModel::progressChanged);
    connect(m_request.get(), &AnswerRequest::finished, this, &ChatViewModel::onFinished);
    setPhase(Phase::Writing);
    m_request->start();
}

void ChatViewModel::onArrived(const std::string &text, const std::string &reasoning)
{
    chat::Message message = *m_history.last();
    message.text += text;
    message.reasoning += reasoning;
    m_history.changeLast(message, ChatHistory::Write::Autosave);
}

void ChatViewModel::onFinished(const chat::ChatOutcome &outcome)
{
    using chat::MessageState;
    MessageState state = MessageState::Complete;
    if (outcome.error) {
        const bool cancelled = outcome.error->kind == ErrorKind::Cancelled;
        const bool begun = !isBlank(outcome.answer.text);
        state = cancelled ? MessageState::Stopped : begun ? MessageState::Interrupted : MessageState::Failed;
    }
    finishAnswer(state, &outcome.answer);
    tellEnd(outcome);
    m_counter.touch();
}

void ChatViewModel::tellEnd(const chat::ChatOutcome &outcome)
{
    if (outcome.answer.usage) {
        m_contextUsed = static_cast<int>(outcome.answer.usage->prompt + outcome.answer.usage->completion);
        Q_EMIT contextChanged();
    }
    if (outcome.answer.finishReason == "length" && contextSize() > 0 && m_contextUsed >= contextSize()) {
        setProblem(
            problemFrom({ErrorKind::TooLarge,
                         tr("The context of %1 tokens is full, so the answer ends here.")
                             .arg(countText(contextSize()))
                             .toStdString(),
                         {{"context_tokens", static_cast<std::int64_t>(contextSize())}},
                         tr("Start a new chat, or load the model with a larger context.").toStdString()}));
    }
    if (!outcome.error || outcome.error->kind == ErrorKind::Cancelled)
        return;
    if (outcome.error->kind != ErrorKind::Network) {
        setProblem(problemFrom(*outcome.error));
        return;
    }
    // A connection breaks a moment before the system tells that the engine died; then the engine's own words
    // are the better ones.
    m_brokenConnection = problemFrom(*outcome.error);
    if (m_engine.state() != u"failed")
        m_connectionTimer.start();
}

void ChatViewModel::finishAnswer(chat::MessageState state, const chat::ChatAnswer *answer)
{
    chat::Message message = *m_history.last();
    message.state = state;
    message.model = toUtf8(m_engine.modelName());
    message.level = toUtf8(m_engine.level());
    if (m_request && m_request->pieces() > 0) {
        const double seconds = m_request->secondsWriting();
        message.tokens = m_request->pieces();
        message.tokensPerSecond = seconds > 0 ? static_cast<double>(message.tokens) / seconds : -1;
    }
    if (answer != nullptr) {
        message.text = answer->text;
        message.reasoning = answer->reasoning;
        message.firstTokenSeconds = answer->firstTokenSeconds;
        if (answer->usage)
            message.tokens = answer->usage->completion;
        if (answer->timings)
            message.tokensPerSecond = answer->timings->predictedPerSecond;
    }
    m_history.changeLast(message, ChatHistory::Write::Now);
    retire();
    setPhase(Phase::Idle);
}

// The request may be what is calling us, and its thread may need a moment to notice.
void ChatViewModel::retire()
{
    if (!m_request)
        return;
    AnswerRequest *request = m_request.release();
    request->disconnect(this);
    request->setParent(this);
    request->stop();
    connect(request, &AnswerRequest::finished, request, &QObject::deleteLater);
    if (!request->isRunning())
        request->deleteLater();
}

void ChatViewModel::onEngineState()
{
    if (m_phase == Phase::WaitingForEngine && m_engine.isReady())
        startRequest();
    else if (m_phase == Phase::WaitingForEngine && m_engine.state() == u"none")
        stop();
    if (m_engine.isReady())
        m_counter.touch();
    Q_EMIT activityChanged();
}

void ChatViewModel::onEngineFailed()
{
    m_connectionTimer.stop();
    if (m_phase == Phase::WaitingForEngine) {
        m_history.removeLast();
        setPhase(Phase::Idle);
    } else if (m_phase == Phase::Writing) {
        const bool begun = !isBlank(m_history.last()->text);
        finishAnswer(begun ? chat::MessageState::Interrupted : chat::MessageState::Failed, nullptr);
    }
}

void ChatViewModel::stop()
{
    if (m_phase == Phase::WaitingForEngine) {
        m_history.removeLast();
        setPhase(Phase::Idle);
    } else if (m_request) {
        m_request->stop();
    }
}

void ChatViewModel::onCurrentChanged()
{
    Q_EMIT currentChanged();
    Q_EMIT systemPromptChanged();
    Q_EMIT draftChanged();
    Q_EMIT activityChanged();
}

} // namespace snug::ui
