// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/convert_jobs_view_model.h"

#include "core/base/error_detail.h"
#include "ui/viewmodels/level_row.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr auto kGroup = "conversions";
constexpr auto kName = "list";
constexpr auto kRates = "rates";
constexpr double kLeastSeconds = 2; // a shorter job tells more of starting than of the rate
constexpr qsizetype kMostWarnings = 20;

std::string rateKey(const QString &level, bool imatrix)
{
    return toUtf8(imatrix ? level + u"+imatrix"_s : level);
}

QString keyOf(const ConvertJob &job)
{
    return job.id();
}

} // namespace

ConvertJobsViewModel::ConvertJobsViewModel(QString program, SettingsFile &list, HubEnvironment hub,
                                           QObject *parent)
    : QObject(parent)
    , m_program(std::move(program))
    , m_list(list)
    , m_hub(std::move(hub))
    , m_active(convertRoles())
    , m_finished(convertRoles())
{
    QStringList discarded;
    const nlohmann::json saved = m_list.value(kGroup, kName);
    for (const auto &entry : saved.is_array() ? saved : nlohmann::json::array()) {
        auto job = convertJobFrom(entry);
        if (!job || takes(job->output) || m_active.rows().size() + m_finished.rows().size() >= kMostRows)
            continue;
        if (job->state == ConvertState::Discarding)
            discarded.append(job->id());
        auto &rows = job->state == ConvertState::Done ? m_finished : m_active;
        rows.append(*std::move(job));
    }
    for (const QString &id : discarded)
        discardNow(id);
}

ConvertJobsViewModel::~ConvertJobsViewModel() = default;

bool ConvertJobsViewModel::running() const
{
    const auto &rows = m_active.rows();
    return std::any_of(rows.begin(), rows.end(), [](const ConvertJob &job) {
        return job.state == ConvertState::Queued || job.state == ConvertState::Running ||
               job.state == ConvertState::Stopping;
    });
}

QString ConvertJobsViewModel::summary() const
{
    for (const ConvertJob &job : m_active.rows()) {
        if (job.state != ConvertState::Running)
            continue;
        const QString name = u"%1 → %2"_s.arg(job.name, job.level);
        const double done = convertFraction(job);
        return done >= 0 ? u"%1 · %2 %"_s.arg(name).arg(std::floor(100 * done)) : name;
    }
    return {};
}

double ConvertJobsViewModel::fraction() const
{
    for (const ConvertJob &job : m_active.rows()) {
        if (job.state == ConvertState::Running)
            return convertFraction(job);
    }
    return 0;
}

bool ConvertJobsViewModel::add(ConvertJob job)
{
    if (takes(job.output) || m_active.rows().size() + m_finished.rows().size() >= kMostRows)
        return false;
    job.state = ConvertState::Queued;
    m_active.append(std::move(job));
    save();
    startNext();
    return true;
}

void ConvertJobsViewModel::cancel(const QString &id)
{
    const int index = indexOf(id);
    if (index < 0)
        return;
    const ConvertState state = m_active.row(index).state;
    if (state == ConvertState::Queued && m_active.row(index).done == 0) {
        m_active.remove(index);
        save();
    } else if (state == ConvertState::Queued) {
        setState(index, ConvertState::Paused);
    } else if (state == ConvertState::Running) {
        setState(index, ConvertState::Stopping);
        m_children.at(id)->cancel();
    }
    startNext();
}

void ConvertJobsViewModel::resume(const QString &id)
{
    const int index = indexOf(id);
    if (index < 0)
        return;
    const ConvertState state = m_active.row(index).state;
    if (state == ConvertState::Paused || state == ConvertState::Failed)
        setState(index, ConvertState::Queued);
    startNext();
}

void ConvertJobsViewModel::forget(const QString &id)
{
    for (int index = m_finished.rowCount() - 1; index >= 0; --index) {
        if (m_finished.row(index).id() == id)
            m_finished.remove(index);
    }
    save();
    Q_EMIT changed();
}

void ConvertJobsViewModel::stopAll()
{
    for (int index = 0; index < m_active.rowCount(); ++index) {
        const ConvertState state = m_active.row(index).state;
        if (state == ConvertState::Queued)
            setState(index, ConvertState::Paused);
        else if (state == ConvertState::Running)
            cancel(m_active.row(index).id());
    }
}

const ConvertJob *ConvertJobsViewModel::find(const QString &source, const QString &level,
                                             const QString &imatrix) const
{
    const auto isThis = [&](const ConvertJob &job) {
        return job.source == source && job.level == level && job.imatrix == imatrix;
    };
    for (const auto *rows : {&m_active.rows(), &m_finished.rows()}) {
        const auto found = std::find_if(rows->begin(), rows->end(), isThis);
        if (found != rows->end())
            return &*found;
    }
    return nullptr;
}

QString ConvertJobsViewModel::stateOf(const QString &source, const QString &level,
                                      const QString &imatrix) const
{
    const ConvertJob *job = find(source, level, imatrix);
    return job == nullptr ? QString() : convertStateName(job->state);
}

QString ConvertJobsViewModel::outputOf(const QString &source, const QString &level,
                                       const QString &imatrix) const
{
    const ConvertJob *job = find(source, level, imatrix);
    return job == nullptr ? QString() : job->output;
}

bool ConvertJobsViewModel::takes(const QString &output) const
{
    const auto isThis = [&](const ConvertJob &job) { return job.output == output; };
    const auto &made = m_finished.rows();
    return indexOf(output) >= 0 || std::any_of(made.begin(), made.end(), isThis);
}

double ConvertJobsViewModel::rateOf(const QString &level, bool imatrix) const
{
    const nlohmann::json rates = m_list.value(kGroup, kRates);
    const auto found = rates.is_object() ? rates.find(rateKey(level, imatrix)) : rates.end();
    if (found == rates.end() || !found->is_number())
        return 0;
    const double rate = found->get<double>();
    return std::isfinite(rate) && rate > 0 ? rate : 0;
}

void ConvertJobsViewModel::startNext()
{
    const auto &rows = m_active.rows();
    const bool busy = std::any_of(rows.begin(), rows.end(), [this](const ConvertJob &job) {
        return job.state != ConvertState::Discarding && m_children.contains(job.id());
    });
    const auto next = std::find_if(rows.begin(), rows.end(),
                                   [](const ConvertJob &job) { return job.state == ConvertState::Queued; });
    if (!busy && next != rows.end())
        start(static_cast<int>(next - rows.begin()));
    Q_EMIT changed();
}

void ConvertJobsViewModel::start(int index)
{
    const ConvertJob &job = m_active.row(index);
    const QString id = job.id();
    const QStringList arguments = convertArguments(job);
    auto child = std::make_unique<WorkerProcess>(job.atHub ? hubCommand(m_program, arguments, m_hub)
                                                           : WorkerCommand{m_program, arguments, {}});
    connect(child.get(), &WorkerProcess::progressed, this,
            [this, id](const WorkerProgress &progress) { onProgress(id, progress); });
    connect(child.get(), &WorkerProcess::said, this,
            [this, id](const QJsonObject &event) { onSaid(id, event); });
    connect(child.get(), &WorkerProcess::finished, this,
            [this, id](const Outcome &outcome) { onFinished(id, outcome); });
    WorkerProcess *started = child.get();
    m_children.insert_or_assign(id, std::move(child));
    setState(index, ConvertState::Running);
    started->start();
}

void ConvertJobsViewModel::onProgress(const QString &id, const WorkerProgress &progress)
{
    const int index = indexOf(id);
    if (index < 0 || m_active.row(index).state != ConvertState::Running)
        return;
    ConvertJob job = m_active.row(index);
    job.progress = progress;
    job.fetching = job.fetching || progress.stage == u"downloading" || progress.stage.startsWith(u"waiting");
    if (progress.stage == u"converting" && progress.total > 0) {
        job.done = progress.done;
        job.total = progress.total;
    }
    m_active.replace(index, std::move(job));
    Q_EMIT changed();
}

void ConvertJobsViewModel::onSaid(const QString &id, const QJsonObject &event)
{
    const int index = indexOf(id);
    if (index < 0 || m_active.row(index).state != ConvertState::Running)
        return;
    ConvertJob job = m_active.row(index);
    const QString name = event["event"_L1].toString();
    if (name == u"plan") {
        job.total = wholeNumber(event["file_bytes"_L1]);
        job.done = wholeNumber(event["resumed_bytes"_L1]);
        job.fetching = job.atHub; // from now on, until it is done
    } else if (name == u"tensor") {
        job.tensors = static_cast<int>(std::min<std::int64_t>(wholeNumber(event["count"_L1]), 1'000'000));
        job.tensor =
            static_cast<int>(std::min<std::int64_t>(wholeNumber(event["index"_L1]) + 1, job.tensors));
        job.tensorName = shortText(event["name"_L1]);
    }
    m_active.replace(index, std::move(job));
    if (name == u"plan")
        save();
}

void ConvertJobsViewModel::onFinished(const QString &id, const Outcome &outcome)
{
    dropChild(id);
    const int index = indexOf(id);
    if (index < 0)
        return;
    // One that was made while it was to be thrown away is a whole file: it stays.
    if (outcome)
        finish(index, *outcome);
    else if (m_active.row(index).state == ConvertState::Discarding)
        discardNow(id);
    else if (outcome.error().kind == ErrorKind::Cancelled)
        setState(index, ConvertState::Paused);
    else
        setFailed(index, outcome.error());
    save();
    startNext();
}

void ConvertJobsViewModel::setFailed(int index, const Error &error)
{
    setState(index, ConvertState::Failed);
    ConvertJob job = m_active.row(index);
    job.problem = problemFrom(error);
    if (const auto *kept = detailOf<std::int64_t>(error, "resumable_bytes"))
        job.done = *kept;
    m_active.replace(index, std::move(job));
}

void ConvertJobsViewModel::finish(int index, const QJsonObject &result)
{
    ConvertJob job = m_active.row(index);
    learn(job, result);
    job.state = ConvertState::Done;
    job.fetching = false;
    job.progress = {};
    job.closed = false;
    if (const std::int64_t bytes = wholeNumber(result["bytes"_L1]); bytes > 0)
        job.total = bytes;
    job.done = job.total;
    job.seconds = std::max(0.0, result["seconds"_L1].toDouble());
    job.warnings.clear();
    const QJsonArray warnings = result["warnings"_L1].toArray();
    for (const auto &warning : warnings) {
        if (warning.isString() && job.warnings.size() < kMostWarnings)
            job.warnings.append(shortText(warning));
    }
    job.finished = QDateTime::currentDateTime();
    m_active.remove(index);
    const QString path = job.output;
    std::vector<ConvertJob> finished = m_finished.rows();
    finished.insert(finished.begin(), std::move(job));
    m_finished.merge(std::move(finished), &keyOf);
    Q_EMIT made(path);
}

void ConvertJobsViewModel::learn(const ConvertJob &job, const QJsonObject &result)
{
    const double seconds = result["seconds"_L1].toDouble();
    const double bytes =
        static_cast<double>(wholeNumber(result["bytes"_L1]) - wholeNumber(result["resumed_bytes"_L1]));
    // What waited for a download tells nothing about this computer.
    if (job.atHub || !std::isfinite(seconds) || seconds < kLeastSeconds || bytes <= 0)
        return;
    nlohmann::json rates = m_list.value(kGroup, kRates);
    if (!rates.is_object())
        rates = nlohmann::json::object();
    rates[rateKey(job.level, !job.imatrix.isEmpty())] = bytes / seconds;
    m_list.set(kGroup, kRates, std::move(rates));
}

void ConvertJobsViewModel::setState(int index, ConvertState state)
{
    ConvertJob job = m_active.row(index);
    job.state = state;
    job.problem = {};
    job.closed = false;
    job.tensor = 0;
    job.progress = {};
    m_active.replace(index, std::move(job));
    save();
    Q_EMIT changed();
}

void ConvertJobsViewModel::dropChild(const QString &id)
{
    if (const auto child = m_children.find(id); child != m_children.end()) {
        child->second.release()->deleteLater();
        m_children.erase(child);
    }
}

void ConvertJobsViewModel::save()
{
    nlohmann::json list = nlohmann::json::array();
    for (const auto *rows : {&m_active.rows(), &m_finished.rows()}) {
        for (const ConvertJob &job : *rows)
            list.push_back(toJson(job));
    }
    m_list.set(kGroup, kName, std::move(list));
}

int ConvertJobsViewModel::indexOf(const QString &id) const
{
    const auto &rows = m_active.rows();
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&id](const ConvertJob &job) { return job.id() == id; });
    return found == rows.end() ? -1 : static_cast<int>(found - rows.begin());
}

} // namespace snug::ui
