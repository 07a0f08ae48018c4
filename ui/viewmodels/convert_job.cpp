// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/convert_job.h"

#include "ui/viewmodels/download_row.h"
#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(snug::ui::ConvertJob)
};

bool converting(const ConvertJob &job)
{
    return job.progress.stage == u"converting";
}

// The stages that `snug-cli convert` names, in words; those of a download are the download's.
QString stageText(const ConvertJob &job)
{
    const QString &stage = job.progress.stage;
    if (stage == u"planning")
        return Words::tr("Planning every tensor");
    if (stage == u"finishing")
        return Words::tr("Finishing: computing the checksum");
    if (!converting(job))
        return downloadStageText(stage);
    if (job.tensor <= 0)
        return Words::tr("Quantizing");
    return Words::tr("Quantizing, tensor %1 of %2").arg(countText(job.tensor), countText(job.tensors));
}

QString keptText(const ConvertJob &job)
{
    if (job.done > 0 && job.total > 0)
        return Words::tr("%1 of %2 are written and kept.").arg(bytesText(job.done), bytesText(job.total));
    if (job.fetching)
        return Words::tr("What was downloaded of the weights is kept.");
    return {};
}

QString pausedText(const ConvertJob &job)
{
    const QString kept = keptText(job);
    if (job.closed && kept.isEmpty())
        return Words::tr("Snug was closed before it was done. What was written is kept.");
    if (job.closed)
        return Words::tr("Snug was closed before it was done. %1").arg(kept);
    return kept.isEmpty() ? Words::tr("Stopped before anything was written.")
                          : Words::tr("Stopped. %1").arg(kept);
}

QString statusText(const ConvertJob &job)
{
    switch (job.state) {
    case ConvertState::Queued:
        return Words::tr("Waits until the one before it is done");
    case ConvertState::Running:
        return stageText(job);
    case ConvertState::Stopping:
        return Words::tr("Stopping; what is written is kept");
    case ConvertState::Paused:
        return pausedText(job);
    case ConvertState::Failed:
        return job.problem.message;
    case ConvertState::Discarding:
        return Words::tr("Throwing away what was written");
    case ConvertState::Done:
        return Words::tr("Made");
    }
    return {};
}

QString amountText(const ConvertJob &job)
{
    if (job.state != ConvertState::Running || job.progress.total <= 0 || job.progress.unit != u"bytes")
        return {};
    return Words::tr("%1 of %2").arg(bytesText(job.progress.done), bytesText(job.progress.total));
}

QString rateText(const ConvertJob &job)
{
    if (job.state != ConvertState::Running || job.progress.rate <= 0 || job.progress.unit != u"bytes")
        return {};
    return Words::tr("%1/s").arg(bytesText(static_cast<std::int64_t>(job.progress.rate)));
}

QString leftText(const ConvertJob &job)
{
    if (job.state != ConvertState::Running || job.progress.etaSeconds < 0)
        return {};
    return Words::tr("%1 left").arg(durationText(job.progress.etaSeconds));
}

QString doneText(const ConvertJob &job)
{
    if (job.state != ConvertState::Done)
        return {};
    return job.seconds > 0 ? Words::tr("%1 in %2").arg(bytesText(job.total), durationText(job.seconds))
                           : bytesText(job.total);
}

// Failed: what to do, and that nothing is lost.
QString hintText(const ConvertJob &job)
{
    if (job.state != ConvertState::Failed)
        return {};
    const QString kept = keptText(job);
    return job.problem.hint.isEmpty() ? kept
           : kept.isEmpty()           ? job.problem.hint
                                      : kept + u' ' + job.problem.hint;
}

constexpr int kFirst = Qt::UserRole + 1;
constexpr std::array<RoleEntry<ConvertJob>, 18> kRoles = {{
    {kFirst, "jobId", [](const ConvertJob &job) -> QVariant { return job.id(); }},
    {kFirst + 1, "name", [](const ConvertJob &job) -> QVariant { return job.name; }},
    {kFirst + 2, "level", [](const ConvertJob &job) -> QVariant { return job.level; }},
    {kFirst + 3, "state", [](const ConvertJob &job) -> QVariant { return convertStateName(job.state); }},
    {kFirst + 4, "statusText", [](const ConvertJob &job) -> QVariant { return statusText(job); }},
    {kFirst + 5, "tensorText",
     [](const ConvertJob &job) -> QVariant {
         return job.state == ConvertState::Running && converting(job) ? job.tensorName : QString();
     }},
    {kFirst + 6, "amountText", [](const ConvertJob &job) -> QVariant { return amountText(job); }},
    {kFirst + 7, "rateText", [](const ConvertJob &job) -> QVariant { return rateText(job); }},
    {kFirst + 8, "leftText", [](const ConvertJob &job) -> QVariant { return leftText(job); }},
    {kFirst + 9, "fraction", [](const ConvertJob &job) -> QVariant { return convertFraction(job); }},
    {kFirst + 10, "hintText", [](const ConvertJob &job) -> QVariant { return hintText(job); }},
    {kFirst + 11, "details", [](const ConvertJob &job) -> QVariant { return job.problem.details; }},
    {kFirst + 12, "problemKind", [](const ConvertJob &job) -> QVariant { return job.problem.kind; }},
    {kFirst + 13, "path", [](const ConvertJob &job) -> QVariant { return job.output; }},
    {kFirst + 14, "fileName",
     [](const ConvertJob &job) -> QVariant { return QFileInfo(job.output).fileName(); }},
    {kFirst + 15, "doneText", [](const ConvertJob &job) -> QVariant { return doneText(job); }},
    {kFirst + 16, "source", [](const ConvertJob &job) -> QVariant { return job.source; }},
    {kFirst + 17, "warnings", [](const ConvertJob &job) -> QVariant { return job.warnings; }},
}};

constexpr std::array kStates = {"queued"_L1, "running"_L1,    "stopping"_L1, "paused"_L1,
                                "failed"_L1, "discarding"_L1, "done"_L1};

// What a state becomes when the program ends.
ConvertState lasting(ConvertState state)
{
    const bool underWay =
        state == ConvertState::Queued || state == ConvertState::Running || state == ConvertState::Stopping;
    return underWay ? ConvertState::Paused : state;
}

} // namespace

std::span<const RoleEntry<ConvertJob>> convertRoles()
{
    return kRoles;
}

QString convertStateName(ConvertState state)
{
    return kStates.at(static_cast<std::size_t>(state));
}

double convertFraction(const ConvertJob &job)
{
    const auto share = [](std::int64_t done, std::int64_t total) {
        return std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
    };
    if (job.state == ConvertState::Running)
        return job.progress.total > 0 ? share(job.progress.done, job.progress.total) : -1;
    return job.total > 0 ? share(job.done, job.total) : 0;
}

QStringList convertArguments(const ConvertJob &job)
{
    QStringList arguments{u"convert"_s, u"--json"_s, u"--type"_s, job.level, u"--output"_s, job.output};
    if (!job.imatrix.isEmpty())
        arguments << u"--imatrix"_s << job.imatrix;
    return arguments << u"--"_s << job.source;
}

nlohmann::json toJson(const ConvertJob &job)
{
    nlohmann::json warnings = nlohmann::json::array();
    for (const QString &warning : job.warnings)
        warnings.push_back(toUtf8(warning));
    return {{"source", toUtf8(job.source)},
            {"at_hub", job.atHub},
            {"output", toUtf8(job.output)},
            {"level", toUtf8(job.level)},
            {"imatrix", toUtf8(job.imatrix)},
            {"name", toUtf8(job.name)},
            {"state", toUtf8(convertStateName(lasting(job.state)))},
            {"closed", job.closed || lasting(job.state) != job.state},
            {"fetching", job.fetching},
            {"done", job.done},
            {"total", job.total},
            {"seconds", job.seconds},
            {"kind", toUtf8(job.problem.kind)},
            {"message", toUtf8(job.problem.message)},
            {"hint", toUtf8(job.problem.hint)},
            {"warnings", std::move(warnings)},
            {"finished", toUtf8(job.finished.toString(Qt::ISODate))}};
}

std::optional<ConvertJob> convertJobFrom(const nlohmann::json &json)
{
    if (!json.is_object())
        return std::nullopt;
    const auto at = [&json](const char *key) {
        const auto found = json.find(key);
        return found == json.end() ? nlohmann::json() : *found;
    };
    const auto text = [&at](const char *key) {
        const nlohmann::json value = at(key);
        return value.is_string() ? fromUtf8(value.get_ref<const std::string &>()) : QString();
    };
    const auto count = [&at](const char *key) {
        const nlohmann::json value = at(key);
        return value.is_number_integer() ? std::max<std::int64_t>(0, value.get<std::int64_t>()) : 0;
    };
    ConvertJob job;
    job.source = text("source");
    job.atHub = at("at_hub") == true;
    job.output = text("output");
    job.level = text("level");
    job.imatrix = text("imatrix");
    job.name = text("name");
    job.closed = at("closed") == true;
    job.fetching = at("fetching") == true;
    job.done = count("done");
    job.total = count("total");
    if (const nlohmann::json seconds = at("seconds"); seconds.is_number())
        job.seconds = std::max(0.0, seconds.get<double>());
    for (const auto &warning : at("warnings")) {
        if (warning.is_string() && job.warnings.size() < 20)
            job.warnings.append(fromUtf8(warning.get_ref<const std::string &>()));
    }
    job.finished = QDateTime::fromString(text("finished"), Qt::ISODate);
    job.state = ConvertState::Paused;
    for (const auto state : {ConvertState::Failed, ConvertState::Discarding, ConvertState::Done}) {
        if (text("state") == convertStateName(state))
            job.state = state;
    }
    if (job.state == ConvertState::Failed)
        job.problem = {true, text("kind"), text("message"), text("hint"), {}};
    if (job.source.isEmpty() || job.level.isEmpty() || job.output.isEmpty())
        return std::nullopt;
    return job;
}

} // namespace snug::ui
