// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/openai_client.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <mutex>
#include <thread>

namespace snug::ui {

// One streamed answer: the request runs on a thread of its own, the text arrives here in pieces, about forty
// times a second. GUI thread. Ends with one `finished`, last. Destroying a running one stops it and waits for
// its thread, at most the 100 ms that the client needs.
class AnswerRequest final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AnswerRequest)
public:
    AnswerRequest(const chat::Endpoint &endpoint, chat::ChatRequest request, QObject *parent = nullptr);
    ~AnswerRequest() override;

    void start();
    // The end is a Cancelled error, with the text that had arrived.
    void stop();
    [[nodiscard]] bool isRunning() const { return m_poll.isActive(); }

    // Stops a request of which nothing more is wanted, and lets it go when its thread has noticed: it may be
    // what is calling. `receiver` hears no more of it and owns it until then. Null is fine.
    static void retire(std::unique_ptr<AnswerRequest> request, QObject *receiver);

    // Tokens of the prompt that were read, of all; 0 of 0 while unknown.
    [[nodiscard]] std::int64_t promptDone() const { return m_promptDone; }
    [[nodiscard]] std::int64_t promptTotal() const { return m_promptTotal; }
    // Pieces that have arrived: about one a token.
    [[nodiscard]] std::int64_t pieces() const { return m_pieces; }
    // Since the first piece; 0 before.
    [[nodiscard]] double secondsWriting() const;

Q_SIGNALS:
    void advanced();
    void arrived(const std::string &text, const std::string &reasoning);
    void finished(const snug::chat::ChatOutcome &outcome);

private:
    // What the request's thread leaves for the GUI thread.
    struct Mailbox {
        std::mutex mutex;
        std::string text;
        std::string reasoning;
        std::int64_t pieces = 0;
        std::int64_t promptDone = 0;
        std::int64_t promptTotal = 0;
        std::optional<chat::ChatOutcome> outcome;
    };

    void work(const std::stop_token &stop);
    void collect();

    chat::OpenAiClient m_client;
    chat::ChatRequest m_request;
    Mailbox m_mailbox;
    QTimer m_poll;
    QElapsedTimer m_sinceFirst;
    std::int64_t m_pieces = 0;
    std::int64_t m_promptDone = 0;
    std::int64_t m_promptTotal = 0;
    std::jthread m_thread; // last: it ends before what it uses
};

} // namespace snug::ui
