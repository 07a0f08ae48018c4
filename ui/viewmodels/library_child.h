// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/account/hub_environment.h"
#include "ui/worker/worker_process.h"

#include <functional>
#include <memory>

namespace snug::ui {

// Runs `snug-cli` children for one purpose, one at a time. GUI thread; owned by a view-model, which it calls
// back. Destroying it ends a running child without an answer.
class LibraryChild final {
    Q_DISABLE_COPY_MOVE(LibraryChild)
public:
    using Told = std::function<void(const WorkerProgress &)>;
    using Done = std::function<void(const Outcome &)>;

    explicit LibraryChild(QString program) : m_program(std::move(program)) {}
    ~LibraryChild() = default;

    [[nodiscard]] bool running() const { return m_child != nullptr; }
    // Ends one that is running first; its answer is dropped. `done` is called once, later; it may start
    // another.
    void start(const QStringList &arguments, Told told, Done done);
    // The same for a child that talks to the Hub.
    void startAtHub(const QStringList &arguments, const HubEnvironment &hub, Told told, Done done);
    // `done` gets Cancelled.
    void cancel();

private:
    void start(WorkerCommand command, Told told, Done done);

    QString m_program;
    std::unique_ptr<WorkerProcess> m_child;
};

// "1.2 of 4.7 GiB" and the like with the time that is left; empty as long as nothing is known.
[[nodiscard]] QString childProgressText(const WorkerProgress &progress);
// 0 to 1; -1 if it is unknown.
[[nodiscard]] double childFraction(const WorkerProgress &progress);

} // namespace snug::ui
