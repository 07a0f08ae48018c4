// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonObject>
#include <QList>
#include <QProcess>
#include <QStringList>

namespace snug::test {

// How a program of ours ended and what it said.
struct Ended {
    int exitCode = -1;
    bool crashed = false;
    QByteArray out;
    QByteArray err;

    // Every line of stdout as an event; empty if one is no JSON object with an "event".
    [[nodiscard]] QList<QJsonObject> events() const;
    [[nodiscard]] QJsonObject last() const;
};

enum class Input { Open, Nothing };

// Runs a program to its end, at most 60 seconds. Open: stdin is a pipe that stays open; Nothing: the null
// device. `text` is written to the pipe, which is then closed.
[[nodiscard]] Ended runProgram(const QString &program, const QStringList &arguments,
                               Input input = Input::Open, const QByteArray &text = {});

// A program that is still running; killed at the end.
class Running {
public:
    Running(const QString &program, const QStringList &arguments);
    ~Running();

    // Waits for an event of this kind on stdout; empty if the program ends or is silent for 60 seconds.
    [[nodiscard]] QJsonObject waitForEvent(const QString &event);
    [[nodiscard]] Ended waitForEnd(int milliseconds);
    void signal(int number);
    void write(const QByteArray &text) { m_process.write(text); }
    void closeInput() { m_process.closeWriteChannel(); }
    [[nodiscard]] qint64 processId() const { return m_process.processId(); }

private:
    QProcess m_process;
    QByteArray m_out;
    qsizetype m_read = 0; // of m_out, whole lines
};

} // namespace snug::test
