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
    for (Line &line : m_lines) {
        line.patience.setSingleShot(true);
        line.patience.setInterval(kPatience);
        connect(&line.patience, &QTimer::timeout, this, [this, &line] {
            line.underWay = 0;
            write(line);
        });
    }
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
    for (Line &line : m_lines)
        line.underWay = 0;
    m_child = std::make_unique<WorkerProcess>(std::move(command));
    connect(m_child.get(), &WorkerProcess::progressed, this, &FitWorker::progressed);
    connect(m_child.get(), &WorkerProcess::ready, this, [this](const QJsonObject &event) {
        m_ready = true;
        Q_EMIT becameReady(event);
        writeAll();
    });
    connect(m_child.get(), &WorkerProcess::said, this, &FitWorker::onSaid);
    connect(m_child.get(), &WorkerProcess::finished, this, &FitWorker::onFinished);
    m_child->start();
}

void FitWorker::ask(Subject subject, QJsonObject question)
{
    const int id = ++m_lastId;
    question["id"_L1] = id;
    // The child lets the newest question of each asker win.
    question["asker"_L1] = subject == Subject::Main ? u"main"_s : u"other machine"_s;
    Line &line = lineOf(subject);
    line.question = std::move(question);
    line.id = id;
    line.waiting = true;
    write(line);
}

void FitWorker::forget(Subject subject)
{
    Line &line = lineOf(subject);
    line.question = {};
    line.id = 0;
    line.waiting = false;
}

void FitWorker::write(Line &line)
{
    if (!m_ready || line.underWay != 0 || !line.waiting)
        return;
    line.waiting = false;
    line.underWay = line.id;
    line.patience.start();
    m_child->send(line.question);
}

void FitWorker::writeAll()
{
    for (Line &line : m_lines)
        write(line);
}

void FitWorker::onSaid(const QJsonObject &event)
{
    const int id = event["id"_L1].toInt();
    const QString name = event["event"_L1].toString();
    for (Line &line : m_lines) {
        if (id != 0 && id == line.underWay && name != "level"_L1) {
            line.underWay = 0;
            line.patience.stop();
        }
    }
    for (const Subject subject : {Subject::OtherMachine, Subject::Main}) {
        if (id == 0 || lineOf(subject).id != id)
            continue;
        // Another machine's are answered without the engine.
        if (name == "answered"_L1 && subject == Subject::Main)
            m_deaths = 0;
        Q_EMIT said(subject, event);
        break;
    }
    writeAll();
}

void FitWorker::onFinished(const Outcome &outcome)
{
    m_child.release()->deleteLater();
    m_ready = false;
    for (Line &line : m_lines)
        line.patience.stop();
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
