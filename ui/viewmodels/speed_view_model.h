// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/problem.h"
#include "ui/worker/worker_process.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>

namespace snug::ui {

// Measures how fast the devices of this computer are, by `snug-cli bench --device`, which remembers it: what
// predictions of tokens per second start from. GUI thread; never blocks; owned by the application.
class SpeedViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SpeedViewModel)
    Q_PROPERTY(bool running READ running NOTIFY changed)
    Q_PROPERTY(bool stopping READ stopping NOTIFY changed)
    Q_PROPERTY(QString progress READ progress NOTIFY changed)
    Q_PROPERTY(double fraction READ fraction NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)
    Q_PROPERTY(bool done READ done NOTIFY changed)

public:
    explicit SpeedViewModel(QString program, QObject *parent = nullptr);
    ~SpeedViewModel() override;

    [[nodiscard]] bool running() const { return m_child != nullptr; }
    // It was cancelled and has not left yet.
    [[nodiscard]] bool stopping() const;
    // "8 of 17 steps, 9 s so far, about 12 s left"; empty unless it is running.
    [[nodiscard]] QString progress() const;
    // 0 to 1; -1 if it is unknown. Each device begins at 0.
    [[nodiscard]] double fraction() const;
    // Why the last measurement came to nothing; a person who cancels knows.
    [[nodiscard]] Problem problem() const { return m_problem; }
    // Since the program was started.
    [[nodiscard]] bool done() const { return m_done; }

    // Nothing while one is running.
    Q_INVOKABLE void measure();
    Q_INVOKABLE void cancel();
    Q_INVOKABLE void dismissProblem();

Q_SIGNALS:
    void changed();
    // There are new speeds; whoever read the old ones has to read them again.
    void measured();

private:
    void onFinished(const Outcome &outcome);

    QString m_program;
    std::unique_ptr<WorkerProcess> m_child;
    WorkerProgress m_progress;
    QElapsedTimer m_since;
    QTimer m_second;
    Problem m_problem;
    bool m_done = false;
};

} // namespace snug::ui
