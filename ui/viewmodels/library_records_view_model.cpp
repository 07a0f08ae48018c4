// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/library_records_view_model.h"

#include "ui/viewmodels/text.h"

#include <QFileInfo>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

// Two processes may have come to a folder by different links.
QString keyOf(const QString &path)
{
    const QFileInfo file(path);
    const QString folder = QFileInfo(file.path()).canonicalFilePath();
    return folder.isEmpty() ? path : folder + u'/' + file.fileName();
}

Problem problemOf(const QJsonObject &told)
{
    Problem problem;
    problem.present = !told.isEmpty();
    problem.kind = told["kind"_L1].toString();
    problem.message = told["message"_L1].toString();
    problem.hint = told["hint"_L1].toString();
    return problem;
}

} // namespace

LibraryRecordsViewModel::LibraryRecordsViewModel(QString program, HubEnvironment hub, QObject *parent)
    : QObject(parent), m_hub(std::move(hub)), m_list(program), m_check(std::move(program))
{
}

LibraryRecordsViewModel::~LibraryRecordsViewModel() = default;

QVariantMap LibraryRecordsViewModel::record(const QString &path) const
{
    return recordMap(m_records.value(keyOf(path)));
}

QString LibraryRecordsViewModel::repositoryOf(const QString &path) const
{
    return m_records.value(keyOf(path)).repository;
}

QString LibraryRecordsViewModel::hashOf(const QString &path) const
{
    return m_records.value(keyOf(path)).sha256;
}

void LibraryRecordsViewModel::refresh()
{
    if (m_list.running()) {
        m_refreshAgain = true;
        return;
    }
    m_list.start({u"list"_s, u"--json"_s}, {}, [this](const Outcome &outcome) {
        // Without an answer the records are those of before: the list itself is the scan's.
        if (outcome)
            take(*outcome, false);
        if (std::exchange(m_refreshAgain, false))
            refresh();
    });
}

void LibraryRecordsViewModel::checkUpdates()
{
    if (checking())
        return;
    m_problem = {};
    m_updatesText = tr("Asking the Hub");
    m_check.startAtHub(
        {u"list"_s, u"--updates"_s, u"--json"_s}, m_hub,
        [this](const WorkerProgress &progress) {
            m_updatesText = tr("Asking the Hub, %1").arg(childProgressText(progress));
            Q_EMIT checkChanged();
        },
        [this](const Outcome &outcome) { onChecked(outcome); });
    Q_EMIT checkChanged();
}

void LibraryRecordsViewModel::cancelCheck()
{
    m_check.cancel();
}

void LibraryRecordsViewModel::dismissProblem()
{
    m_problem = {};
    Q_EMIT checkChanged();
}

void LibraryRecordsViewModel::onChecked(const Outcome &outcome)
{
    m_updatesText.clear();
    if (outcome) {
        m_problem = problemOf((*outcome)["updates_problem"_L1].toObject());
        take(*outcome, !m_problem.present);
        const auto updates =
            std::count_if(m_records.cbegin(), m_records.cend(),
                          [](const LibraryRecord &record) { return !record.updateCommit.isEmpty(); });
        if (updates > 0 || !m_problem.present)
            m_updatesText = updates == 0   ? tr("No updates")
                            : updates == 1 ? tr("1 update available")
                                           : tr("%1 updates available").arg(countText(updates));
    } else if (outcome.error().kind != ErrorKind::Cancelled) {
        m_problem = problemFrom(outcome.error());
    }
    Q_EMIT checkChanged();
}

void LibraryRecordsViewModel::take(const QJsonObject &result, bool everyUpdate)
{
    QHash<QString, LibraryRecord> records;
    const QJsonArray models = result["models"_L1].toArray();
    for (const auto &model : models) {
        const QString key = keyOf(model.toObject()["path"_L1].toString());
        LibraryRecord record = recordFrom(model.toObject());
        // What the Hub said stays true as long as the same commit lies here and nobody asked again.
        const auto before = m_records.constFind(key);
        if (!everyUpdate && record.updateCommit.isEmpty() && before != m_records.constEnd() &&
            before->commit == record.commit) {
            record.updateCommit = before->updateCommit;
            record.updatedAt = before->updatedAt;
        }
        records.insert(key, std::move(record));
    }
    if (records == m_records)
        return;
    m_records = std::move(records);
    ++m_revision;
    Q_EMIT changed();
}

} // namespace snug::ui
