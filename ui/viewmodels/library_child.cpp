// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/library_child.h"

#include "ui/viewmodels/text.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(LibraryChild)
};

QString amount(std::int64_t value, const QString &unit)
{
    return unit == u"bytes" ? bytesText(value) : countText(value);
}

} // namespace

void LibraryChild::start(const QStringList &arguments, Told told, Done done)
{
    start(WorkerCommand{m_program, arguments, {}}, std::move(told), std::move(done));
}

void LibraryChild::startAtHub(const QStringList &arguments, const HubEnvironment &hub, Told told, Done done)
{
    start(hubCommand(m_program, arguments, hub), std::move(told), std::move(done));
}

void LibraryChild::start(WorkerCommand command, Told told, Done done)
{
    m_child = std::make_unique<WorkerProcess>(std::move(command));
    WorkerProcess *child = m_child.get();
    if (told)
        QObject::connect(child, &WorkerProcess::progressed, child, std::move(told));
    QObject::connect(child, &WorkerProcess::finished, child, [this, done](const Outcome &outcome) {
        const Outcome kept = outcome;
        const Done finished = done; // of the connection, which may go with the next start
        m_child.release()->deleteLater();
        finished(kept);
    });
    child->start();
}

void LibraryChild::cancel()
{
    if (m_child)
        m_child->cancel();
}

QString childProgressText(const WorkerProgress &progress)
{
    if (progress.total <= 0)
        return {};
    const QString done =
        Words::tr("%1 of %2")
            .arg(amount(progress.done, progress.unit), amount(progress.total, progress.unit));
    return progress.etaSeconds > 0 ? Words::tr("%1, %2 left").arg(done, durationText(progress.etaSeconds))
                                   : done;
}

double childFraction(const WorkerProgress &progress)
{
    return progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : -1;
}

} // namespace snug::ui
