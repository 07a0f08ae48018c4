// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/worker/fit_worker.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr int kMostDeaths = 2;
// A first answer is a matter of microseconds; a question that takes longer is superseded, not waited for.
constexpr std::chrono::milliseconds kPatience{250};
// How long a child may take to leave when nobody listens any more.
constexpr std::chrono::milliseconds kLeaving{500};

// Ended by itself rather than by an answer of its own.
bool isDeath(const Error &error)
{
    return error.kind == ErrorKind::WorkerCrashed || error.kind == ErrorKind::OutOfMemory ||
           error.kind == ErrorKind::Protocol;
}

} // namespace

FitWorker::FitWorker(Command command, QObject *parent) : QObject(parent), m_command(std::move(command))
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatience);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        m_underWay = 0;
        writeNext();
    });
}

FitWorker::~FitWorker()
{
    if (!m_child)
        return;
    // It outlives this object for as long as it takes to leave, but not the program.
    WorkerProcess *child = m_child.release();
    child->disconnect(this);
    child->setParent(QCoreApplication::instance());
    connect(child, &WorkerProcess::finished, child, &QObject::deleteLater);
    child->cancel();
}

void FitWorker::start()
{
    if (!m_child)
        launch();
}

void FitWorker::launch()
{
    WorkerCommand command = m_command();
    command.patience = kLeaving;
    m_ready = false;
    m_underWay = 0;
    m_child = std::make_unique<WorkerProcess>(std::move(command));
    connect(m_child.get(), &WorkerProcess::progressed, this, &FitWorker::progressed);
    connect(m_child.get(), &WorkerProcess::ready, this, [this](const QJsonObject &event) {
        m_ready = true;
        Q_EMIT becameReady(event);
        writeNext();
    });
    connect(m_child.get(), &WorkerProcess::said, this, &FitWorker::onSaid);
    connect(m_child.get(), &WorkerProcess::finished, this, &FitWorker::onFinished);
    m_child->start();
}

void FitWorker::ask(Subject subject, QJsonObject question)
{
    const int id = ++m_lastId;
    question["id"_L1] = id;
    lineOf(subject) = {std::move(question), id, true};
    writeNext();
}

void FitWorker::forget(Subject subject)
{
    lineOf(subject) = {};
}

void FitWorker::writeNext()
{
    if (!m_ready || m_underWay != 0)
        return;
    for (Line &line : m_lines) {
        if (!line.waiting)
            continue;
        line.waiting = false;
        m_underWay = line.id;
        m_patience.start();
        m_child->send(line.question);
        return;
    }
}

void FitWorker::onSaid(const QJsonObject &event)
{
    const int id = event["id"_L1].toInt();
    if (id == m_underWay && event["event"_L1].toString() != "level"_L1) {
        m_underWay = 0;
        m_patience.stop();
    }
    for (const Subject subject : {Subject::OtherMachine, Subject::Main}) {
        const Line &line = lineOf(subject);
        if (id == 0 || line.id != id)
            continue;
        if (event["event"_L1].toString() == "answered"_L1)
            m_deaths = 0;
        Q_EMIT said(subject, event);
        break;
    }
    writeNext();
}

void FitWorker::onFinished(const Outcome &outcome)
{
    m_child.release()->deleteLater();
    m_ready = false;
    m_patience.stop();
    const Error reason = outcome
                             ? Error{ErrorKind::Protocol, "The engine ended before it was asked to.", {}, {}}
                             : outcome.error();
    if (!isDeath(reason) || ++m_deaths >= kMostDeaths) {
        Q_EMIT ended(reason);
        return;
    }
    for (Line &line : m_lines)
        line.waiting = !line.question.isEmpty();
    launch();
    Q_EMIT restarted(reason);
}

} // namespace snug::ui
