// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/convert_view_model.h"

#include "core/download/disk_space.h"
#include "ui/viewmodels/level_words.h"
#include "ui/viewmodels/text.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kBeforeCheck = 150ms; // arrows run through levels
constexpr int kMostNames = 1000;

// Of what is advised and what runs, the first that can be made.
const LevelRow *bestMakeable(const LevelTable &table, const QString &advised)
{
    const auto makeable = [](const LevelRow &row) { return !row.exists && row.canBeMade; };
    const LevelRow *row = table.find(advised);
    if (row != nullptr && makeable(*row))
        return row;
    const auto &rows = table.shown();
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const LevelRow &one) {
        return makeable(one) && runs(one.fit) && one.fit.verdict != u"no";
    });
    if (found != rows.end())
        return &*found;
    const auto any = std::find_if(rows.rbegin(), rows.rend(), makeable);
    return any == rows.rend() ? nullptr : &*any;
}

// The nearest folder that is there.
std::int64_t freeBytesAt(std::filesystem::path path)
{
    const auto volume = download::volumeOf(path);
    return volume ? volume->freeBytes : -1;
}

} // namespace

ConvertViewModel::ConvertViewModel(QString program, QString folder, ConvertJobsViewModel &jobs,
                                   HubEnvironment hub, QObject *parent)
    : QObject(parent)
    , m_folder(std::move(folder))
    , m_jobs(jobs)
    , m_hub(hub)
    , m_fit(program, std::move(hub))
    , m_check(program)
{
    m_checkTimer.setSingleShot(true);
    m_checkTimer.setInterval(kBeforeCheck);
    connect(&m_checkTimer, &QTimer::timeout, this, &ConvertViewModel::plan);
    connect(&m_fit, &ModelViewModel::changed, this, &ConvertViewModel::onFit);
    connect(&m_jobs, &ConvertJobsViewModel::changed, this, &ConvertViewModel::onJobs);
}

ConvertViewModel::~ConvertViewModel() = default;

QString ConvertViewModel::state() const
{
    return m_source.isNone() ? u"none"_s : m_fit.state();
}

QString ConvertViewModel::sourceKind() const
{
    const QString format = m_fit.inspected()["format"_L1].toString();
    return format == u"gguf" ? u"GGUF"_s : format == u"safetensors" ? format : QString();
}

const LevelRow *ConvertViewModel::made() const
{
    const LevelRow *row = m_fit.selectedLevel();
    return row != nullptr && !row->exists && row->canBeMade ? row : nullptr;
}

QString ConvertViewModel::level() const
{
    const LevelRow *row = made();
    return row == nullptr ? QString() : row->label;
}

QString ConvertViewModel::name() const
{
    return m_source.path.isEmpty() ? m_source.repository.section(u'/', -1) : m_fit.name();
}

QVariantList ConvertViewModel::facts() const
{
    QJsonObject inspected = m_fit.inspected();
    // Of several files of a repository these are of the one that was looked at.
    if (!m_source.file.isEmpty()) {
        inspected.remove(u"file_bytes"_s);
        inspected.remove(u"tensors"_s);
    }
    return convertFacts(inspected);
}

QVariantList ConvertViewModel::checks() const
{
    return convertChecks(m_source, m_fit.inspected(), m_plan);
}

void ConvertViewModel::openModel(ModelViewModel *model, const QString &commit)
{
    if (model == nullptr || model->state() != u"ready")
        return;
    ConvertSource source{model->path(), model->repository(), commit, {}};
    if (source.atHub() && !model->checkpoint()) {
        for (const LevelRow &row : model->table().all()) {
            if (row.exists && row.original)
                source.file = row.label;
        }
    }
    const int context = model->context();
    const QString workload = model->workload();
    const QString kvType = model->kvType();
    const LevelRow *row = model->selectedLevel();
    open(source, row != nullptr && !row->exists && row->canBeMade ? row->label : QString());
    m_fit.setContext(context);
    m_fit.setWorkload(workload);
    m_fit.setKvType(kvType);
}

void ConvertViewModel::openPath(const QString &path)
{
    open(QUrl::fromLocalFile(path));
}

void ConvertViewModel::open(const QUrl &url)
{
    const ConvertSource source = convertSourceAt(url);
    if (source.isNone()) {
        m_refused = tr("“%1” is neither a folder nor a GGUF file.").arg(url.fileName());
        Q_EMIT changed();
        return;
    }
    open(source, {});
}

void ConvertViewModel::open(const ConvertSource &source, const QString &level)
{
    close();
    m_source = source;
    m_chosen = !level.isEmpty();
    if (source.atHub())
        m_fit.openRepository(source.repository, level);
    else
        m_fit.openFile(source.path, level);
    lookAtDisk();
    Q_EMIT changed();
}

void ConvertViewModel::close()
{
    m_fit.close();
    m_source = {};
    m_imatrix.clear();
    m_refused.clear();
    m_chosen = false;
    m_diskFree = -1;
    forgetPlan();
    Q_EMIT changed();
}

void ConvertViewModel::forgetPlan()
{
    m_checkTimer.stop();
    m_check.cancel();
    m_asked = {};
    m_answered = {};
    m_plan = {};
    m_problem = {};
}

void ConvertViewModel::onFit()
{
    chooseMakeable();
    if (m_fit.state() == u"ready" && made() != nullptr && asked() != m_asked)
        checkAgain();
    Q_EMIT changed();
}

// A level that exists is no choice here; what a person chose stays.
void ConvertViewModel::chooseMakeable()
{
    if (m_fit.state() != u"ready" || made() != nullptr || m_chosen)
        return;
    const LevelRow *row = bestMakeable(m_fit.table(), m_fit.advice()[u"level"_s].toString());
    if (row == nullptr)
        return;
    m_chosen = true;
    m_fit.select(row->label);
}

void ConvertViewModel::onJobs()
{
    if (m_source.isNone())
        return;
    // The name that was free may be taken now, and what was in the list may be gone.
    const QString seen = u"%1 %2 %3"_s.arg(m_jobs.activeCount())
                             .arg(m_jobs.finishedCount())
                             .arg(m_jobs.stateOf(m_source.argument(), level(), m_imatrix));
    if (std::exchange(m_jobsSeen, seen) != seen)
        onFit();
}

ConvertViewModel::Asked ConvertViewModel::asked() const
{
    return {m_source.argument(), level(), m_imatrix, outputPath()};
}

void ConvertViewModel::checkAgain()
{
    // Of a GGUF file at the Hub all would have to be fetched first; of a checkpoint the small files.
    if (!m_source.file.isEmpty() || made() == nullptr)
        return;
    m_asked = asked();
    m_answered = {};
    m_problem = {};
    m_checkTimer.start();
    Q_EMIT changed();
}

void ConvertViewModel::plan()
{
    ConvertJob job;
    job.source = m_asked.source;
    job.level = m_asked.level;
    job.imatrix = m_asked.imatrix;
    job.output = m_asked.output;
    QStringList arguments = convertArguments(job);
    arguments.insert(1, u"--dry-run"_s);
    const auto done = [this, was = m_asked](const Outcome &outcome) {
        if (was == m_asked)
            onPlanned(outcome);
        Q_EMIT changed();
    };
    if (m_source.atHub())
        m_check.startAtHub(arguments, m_hub, {}, done);
    else
        m_check.start(arguments, {}, done);
    Q_EMIT changed();
}

void ConvertViewModel::onPlanned(const Outcome &outcome)
{
    m_answered = m_asked;
    m_plan = outcome ? *outcome : QJsonObject();
    m_problem = outcome ? Problem() : problemFrom(outcome.error());
}

void ConvertViewModel::lookAtDisk()
{
    m_disk = std::make_unique<BackgroundTask<std::int64_t>>(
        [path = toPath(m_folder)](const std::stop_token &) { return freeBytesAt(path / "model.gguf"); },
        [this](std::int64_t bytes) {
            m_diskFree = bytes;
            Q_EMIT changed();
        });
}

void ConvertViewModel::useImatrix(const QUrl &file)
{
    m_imatrix = file.toLocalFile();
    onFit();
}

void ConvertViewModel::clearImatrix()
{
    m_imatrix.clear();
    onFit();
}

// That of its job, or the first of "NAME.gguf", "NAME-2.gguf", ... that nothing has.
QString ConvertViewModel::outputPath() const
{
    const QString level = this->level();
    if (level.isEmpty())
        return {};
    if (const QString taken = m_jobs.outputOf(m_source.argument(), level, m_imatrix); !taken.isEmpty())
        return taken;
    const QString wanted = QDir(m_folder).filePath(convertFileName(name(), level));
    QString path = wanted;
    for (int number = 2; number < kMostNames && (m_jobs.takes(path) || QFileInfo::exists(path)); ++number)
        path = wanted.chopped(5) + u"-%1.gguf"_s.arg(number);
    return path;
}

QString ConvertViewModel::fileName() const
{
    return QFileInfo(outputPath()).fileName();
}

void ConvertViewModel::start()
{
    if (!canStart())
        return;
    ConvertJob job;
    job.source = m_source.argument();
    job.atHub = m_source.atHub();
    job.output = outputPath();
    job.level = level();
    job.imatrix = m_imatrix;
    job.name = m_fit.name();
    job.total = fileBytes();
    m_jobs.add(std::move(job));
}

} // namespace snug::ui
