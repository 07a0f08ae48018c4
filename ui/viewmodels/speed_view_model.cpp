// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/speed_view_model.h"

#include "ui/viewmodels/library_child.h"
#include "ui/viewmodels/text.h"

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr std::chrono::seconds kTick{1};

} // namespace

SpeedViewModel::SpeedViewModel(QString program, QObject *parent)
    : QObject(parent), m_program(std::move(program))
{
    m_second.setInterval(kTick);
    connect(&m_second, &QTimer::timeout, this, &SpeedViewModel::changed);
}

SpeedViewModel::~SpeedViewModel() = default;

bool SpeedViewModel::stopping() const
{
    return m_child && m_child->state() == WorkerProcess::State::Stopping;
}

QString SpeedViewModel::progress() const
{
    if (!m_child)
        return {};
    const auto seconds = static_cast<double>(m_since.elapsed()) / 1000;
    QStringList parts;
    if (m_progress.total > 0)
        parts.append(tr("%1 of %2 steps").arg(countText(m_progress.done), countText(m_progress.total)));
    if (seconds >= 1)
        parts.append(tr("%1 so far").arg(durationText(seconds)));
    if (m_progress.etaSeconds >= 1)
        parts.append(tr("about %1 left").arg(durationText(m_progress.etaSeconds)));
    return parts.isEmpty() ? tr("Looking for the devices") : parts.join(u", "_s);
}

double SpeedViewModel::fraction() const
{
    return childFraction(m_progress);
}

void SpeedViewModel::measure()
{
    if (m_child)
        return;
    m_problem = {};
    m_progress = {};
    m_child = std::make_unique<WorkerProcess>(
        WorkerCommand{m_program, {u"bench"_s, u"--device"_s, u"--json"_s}, {}});
    connect(m_child.get(), &WorkerProcess::progressed, this, [this](const WorkerProgress &progress) {
        m_progress = progress;
        Q_EMIT changed();
    });
    connect(m_child.get(), &WorkerProcess::finished, this, &SpeedViewModel::onFinished);
    m_since.start();
    m_second.start();
    m_child->start();
    Q_EMIT changed();
}

void SpeedViewModel::cancel()
{
    if (!m_child)
        return;
    m_child->cancel();
    Q_EMIT changed();
}

void SpeedViewModel::dismissProblem()
{
    m_problem = {};
    Q_EMIT changed();
}

void SpeedViewModel::onFinished(const Outcome &outcome)
{
    m_child.release()->deleteLater();
    m_second.stop();
    if (!outcome && outcome.error().kind != ErrorKind::Cancelled)
        m_problem = problemFrom(outcome.error());
    m_done = m_done || outcome.has_value();
    Q_EMIT changed();
    if (outcome)
        Q_EMIT measured();
}

} // namespace snug::ui
