// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation_store.h"
#include "ui/viewmodels/answer_request.h"

#include <QObject>

#include <memory>

namespace snug::ui {

class EngineSession;
class SettingsFile;

// Titles that the loaded model itself gives: to a conversation after its first answer, if somebody switched
// that on, or to one for which it is asked. A title that somebody wrote is replaced only on demand, and a
// remote engine is asked unbidden only if that was allowed as well. GUI thread; owned by ChatViewModel.
class ChatTitles final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatTitles)
    Q_PROPERTY(bool automatic READ automatic WRITE setAutomatic NOTIFY changed)
    Q_PROPERTY(bool remoteToo READ remoteToo WRITE setRemoteToo NOTIFY changed)
    Q_PROPERTY(bool asking READ asking NOTIFY changed)

public:
    // `store` may be null and, as the others, outlives this.
    ChatTitles(EngineSession &engine, chat::ConversationStore *store, SettingsFile &settings,
               QObject *parent = nullptr);
    ~ChatTitles() override;

    // Off at first.
    [[nodiscard]] bool automatic() const { return m_automatic; }
    void setAutomatic(bool automatic);
    [[nodiscard]] bool remoteToo() const { return m_remoteToo; }
    void setRemoteToo(bool remoteToo);
    [[nodiscard]] bool asking() const { return m_request != nullptr; }

    // An answer of that conversation is complete.
    void onAnswered(std::int64_t conversation);
    // A question has the engine to itself: what was asked here is dropped.
    void stop();
    // One title for that conversation, whatever it has now. REQUIRES: a loaded model that is not busy.
    Q_INVOKABLE void suggest(const QString &conversation);

Q_SIGNALS:
    void changed();
    // Unbidden, and on demand.
    void titled(const QString &conversation, const QString &title);
    void suggested(const QString &conversation, const QString &title);
    void failed(const snug::Error &error);

private:
    enum class Asked { ByTheProgram, BySomebody };

    void ask(const chat::Conversation &conversation, Asked by);
    void onFinished(const chat::ChatOutcome &outcome);
    // Whether it still has the title that it was born with.
    [[nodiscard]] static bool isUntitled(const chat::Conversation &conversation);

    EngineSession &m_engine;
    chat::ConversationStore *m_store;
    SettingsFile &m_settings;
    bool m_automatic;
    bool m_remoteToo;
    std::int64_t m_conversation = 0;
    Asked m_by = Asked::ByTheProgram;
    std::unique_ptr<AnswerRequest> m_request;
};

} // namespace snug::ui
