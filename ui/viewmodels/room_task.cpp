// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/room_task.h"

#include <chrono>

namespace snug::ui {
namespace {

constexpr std::chrono::milliseconds kInterval{100};

} // namespace

RoomTask::RoomTask(chat::Endpoint endpoint, chat::RoomQuestion question, Done done, QObject *parent)
    : QObject(parent)
    , m_task(
          [endpoint = std::move(endpoint), question = std::move(question),
           summarising = m_summarising](const std::stop_token &stop) {
              return chat::makeRoom(
                  chat::OpenAiClient(endpoint), question, [&summarising] { *summarising = true; }, stop);
          },
          std::move(done))
{
    m_poll.setInterval(kInterval);
    connect(&m_poll, &QTimer::timeout, this, &RoomTask::advanced);
    m_poll.start();
}

} // namespace snug::ui
