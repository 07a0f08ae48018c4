// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
// The part of ChatViewModel that deals with one answer, from the question to its end.
#include "ui/viewmodels/answer_message.h"
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/text.h"

using namespace Qt::StringLiterals;

namespace snug::ui {

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
    chat::ChatRequest request = requestTo(m_engine.endpoint(), m_sampling, systemPrompt());
    for (const MessageRow &row : m_history.messages().rows())
        addMessage(request, row.message);
    if (m_continued)
        request.extra = {{"continue_final_message", true}, {"add_generation_prompt", false}};
    return request;
}

std::optional<ContextCounter::Question> ChatViewModel::question(const QString &draft) const
{
    if (!m_engine.isReady() || busy())
        return std::nullopt;
    ContextCounter::Question question{serverOf(m_engine.endpoint()), request()};
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
    m_titles.stop();
    chat::RoomQuestion question{request(), m_context.cut(), contextSize(), m_context.choice()};
    // An answer that goes on was asked for with a cut of its own.
    if (m_continued || surelyFits(question)) {
        chat::Room room;
        room.sent = chat::sentWith(question.request.messages, question.cut);
        room.cut = question.cut;
        startRequest(room);
        return;
    }
    setPhase(Phase::MakingRoom);
    m_room = std::make_unique<RoomTask>(serverOf(m_engine.endpoint()), std::move(question),
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
    if (room->noSummary)
        setProblem(problemFrom({room->noSummary->kind,
                                "What is left out could not be summed up: " + room->noSummary->message,
                                {},
                                "The question was sent without it."}));
    startRequest(*room);
}

void ChatViewModel::startRequest(const chat::Room &room)
{
    if (!m_continued) {
        chat::Message begun = *m_history.last();
        // Now, because the model's preset may just have come.
        begun.settings = m_context.settingsWith(samplingJson(m_sampling), room.cut);
        m_history.changeLast(begun, ChatHistory::Write::Now);
    }
    chat::ChatRequest sent = request();
    sent.messages = room.sent;
    m_request = std::make_unique<AnswerRequest>(serverOf(m_engine.endpoint()), std::move(sent));
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
    const bool refused = outcome.error && outcome.error->kind == ErrorKind::TooLarge;
    if (refused && m_request->pieces() == 0 && !m_continued) {
        // It was never asked: the question stays, and can be asked again.
        AnswerRequest::retire(std::move(m_request), this);
        giveUpWaiting();
        setProblem(problemFrom(*outcome.error));
        m_counter.touch();
        return;
    }
    finishAnswer(stateAfter(outcome, !isBlank(m_history.last()->text)), &outcome.answer);
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
        setOrigin(message, m_engine, m_hashOf ? m_hashOf(m_engine.modelPath()) : QString());
        if (!silent)
            setRate(message, *m_request);
        if (answer != nullptr)
            setFigures(message, *answer, m_continued ? &*m_continued : nullptr);
        if (answer != nullptr && answer->timings)
            m_engine.noteTimings(*answer->timings);
    }
    m_continued.reset();
    m_history.changeLast(message, ChatHistory::Write::Now);
    AnswerRequest::retire(std::move(m_request), this);
    setPhase(Phase::Idle);
    if (state == chat::MessageState::Complete)
        m_titles.onAnswered(m_history.currentId());
}

void ChatViewModel::onEngineState()
{
    if (m_engine.isReady()) {
        m_presets.refresh();
        m_modelPreset.onLoaded();
    }
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
