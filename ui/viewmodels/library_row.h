// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/engine_report.h"
#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/rows_model.h"

#include <QDateTime>
#include <QString>

#include <cstdint>
#include <span>
#include <vector>

namespace snug::ui {

// Whether a model fits this machine.
enum class Verdict { Checking, Fits, Partly, CpuOnly, DoesNotFit, Error };

// "checking", "fits", "partly", "cpu", "no", "error".
[[nodiscard]] QString verdictName(Verdict verdict);

// What `snug-cli fit` says of one file.
struct FitFinding {
    Verdict verdict = Verdict::Checking;
    QString text; // "Fits", "Partly 31/36"
    QString why;  // a sentence or two
    std::vector<DeviceMemory> memory;
    Problem problem; // if the verdict is Error

    bool operator==(const FitFinding &) const = default;
};

// One model of the list.
struct LibraryRow {
    QString path; // of the first part
    QString name;
    QString maker;
    QString level;
    QString architecture;
    std::int64_t parameters = 0; // 0 unknown
    std::int64_t context = 0;    // 0 unknown
    std::int64_t bytes = 0;      // of all parts
    QString where;
    QString folder;
    QDateTime modified;
    bool isDemo = false;
    bool loaded = false;
    FitFinding fit;

    bool operator==(const LibraryRow &) const = default;
};

namespace library_role {
enum Role {
    Path = Qt::UserRole + 1,
    Name,
    Maker,
    Level,
    Architecture,
    ParametersText,
    ContextText,
    SizeBytes,
    SizeText,
    Where,
    Folder,
    Verdict,
    VerdictText,
    VerdictWhy,
    IsDemo,
    Loaded,
    Modified,
    ModifiedText,
    MemoryParts,
    ProblemMessage,
    ProblemHint,
    ProblemDetails,
};
}

[[nodiscard]] std::span<const RoleEntry<LibraryRow>> libraryRoles();

// A folder that is searched, or one added file.
struct FolderRow {
    QString path;
    QString label;
    int files = 0;
    bool removable = false;
    bool missing = false;

    bool operator==(const FolderRow &) const = default;
};

[[nodiscard]] std::span<const RoleEntry<FolderRow>> folderRoles();

} // namespace snug::ui
