// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/worker/worker_process.h"

#include <QTimer>

#include <array>
#include <functional>
#include <memory>

namespace snug::ui {

// `snug-cli fit MODEL --follow --json`, kept warm and asked line by line. The newest question wins: of each
// subject one is under way and the latest of those that came meanwhile waits. The child answers both
// subjects. A child that dies is started again and asked again; one that dies twice without an answer in
// between is given up. GUI thread; never blocks. Destroying it lets the child end by itself, or ends it after
// a moment.
class FitWorker final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FitWorker)
public:
    // What a question is about.
    enum class Subject { OtherMachine, Main };
    // Asked at every start, so that a token which changed is the new one.
    using Command = std::function<WorkerCommand()>;

    explicit FitWorker(Command command, QObject *parent = nullptr);
    ~FitWorker() override;

    void start();
    // `question` gets its "id" here. Kept until the child is ready.
    void ask(Subject subject, QJsonObject question);
    // Nothing is to be asked of this subject any more; what still comes of it is dropped.
    void forget(Subject subject);

    [[nodiscard]] qint64 processId() const { return m_child ? m_child->processId() : 0; }

Q_SIGNALS:
    void progressed(const snug::ui::WorkerProgress &progress);
    void becameReady(const QJsonObject &event);
    // "fit", "level", "suggestions", "answered" or "refused", of the newest question of that subject only.
    void said(snug::ui::FitWorker::Subject subject, const QJsonObject &event);
    // It died and was started again.
    void restarted(const snug::Error &reason);
    // The last word: the child's own error, or why it is not started again.
    void ended(const snug::Error &reason);

private:
    struct Line {
        QJsonObject question; // empty: none
        int id = 0;
        bool waiting = false; // has not been written yet
        int underWay = 0;     // the id of the one that has got no first answer yet
        QTimer patience;
    };

    void launch();
    void write(Line &line);
    void writeAll();
    void onSaid(const QJsonObject &event);
    void onFinished(const Outcome &outcome);
    [[nodiscard]] Line &lineOf(Subject subject) { return m_lines[static_cast<std::size_t>(subject)]; }

    Command m_command;
    std::unique_ptr<WorkerProcess> m_child;
    std::array<Line, 2> m_lines; // by Subject
    int m_lastId = 0;
    int m_deaths = 0; // since the last answer
    bool m_ready = false;
};

} // namespace snug::ui
