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
    if (m_fit.state() == u"ready" && made() != nullptr && !m_source.atHub() && asked() != m_asked)
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
    if (m_source.atHub() || made() == nullptr)
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
    m_check.start(arguments, {}, [this, was = m_asked](const Outcome &outcome) {
        if (was == m_asked)
            onPlanned(outcome);
        Q_EMIT changed();
    });
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
    const std::int64_t needed = fileBytes() - (planned() ? wholeNumber(m_plan["resumed_bytes"_L1]) : 0);
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
    if (m_source.atHub())
        return {};
    if (m_problem.present)
        return m_problem.message;
    return planned() ? QString() : tr("Checking the source");
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
