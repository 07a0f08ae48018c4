// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/worker/worker_process.h"

#include "core/base/events.h"
#include "ui/worker/child_ending.h"

#include <QJsonDocument>
#include <QProcessEnvironment>

#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr std::chrono::milliseconds kProgressInterval{33};
// Where hub::readEnvironment finds an access token, or the name of a file with one.
constexpr std::array kHubTokenVariables = {"HF_TOKEN"_L1, "HUGGING_FACE_HUB_TOKEN"_L1, "HF_TOKEN_PATH"_L1};

WorkerProgress progressOf(const QJsonObject &event)
{
    return {event["stage"_L1].toString(), event["done"_L1].toInteger(), event["total"_L1].toInteger(-1),
            event["unit"_L1].toString(),  event["rate"_L1].toDouble(),  event["eta_s"_L1].toDouble(-1)};
}

} // namespace

WorkerProcess::WorkerProcess(WorkerCommand command, QObject *parent)
    : QObject(parent), m_command(std::move(command)), m_lines(static_cast<qsizetype>(events::kMaxLineBytes))
{
    m_ladder.setSingleShot(true);
    m_progressTimer.setSingleShot(true);
    connect(&m_ladder, &QTimer::timeout, this, &WorkerProcess::stopHarder);
    connect(&m_progressTimer, &QTimer::timeout, this, &WorkerProcess::flushProgress);
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &WorkerProcess::onOutput);
    connect(&m_process, &QProcess::readyReadStandardError, this,
            [this] { m_log.add(m_process.readAllStandardError()); });
    connect(&m_process, &QProcess::errorOccurred, this, &WorkerProcess::onProcessError);
    connect(&m_process, &QProcess::finished, this, &WorkerProcess::onProcessFinished);
}

WorkerProcess::~WorkerProcess()
{
    m_process.disconnect(this);
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.closeWriteChannel();
    m_process.kill();
    m_process.waitForFinished();
}

void WorkerProcess::start()
{
    if (m_state != State::Idle)
        return;
    m_state = State::Running;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const auto &name : kHubTokenVariables) {
        if (!m_command.talksToHub)
            environment.remove(name);
    }
    for (auto entry = m_command.environment.cbegin(); entry != m_command.environment.cend(); ++entry)
        environment.insert(entry.key(), entry.value());
    m_process.setProcessEnvironment(environment);
    m_process.start(m_command.program, m_command.arguments, QIODevice::ReadWrite);
}

void WorkerProcess::cancel()
{
    if (m_state == State::Idle) {
        end(fail(ErrorKind::Cancelled, "Cancelled."));
        return;
    }
    if (m_state != State::Running)
        return;
    m_state = State::Stopping;
    m_process.closeWriteChannel();
    m_ladder.start(m_command.patience);
}

void WorkerProcess::send(const QJsonObject &line)
{
    if (m_state == State::Running)
        m_process.write(QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n');
}

void WorkerProcess::stopHarder()
{
    if (m_terminated) {
        m_process.kill();
        return;
    }
    m_terminated = true;
    m_process.terminate();
    m_ladder.start(m_command.patience);
}

void WorkerProcess::onOutput()
{
    const QByteArray bytes = m_process.readAllStandardOutput();
    if (m_broken)
        return;
    if (!m_lines.add(bytes, [this](QByteArrayView line) { onLine(line); }) && !m_broken) {
        breakOff({ErrorKind::Protocol,
                  "The engine sent a line without an end.",
                  {{"limit", static_cast<std::int64_t>(events::kMaxLineBytes)}},
                  {}});
    }
}

void WorkerProcess::onLine(QByteArrayView line)
{
    if (m_broken || m_answer)
        return;
    const QJsonObject event = QJsonDocument::fromJson(line.toByteArray()).object();
    if (event["event"_L1].toString().isEmpty()) {
        breakOff({ErrorKind::Protocol,
                  "The engine sent a line that is no event.",
                  {{"line", line.first(std::min<qsizetype>(line.size(), 200)).toByteArray().toStdString()}},
                  {}});
        return;
    }
    onEvent(event, line);
}

void WorkerProcess::onEvent(const QJsonObject &event, QByteArrayView line)
{
    const QString name = event["event"_L1].toString();
    if (name == "progress"_L1) {
        m_progress = progressOf(event);
        if (!m_progressTimer.isActive())
            m_progressTimer.start(kProgressInterval);
    } else if (name == "ready"_L1) {
        flushProgress();
        Q_EMIT ready(event);
    } else if (name == "result"_L1) {
        m_answer = event;
    } else if (name == "error"_L1) {
        // Only core knows how an error is written.
        const auto parsed = events::parseLine({line.data(), static_cast<std::size_t>(line.size())});
        m_answer = tl::make_unexpected(parsed ? events::parseError(*parsed) : parsed.error());
    } else if (name != "log"_L1) {
        Q_EMIT said(event);
    }
}

void WorkerProcess::flushProgress()
{
    m_progressTimer.stop();
    if (const auto progress = std::exchange(m_progress, std::nullopt))
        Q_EMIT progressed(*progress);
}

void WorkerProcess::breakOff(Error error)
{
    m_broken = std::move(error);
    m_state = State::Stopping;
    m_process.kill();
}

void WorkerProcess::onProcessError(QProcess::ProcessError error)
{
    if (error != QProcess::FailedToStart)
        return;
    end(fail(
        ErrorKind::NotFound, "The engine could not be started.",
        {{"program", m_command.program.toStdString()}, {"reason", m_process.errorString().toStdString()}},
        "Install Snug again: its program snug-cli is missing or damaged."));
}

void WorkerProcess::onProcessFinished(int exitCode, QProcess::ExitStatus status)
{
    onOutput();
    m_log.add(m_process.readAllStandardError());
    // What a crash cut off is no message.
    if (status == QProcess::NormalExit)
        m_lines.finish([this](QByteArrayView line) { onLine(line); });
    end(classify(exitCode, status));
}

Outcome WorkerProcess::classify(int exitCode, QProcess::ExitStatus status) const
{
    if (m_broken) {
        Error error = *m_broken;
        error.detail.emplace_back("log", log().toStdString());
        return tl::make_unexpected(std::move(error));
    }
    if (m_answer && m_answer->has_value())
        return *m_answer;
    if (m_state == State::Stopping)
        return fail(ErrorKind::Cancelled, "Cancelled.");
    if (m_answer) {
        Error error = m_answer->error();
        error.detail.emplace_back("log", log().toStdString());
        return tl::make_unexpected(std::move(error));
    }
    return tl::make_unexpected(explainEnding({status == QProcess::CrashExit, exitCode, log()}));
}

void WorkerProcess::end(Outcome outcome)
{
    if (m_state == State::Finished)
        return;
    m_ladder.stop();
    m_state = State::Finished;
    // Never from inside start() or cancel(), where the caller is not ready to be told.
    QMetaObject::invokeMethod(
        this,
        [this, outcome = std::move(outcome)] {
            flushProgress();
            Q_EMIT finished(outcome);
        },
        Qt::QueuedConnection);
}

} // namespace snug::ui
