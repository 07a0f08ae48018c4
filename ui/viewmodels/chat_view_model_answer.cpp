// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
// The part of ChatViewModel that deals with one answer, from the question to its end.
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/text.h"

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

bool isBlank(const std::string &text)
{
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

// What the server told, and what the answer was before the model went on with it.
void setFigures(chat::Message &message, const chat::ChatAnswer &answer, const chat::Message *before)
{
    message.text = (before ? before->text : std::string()) + answer.text;
    message.reasoning = (before ? before->reasoning : std::string()) + answer.reasoning;
    message.firstTokenSeconds = answer.firstTokenSeconds;
    if (answer.reasoningSeconds >= 0)
        message.reasoningSeconds = answer.reasoningSeconds;
    message.finishReason = answer.finishReason;
    if (answer.usage) {
        message.tokens = answer.usage->completion + (before ? std::max<std::int64_t>(before->tokens, 0) : 0);
        message.promptTokens = answer.usage->prompt;
    }
    if (answer.timings) {
        message.tokensPerSecond = answer.timings->predictedPerSecond;
        message.promptMs = answer.timings->promptMs;
    }
}

} // namespace

bool ChatViewModel::mayAnswer()
{
    if (busy())
        return false;
    if (!schemaUsable()) {
        setProblem(problemFrom({ErrorKind::InvalidArgument,
                                "The JSON schema of this chat is no JSON object, so nobody was asked.",
                                {},
                                "Correct or empty it in the settings of this chat."}));
        return false;
    }
    if (canSend())
        return true;
    setProblem(problemFrom({ErrorKind::NotFound,
                            "No model is chosen, so nobody can answer.",
                            {},
                            "Choose a model above the conversation."}));
    return false;
}

void ChatViewModel::send(const QString &text)
{
    if (text.trimmed().isEmpty() || !mayAnswer())
        return;
    chat::Message question;
    question.text = toUtf8(text);
    m_history.setDraft({});
    m_history.append(std::move(question));
    Q_EMIT draftChanged();
    answer();
}

// `beside`: the row of the answer that gets a sibling; -1: none.
void ChatViewModel::answer(int beside, const QString &path)
{
    setProblem({});
    m_continued.reset();
    chat::Message message;
    message.role = chat::Role::Assistant;
    message.state = chat::MessageState::Streaming;
    message.settings = samplingJson(m_sampling);
    if (beside >= 0)
        m_history.appendBeside(beside, std::move(message));
    else
        m_history.append(std::move(message));
    whenReady(path);
}

void ChatViewModel::whenReady(const QString &path)
{
    const bool another = !path.isEmpty() && path != m_engine.modelPath();
    if (m_engine.isReady() && !another) {
        startRequest();
        return;
    }
    setPhase(Phase::WaitingForEngine);
    // Nothing happens if it is being loaded already.
    m_engine.load(another ? path : m_engine.lastModelPath());
}

chat::ChatRequest ChatViewModel::request(bool withDraft) const
{
    chat::ChatRequest request;
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
    request.model = toUtf8(m_engine.endpoint().model);
    request.dialect = m_engine.endpoint().dialect;
    if (m_continued)
        request.extra = {{"continue_final_message", true}, {"add_generation_prompt", false}};
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
        const bool begun = !isBlank(m_history.last()->text);
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
    const bool silent = !m_request || m_request->pieces() == 0;
    if (m_continued && silent && state != chat::MessageState::Complete) {
        message = *m_continued; // nothing came: it is as it was
    } else {
        message.state = state;
        message.model = toUtf8(m_engine.modelName());
        message.level = toUtf8(m_engine.level());
        if (m_hashOf)
            message.modelHash = toUtf8(m_hashOf(m_engine.modelPath()));
        if (!silent) {
            const double seconds = m_request->secondsWriting();
            message.tokens = m_request->pieces();
            message.tokensPerSecond = seconds > 0 ? static_cast<double>(message.tokens) / seconds : -1;
        }
        if (answer != nullptr)
            setFigures(message, *answer, m_continued ? &*m_continued : nullptr);
        if (answer != nullptr && answer->timings)
            m_engine.noteTimings(*answer->timings);
    }
    m_continued.reset();
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

void ChatViewModel::giveUpWaiting()
{
    if (m_continued)
        m_history.changeLast(*std::exchange(m_continued, std::nullopt), ChatHistory::Write::Now);
    else
        m_history.takeBack();
    setPhase(Phase::Idle);
}

void ChatViewModel::onEngineFailed()
{
    m_connectionTimer.stop();
    if (m_phase == Phase::WaitingForEngine) {
        giveUpWaiting();
    } else if (m_phase == Phase::Writing) {
        const bool begun = !isBlank(m_history.last()->text);
        finishAnswer(begun ? chat::MessageState::Interrupted : chat::MessageState::Failed, nullptr);
    }
}

void ChatViewModel::stop()
{
    if (m_phase == Phase::WaitingForEngine) {
        giveUpWaiting();
    } else if (m_request) {
        m_request->stop();
    }
}

} // namespace snug::ui
