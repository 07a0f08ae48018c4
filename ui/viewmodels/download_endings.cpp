// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/download_endings.h"

#include "ui/viewmodels/settings_file.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr auto kGroup = "downloads";
constexpr auto kName = "discarding";

} // namespace

DownloadEndings::DownloadEndings(QString program, SettingsFile &list, QObject *parent)
    : QObject(parent)
    , m_program(std::move(program))
    , m_list(list)
    , m_owed(m_list.texts(kGroup, kName).mid(0, kMostKept))
{
    m_owed.removeDuplicates();
}

DownloadEndings::~DownloadEndings() = default;

void DownloadEndings::goOn(const QStringList &wanted)
{
    for (const QString &id : wanted)
        keep(id);
    m_waiting = m_owed;
    discardNext();
}

void DownloadEndings::end(const QString &id, std::unique_ptr<WorkerProcess> child)
{
    WorkerProcess *ending = child.release();
    ending->disconnect();
    ending->setParent(this);
    m_ending.insert(id);
    connect(ending, &WorkerProcess::finished, this, [this, id, ending] {
        ending->deleteLater();
        m_ending.erase(m_ending.find(id));
        discardNext();
        Q_EMIT eased();
    });
    ending->cancel();
}

void DownloadEndings::discard(const QString &id)
{
    if (!m_owed.contains(id))
        m_owed.append(id);
    if (!m_waiting.contains(id))
        m_waiting.append(id);
    save();
    discardNext();
}

void DownloadEndings::keep(const QString &id)
{
    if (m_owed.removeAll(id) > 0)
        save();
}

bool DownloadEndings::busy(const QString &id) const
{
    return m_ending.contains(id) || m_waiting.contains(id) || (m_discard && m_discarded == id);
}

void DownloadEndings::discardNext()
{
    const auto next = std::find_if(m_waiting.cbegin(), m_waiting.cend(),
                                   [this](const QString &id) { return !m_ending.contains(id); });
    if (m_discard || next == m_waiting.cend())
        return;
    m_discarded = *next;
    m_waiting.erase(next);
    m_discard = std::make_unique<WorkerProcess>(
        WorkerCommand{m_program, {u"pull"_s, u"--json"_s, u"--discard"_s, u"--"_s, m_discarded}, {}});
    connect(m_discard.get(), &WorkerProcess::finished, this, &DownloadEndings::onDiscarded);
    m_discard->start();
}

void DownloadEndings::onDiscarded(const Outcome &outcome)
{
    m_discard.release()->deleteLater();
    // Another program may hold it just now; what is no name of a download never becomes one.
    if (outcome || outcome.error().kind == ErrorKind::InvalidArgument) {
        m_owed.removeAll(m_discarded);
        save();
    }
    discardNext();
    Q_EMIT eased();
}

void DownloadEndings::save()
{
    m_list.setTexts(kGroup, kName, m_owed);
}

} // namespace snug::ui
