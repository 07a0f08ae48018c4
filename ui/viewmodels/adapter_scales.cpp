// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/adapter_scales.h"

#include "core/chat/engine_client.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/text.h"

#include <algorithm>
#include <utility>

namespace snug::ui {
namespace {

using namespace std::chrono_literals;

// The engine answers between two tokens; a long prompt may take a while.
constexpr auto kPatience = 60s;

} // namespace

AdapterScales::AdapterScales(EngineSession &engine, QObject *parent) : QObject(parent), m_engine(engine) {}

AdapterScales::~AdapterScales() = default;

bool AdapterScales::isLoaded(const QString &path) const
{
    const auto &loras = m_engine.report().loras;
    return m_engine.isReady() &&
           std::any_of(loras.begin(), loras.end(),
                       [&](const chat::LoraAdapter &adapter) { return fromUtf8(adapter.path) == path; });
}

void AdapterScales::apply(const std::vector<LoraChoice> &wanted)
{
    if (!m_engine.isReady() || m_engine.report().loras.empty())
        return;
    m_next = wanted;
    if (!m_task)
        send();
}

void AdapterScales::dismissProblem()
{
    m_problem = {};
    Q_EMIT changed();
}

void AdapterScales::send()
{
    const std::vector<LoraChoice> wanted = *std::exchange(m_next, std::nullopt);
    m_sent = m_engine.loadedWith().loras;
    std::vector<chat::LoraAdapter> scales = m_engine.report().loras;
    for (chat::LoraAdapter &adapter : scales) {
        const auto isIt = [&adapter](const LoraChoice &choice) {
            return choice.path == fromUtf8(adapter.path);
        };
        const auto wish = std::find_if(wanted.begin(), wanted.end(), isIt);
        const auto known = std::find_if(m_sent.begin(), m_sent.end(), isIt);
        adapter.scale = wish == wanted.end() ? 0 : wish->effective();
        if (wish != wanted.end() && known != m_sent.end())
            *known = *wish;
        else if (known != m_sent.end())
            known->on = false;
    }
    const EngineEndpoint &endpoint = m_engine.endpoint();
    const chat::Endpoint server{toUtf8(endpoint.url), toUtf8(endpoint.apiKey), kPatience, kPatience};
    m_task = std::make_unique<BackgroundTask<Result<void>>>(
        [server, scales = std::move(scales)](const std::stop_token &stop) {
            return chat::EngineClient(server).setScales(scales, stop);
        },
        [this, process = m_engine.processId()](const Result<void> &taken) { onTaken(taken, process); });
    Q_EMIT changed();
}

void AdapterScales::onTaken(const Result<void> &taken, qint64 process)
{
    m_task.reset();
    const bool same = m_engine.isReady() && m_engine.processId() == process;
    if (same && taken)
        m_engine.takeScales(std::move(m_sent));
    m_problem = same && !taken ? problemFrom(taken.error()) : Problem();
    if (m_next && same)
        send();
    m_next.reset();
    Q_EMIT changed();
}

} // namespace snug::ui
