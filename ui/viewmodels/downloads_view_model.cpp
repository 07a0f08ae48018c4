// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/downloads_view_model.h"

#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr auto kGroup = "downloads";
constexpr auto kName = "list";

} // namespace

DownloadsViewModel::DownloadsViewModel(QString program, SettingsFile &list, HubEnvironment hub,
                                       QObject *parent)
    : QObject(parent)
    , m_program(std::move(program))
    , m_list(list)
    , m_hub(std::move(hub))
    , m_begun(!m_hub)
    , m_active(downloadRoles())
    , m_finished(downloadRoles())
    , m_endings(m_program, list)
{
    const nlohmann::json saved = m_list.value(kGroup, kName);
    for (const auto &entry : saved.is_array() ? saved : nlohmann::json::array()) {
        auto row = downloadFrom(entry);
        auto &rows = row && row->state == DownloadState::Done ? m_finished : m_active;
        if (row && m_active.rows().size() + m_finished.rows().size() < kMostRows && indexOf(row->id()) < 0)
            rows.append(*std::move(row));
    }
    connect(&m_endings, &DownloadEndings::eased, this, &DownloadsViewModel::startNext);
    QStringList wanted;
    for (const DownloadRow &row : m_active.rows())
        wanted.append(row.id());
    m_endings.goOn(wanted);
    startNext();
}

DownloadsViewModel::~DownloadsViewModel() = default;

void DownloadsViewModel::begin()
{
    m_begun = true;
    startNext();
}

QString DownloadsViewModel::summary() const
{
    for (const DownloadRow &row : m_active.rows()) {
        if (row.state != DownloadState::Running)
            continue;
        const QString name = u"%1 · %2"_s.arg(row.name, row.label);
        return row.total > 0 ? u"%1 · %2 %"_s.arg(name).arg(100 * row.done / row.total) : name;
    }
    return {};
}

double DownloadsViewModel::fraction() const
{
    for (const DownloadRow &row : m_active.rows()) {
        if (row.state == DownloadState::Running)
            return row.total > 0 ? static_cast<double>(row.done) / static_cast<double>(row.total) : -1;
    }
    return 0;
}

void DownloadsViewModel::add(const QString &repository, const QString &commit, const QString &label,
                             const QString &name)
{
    DownloadRow row;
    row.repository = repository;
    row.commit = commit;
    row.label = label;
    row.name = name;
    if (indexOf(row.id()) >= 0) {
        resume(row.id());
        return;
    }
    if (m_active.rows().size() + m_finished.rows().size() >= kMostRows)
        return;
    for (int index = m_finished.rowCount() - 1; index >= 0; --index) {
        if (m_finished.row(index).id() == row.id())
            m_finished.remove(index);
    }
    m_active.append(std::move(row));
    save();
    startNext();
}

void DownloadsViewModel::pause(const QString &id)
{
    const int index = indexOf(id);
    if (index < 0 || m_active.row(index).state == DownloadState::Failed)
        return;
    stopChild(id);
    setState(index, DownloadState::Paused);
    startNext();
}

void DownloadsViewModel::resume(const QString &id)
{
    const int index = indexOf(id);
    if (index < 0 || m_active.row(index).state == DownloadState::Running)
        return;
    setState(index, DownloadState::Queued);
    startNext();
}

void DownloadsViewModel::cancel(const QString &id)
{
    const int index = indexOf(id);
    if (index < 0)
        return;
    stopChild(id);
    m_active.remove(index);
    save();
    m_endings.discard(id);
    startNext();
}

void DownloadsViewModel::move(const QString &id, int place)
{
    const int index = indexOf(id);
    if (index < 0)
        return;
    std::vector<DownloadRow> rows = m_active.rows();
    const int target = std::clamp(place, 0, static_cast<int>(rows.size()) - 1);
    const auto from = rows.begin() + index;
    const auto to = rows.begin() + target;
    if (from < to)
        std::rotate(from, from + 1, to + 1);
    else
        std::rotate(to, from, from + 1);
    m_active.merge(std::move(rows), [](const DownloadRow &row) { return row.id(); });
    save();
}

void DownloadsViewModel::pauseAll()
{
    for (int index = 0; index < m_active.rowCount(); ++index) {
        if (m_active.row(index).state == DownloadState::Failed)
            continue;
        stopChild(m_active.row(index).id());
        setState(index, DownloadState::Paused);
    }
    startNext();
}

void DownloadsViewModel::resumeAll()
{
    for (int index = 0; index < m_active.rowCount(); ++index) {
        if (m_active.row(index).state != DownloadState::Running)
            setState(index, DownloadState::Queued);
    }
    startNext();
}

void DownloadsViewModel::retryRefused()
{
    ++m_token;
    for (int index = 0; index < m_active.rowCount(); ++index) {
        const DownloadRow &row = m_active.row(index);
        if (row.state == DownloadState::Failed && row.problem.kind == fromUtf8(kindName(ErrorKind::Auth)))
            setState(index, DownloadState::Queued);
    }
    startNext();
}

void DownloadsViewModel::clearFinished()
{
    m_finished.reset({});
    save();
}

QString DownloadsViewModel::stateOf(const QString &repository, const QString &commit,
                                    const QString &label) const
{
    const auto isThis = [&](const DownloadRow &row) {
        return row.repository == repository && row.commit == commit && row.label == label;
    };
    for (const auto *rows : {&m_active.rows(), &m_finished.rows()}) {
        const auto found = std::find_if(rows->begin(), rows->end(), isThis);
        if (found != rows->end())
            return stateName(found->state);
    }
    return {};
}

// One whose last child has not ended yet keeps its place: two children would write the same files.
void DownloadsViewModel::startNext()
{
    std::size_t taken = m_children.size();
    for (int index = 0; m_begun && index < m_active.rowCount() && taken < kAtOnce; ++index) {
        const DownloadRow &row = m_active.row(index);
        if (row.state != DownloadState::Queued)
            continue;
        ++taken;
        if (!m_endings.busy(row.id()))
            start(index);
    }
    checkNext();
    Q_EMIT changed();
}

// All others that will need room without a further word of the person.
QStringList DownloadsViewModel::besides(const QString &id) const
{
    QStringList arguments;
    for (const DownloadRow &row : m_active.rows()) {
        const bool wantsRoom = row.state == DownloadState::Running || row.state == DownloadState::Queued;
        if (wantsRoom && row.id() != id && arguments.size() < 2 * kMostBeside)
            arguments << u"--beside"_s << row.id();
    }
    return arguments;
}

void DownloadsViewModel::checkNext()
{
    const auto &rows = m_active.rows();
    const auto waits = [](const DownloadRow &row) { return row.state == DownloadState::Queued; };
    if (m_check && std::none_of(rows.begin(), rows.end(), [&](const DownloadRow &row) {
            return waits(row) && row.id() == m_checkedId;
        }))
        m_endings.end({}, std::move(m_check)); // it writes nothing, so nobody waits for it
    if (m_check || !m_begun)
        return;
    const auto next = std::find_if(rows.begin(), rows.end(), [&](const DownloadRow &row) {
        return waits(row) && !row.checked && !m_endings.busy(row.id());
    });
    if (next == rows.end())
        return;
    m_checkedId = next->id();
    m_check = std::make_unique<WorkerProcess>(hubCommand(m_program,
                                                         QStringList{u"pull"_s, u"--json"_s, u"--check"_s} +
                                                             besides(m_checkedId) +
                                                             QStringList{u"--"_s, m_checkedId},
                                                         m_hub));
    connect(
        m_check.get(), &WorkerProcess::finished, this,
        [this, id = m_checkedId, token = m_token](const Outcome &outcome) { onChecked(id, outcome, token); });
    m_check->start();
}

void DownloadsViewModel::onChecked(const QString &id, const Outcome &outcome, int token)
{
    m_check.release()->deleteLater();
    if (const int index = indexOf(id); index >= 0 && m_active.row(index).state == DownloadState::Queued) {
        DownloadRow row = m_active.row(index);
        row.checked = true;
        if (outcome) {
            row.total = static_cast<std::int64_t>((*outcome)["bytes"_L1].toDouble());
        } else if (outcome.error().kind != ErrorKind::Cancelled) {
            setFailed(row, outcome.error(), token);
        }
        m_active.replace(index, std::move(row));
        save();
    }
    startNext();
}

void DownloadsViewModel::start(int index)
{
    const QString id = m_active.row(index).id();
    auto child = std::make_unique<WorkerProcess>(hubCommand(
        m_program, QStringList{u"pull"_s, u"--json"_s} + besides(id) + QStringList{u"--"_s, id}, m_hub));
    connect(child.get(), &WorkerProcess::progressed, this,
            [this, id](const WorkerProgress &progress) { onProgress(id, progress); });
    connect(child.get(), &WorkerProcess::finished, this,
            [this, id, token = m_token](const Outcome &outcome) { onFinished(id, outcome, token); });
    m_endings.keep(id);
    WorkerProcess *started = child.get();
    m_children.insert_or_assign(id, std::move(child));
    setState(index, DownloadState::Running);
    started->start();
}

void DownloadsViewModel::onProgress(const QString &id, const WorkerProgress &progress)
{
    const int index = indexOf(id);
    if (index < 0)
        return;
    DownloadRow row = m_active.row(index);
    row.progress = progress;
    // Only what lies on the disk counts; a stage of another unit has no bytes to tell.
    if (progress.unit == u"bytes" && progress.stage != u"verifying" && progress.total > 0) {
        row.done = progress.done;
        row.total = progress.total;
    }
    m_active.replace(index, std::move(row));
    Q_EMIT changed();
}

void DownloadsViewModel::onFinished(const QString &id, const Outcome &outcome, int token)
{
    if (const auto child = m_children.find(id); child != m_children.end()) {
        child->second.release()->deleteLater();
        m_children.erase(child);
    }
    if (const int index = indexOf(id); index >= 0) {
        if (outcome) {
            finish(index, *outcome);
        } else {
            DownloadRow row = m_active.row(index);
            if (outcome.error().kind == ErrorKind::Cancelled)
                row.state = DownloadState::Paused;
            else
                setFailed(row, outcome.error(), token);
            m_active.replace(index, std::move(row));
        }
        save();
    }
    startNext();
}

// What was refused with a token of before gets in line again.
void DownloadsViewModel::setFailed(DownloadRow &row, const Error &error, int token) const
{
    const bool outdated = error.kind == ErrorKind::Auth && token != m_token;
    row.state = outdated ? DownloadState::Queued : DownloadState::Failed;
    row.problem = outdated ? Problem() : problemFrom(error);
    row.progress = {};
    row.checked = false;
}

void DownloadsViewModel::finish(int index, const QJsonObject &result)
{
    DownloadRow row = m_active.row(index);
    const QJsonArray files = result["files"_L1].toArray();
    row.state = DownloadState::Done;
    row.progress = {};
    row.path = files.isEmpty() ? QString() : files.first()["path"_L1].toString();
    row.finished = QDateTime::currentDateTime();
    double bytes = 0;
    row.verified = true;
    for (const auto &file : files) {
        bytes += file["bytes"_L1].toDouble();
        row.verified = row.verified && file["verified"_L1].toBool();
    }
    row.total = static_cast<std::int64_t>(bytes);
    row.done = row.total;
    m_active.remove(index);
    const QString path = row.path;
    std::vector<DownloadRow> finished = m_finished.rows();
    finished.insert(finished.begin(), std::move(row));
    m_finished.merge(std::move(finished), [](const DownloadRow &other) { return other.id(); });
    Q_EMIT arrived(path);
}

void DownloadsViewModel::setState(int index, DownloadState state)
{
    DownloadRow row = m_active.row(index);
    row.state = state;
    row.problem = {};
    row.progress = {};
    row.checked = false;
    m_active.replace(index, std::move(row));
    save();
    Q_EMIT changed();
}

void DownloadsViewModel::stopChild(const QString &id)
{
    if (const auto found = m_children.find(id); found != m_children.end()) {
        m_endings.end(id, std::move(found->second));
        m_children.erase(found);
    }
}

void DownloadsViewModel::save()
{
    nlohmann::json list = nlohmann::json::array();
    for (const auto *rows : {&m_active.rows(), &m_finished.rows()}) {
        for (const DownloadRow &row : *rows)
            list.push_back(toJson(row));
    }
    m_list.set(kGroup, kName, std::move(list));
}

int DownloadsViewModel::indexOf(const QString &id) const
{
    const auto &rows = m_active.rows();
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&id](const DownloadRow &row) { return row.id() == id; });
    return found == rows.end() ? -1 : static_cast<int>(found - rows.begin());
}

} // namespace snug::ui
