// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/rows_model.h"
#include "ui/worker/worker_process.h"

#include <QDateTime>
#include <QString>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <span>

namespace snug::ui {

// Waiting for its turn; a child at work; stopped by the person; stopped by an error; on the disk.
enum class DownloadState { Queued, Running, Paused, Failed, Done };

// One level of one repository on its way to this machine, all of its files together.
struct DownloadRow {
    QString repository; // "org/name"
    QString commit;     // 40 hex digits: what was seen is what comes
    QString label;      // the level, "Q4_K_M"
    QString name;       // for people
    DownloadState state = DownloadState::Queued;
    std::int64_t done = 0;
    std::int64_t total = 0;  // 0 unknown
    WorkerProgress progress; // while it runs
    bool checked = false;    // while it waits: there is room for it
    bool verified = false;   // when it is done: all bytes were compared with the Hub's checksum
    Problem problem;         // why it failed
    QString path;            // of the first file, when it is done
    QDateTime finished;

    // Two rows with the same id would write the same files.
    [[nodiscard]] QString id() const { return repository + u'@' + commit + u':' + label; }
    bool operator==(const DownloadRow &) const = default;
};

[[nodiscard]] std::span<const RoleEntry<DownloadRow>> downloadRoles();

// A stage that `snug-cli pull` names, in words.
[[nodiscard]] QString downloadStageText(const QString &stage);

// "queued", "running", "paused", "failed", "done".
[[nodiscard]] QString stateName(DownloadState state);

// How the list survives the end of the program. What was running waits for its turn again; a row without a
// repository or level is not one.
[[nodiscard]] nlohmann::json toJson(const DownloadRow &row);
[[nodiscard]] std::optional<DownloadRow> downloadFrom(const nlohmann::json &json);

} // namespace snug::ui
