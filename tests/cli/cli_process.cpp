// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/cli/cli_process.h"

#include <QElapsedTimer>
#include <QJsonDocument>

#include <csignal>

namespace snug::test {
namespace {

constexpr int kPatienceMs = 60'000;

Ended endOf(QProcess &process, QByteArray out)
{
    out += process.readAllStandardOutput();
    return {process.exitCode(), process.exitStatus() == QProcess::CrashExit, out,
            process.readAllStandardError()};
}

} // namespace

QList<QJsonObject> Ended::events() const
{
    QList<QJsonObject> found;
    for (const QByteArray &line : out.split('\n')) {
        if (line.isEmpty())
            continue;
        const QJsonObject event = QJsonDocument::fromJson(line).object();
        if (!event.value(QStringLiteral("event")).isString())
            return {};
        found += event;
    }
    return found;
}

QJsonObject Ended::last() const
{
    const auto all = events();
    return all.isEmpty() ? QJsonObject() : all.last();
}

Ended runProgram(const QString &program, const QStringList &arguments, Input input, const QByteArray &text)
{
    QProcess process;
    if (input == Input::Nothing)
        process.setStandardInputFile(QProcess::nullDevice());
    process.start(program, arguments);
    if (!text.isEmpty()) {
        process.write(text);
        process.closeWriteChannel();
    }
    if (!process.waitForFinished(kPatienceMs)) {
        process.kill();
        process.waitForFinished();
    }
    return endOf(process, {});
}

Running::Running(const QString &program, const QStringList &arguments)
{
    m_process.start(program, arguments);
    m_process.waitForStarted();
}

Running::~Running()
{
    m_process.kill();
    m_process.waitForFinished();
}

QJsonObject Running::waitForEvent(const QString &event)
{
    QElapsedTimer patience;
    patience.start();
    while (patience.elapsed() < kPatienceMs) {
        for (qsizetype end = m_out.indexOf('\n', m_read); end >= 0; end = m_out.indexOf('\n', m_read)) {
            const QJsonObject found = QJsonDocument::fromJson(m_out.mid(m_read, end - m_read)).object();
            m_read = end + 1;
            if (found.value(QStringLiteral("event")).toString() == event)
                return found;
        }
        if (m_process.state() == QProcess::NotRunning && m_process.bytesAvailable() == 0)
            break;
        m_process.waitForReadyRead(100);
        m_out += m_process.readAllStandardOutput();
    }
    return {};
}

Ended Running::waitForEnd(int milliseconds)
{
    if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(milliseconds))
        return {};
    return endOf(m_process, m_out);
}

void Running::signal(int number)
{
    // A process that did not start has the number 0, which would mean this one and its parents.
    if (m_process.processId() > 0)
        ::kill(static_cast<pid_t>(m_process.processId()), number);
}

} // namespace snug::test
