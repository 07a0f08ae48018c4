// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/repository_view_model.h"

#include "ui/viewmodels/devices_view_model.h"
#include "ui/viewmodels/discover_row.h"
#include "ui/viewmodels/text.h"

#include <QJsonArray>

#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr int kFirst = Qt::UserRole + 1;
constexpr std::array<RoleEntry<RemoteLevelRow>, 8> kRoles = {{
    {kFirst, "label", [](const RemoteLevelRow &row) -> QVariant { return row.label; }},
    {kFirst + 1, "format", [](const RemoteLevelRow &row) -> QVariant { return row.format; }},
    {kFirst + 2, "sizeText",
     [](const RemoteLevelRow &row) -> QVariant { return row.bytes > 0 ? gibFigure(row.bytes) : QString(); }},
    {kFirst + 3, "files", [](const RemoteLevelRow &row) -> QVariant { return row.files; }},
    {kFirst + 4, "complete", [](const RemoteLevelRow &row) -> QVariant { return row.complete; }},
    {kFirst + 5, "verdict", [](const RemoteLevelRow &row) -> QVariant { return row.verdict; }},
    {kFirst + 6, "verdictText", [](const RemoteLevelRow &row) -> QVariant { return row.verdictText; }},
    {kFirst + 7, "verdictWhy", [](const RemoteLevelRow &row) -> QVariant { return row.verdictWhy; }},
}};

std::int64_t bytesFrom(const QJsonValue &value)
{
    const double bytes = value.toDouble();
    return bytes >= 1 && bytes < 9e15 ? static_cast<std::int64_t>(bytes) : 0;
}

// How good a verdict is; among equals the larger file is the better one.
int rank(const QString &verdict)
{
    return verdict == u"fits" ? 3 : verdict == u"cpu" ? 2 : verdict == u"partly" ? 1 : 0;
}

} // namespace

RepositoryViewModel::RepositoryViewModel(QString program, DevicesViewModel &devices, HubEnvironment hub,
                                         QObject *parent)
    : QObject(parent)
    , m_program(std::move(program))
    , m_devices(devices)
    , m_hub(std::move(hub))
    , m_levels(kRoles)
{
    connect(&m_devices, &DevicesViewModel::stateChanged, this, [this] {
        showLevels();
        Q_EMIT changed();
    });
}

RepositoryViewModel::~RepositoryViewModel() = default;

QString RepositoryViewModel::state() const
{
    if (m_repository.isEmpty())
        return u"none"_s;
    if (m_problem.present)
        return u"error"_s;
    return m_result.isEmpty() ? u"loading"_s : u"ready"_s;
}

QString RepositoryViewModel::facts() const
{
    QStringList parts;
    if (const std::int64_t parameters = bytesFrom(m_result["parameters"_L1]); parameters > 0)
        parts.append(shortCount(parameters));
    if (const QString architecture = m_result["architecture"_L1].toString(); !architecture.isEmpty())
        parts.append(architecture);
    if (const std::int64_t context = bytesFrom(m_result["context_length"_L1]); context > 0)
        parts.append(tr("context %1").arg(countText(context)));
    if (const QString license = m_result["license"_L1].toString(); !license.isEmpty())
        parts.append(license);
    if (const std::int64_t downloads = bytesFrom(m_result["downloads"_L1]); downloads > 0)
        parts.append(tr("%1 downloads").arg(shortCount(downloads)));
    return parts.join(u" · "_s);
}

QString RepositoryViewModel::gated() const
{
    return m_result["gated"_L1].toString(u"no"_s);
}

QString RepositoryViewModel::notes() const
{
    QStringList lines;
    for (const auto &entry : m_result["companions"_L1].toArray()) {
        const QJsonObject companion = entry.toObject();
        lines.append(tr("%1, %2: %3")
                         .arg(companion["kind"_L1].toString(), bytesText(bytesFrom(companion["bytes"_L1])),
                              companion["path"_L1].toString()));
    }
    for (const auto &entry : m_result["refused"_L1].toArray())
        lines.append(
            tr("Left out: %1 (%2)")
                .arg(entry.toObject()["path"_L1].toString(), entry.toObject()["reason"_L1].toString()));
    return lines.join(u'\n');
}

QString RepositoryViewModel::suggested() const
{
    const RemoteLevelRow *best = nullptr;
    for (const RemoteLevelRow &row : m_levels.rows()) {
        if (!row.complete || row.format != u"gguf" || rank(row.verdict) == 0)
            continue;
        const int better = best == nullptr ? 1 : rank(row.verdict) - rank(best->verdict);
        if (better > 0 || (better == 0 && row.bytes > best->bytes))
            best = &row;
    }
    return best == nullptr ? QString() : best->label;
}

void RepositoryViewModel::open(const QString &repository)
{
    if (repository == m_repository && !m_problem.present)
        return;
    m_repository = repository;
    reload();
}

void RepositoryViewModel::close()
{
    m_child.reset();
    m_repository.clear();
    m_result = {};
    m_card.clear();
    m_problem = {};
    m_levels.reset({});
    Q_EMIT changed();
}

void RepositoryViewModel::reload()
{
    if (m_repository.isEmpty())
        return;
    m_result = {};
    m_card.clear();
    m_problem = {};
    m_levels.reset({});
    m_child = std::make_unique<WorkerProcess>(
        hubCommand(m_program, {u"files"_s, u"--json"_s, u"--card"_s, u"--"_s, m_repository}, m_hub));
    connect(m_child.get(), &WorkerProcess::finished, this, &RepositoryViewModel::onFinished);
    m_child->start();
    Q_EMIT changed();
}

void RepositoryViewModel::onFinished(const Outcome &outcome)
{
    m_child.release()->deleteLater();
    if (outcome) {
        m_result = *outcome;
        m_card = m_result["card"_L1].toString();
    } else {
        m_problem = problemFrom(outcome.error());
    }
    showLevels();
    Q_EMIT changed();
}

void RepositoryViewModel::showLevels()
{
    const std::vector<fit::Device> devices = m_devices.fitDevices();
    std::vector<RemoteLevelRow> rows;
    for (const auto &entry : m_result["levels"_L1].toArray()) {
        const QJsonObject level = entry.toObject();
        RemoteLevelRow row;
        row.label = level["label"_L1].toString();
        row.format = level["format"_L1].toString();
        row.bytes = bytesFrom(level["bytes"_L1]);
        row.files = static_cast<int>(level["files"_L1].toArray().size());
        row.complete = level["complete"_L1].toBool(true);
        const RoughFinding finding = roughFinding(0, row.bytes, devices);
        row.verdict = finding.verdict;
        row.verdictText = finding.text;
        row.verdictWhy = finding.why;
        rows.push_back(std::move(row));
    }
    m_levels.merge(std::move(rows), [](const RemoteLevelRow &row) { return row.format + u'/' + row.label; });
}

} // namespace snug::ui
