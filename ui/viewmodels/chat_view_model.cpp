// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/chat_view_model.h"

#include "ui/viewmodels/answer_message.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace snug::ui {
namespace {

// A file of a newer version is told by readOnly(), as long as it is open.
Problem problemOf(const Result<std::unique_ptr<chat::ConversationStore>> &store)
{
    if (!store)
        return problemFrom(store.error());
    const auto &told = (*store)->problem();
    return told && !(*store)->readOnly() ? problemFrom(*told) : Problem();
}

// The newest first.
QStringList lastSent(chat::ConversationStore *store)
{
    constexpr std::size_t kMost = 100;
    QStringList texts;
    if (store == nullptr)
        return texts;
    if (const auto sent = store->prompts().lastSent(kMost)) {
        for (const std::string &text : *sent)
            texts.append(fromUtf8(text));
    }
    return texts;
}

} // namespace

ChatViewModel::ChatViewModel(EngineSession &engine, SettingsFile &settings,
                             Result<std::unique_ptr<chat::ConversationStore>> store, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_settings(settings)
    , m_problem(problemOf(store))
    , m_store(store ? *std::move(store) : nullptr)
    , m_history(m_store.get())
    , m_context(m_history.messages(), settings)
    , m_list(m_store.get(), this)
    , m_sampling(loadSampling(settings))
    , m_presets(
          m_store.get(),
          [this] {
              return ChatPresets::Present{m_sampling, systemPrompt(), m_engine.modelName()};
          },
          this)
    , m_modelPreset(
          m_presets, settings,
          [this] {
              return ModelPreset::Present{m_engine.isReady() ? m_engine.modelName() : QString(), m_sampling};
          },
          this)
    , m_titles(engine, m_store.get(), settings, this)
    , m_exchange(m_store.get(), this)
    , m_prompts([this] { return lastSent(m_store.get()); })
    , m_counter([this] { return question(draft()); })
    , m_prompt([this](const QString &asked) { return question(asked); })
    , m_attachments([this] { return counting(); },
                    [this](const chat::Attachment &attachment) { return refusalOf(attachment); })
{
    m_connectionTimer.setSingleShot(true);
    m_connectionTimer.setInterval(1s);
    connect(&m_connectionTimer, &QTimer::timeout, this, [this] { setProblem(m_brokenConnection); });
    connect(&m_history, &ChatHistory::currentChanged, this, &ChatViewModel::onCurrentChanged);
    connect(&m_history, &ChatHistory::listed, &m_list, &ConversationList::refresh);
    const auto tell = [this](const Error &error) { setProblem(problemFrom(error)); };
    connect(&m_history, &ChatHistory::failed, this, tell);
    connect(&m_list, &ConversationList::failed, this, tell);
    connect(&m_presets, &ChatPresets::failed, this, tell);
    connect(&m_presets, &ChatPresets::presetApplied, this, &ChatViewModel::apply);
    connect(&m_presets, &ChatPresets::promptApplied, this, &ChatViewModel::setSystemPrompt);
    connect(&m_presets, &ChatPresets::presetsChanged, &m_modelPreset, &ModelPreset::refresh);
    connect(this, &ChatViewModel::samplingChanged, &m_modelPreset, &ModelPreset::refresh);
    connect(&m_modelPreset, &ModelPreset::applied, this, &ChatViewModel::apply);
    connect(&m_titles, &ChatTitles::titled, this, &ChatViewModel::renameChat);
    connect(&m_titles, &ChatTitles::suggested, this, &ChatViewModel::onTitleSuggested);
    connect(&m_titles, &ChatTitles::failed, this, tell);
    connect(&m_exchange, &ChatExchange::failed, this, tell);
    connect(&m_exchange, &ChatExchange::imported, &m_list, &ConversationList::refresh);
    connect(&m_engine, &EngineSession::stateChanged, this, &ChatViewModel::onEngineState);
    connect(&m_engine, &EngineSession::failed, this, &ChatViewModel::onEngineFailed);
    connect(&m_engine, &EngineSession::reportChanged, this, &ChatViewModel::contextChanged);
    connect(&m_engine, &EngineSession::modelChanged, this, &ChatViewModel::activityChanged);
    connect(&m_engine, &EngineSession::modelChanged, &m_presets, &ChatPresets::refresh);
    connect(&m_engine, &EngineSession::loadProgressChanged, this, &ChatViewModel::progressChanged);
    connect(&m_context, &ChatContext::cutChanged, this, [this] { m_counter.touch(); });
    connect(&m_counter, &ContextCounter::counted, this, [this](std::int64_t tokens) {
        m_contextUsed = static_cast<int>(tokens);
        Q_EMIT contextChanged();
    });
    connect(&m_attachments, &DraftAttachments::changed, &m_counter, &ContextCounter::touch);
    m_presets.refresh();
    if (const std::int64_t last = m_list.first(); last != 0)
        m_history.open(last);
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

int ChatViewModel::contextSize() const
{
    return m_engine.contextSize();
}

QString ChatViewModel::waitingText() const
{
    if (m_phase == Phase::WaitingForEngine)
        return m_engine.loadTitle().isEmpty() ? tr("Waiting for the engine") : m_engine.loadTitle();
    if (m_room)
        return m_room->summarising() ? tr("Summing up the oldest messages") : tr("Counting the conversation");
    return m_request ? readingText(*m_request) : QString();
}

QString ChatViewModel::liveStats() const
{
    return m_request ? writingText(*m_request) : QString();
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

QString ChatViewModel::stopStrings() const
{
    QStringList lines;
    for (const std::string &text : m_sampling.stop)
        lines.append(fromUtf8(text));
    return lines.join(u'\n');
}

void ChatViewModel::setStopStrings(const QString &lines)
{
    std::vector<std::string> texts;
    for (const QString &line : lines.split(u'\n', Qt::SkipEmptyParts))
        texts.push_back(toUtf8(line));
    change(&SamplingSettings::stop, std::move(texts));
}

void ChatViewModel::resetSettings()
{
    apply(SamplingSettings());
}

QString ChatViewModel::currentId() const
{
    return m_history.currentId() == 0 ? QString() : QString::number(m_history.currentId());
}

void ChatViewModel::setDraft(const QString &text)
{
    if (text == draft())
        return;
    m_history.setDraft(text);
    m_counter.touch();
    Q_EMIT draftChanged();
}

void ChatViewModel::setConversationFilter(const QString &text)
{
    if (text == conversationFilter())
        return;
    m_list.setFilter(text);
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

void ChatViewModel::onCurrentChanged()
{
    m_list.setCurrent(m_history.currentId());
    m_attachments.show(m_history.currentId());
    Q_EMIT currentChanged();
    Q_EMIT systemPromptChanged();
    Q_EMIT draftChanged();
    Q_EMIT activityChanged();
}

} // namespace snug::ui
