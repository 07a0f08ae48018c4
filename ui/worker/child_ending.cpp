// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/worker/child_ending.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ChildEnding)
};

// Words that engines and drivers use when memory runs out.
bool ranOutOfMemory(const QString &log)
{
    static constexpr std::array kWords = {
        "out of memory",      "outofdevicememory",      "outofhostmemory",
        "bad_alloc",          "cannot allocate memory", "failed to allocate",
        "unable to allocate", "insufficient memory",    "alloc_failed",
    };
    return std::any_of(kWords.begin(), kWords.end(), [&log](const char *word) {
        return log.contains(QLatin1StringView(word), Qt::CaseInsensitive);
    });
}

// The text of the last failed assertion in the log, for example "GGML_ASSERT(n > 0) failed".
QString assertionText(const QString &log)
{
    static const QRegularExpression pattern(
        u"^.*?((?:GGML_ASSERT\\(.*\\) failed|GGML_ABORT.*|[^\\n]*Assertion .* failed.*|fatal error: .*|"
        "terminate called .*))$"_qs,
        QRegularExpression::MultilineOption);
    QString last;
    for (auto matches = pattern.globalMatch(log); matches.hasNext();)
        last = matches.next().captured(1).trimmed();
    return last.left(300);
}

Error error(ErrorKind kind, const QString &message, const QString &hint = {})
{
    return {kind, message.toStdString(), {}, hint.toStdString()};
}

Error explainCrash(const ChildEnding &ending)
{
    const QString assertion = assertionText(ending.log);
    if (!assertion.isEmpty())
        return error(ErrorKind::WorkerCrashed, Words::tr("The engine stopped: %1").arg(assertion));
#if defined(Q_OS_UNIX)
    if (ending.code == SIGKILL) {
        return error(
            ErrorKind::WorkerCrashed, Words::tr("The engine was killed (signal %1).").arg(ending.code),
            Words::tr("If nobody ended it, the system may have run out of memory: choose a smaller model or "
                      "context."));
    }
#endif
    const QString name = signalName(ending.code);
    return error(ErrorKind::WorkerCrashed,
                 name.isEmpty()
                     ? Words::tr("The engine crashed (code %1).").arg(ending.code)
                     : Words::tr("The engine crashed (signal %1, %2).").arg(ending.code).arg(name));
}

Error explain(const ChildEnding &ending)
{
    if ((ending.crashed || ending.code != 0) && ranOutOfMemory(ending.log)) {
        return error(
            ErrorKind::OutOfMemory, Words::tr("The engine ran out of memory and ended."),
            Words::tr(
                "Choose a smaller context or a smaller model, or close other programs that use the GPU."));
    }
    if (ending.crashed)
        return explainCrash(ending);
    if (ending.code != 0) {
        const QString assertion = assertionText(ending.log);
        return error(ErrorKind::WorkerCrashed,
                     assertion.isEmpty() ? Words::tr("The engine ended with code %1.").arg(ending.code)
                                         : Words::tr("The engine stopped: %1").arg(assertion));
    }
    return error(ErrorKind::Protocol, Words::tr("The engine ended without an answer."));
}

} // namespace

Error explainEnding(const ChildEnding &ending)
{
    Error result = explain(ending);
    if (ending.crashed)
        result.detail.emplace_back("signal", static_cast<std::int64_t>(ending.code));
    else
        result.detail.emplace_back("exit_code", static_cast<std::int64_t>(ending.code));
    if (const QString name = signalName(ending.code); ending.crashed && !name.isEmpty())
        result.detail.emplace_back("signal_name", name.toStdString());
    if (!ending.log.isEmpty())
        result.detail.emplace_back("log", ending.log.toStdString());
    return result;
}

QString signalName(int number)
{
#if defined(Q_OS_UNIX)
    static constexpr std::array<std::pair<int, const char *>, 10> kNames = {{
        {SIGABRT, "SIGABRT"},
        {SIGBUS, "SIGBUS"},
        {SIGFPE, "SIGFPE"},
        {SIGHUP, "SIGHUP"},
        {SIGILL, "SIGILL"},
        {SIGINT, "SIGINT"},
        {SIGKILL, "SIGKILL"},
        {SIGSEGV, "SIGSEGV"},
        {SIGSYS, "SIGSYS"},
        {SIGTERM, "SIGTERM"},
    }};
    for (const auto &[code, name] : kNames) {
        if (code == number)
            return QString::fromLatin1(name);
    }
#else
    static_cast<void>(number);
#endif
    return {};
}

} // namespace snug::ui
