// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/load_settings.h"
#include "ui/viewmodels/problem.h"
#include "ui/worker/worker_process.h"

#include <QMap>
#include <QObject>

#include <memory>

namespace snug::ui {

// What guessing ahead gains, measured by `snug-cli bench --draft`: the same few questions answered without it
// and with it. The bench loads the model by itself, beside the engine that runs. GUI thread; never blocks;
// owned by LoadViewModel.
class DraftGain final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DraftGain)
    Q_PROPERTY(bool running READ running NOTIFY changed)
    Q_PROPERTY(QString progress READ progress NOTIFY changed)
    Q_PROPERTY(QString text READ text NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)

public:
    DraftGain(QString program, QObject *parent);
    ~DraftGain() override;

    [[nodiscard]] bool running() const { return m_child != nullptr; }
    // What it is doing; empty unless it runs.
    [[nodiscard]] QString progress() const;
    // What was measured with these files, in a sentence; empty: nothing yet.
    [[nodiscard]] QString text() const { return m_text; }
    [[nodiscard]] Problem problem() const { return m_problem; }

    // Nothing while one runs. REQUIRES: `settings` has a draft.
    void measure(const QString &model, const LoadSettings &settings,
                 const QMap<QString, QString> &environment);
    // What was measured is of other files.
    void forget();
    Q_INVOKABLE void cancel();

Q_SIGNALS:
    void changed();

private:
    void onFinished(const Outcome &outcome);

    QString m_program;
    std::unique_ptr<WorkerProcess> m_child;
    WorkerProgress m_progress;
    QString m_text;
    Problem m_problem;
};

} // namespace snug::ui
