// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/library_duplicates_view_model.h"

#include "ui/viewmodels/text.h"

#include <QFileInfo>
#include <QJsonArray>

#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr int kFirst = Qt::UserRole + 1;
constexpr std::array<RoleEntry<DuplicateRow>, 5> kRoles = {{
    {kFirst, "sha256", [](const DuplicateRow &row) -> QVariant { return row.sha256; }},
    {kFirst + 1, "name", [](const DuplicateRow &row) -> QVariant { return row.name; }},
    {kFirst + 2, "sizeText", [](const DuplicateRow &row) -> QVariant { return row.sizeText; }},
    {kFirst + 3, "wasteText", [](const DuplicateRow &row) -> QVariant { return row.wasteText; }},
    {kFirst + 4, "copies", [](const DuplicateRow &row) -> QVariant { return row.copies; }},
}};

DuplicateRow rowFrom(const QJsonObject &group)
{
    DuplicateRow row;
    row.sha256 = group["sha256"_L1].toString();
    const QJsonArray copies = group["copies"_L1].toArray();
    for (const auto &names : copies)
        row.copies.append(names.toArray().at(0).toString());
    row.name = row.copies.isEmpty() ? QString() : QFileInfo(row.copies.constFirst()).fileName();
    row.sizeText = bytesText(group["bytes"_L1].toInteger());
    row.wasteText = bytesText(group["reclaimable_bytes"_L1].toInteger());
    return row;
}

} // namespace

LibraryDuplicatesViewModel::LibraryDuplicatesViewModel(QString program, QObject *parent)
    : QObject(parent), m_child(std::move(program)), m_rows(kRoles), m_state(u"idle"_s)
{
}

LibraryDuplicatesViewModel::~LibraryDuplicatesViewModel() = default;

void LibraryDuplicatesViewModel::find()
{
    if (m_child.running())
        return;
    m_rows.reset({});
    m_summary.clear();
    m_problem = {};
    m_fraction = -1;
    m_progressText.clear();
    m_child.start(
        {u"list"_s, u"--duplicates"_s, u"--json"_s},
        [this](const WorkerProgress &progress) {
            m_fraction = childFraction(progress);
            m_progressText = childProgressText(progress);
            Q_EMIT changed();
        },
        [this](const Outcome &outcome) { onFinished(outcome); });
    setState(u"running"_s);
}

void LibraryDuplicatesViewModel::cancel()
{
    m_child.cancel();
}

void LibraryDuplicatesViewModel::forget()
{
    if (m_child.running() || m_state == u"idle")
        return;
    m_rows.reset({});
    m_summary.clear();
    m_problem = {};
    setState(u"idle"_s);
}

void LibraryDuplicatesViewModel::onFinished(const Outcome &outcome)
{
    if (!outcome) {
        const bool cancelled = outcome.error().kind == ErrorKind::Cancelled;
        m_problem = cancelled ? Problem() : problemFrom(outcome.error());
        setState(cancelled ? u"idle"_s : u"error"_s);
        return;
    }
    std::vector<DuplicateRow> rows;
    const QJsonArray groups = (*outcome)["groups"_L1].toArray();
    for (const auto &group : groups)
        rows.push_back(rowFrom(group.toObject()));
    m_rows.reset(std::move(rows));
    const std::int64_t waste = (*outcome)["reclaimable_bytes"_L1].toInteger();
    m_summary = waste > 0 ? tr("%1 in copies").arg(bytesText(waste)) : tr("Nothing is stored twice");
    setState(u"done"_s);
}

void LibraryDuplicatesViewModel::setState(const QString &state)
{
    m_state = state;
    Q_EMIT changed();
}

} // namespace snug::ui
