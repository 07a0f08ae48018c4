// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/context_room.h"
#include "ui/worker/background_task.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>

namespace snug::ui {

// Makes room for a question in the background, where that takes asking the engine; see chat::makeRoom(). GUI
// thread. Destroying it gives it up.
class RoomTask final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RoomTask)
public:
    // Once, and last; it may destroy the task.
    using Done = std::function<void(const Result<chat::Room> &)>;

    RoomTask(chat::Endpoint endpoint, chat::RoomQuestion question, Done done, QObject *parent = nullptr);

    // The model sums up what is left out.
    [[nodiscard]] bool summarising() const { return *m_summarising; }

Q_SIGNALS:
    void advanced();

private:
    std::shared_ptr<std::atomic<bool>> m_summarising = std::make_shared<std::atomic<bool>>(false);
    QTimer m_poll;
    BackgroundTask<Result<chat::Room>> m_task;
};

} // namespace snug::ui
