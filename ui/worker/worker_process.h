// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "ui/worker/line_splitter.h"
#include "ui/worker/log_tail.h"
#include "ui/worker/worker_command.h"

#include <QJsonObject>
#include <QObject>
#include <QProcess>
#include <QTimer>

#include <optional>

namespace snug::ui {

using Outcome = Result<QJsonObject>;

// What a child tells while it works; `eta` and `rate` are -1 and 0 while they are unknown.
struct WorkerProgress {
    QString stage;
    std::int64_t done = 0;
    std::int64_t total = -1;
    QString unit;
    double rate = 0;
    double etaSeconds = -1;

    bool operator==(const WorkerProgress &) const = default;
};

// One `snug-cli VERB --json` child. GUI thread; never blocks, except that destroying a running one closes its
// input, kills it and waits for the system to take it away. Ends with one `finished`, last, never from inside
// start() or cancel().
class WorkerProcess final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(WorkerProcess)
public:
    enum class State { Idle, Running, Stopping, Finished };
    Q_ENUM(State)

    explicit WorkerProcess(WorkerCommand command, QObject *parent = nullptr);
    ~WorkerProcess() override;

    void start();
    // Closes the child's input; terminates it, then kills it, when it takes longer than the command's
    // patience.
    void cancel();
    // Writes a line to the child's input, as soon as it runs; nothing once it is to stop.
    void send(const QJsonObject &line);

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] qint64 processId() const { return m_process.processId(); }
    // The last 8 KiB of what the child wrote to its error output.
    [[nodiscard]] QString log() const { return m_log.text(); }

Q_SIGNALS:
    // At most thirty times a second; the last value always arrives, before `finished`.
    void progressed(const snug::ui::WorkerProgress &progress);
    void ready(const QJsonObject &server); // of a child that stays: `serve`, `fit --follow`
    // An event of the verb's own, such as "fit".
    void said(const QJsonObject &event);
    // Kinds of failure: those of the child's own `error` event; Cancelled; NotFound if the program could not
    // be started; OutOfMemory or WorkerCrashed if it died (detail: signal and signal_name or exit_code, log);
    // Protocol if it broke the agreed lines (detail: log).
    void finished(const snug::ui::Outcome &outcome);

private:
    void onOutput();
    void onLine(QByteArrayView line);
    void onEvent(const QJsonObject &event, QByteArrayView line);
    void onProcessError(QProcess::ProcessError error);
    void onProcessFinished(int exitCode, QProcess::ExitStatus status);
    void stopHarder();
    void breakOff(Error error);
    void flushProgress();
    [[nodiscard]] Outcome classify(int exitCode, QProcess::ExitStatus status) const;
    void end(Outcome outcome);

    WorkerCommand m_command;
    QProcess m_process;
    QTimer m_ladder;
    QTimer m_progressTimer;
    State m_state = State::Idle;
    LineSplitter m_lines;
    LogTail m_log;
    std::optional<WorkerProgress> m_progress;
    std::optional<Outcome> m_answer; // the child's own result or error
    std::optional<Error> m_broken;   // why we gave up on it
    bool m_terminated = false;
};

} // namespace snug::ui
