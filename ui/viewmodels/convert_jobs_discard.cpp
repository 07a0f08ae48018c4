// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/job/write_model.h"
#include "ui/viewmodels/convert_jobs_view_model.h"
#include "ui/viewmodels/text.h"

// How a job is thrown away: after its child, what it downloaded, then what it wrote.

using namespace Qt::StringLiterals;

namespace snug::ui {

void ConvertJobsViewModel::discard(const QString &id)
{
    const int index = indexOf(id);
    if (index < 0 || m_active.row(index).state == ConvertState::Discarding)
        return;
    setState(index, ConvertState::Discarding);
    if (const auto child = m_children.find(id); child != m_children.end())
        child->second->cancel(); // the rest follows when it has ended
    else
        discardNow(id);
    startNext();
}

void ConvertJobsViewModel::discardNow(const QString &id)
{
    const int index = indexOf(id);
    if (index < 0)
        return;
    const ConvertJob &job = m_active.row(index);
    if (!job.atHub || !job.fetching) {
        deleteUnfinished(id);
        return;
    }
    // What a download left is the download's to delete.
    const QString reference = job.source.contains(u':') ? job.source : job.source + u":safetensors"_s;
    auto child = std::make_unique<WorkerProcess>(
        WorkerCommand{m_program, {u"pull"_s, u"--json"_s, u"--discard"_s, u"--"_s, reference}, {}});
    connect(child.get(), &WorkerProcess::finished, this, [this, id] {
        dropChild(id);
        deleteUnfinished(id);
    });
    WorkerProcess *started = child.get();
    m_children.insert_or_assign(id, std::move(child));
    started->start();
}

// The files, not the source, tell what there is to delete: the source may be gone.
void ConvertJobsViewModel::deleteUnfinished(const QString &id)
{
    const auto work = [path = toPath(id)](const std::stop_token &) {
        convert::OutputPlan plan;
        plan.files.push_back({path, {}});
        return convert::discardUnfinished(plan);
    };
    const auto done = [this, id](const Result<void> &discarded) {
        m_discards.erase(id);
        const int index = indexOf(id);
        if (index >= 0 && discarded)
            m_active.remove(index);
        else if (index >= 0)
            setFailed(index, discarded.error());
        save();
        Q_EMIT changed();
    };
    m_discards.insert_or_assign(id, std::make_unique<Discard>(work, done));
}

} // namespace snug::ui
