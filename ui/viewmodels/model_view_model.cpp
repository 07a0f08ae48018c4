// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/model_view_model.h"

#include "core/base/events.h"
#include "ui/viewmodels/level_words.h"
#include "ui/viewmodels/model_answer.h"
#include "ui/viewmodels/text.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

// How good a verdict is for a first choice.
int rank(const LevelFit &fit)
{
    return fit.verdict == u"fits" ? 3 : fit.verdict == u"partly" ? 2 : fit.verdict == u"cpu" ? 1 : 0;
}

Problem problemFromJson(const QJsonObject &error)
{
    const QByteArray line = QJsonDocument(error).toJson(QJsonDocument::Compact);
    const auto parsed = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    return problemFrom(events::parseError(parsed));
}

} // namespace

ModelViewModel::ModelViewModel(QString program, HubEnvironment hub, Held held, QObject *parent)
    : QObject(parent), m_program(std::move(program)), m_hub(std::move(hub)), m_held(std::move(held))
{
    m_teller.setSingleShot(true);
    m_teller.setInterval(0);
    connect(&m_teller, &QTimer::timeout, this, &ModelViewModel::changed);
    connect(&m_companions, &FitCompanions::chosen, this, [this] {
        FitRequest request = m_request;
        request.projector = m_companions.projector();
        request.draft = m_companions.draft();
        request.adapters = m_companions.adapters();
        change(request);
    });
}

ModelViewModel::~ModelViewModel() = default;

QString ModelViewModel::state() const
{
    if (m_repository.isEmpty() && m_path.isEmpty())
        return u"none"_s;
    if (m_problem.present && !m_fitted)
        return m_problem.kind == u"network" ? u"offline"_s : u"error"_s;
    return m_fitted ? u"ready"_s : u"loading"_s;
}

QString ModelViewModel::name() const
{
    if (const QString name = shortText(m_ready["model"_L1].toObject()["name"_L1]); !name.isEmpty())
        return name;
    return m_path.isEmpty() ? m_repository.section(u'/', -1) : QFileInfo(m_path).completeBaseName();
}

QString ModelViewModel::facts() const
{
    const QString facts = modelFacts(m_ready["model"_L1].toObject());
    return facts.isEmpty() ? m_repository.section(u'/', 0, 0) : facts;
}

QJsonObject ModelViewModel::inspected() const
{
    return m_ready["model"_L1].toObject();
}

std::int64_t ModelViewModel::trainedContext() const
{
    return wholeNumber(m_ready["model"_L1].toObject()["context_length"_L1]);
}

void ModelViewModel::openRepository(const QString &repository, const QString &label)
{
    close();
    m_repository = repository;
    m_selected = label;
    m_chosen = !label.isEmpty();
    m_companions.begin(folder());
    open();
}

void ModelViewModel::openFile(const QString &path, const QString &label)
{
    close();
    m_path = path;
    m_selected = label;
    m_chosen = !label.isEmpty();
    m_companions.begin(folder());
    open();
}

void ModelViewModel::close()
{
    m_worker.reset();
    m_repository.clear();
    m_path.clear();
    m_selected.clear();
    m_chosen = false;
    m_ready = {};
    m_request = {};
    m_otherMachine.clear();
    m_advice = {};
    m_suggestions = {};
    m_hopeless.clear();
    m_companions.begin({});
    m_table.clear();
    m_fitted = false;
    tell();
}

void ModelViewModel::reload()
{
    if (!m_repository.isEmpty() || !m_path.isEmpty())
        open();
}

QString ModelViewModel::folder() const
{
    QString file = m_path;
    if (file.isEmpty() && m_held && !m_repository.isEmpty()) {
        const QMap<QString, QString> paths = m_held(m_repository);
        file = paths.isEmpty() ? QString() : paths.first();
    }
    const QFileInfo info(file);
    return file.isEmpty() ? QString() : info.isDir() ? file : info.path();
}

void ModelViewModel::open()
{
    m_stage.clear();
    m_notice.clear();
    m_problem = {};
    m_refusal = {};
    m_machineRefusal = {};
    m_otherRefusal = {};
    m_busy = true;
    m_heard = false;
    m_preliminary = false;
    m_speedMissing = false;
    refreshHeld();
    m_worker = std::make_unique<FitWorker>([this] {
        const QStringList arguments{u"fit"_s, u"--follow"_s, u"--json"_s, u"--"_s,
                                    m_path.isEmpty() ? m_repository : m_path};
        // A file of this computer is nothing that the Hub needs to hear of.
        WorkerCommand command = m_path.isEmpty() ? hubCommand(m_program, arguments, m_hub)
                                                 : WorkerCommand{m_program, arguments, {}};
        command.environment.insert(variablesOf(m_environment));
        return command;
    });
    connect(m_worker.get(), &FitWorker::progressed, this, [this](const WorkerProgress &progress) {
        QString stage = progress.stage.first(std::min(progress.stage.size(), kLongestText));
        if (!stage.isEmpty())
            stage[0] = stage[0].toUpper();
        m_stage = progress.total > 0 && progress.unit == u"bytes"
                      ? tr("%1, %2 of %3").arg(stage, bytesText(progress.done), bytesText(progress.total))
                      : stage;
        tell();
    });
    connect(m_worker.get(), &FitWorker::becameReady, this, &ModelViewModel::onReady);
    connect(m_worker.get(), &FitWorker::said, this, &ModelViewModel::onSaid);
    connect(m_worker.get(), &FitWorker::restarted, this, [this](const Error &reason) {
        m_notice = tr("%1 It was started again and asked again.").arg(problemFrom(reason).message);
        m_busy = true;
        m_overview = false;
        tell();
    });
    connect(m_worker.get(), &FitWorker::ended, this, &ModelViewModel::onEnded);
    m_worker->start();
    tell();
}

void ModelViewModel::tell()
{
    m_teller.start();
}

void ModelViewModel::dismissNotice()
{
    m_notice.clear();
    tell();
}

void ModelViewModel::refreshHeld()
{
    QMap<QString, QString> paths;
    if (m_held && !m_repository.isEmpty())
        paths = m_held(m_repository);
    m_table.setHeld(paths);
    tell();
}

void ModelViewModel::ask()
{
    if (!m_worker || !m_heard)
        return;
    QStringList exactly;
    for (const LevelRow &row : m_table.shown())
        exactly.append(row.label);
    if (!m_selected.isEmpty()) {
        exactly.removeOne(m_selected);
        exactly.prepend(m_selected);
    }
    m_busy = true;
    m_overview = false;
    m_worker->forget(FitWorker::Subject::OtherMachine);
    if (!m_otherMachine.isEmpty()) {
        FitRequest other = m_request;
        other.machine = m_otherMachine;
        other.device.clear();
        m_worker->ask(FitWorker::Subject::OtherMachine, toJson(other, {}));
    }
    m_worker->ask(FitWorker::Subject::Main, toJson(m_request, exactly));
    tell();
}

void ModelViewModel::change(const FitRequest &request)
{
    if (request == m_request || !live())
        return;
    m_request = request;
    ask();
}

void ModelViewModel::onReady(const QJsonObject &event)
{
    m_ready = event;
    listMachines();
    m_stage.clear();
    if (m_request.context == 0)
        m_request.context = static_cast<int>(std::clamp<std::int64_t>(
            wholeNumber(event["context"_L1]), FitRequest::kLeastContext, FitRequest::kMostContext));
    // After a restart the worker asks again by itself.
    if (!std::exchange(m_heard, true))
        ask();
    tell();
}

void ModelViewModel::onSaid(FitWorker::Subject subject, const QJsonObject &event)
{
    const QString name = event["event"_L1].toString();
    if (subject == FitWorker::Subject::OtherMachine) {
        onOther(event);
    } else if (name == u"fit") {
        onFit(event);
    } else if (name == u"level") {
        onLevel(event);
    } else if (name == u"suggestions" && event["level"_L1].toString() == m_selected) {
        takeSuggestions(event);
    } else if (name == u"refused") {
        m_refusal = problemFromJson(event["error"_L1].toObject());
        m_busy = m_busy && m_overview; // of one level, or of everything
    } else if (name == u"answered") {
        m_busy = false;
        m_speedMissing = !m_preliminary && lacksSpeed();
    }
    tell();
}

void ModelViewModel::onOther(const QJsonObject &event)
{
    const QString name = event["event"_L1].toString();
    if (name == u"fit") {
        m_table.takeOther(levelsFromJson(event["levels"_L1]));
        m_otherRefusal = {};
    } else if (name == u"refused") {
        m_table.takeOther({});
        m_otherRefusal = problemFromJson(event["error"_L1].toObject());
    }
}

void ModelViewModel::onFit(const QJsonObject &event)
{
    std::vector<LevelRow> rows = levelsFromJson(event["levels"_L1]);
    for (LevelRow &row : rows) {
        row.fit.context = m_request.context;
        row.fit.kvType = m_request.kvType;
    }
    // The first look at a repository is followed by the whole answer, with the levels that could be made.
    const bool preliminary = event["preliminary"_L1].toBool();
    m_companions.setOwnDraft(event["own_draft"_L1].toBool());
    const bool grew = std::exchange(m_preliminary, preliminary) && !preliminary;
    if (event["model"_L1].isObject())
        m_ready["model"_L1] = event["model"_L1];
    m_answered = m_request;
    m_overview = true;
    if (!preliminary)
        m_refusal = {};
    m_problem = {};
    m_table.take(std::move(rows));
    m_advice = event["advice"_L1].toObject();
    takeSuggestions(event);
    const bool first = !m_fitted;
    m_fitted = true;
    if (grew && !m_chosen)
        m_selected.clear();
    chooseLevel();
    // Only now is it known which levels there are to be exact about.
    if ((first || grew) && !m_table.shown().empty())
        ask();
}

void ModelViewModel::onLevel(const QJsonObject &event)
{
    auto row = levelFromJson(event["level"_L1].toObject());
    if (!row)
        return;
    row->fit.context = m_request.context;
    row->fit.kvType = m_request.kvType;
    m_table.takeOne(*row);
}

void ModelViewModel::onEnded(const Error &reason)
{
    m_problem = problemFrom(reason);
    m_stage.clear();
    m_busy = false;
    m_worker.release()->deleteLater();
    tell();
}

// What was chosen stays as long as it is there. Else, of the files that exist or else of what could be made,
// those that run best: what is advised among them, or the largest.
void ModelViewModel::chooseLevel()
{
    if (m_chosen && row() != nullptr) {
        m_table.keep(m_selected);
        return;
    }
    if (row() != nullptr)
        return;
    const auto &rows = m_table.shown();
    const bool some = std::any_of(rows.begin(), rows.end(), [](const LevelRow &row) { return row.exists; });
    const LevelRow *best = nullptr;
    for (const LevelRow &row : rows) {
        if (some && !row.exists)
            continue;
        const int better = best == nullptr ? 1 : rank(row.fit) - rank(best->fit);
        // Of those that run the largest, of those that do not the one that is nearest to it.
        const bool nearer = best != nullptr && (rank(row.fit) > 0 ? row.fileBytes > best->fileBytes
                                                                  : row.fileBytes < best->fileBytes);
        if (better > 0 || (better == 0 && nearer))
            best = &row;
    }
    const LevelRow *advised = m_table.find(shortText(m_advice["level"_L1]));
    if (advised != nullptr && best != nullptr && rank(advised->fit) == rank(best->fit) &&
        advised->exists == best->exists)
        best = advised;
    m_selected = best == nullptr ? QString() : best->label;
    m_table.keep(m_selected);
}

} // namespace snug::ui
