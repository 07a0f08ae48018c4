// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/engine_session.h"

#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <QFileInfo>
#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr auto kGroup = "engine";
const QLatin1String kRemote("remote:");

// 32 random bytes in hexadecimal.
QString newApiKey()
{
    std::array<quint32, 8> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    QString key;
    for (const quint32 word : words)
        key += u"%1"_s.arg(word, 8, 16, QLatin1Char('0'));
    return key;
}

// An estimate: whole seconds are exact enough.
QString timeLeft(double seconds)
{
    constexpr double kMinute = 60;
    return seconds < kMinute ? EngineSession::tr("%1 s").arg(static_cast<int>(std::ceil(seconds)))
                             : durationText(std::ceil(seconds));
}

} // namespace

EngineSession::EngineSession(QString program, SettingsFile &settings, QObject *parent)
    : QObject(parent), m_program(std::move(program)), m_settings(settings), m_loads(settings)
{
}

EngineSession::~EngineSession() = default;

QString EngineSession::state() const
{
    switch (m_state) {
    case State::None:
        return u"none"_s;
    case State::Loading:
        return u"loading"_s;
    case State::Ready:
        return u"ready"_s;
    case State::Stopping:
        return u"stopping"_s;
    case State::Failed:
        return u"failed"_s;
    }
    return {};
}

QString EngineSession::modelName() const
{
    if (!m_report.modelName.isEmpty())
        return m_report.modelName;
    return remote() ? tr("Remote engine") : QFileInfo(m_path).completeBaseName();
}

QString EngineSession::remotePath(const QString &id)
{
    return kRemote + id;
}

bool EngineSession::isRemote(const QString &path)
{
    return path.startsWith(kRemote);
}

QString EngineSession::settingsPath() const
{
    const QString path = lastModelPath();
    return isRemote(path) ? QString() : path;
}

LoadSettings EngineSession::wanted() const
{
    return m_loads.of(settingsPath());
}

void EngineSession::setWanted(const LoadSettings &settings)
{
    const LoadSettings before = wanted();
    m_loads.keep(settingsPath(), settings);
    if (wanted() != before)
        Q_EMIT wantedChanged();
}

void EngineSession::setContextSizeWanted(int tokens)
{
    LoadSettings settings = wanted();
    settings.context = tokens;
    setWanted(settings);
}

void EngineSession::setGpuLayersWanted(int layers)
{
    LoadSettings settings = wanted();
    settings.gpuLayers = layers;
    setWanted(settings);
}

void EngineSession::takeScales(std::vector<LoraChoice> loras)
{
    m_loadedWith.loras = std::move(loras);
    Q_EMIT wantedChanged();
}

void EngineSession::noteTimings(const chat::Timings &timings)
{
    m_timings = timings;
    Q_EMIT timingsChanged();
}

double EngineSession::loadProgress() const
{
    if (m_state != State::Loading || m_progress.total <= 0)
        return -1;
    return std::clamp(static_cast<double>(m_progress.done) / static_cast<double>(m_progress.total), 0.0, 1.0);
}

QString EngineSession::loadTitle() const
{
    if (m_state == State::Stopping)
        return tr("Unloading %1").arg(modelName());
    if (m_state != State::Loading)
        return {};
    return remote() ? tr("Connecting") : tr("Loading %1").arg(modelName());
}

QString EngineSession::loadDetail() const
{
    if (m_state != State::Loading)
        return {};
    if (remote())
        return tr("Asking the server for its models");
    if (m_progress.total <= 0)
        return m_progress.stage == "checking the file"_L1 ? tr("Checking the file")
                                                          : tr("Starting the engine");
    QString amount;
    if (m_progress.unit == "bytes"_L1)
        amount = tr("%1 of %2").arg(bytesText(m_progress.done), bytesText(m_progress.total));
    else
        amount = tr("%1 %").arg(qRound(100 * loadProgress()));
    if (m_progress.etaSeconds < 1)
        return amount;
    //: amount done, then the time that is left
    return tr("%1, %2 left").arg(amount, timeLeft(m_progress.etaSeconds));
}

QString EngineSession::statusText() const
{
    if (m_state != State::Ready)
        return {};
    QStringList parts;
    if (!m_report.level.isEmpty())
        parts.append(m_report.level);
    parts.append(m_report.where);
    if (const double bytes = m_report.bytesTogether(); bytes > 0)
        parts.append(bytesText(static_cast<std::int64_t>(bytes)));
    return parts.join(u" · "_s);
}

QVariantList EngineSession::memory() const
{
    return memoryToList(m_report.memory);
}

QString EngineSession::lastModelPath() const
{
    return m_path.isEmpty() ? m_settings.text(kGroup, "last_model") : m_path;
}

qint64 EngineSession::processId() const
{
    return m_child ? m_child->processId() : 0;
}

void EngineSession::load(const QString &path)
{
    if (path.isEmpty() || (path == m_path && (m_state == State::Ready || m_state == State::Loading)))
        return;
    m_nextPath = path;
    if (m_child)
        stopChild();
    else
        start();
}

void EngineSession::reload()
{
    m_nextPath = lastModelPath();
    if (m_nextPath.isEmpty())
        return;
    if (m_child)
        stopChild();
    else
        start();
}

void EngineSession::unload()
{
    m_nextPath.clear();
    if (m_child) {
        stopChild();
        return;
    }
    ++m_attempts;
    m_problem = {};
    m_endpoint = {};
    clearReport();
    setState(State::None);
}

void EngineSession::cancelLoad()
{
    if (m_state == State::Loading)
        unload();
}

WorkerCommand EngineSession::command() const
{
    // Whatever projector fits and lies beside the model: then it sees.
    const QStringList arguments =
        QStringList{u"serve"_s, m_path, u"--json"_s, u"--mmproj"_s, u"auto"_s} + serveArguments(m_loadedWith);
    QMap<QString, QString> variables = environment();
    variables.insert(u"SNUG_API_KEY"_s, m_endpoint.apiKey);
    return {m_program, arguments, variables};
}

// What m_nextPath names.
void EngineSession::start()
{
    m_path = std::exchange(m_nextPath, {});
    if (!m_besideTheChat)
        m_settings.set(kGroup, "last_model", toUtf8(m_path));
    clearReport();
    m_problem = {};
    m_progress = {};
    Q_EMIT wantedChanged(); // of another model
    if (remote())
        connectRemote();
    else
        startChild();
}

void EngineSession::startChild()
{
    m_endpoint = {{}, newApiKey(), {}, chat::Dialect::LlamaCpp};
    m_loadedWith = m_loads.of(m_path);
    m_timings.reset();
    m_child = std::make_unique<WorkerProcess>(command());
    connect(m_child.get(), &WorkerProcess::progressed, this, [this](const WorkerProgress &progress) {
        m_progress = progress;
        Q_EMIT loadProgressChanged();
    });
    connect(m_child.get(), &WorkerProcess::ready, this, &EngineSession::onReady);
    connect(m_child.get(), &WorkerProcess::finished, this, &EngineSession::onFinished);
    setState(State::Loading);
    Q_EMIT modelChanged();
    m_child->start();
}

void EngineSession::connectRemote()
{
    const int attempt = ++m_attempts;
    m_endpoint = {};
    setState(State::Loading);
    Q_EMIT loadProgressChanged(); // of an attempt after another one
    Q_EMIT modelChanged();
    m_openRemote(m_path.mid(kRemote.size()), [this, attempt](const Result<RemoteSession> &session) {
        if (attempt == m_attempts && m_state == State::Loading && remote())
            onConnected(session);
    });
}

void EngineSession::onConnected(const Result<RemoteSession> &session)
{
    if (!session) {
        fail(problemFrom(session.error()));
        return;
    }
    m_endpoint = session->endpoint;
    m_report = session->report;
    becomeReady();
}

void EngineSession::stopChild()
{
    if (m_state == State::Stopping)
        return;
    setState(State::Stopping);
    m_child->cancel();
}

void EngineSession::onReady(const QJsonObject &server)
{
    if (m_state != State::Loading)
        return;
    m_endpoint.url = server["url"_L1].toString();
    m_report = engineReportFrom(server);
    becomeReady();
}

void EngineSession::becomeReady()
{
    setState(State::Ready);
    Q_EMIT modelChanged();
    Q_EMIT reportChanged();
}

void EngineSession::fail(const Problem &problem)
{
    m_problem = problem;
    setState(State::Failed);
    Q_EMIT failed();
}

void EngineSession::onFinished(const Outcome &outcome)
{
    const bool asked = m_state == State::Stopping;
    // Inside the child's own signal it must not be destroyed.
    m_child.release()->deleteLater();
    m_endpoint = {};
    clearReport();
    if (asked) {
        if (m_nextPath.isEmpty())
            setState(State::None);
        else
            start();
        return;
    }
    Problem problem = outcome ? problemFrom({ErrorKind::WorkerCrashed, "The engine ended by itself.", {}, {}})
                              : problemFrom(outcome.error());
    if (problem.hint.isEmpty())
        problem.hint = m_besideTheChat ? tr("The next question starts the engine again.")
                                       : tr("Your text is kept. Press Reload to start the engine again.");
    fail(problem);
}

void EngineSession::setState(State state)
{
    if (state == m_state)
        return;
    m_state = state;
    Q_EMIT stateChanged();
    Q_EMIT loadProgressChanged();
}

void EngineSession::clearReport()
{
    if (m_report == EngineReport())
        return;
    // The name outlives the engine: the banner and the header go on naming the model.
    EngineReport empty;
    empty.modelName = m_nextPath.isEmpty() || m_nextPath == m_path ? m_report.modelName : QString();
    empty.level = empty.modelName.isEmpty() ? QString() : m_report.level;
    m_report = empty;
    Q_EMIT reportChanged();
}

} // namespace snug::ui
