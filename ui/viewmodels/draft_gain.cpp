// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/draft_gain.h"

#include "ui/viewmodels/library_child.h"
#include "ui/viewmodels/text.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

// Enough for a figure, and soon over: three questions of so many tokens, without the draft and with it.
constexpr int kTokens = 64;
constexpr int kRounds = 2;

QString figure(double value, int digits)
{
    return QString::number(value, 'f', digits);
}

// Empty if the bench told nothing of a draft.
QString gainText(const QJsonObject &draft)
{
    const double without = draft["without"_L1].toObject()["median"_L1].toDouble();
    const double with = draft["with"_L1].toObject()["median"_L1].toDouble();
    if (without <= 0 || with <= 0)
        return {};
    return DraftGain::tr("%1 times as fast: %2 instead of %3 tokens/s on three questions; %4 of %5 guesses "
                         "were right.")
        .arg(figure(with / without, 2), figure(with, 1), figure(without, 1),
             countText(draft["draft_accepted"_L1].toInteger()),
             countText(draft["draft_tokens"_L1].toInteger()));
}

} // namespace

DraftGain::DraftGain(QString program, QObject *parent) : QObject(parent), m_program(std::move(program)) {}

DraftGain::~DraftGain() = default;

QString DraftGain::progress() const
{
    if (!m_child)
        return {};
    if (m_child->state() == WorkerProcess::State::Stopping)
        return tr("Stopping");
    const QString amount = childProgressText(m_progress);
    if (m_progress.stage.isEmpty())
        return tr("Loading the model beside the one that runs");
    return amount.isEmpty() ? m_progress.stage : tr("%1: %2").arg(m_progress.stage, amount);
}

void DraftGain::measure(const QString &model, const LoadSettings &settings,
                        const QMap<QString, QString> &environment)
{
    if (m_child)
        return;
    m_text.clear();
    m_problem = {};
    m_progress = {};
    LoadSettings load = settings;
    load.chatTemplate.clear(); // of no matter for speed
    QStringList arguments{u"bench"_s,
                          model,
                          u"--json"_s,
                          u"--tokens"_s,
                          QString::number(kTokens),
                          u"--rounds"_s,
                          QString::number(kRounds)};
    arguments += serveArguments(load);
    m_child = std::make_unique<WorkerProcess>(WorkerCommand{m_program, arguments, environment});
    connect(m_child.get(), &WorkerProcess::progressed, this, [this](const WorkerProgress &progress) {
        m_progress = progress;
        Q_EMIT changed();
    });
    connect(m_child.get(), &WorkerProcess::finished, this, &DraftGain::onFinished);
    m_child->start();
    Q_EMIT changed();
}

void DraftGain::forget()
{
    cancel();
    m_text.clear();
    m_problem = {};
    Q_EMIT changed();
}

void DraftGain::cancel()
{
    if (m_child)
        m_child->cancel();
}

void DraftGain::onFinished(const Outcome &outcome)
{
    m_child.release()->deleteLater();
    if (outcome)
        m_text = gainText((*outcome)["draft"_L1].toObject());
    if (!outcome && outcome.error().kind != ErrorKind::Cancelled)
        m_problem = problemFrom(outcome.error());
    if (outcome && m_text.isEmpty())
        m_problem =
            problemFrom({ErrorKind::Protocol, "The measurement told nothing of the guesses.", {}, {}});
    Q_EMIT changed();
}

} // namespace snug::ui
