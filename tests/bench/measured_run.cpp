// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/bench/measured_run.h"

#include <QElapsedTimer>
#include <QFile>
#include <QThread>

#include <algorithm>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <vector>

extern char **environ; // NOLINT: POSIX declares it nowhere

namespace snug::bench {
namespace {

double secondsOf(const timeval &time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// RssAnon of Linux.
std::int64_t privateBytesOf(pid_t process)
{
    QFile status(QStringLiteral("/proc/%1/status").arg(process));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray text = status.readAll();
    const qsizetype at = text.indexOf("RssAnon:");
    return at < 0 ? 0 : text.mid(at + 8, text.indexOf("kB", at) - at - 8).trimmed().toLongLong() * 1024;
}

std::optional<pid_t> start(const QString &program, const QStringList &arguments)
{
    std::vector<QByteArray> texts = {QFile::encodeName(program)};
    for (const QString &argument : arguments)
        texts.push_back(argument.toUtf8());
    std::vector<char *> pointers;
    for (QByteArray &text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int stream : {1, 2})
        posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0);
    pid_t process = 0;
    const int failed = posix_spawn(&process, pointers.front(), &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed == 0 ? std::optional(process) : std::nullopt;
}

} // namespace

std::optional<MeasuredRun> measureRun(const QString &program, const QStringList &arguments)
{
    QElapsedTimer clock;
    clock.start();
    const auto process = start(program, arguments);
    if (!process)
        return std::nullopt;
    MeasuredRun run;
    int status = 0;
    rusage usage = {};
    while (wait4(*process, &status, WNOHANG, &usage) == 0) {
        run.privateBytes = std::max(run.privateBytes, privateBytesOf(*process));
        QThread::msleep(10);
    }
    run.seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
    run.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    run.processorSeconds = secondsOf(usage.ru_utime) + secondsOf(usage.ru_stime);
#if defined(__APPLE__)
    run.residentBytes = usage.ru_maxrss;
#else
    run.residentBytes = static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
#endif
    if (run.privateBytes == 0)
        run.privateBytes = run.residentBytes;
    return run;
}

} // namespace snug::bench
