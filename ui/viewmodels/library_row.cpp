// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/library_row.h"

#include "core/base/units.h"
#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(LibraryRow)
};

QString modifiedText(const QDateTime &modified)
{
    if (!modified.isValid())
        return {};
    const qint64 days = modified.date().daysTo(QDate::currentDate());
    if (days == 0)
        return Words::tr("Today");
    if (days == 1)
        return Words::tr("Yesterday");
    return QLocale().toString(modified.date(), QLocale::ShortFormat);
}

QVariant memoryParts(const LibraryRow &row)
{
    QVariantList parts;
    const auto add = [&parts](const QString &part, double bytes, const QString &device) {
        if (bytes > 0)
            parts.append(QVariantMap{{u"part"_s, part},
                                     {u"bytes"_s, bytes},
                                     {u"device"_s, device},
                                     {u"text"_s, bytesText(static_cast<std::int64_t>(bytes))}});
    };
    for (const DeviceMemory &memory : row.fit.memory) {
        add(u"weights"_s, memory.weights, memory.device);
        add(u"kv_cache"_s, memory.kvCache, memory.device);
        add(u"compute"_s, memory.compute, memory.device);
        add(u"overhead"_s, memory.overhead, memory.device);
    }
    return parts;
}

QVariant verdictText(const LibraryRow &row)
{
    if (!row.fit.text.isEmpty())
        return row.fit.text;
    return row.fit.verdict == Verdict::Error ? Words::tr("Cannot be read") : Words::tr("Checking");
}

using library_role::Role;
constexpr std::array<RoleEntry<LibraryRow>, 22> kRoles = {{
    {Role::Path, "path", [](const LibraryRow &row) -> QVariant { return row.path; }},
    {Role::Name, "name", [](const LibraryRow &row) -> QVariant { return row.name; }},
    {Role::Maker, "maker", [](const LibraryRow &row) -> QVariant { return row.maker; }},
    {Role::Level, "level", [](const LibraryRow &row) -> QVariant { return row.level; }},
    {Role::Architecture, "architecture", [](const LibraryRow &row) -> QVariant { return row.architecture; }},
    {Role::ParametersText, "parametersText",
     [](const LibraryRow &row) -> QVariant {
         return row.parameters > 0 ? fromUtf8(formatParameters(row.parameters)) : QString();
     }},
    {Role::ContextText, "contextText",
     [](const LibraryRow &row) -> QVariant { return row.context > 0 ? countText(row.context) : QString(); }},
    {Role::SizeBytes, "sizeBytes",
     [](const LibraryRow &row) -> QVariant { return static_cast<double>(row.bytes); }},
    {Role::SizeText, "sizeText", [](const LibraryRow &row) -> QVariant { return gibFigure(row.bytes); }},
    {Role::Where, "where", [](const LibraryRow &row) -> QVariant { return row.where; }},
    {Role::Folder, "folder", [](const LibraryRow &row) -> QVariant { return row.folder; }},
    {Role::Verdict, "verdict",
     [](const LibraryRow &row) -> QVariant { return verdictName(row.fit.verdict); }},
    {Role::VerdictText, "verdictText", verdictText},
    {Role::VerdictWhy, "verdictWhy", [](const LibraryRow &row) -> QVariant { return row.fit.why; }},
    {Role::IsDemo, "isDemo", [](const LibraryRow &row) -> QVariant { return row.isDemo; }},
    {Role::Loaded, "loaded", [](const LibraryRow &row) -> QVariant { return row.loaded; }},
    {Role::Modified, "modified", [](const LibraryRow &row) -> QVariant { return row.modified; }},
    {Role::ModifiedText, "modifiedText",
     [](const LibraryRow &row) -> QVariant { return modifiedText(row.modified); }},
    {Role::MemoryParts, "memoryParts", memoryParts},
    {Role::ProblemMessage, "problemMessage",
     [](const LibraryRow &row) -> QVariant { return row.fit.problem.message; }},
    {Role::ProblemHint, "problemHint",
     [](const LibraryRow &row) -> QVariant { return row.fit.problem.hint; }},
    {Role::ProblemDetails, "problemDetails",
     [](const LibraryRow &row) -> QVariant { return row.fit.problem.details; }},
}};

constexpr int kFirst = Qt::UserRole + 1;
constexpr std::array<RoleEntry<FolderRow>, 5> kFolderRoles = {{
    {kFirst, "path", [](const FolderRow &row) -> QVariant { return row.path; }},
    {kFirst + 1, "label", [](const FolderRow &row) -> QVariant { return row.label; }},
    {kFirst + 2, "files", [](const FolderRow &row) -> QVariant { return row.files; }},
    {kFirst + 3, "removable", [](const FolderRow &row) -> QVariant { return row.removable; }},
    {kFirst + 4, "missing", [](const FolderRow &row) -> QVariant { return row.missing; }},
}};

} // namespace

QString verdictName(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Checking:
        return u"checking"_s;
    case Verdict::Fits:
        return u"fits"_s;
    case Verdict::Partly:
        return u"partly"_s;
    case Verdict::CpuOnly:
        return u"cpu"_s;
    case Verdict::DoesNotFit:
        return u"no"_s;
    case Verdict::Error:
        return u"error"_s;
    }
    return {};
}

std::span<const RoleEntry<LibraryRow>> libraryRoles()
{
    return kRoles;
}

std::span<const RoleEntry<FolderRow>> folderRoles()
{
    return kFolderRoles;
}

} // namespace snug::ui
