// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/fit_queue.h"

#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FitQueue)
};

// The level that the file really has; `fit` also tells of levels that could be made.
QJsonObject existingLevel(const QJsonObject &result)
{
    const QJsonArray levels = result["levels"_L1].toArray();
    const auto found = std::find_if(levels.begin(), levels.end(),
                                    [](const auto &level) { return level.toObject()["exists"_L1].toBool(); });
    return found == levels.end() ? QJsonObject() : (*found).toObject();
}

Verdict verdictFrom(const QString &name)
{
    if (name == u"gpu")
        return Verdict::Fits;
    if (name == u"partial")
        return Verdict::Partly;
    if (name == u"cpu")
        return Verdict::CpuOnly;
    return name == u"no" ? Verdict::DoesNotFit : Verdict::Error;
}

QString verdictWords(Verdict verdict, const QJsonObject &level, const QJsonObject &result)
{
    switch (verdict) {
    case Verdict::Fits:
        return Words::tr("Fits");
    case Verdict::Partly: {
        const int all = level["layers"_L1].toInt(
            result["layers"_L1].toInt(result["model"_L1].toObject()["layers"_L1].toInt()));
        return Words::tr("Partly %1/%2").arg(level["gpu_layers"_L1].toInt()).arg(all);
    }
    case Verdict::CpuOnly:
        return Words::tr("CPU only");
    case Verdict::DoesNotFit:
        return Words::tr("Does not fit");
    case Verdict::Checking:
    case Verdict::Error:
        break;
    }
    return {};
}

// The first note of a level without a verdict says why.
Error noVerdict(const QJsonObject &level)
{
    const QString why = level["notes"_L1].toArray().first().toString();
    if (level["verdict"_L1].toString() == u"unknown" && !why.isEmpty())
        return {ErrorKind::Unsupported, why.toStdString(), {}, {}};
    return {ErrorKind::Protocol, "The engine gave no verdict on this file.", {}, {}};
}

QString deviceSentence(const DeviceMemory &memory)
{
    const auto bytes = [](double value) { return bytesText(static_cast<std::int64_t>(value)); };
    if (memory.free <= 0)
        return Words::tr("%1: needs %2.").arg(memory.name, bytes(memory.total));
    return Words::tr("%1: needs %2 of %3 free.").arg(memory.name, bytes(memory.total), bytes(memory.free));
}

QString whyText(const FitFinding &finding, const QJsonObject &level, const QJsonObject &result)
{
    QStringList sentences;
    for (const DeviceMemory &memory : finding.memory) {
        if (memory.total > 0)
            sentences.append(deviceSentence(memory));
    }
    if (const int context = result["context"_L1].toInt(); context > 0)
        sentences.append(Words::tr("Computed for a context of %1 tokens.").arg(countText(context)));
    for (const auto &note : level["notes"_L1].toArray())
        sentences.append(note.toString());
    return sentences.join(u' ');
}

} // namespace

FitFinding unreadable(const Error &error)
{
    FitFinding finding;
    finding.verdict = Verdict::Error;
    finding.text = Words::tr("Cannot be read");
    finding.problem = problemFrom(error);
    finding.why = finding.problem.message;
    return finding;
}

FitFinding findingFrom(const Outcome &outcome)
{
    if (!outcome)
        return unreadable(outcome.error());
    const QJsonObject level = existingLevel(*outcome);
    FitFinding finding;
    finding.verdict = verdictFrom(level["verdict"_L1].toString());
    if (finding.verdict == Verdict::Error)
        return unreadable(noVerdict(level));
    finding.text = verdictWords(finding.verdict, level, *outcome);
    finding.memory = memoryFromJson(level["memory"_L1].toArray());
    finding.why = whyText(finding, level, *outcome);
    return finding;
}

FitQueue::FitQueue(QString program, ChildEnvironment environment, QObject *parent)
    : QObject(parent), m_program(std::move(program)), m_environment(std::move(environment))
{
}

FitQueue::~FitQueue() = default;

FitFinding FitQueue::finding(const QString &path, const QString &stamp)
{
    const auto known = m_known.constFind(path);
    if (known != m_known.constEnd() && known->stamp == stamp)
        return known->finding;
    const auto isThis = [&](const Request &request) {
        return request.path == path && request.stamp == stamp;
    };
    const bool underWay = m_child && !m_currentIsStale && isThis(m_current);
    if (!underWay && std::none_of(m_waiting.begin(), m_waiting.end(), isThis)) {
        m_waiting.push_back({path, stamp});
        startNext();
    }
    return {};
}

void FitQueue::keepOnly(const QSet<QString> &paths)
{
    std::erase_if(m_waiting, [&paths](const Request &request) { return !paths.contains(request.path); });
    m_known.removeIf([&paths](auto entry) { return !paths.contains(entry.key()); });
    if (m_child && !paths.contains(m_current.path))
        m_child->cancel();
}

void FitQueue::forget()
{
    m_known.clear();
    m_waiting.clear();
    m_currentIsStale = m_child != nullptr;
}

void FitQueue::startNext()
{
    if (m_child || m_waiting.empty())
        return;
    m_current = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_currentIsStale = false;
    m_child = std::make_unique<WorkerProcess>(WorkerCommand{
        m_program, {u"fit"_s, m_current.path, u"--exact"_s, u"--json"_s}, variablesOf(m_environment)});
    connect(m_child.get(), &WorkerProcess::finished, this, &FitQueue::onFinished);
    m_child->start();
    Q_EMIT busyChanged();
}

void FitQueue::onFinished(const Outcome &outcome)
{
    m_child.release()->deleteLater();
    const bool cancelled = !outcome && outcome.error().kind == ErrorKind::Cancelled;
    if (!cancelled && !m_currentIsStale) {
        const FitFinding finding = findingFrom(outcome);
        m_known.insert(m_current.path, {m_current.stamp, finding});
        Q_EMIT judged(m_current.path, finding);
    }
    startNext();
    if (!m_child)
        Q_EMIT busyChanged();
}

} // namespace snug::ui
