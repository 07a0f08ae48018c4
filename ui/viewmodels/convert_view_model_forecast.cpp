// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/convert_view_model.h"
#include "ui/viewmodels/text.h"

#include <algorithm>

// What it would take, and why it cannot be begun.

using namespace Qt::StringLiterals;

namespace snug::ui {

std::int64_t ConvertViewModel::fileBytes() const
{
    if (planned())
        return wholeNumber(m_plan["file_bytes"_L1]);
    const LevelRow *row = made();
    return row == nullptr ? 0 : row->fileBytes;
}

std::int64_t ConvertViewModel::fetchedBytes() const
{
    if (!m_source.atHub())
        return 0;
    if (m_source.file.isEmpty())
        return wholeNumber(m_fit.inspected()["file_bytes"_L1]);
    const LevelRow *row = m_fit.table().find(m_source.file);
    return row == nullptr ? 0 : row->fileBytes;
}

std::int64_t ConvertViewModel::lackingBytes() const
{
    const std::int64_t free = planned() ? wholeNumber(m_plan["disk_free_bytes"_L1]) : m_diskFree;
    const std::int64_t needed =
        fileBytes() + fetchedBytes() - (planned() ? wholeNumber(m_plan["resumed_bytes"_L1]) : 0);
    return free < 0 ? 0 : std::max<std::int64_t>(0, needed - free);
}

QVariantMap ConvertViewModel::forecast() const
{
    const std::int64_t bytes = fileBytes();
    if (made() == nullptr || bytes <= 0)
        return {};
    const QString size = bytesText(bytes);
    const double rate = m_jobs.rateOf(level(), !m_imatrix.isEmpty());
    const std::int64_t resumed = planned() ? wholeNumber(m_plan["resumed_bytes"_L1]) : 0;
    const std::int64_t free = planned() ? wholeNumber(m_plan["disk_free_bytes"_L1]) : m_diskFree;
    const std::int64_t memory = wholeNumber(m_plan["memory_bytes"_L1]);
    const std::int64_t fetched = fetchedBytes();
    const std::int64_t lacking = lackingBytes();
    return {{u"size"_s, size.section(u' ', 0, 0)},
            {u"sizeUnit"_s, size.section(u' ', 1)},
            {u"sizeNote"_s, planned() ? tr("file, exact to the byte") : tr("file, estimated")},
            {u"time"_s, rate > 0
                            ? tr("about %1").arg(durationText(static_cast<double>(bytes - resumed) / rate))
                            : tr("not known yet")},
            {u"timeWhy"_s,
             rate > 0 ? tr("From the last %1 that was made on this computer: %2 of output a second.")
                            .arg(level(), bytesText(static_cast<std::int64_t>(rate)))
                      : tr("No %1 was made on this computer yet that took more than two seconds. The time is "
                           "told while it works, and is known from then on.")
                            .arg(level())},
            {u"download"_s, fetched > 0 ? bytesText(fetched) : QString()},
            {u"memory"_s, memory > 0 ? bytesText(memory) : QString()},
            {u"disk"_s, free >= 0 ? bytesText(free) : QString()},
            {u"lacking"_s, lacking > 0 ? bytesText(lacking) : QString()},
            {u"resumed"_s, resumed > 0 ? bytesText(resumed) : QString()}};
}

QString ConvertViewModel::imatrixNote() const
{
    const LevelRow *row = made();
    if (row == nullptr)
        return {};
    if (row->imatrix == u"required")
        return tr("%1 cannot be made without one.").arg(row->label);
    return row->imatrix == u"helps" ? tr("It would bring %1 closer to the original.").arg(row->label)
                                    : tr("It makes no difference to %1.").arg(row->label);
}

QString ConvertViewModel::action() const
{
    const QString level = this->level();
    if (level.isEmpty())
        return tr("Make a level");
    const std::int64_t bytes = fileBytes();
    return bytes > 0 ? tr("Make %1, %2").arg(level, bytesText(bytes)) : tr("Make %1").arg(level);
}

bool ConvertViewModel::canStart() const
{
    return state() == u"ready" && made() != nullptr && obstacle().isEmpty();
}

QString ConvertViewModel::obstacle() const
{
    const LevelRow *row = made();
    if (state() != u"ready")
        return {};
    if (row == nullptr)
        return tr("Choose a level.");
    const QString job = m_jobs.stateOf(m_source.argument(), row->label, m_imatrix);
    if (job == u"paused" || job == u"failed")
        return tr("It was begun already: see below.");
    if (job == u"done")
        return tr("It is made: see below.");
    if (!job.isEmpty())
        return tr("It is in the list below.");
    if (row->imatrix == u"required" && m_imatrix.isEmpty())
        return tr("%1 needs an importance matrix: choose its file under Advanced.").arg(row->label);
    if (const std::int64_t lacking = lackingBytes(); lacking > 0)
        return tr("The disk lacks %1 for it.").arg(bytesText(lacking));
    if (m_problem.present)
        return m_problem.message;
    // The job plans again before it fetches weights: nobody has to wait for the Hub here.
    return planned() || m_source.atHub() ? QString() : tr("Checking the source");
}

} // namespace snug::ui
