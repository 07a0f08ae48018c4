// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "ui/viewmodels/load_settings.h"
#include "ui/viewmodels/problem.h"
#include "ui/worker/background_task.h"

#include <QObject>

#include <memory>
#include <optional>

namespace snug::ui {

class EngineSession;

// Switches the LoRA adapters of the engine that runs, and scales them, without loading the model again. The
// newest wish wins; an answer that is being written keeps what it began with. GUI thread, asking on the
// thread pool; owned by LoadViewModel.
class AdapterScales final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AdapterScales)
public:
    AdapterScales(EngineSession &engine, QObject *parent);
    ~AdapterScales() override;

    // The engine that runs has loaded that file.
    [[nodiscard]] bool isLoaded(const QString &path) const;
    [[nodiscard]] bool busy() const { return m_task != nullptr; }
    // Why the engine did not take the last wish.
    [[nodiscard]] const Problem &problem() const { return m_problem; }

    // Those that the engine has not loaded are left out. Nothing without an engine.
    void apply(const std::vector<LoraChoice> &wanted);
    void dismissProblem();

Q_SIGNALS:
    void changed();

private:
    void send();
    void onTaken(const Result<void> &taken, qint64 process);

    EngineSession &m_engine;
    std::optional<std::vector<LoraChoice>> m_next;
    std::vector<LoraChoice> m_sent;
    std::unique_ptr<BackgroundTask<Result<void>>> m_task;
    Problem m_problem;
};

} // namespace snug::ui
