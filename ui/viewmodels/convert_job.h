// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/rows_model.h"
#include "ui/worker/worker_process.h"

#include <QDateTime>
#include <QString>
#include <QStringList>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <span>

namespace snug::ui {

// Waiting for its turn; a child at work; a child that was asked to stop; stopped, with what is done kept;
// stopped by an error; being thrown away; a file of the library.
enum class ConvertState { Queued, Running, Stopping, Paused, Failed, Discarding, Done };

// One file that is made, as `snug-cli convert` is asked for it.
struct ConvertJob {
    QString source;     // a path, or "org/name@commit" with ":level" where it is a GGUF file
    bool atHub = false; // the source is a repository
    QString output;     // the path of the file; no two jobs have the same
    QString level;
    QString imatrix; // the path of an importance matrix; empty: none
    QString name;    // for people
    ConvertState state = ConvertState::Queued;
    WorkerProgress progress; // while it runs
    int tensor = 0;          // the one at work, counted from 1; 0: none yet
    int tensors = 0;
    QString tensorName;
    std::int64_t done = 0;  // bytes of the output
    std::int64_t total = 0; // 0 unknown
    bool fetching = false;  // the weights were on their way when it stopped
    bool closed = false;    // the program ended before it was done
    Problem problem;        // why it failed
    double seconds = 0;     // that it took, when it is done
    QStringList warnings;   // of the finished file
    QDateTime finished;

    [[nodiscard]] QString id() const { return output; }
    bool operator==(const ConvertJob &) const = default;
};

[[nodiscard]] std::span<const RoleEntry<ConvertJob>> convertRoles();

// "queued", "running", "stopping", "paused", "failed", "discarding", "done".
[[nodiscard]] QString convertStateName(ConvertState state);
// 0 to 1 of the stage that runs, -1 while unknown.
[[nodiscard]] double convertFraction(const ConvertJob &job);
// The arguments of its child.
[[nodiscard]] QStringList convertArguments(const ConvertJob &job);

// How the list survives the end of the program. What was under way is stopped then; a job without a source,
// level or output is none.
[[nodiscard]] nlohmann::json toJson(const ConvertJob &job);
[[nodiscard]] std::optional<ConvertJob> convertJobFrom(const nlohmann::json &json);

} // namespace snug::ui
