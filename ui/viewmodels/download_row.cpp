// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/download_row.h"

#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(snug::ui::DownloadRow)
};

QString statusText(const DownloadRow &row)
{
    switch (row.state) {
    case DownloadState::Queued:
        return Words::tr("Queued");
    case DownloadState::Running:
        return downloadStageText(row.progress.stage);
    case DownloadState::Paused:
        return Words::tr("Paused");
    case DownloadState::Failed:
        return row.problem.message;
    case DownloadState::Done:
        return row.verified ? Words::tr("Verified") : Words::tr("Was here already, not verified");
    }
    return {};
}

QString amountText(const DownloadRow &row)
{
    if (row.total <= 0)
        return row.done > 0 ? bytesText(row.done) : QString();
    if (row.state == DownloadState::Done || row.done <= 0)
        return bytesText(row.total);
    return Words::tr("%1 of %2").arg(bytesText(row.done), bytesText(row.total));
}

QString paceText(const DownloadRow &row)
{
    if (row.state != DownloadState::Running || row.progress.rate <= 0)
        return {};
    const QString rate = Words::tr("%1/s").arg(bytesText(static_cast<std::int64_t>(row.progress.rate)));
    if (row.progress.etaSeconds < 0)
        return rate;
    return Words::tr("%1  %2 left").arg(rate, durationText(row.progress.etaSeconds));
}

double fraction(const DownloadRow &row)
{
    if (row.total <= 0)
        return row.state == DownloadState::Running ? -1 : 0;
    return std::clamp(static_cast<double>(row.done) / static_cast<double>(row.total), 0.0, 1.0);
}

constexpr int kFirst = Qt::UserRole + 1;
constexpr std::array<RoleEntry<DownloadRow>, 14> kRoles = {{
    {kFirst, "downloadId", [](const DownloadRow &row) -> QVariant { return row.id(); }},
    {kFirst + 1, "repository", [](const DownloadRow &row) -> QVariant { return row.repository; }},
    {kFirst + 2, "name", [](const DownloadRow &row) -> QVariant { return row.name; }},
    {kFirst + 3, "label", [](const DownloadRow &row) -> QVariant { return row.label; }},
    {kFirst + 4, "state", [](const DownloadRow &row) -> QVariant { return stateName(row.state); }},
    {kFirst + 5, "statusText", [](const DownloadRow &row) -> QVariant { return statusText(row); }},
    {kFirst + 6, "amountText", [](const DownloadRow &row) -> QVariant { return amountText(row); }},
    {kFirst + 7, "paceText", [](const DownloadRow &row) -> QVariant { return paceText(row); }},
    {kFirst + 8, "fraction", [](const DownloadRow &row) -> QVariant { return fraction(row); }},
    {kFirst + 9, "waiting",
     [](const DownloadRow &row) -> QVariant {
         return row.state == DownloadState::Running && row.progress.stage.startsWith(u"waiting");
     }},
    {kFirst + 10, "hint", [](const DownloadRow &row) -> QVariant { return row.problem.hint; }},
    {kFirst + 11, "path", [](const DownloadRow &row) -> QVariant { return row.path; }},
    {kFirst + 12, "finishedText",
     [](const DownloadRow &row) -> QVariant {
         return row.finished.isValid() ? QLocale().toString(row.finished, QLocale::ShortFormat) : QString();
     }},
    {kFirst + 13, "verified", [](const DownloadRow &row) -> QVariant { return row.verified; }},
}};

} // namespace

std::span<const RoleEntry<DownloadRow>> downloadRoles()
{
    return kRoles;
}

QString downloadStageText(const QString &stage)
{
    if (stage == u"resolving")
        return Words::tr("Asking the Hub");
    if (stage == u"preflight")
        return Words::tr("Checking the disk");
    if (stage == u"downloading")
        return Words::tr("Downloading");
    if (stage == u"waiting for network")
        return Words::tr("Waiting for the network. Nothing is lost.");
    if (stage == u"waiting for rate limit")
        return Words::tr("The Hub asks to wait. It goes on by itself.");
    if (stage == u"waiting for disk")
        return Words::tr("Waiting for space on the disk. Nothing is lost.");
    if (stage == u"waiting for server")
        return Words::tr("The server has trouble. It goes on by itself.");
    if (stage == u"waiting for file")
        return Words::tr("Waiting for another program that uses the file");
    if (stage == u"verifying")
        return Words::tr("Verifying against the Hub's checksum");
    if (stage == u"installing")
        return Words::tr("Putting it in place");
    return stage.isEmpty() ? Words::tr("Starting") : stage;
}

QString stateName(DownloadState state)
{
    constexpr std::array kNames = {"queued"_L1, "running"_L1, "paused"_L1, "failed"_L1, "done"_L1};
    return kNames.at(static_cast<std::size_t>(state));
}

nlohmann::json toJson(const DownloadRow &row)
{
    const bool active = row.state == DownloadState::Running || row.state == DownloadState::Queued;
    return {{"repository", toUtf8(row.repository)},
            {"commit", toUtf8(row.commit)},
            {"label", toUtf8(row.label)},
            {"name", toUtf8(row.name)},
            {"state", toUtf8(stateName(active ? DownloadState::Queued : row.state))},
            {"done", row.done},
            {"total", row.total},
            {"kind", toUtf8(row.problem.kind)},
            {"message", toUtf8(row.problem.message)},
            {"hint", toUtf8(row.problem.hint)},
            {"path", toUtf8(row.path)},
            {"verified", row.verified},
            {"finished", toUtf8(row.finished.toString(Qt::ISODate))}};
}

std::optional<DownloadRow> downloadFrom(const nlohmann::json &json)
{
    if (!json.is_object())
        return std::nullopt;
    const auto text = [&json](const char *key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_string() ? fromUtf8(found->get_ref<const std::string &>())
                                                         : QString();
    };
    const auto count = [&json](const char *key) {
        const auto found = json.find(key);
        const std::int64_t value =
            found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
        return std::max<std::int64_t>(0, value);
    };
    DownloadRow row;
    row.repository = text("repository");
    row.commit = text("commit");
    row.label = text("label");
    row.name = text("name");
    row.done = count("done");
    row.total = count("total");
    row.path = text("path");
    row.verified = json.value("verified", nlohmann::json()) == true;
    row.finished = QDateTime::fromString(text("finished"), Qt::ISODate);
    for (const auto state : {DownloadState::Paused, DownloadState::Failed, DownloadState::Done}) {
        if (text("state") == stateName(state))
            row.state = state;
    }
    if (row.state == DownloadState::Failed)
        row.problem = {true, text("kind"), text("message"), text("hint"), {}};
    if (row.repository.isEmpty() || row.label.isEmpty())
        return std::nullopt;
    return row;
}

} // namespace snug::ui
