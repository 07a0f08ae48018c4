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

bool ChatViewModel::send(const QString &text)
{
    const bool nothing = text.trimmed().isEmpty() && m_attachments.count() == 0;
    if (nothing || m_attachments.reading() || !mayAnswer())
        return false;
    for (const chat::Attachment &attachment : m_attachments.all()) {
        if (const auto refused = refusalOf(attachment)) {
            setProblem(problemFrom(*refused));
            return false;
        }
    }
    chat::Message question;
    question.text = toUtf8(text);
    question.attachments = m_attachments.take();
    m_history.setDraft({});
    m_history.append(std::move(question));
    Q_EMIT draftChanged();
    answer();
    return true;
}

// `beside`: the row of the answer that gets a sibling; -1: none.
void ChatViewModel::answer(int beside, const QString &path)
{
    setProblem({});
    m_continued.reset();
    chat::Message message;
    message.role = chat::Role::Assistant;
    message.state = chat::MessageState::Streaming;
    message.settings = m_context.settingsWith(samplingJson(m_sampling), m_context.cut());
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
        makeRoom();
        return;
    }
    setPhase(Phase::WaitingForEngine);
    // Nothing happens if it is being loaded already.
    m_engine.load(another ? path : m_engine.lastModelPath());
}

chat::ChatRequest ChatViewModel::request() const
{
    chat::ChatRequest request;
    if (!systemPrompt().isEmpty())
        request.messages.push_back({chat::Role::System, toUtf8(systemPrompt())});
    std::ranges::move(m_context.spoken(), std::back_inserter(request.messages));
    request.sampling = samplingOf(m_sampling);
    request.model = toUtf8(m_engine.endpoint().model);
    request.dialect = m_engine.endpoint().dialect;
    if (m_continued)
        request.extra = {{"continue_final_message", true}, {"add_generation_prompt", false}};
    return request;
}

chat::Endpoint ChatViewModel::endpoint() const
{
    return {toUtf8(m_engine.endpoint().url), toUtf8(m_engine.endpoint().apiKey)};
}

std::optional<ContextCounter::Question> ChatViewModel::question(const QString &draft) const
{
    if (!m_engine.isReady() || busy())
        return std::nullopt;
    ContextCounter::Question question{endpoint(), request()};
    if (!draft.trimmed().isEmpty() || m_attachments.count() > 0)
        question.request.messages.push_back({chat::Role::User, toUtf8(draft), m_attachments.all()});
    if (question.request.messages.empty())
        return std::nullopt;
    question.request.messages = chat::sentWith(question.request.messages, m_context.cut());
    return question;
}

void ChatViewModel::makeRoom()
{
    if (const auto refused = refusalOfImages()) {
        giveUpWaiting();
        setProblem(problemFrom(*refused));
        return;
    }
    m_counter.drop();
    chat::RoomQuestion question{request(), m_context.cut(), contextSize(), m_context.choice()};
    // An answer that goes on was asked for with a cut of its own.
    if (m_continued || surelyFits(question)) {
        startRequest(chat::sentWith(question.request.messages, question.cut));
        return;
    }
    setPhase(Phase::MakingRoom);
    m_room = std::make_unique<RoomTask>(endpoint(), std::move(question),
                                        [this](const Result<chat::Room> &room) { onRoom(room); });
    connect(m_room.get(), &RoomTask::advanced, this, &ChatViewModel::progressChanged);
}

void ChatViewModel::onRoom(const Result<chat::Room> &room)
{
    m_room.reset();
    if (!room) {
        giveUpWaiting();
        setProblem(problemFrom(room.error()));
        return;
    }
    chat::Message answer = *m_history.last();
    answer.settings = m_context.settingsWith(answer.settings, room->cut);
    m_history.changeLast(answer, ChatHistory::Write::Now);
    if (room->noSummary)
        setProblem(problemFrom({room->noSummary->kind,
                                "What is left out could not be summed up: " + room->noSummary->message,
                                {},
                                "The question was sent without it."}));
    startRequest(room->sent);
}

void ChatViewModel::startRequest(std::vector<chat::ChatMessage> messages)
{
    chat::ChatRequest sent = request();
    sent.messages = std::move(messages);
    m_request = std::make_unique<AnswerRequest>(endpoint(), std::move(sent));
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
        makeRoom();
    else if (m_phase == Phase::WaitingForEngine && m_engine.state() == u"none")
        stop();
    if (m_engine.isReady())
        m_counter.touch();
    m_attachments.recount();
    Q_EMIT activityChanged();
}

void ChatViewModel::giveUpWaiting()
{
    m_room.reset();
    if (m_continued)
        m_history.changeLast(*std::exchange(m_continued, std::nullopt), ChatHistory::Write::Now);
    else
        m_history.takeBack();
    setPhase(Phase::Idle);
}

void ChatViewModel::onEngineFailed()
{
    m_connectionTimer.stop();
    if (m_phase == Phase::WaitingForEngine || m_phase == Phase::MakingRoom) {
        giveUpWaiting();
    } else if (m_phase == Phase::Writing) {
        const bool begun = !isBlank(m_history.last()->text);
        finishAnswer(begun ? chat::MessageState::Interrupted : chat::MessageState::Failed, nullptr);
    }
}

void ChatViewModel::stop()
{
    if (m_phase == Phase::WaitingForEngine || m_phase == Phase::MakingRoom) {
        giveUpWaiting();
    } else if (m_request) {
        m_request->stop();
    }
}

} // namespace snug::ui
