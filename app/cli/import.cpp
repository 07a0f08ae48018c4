// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/import.h"

#include "app/cli/import_naming.h"
#include "app/cli/terminal_text.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/library/cache_layout.h"
#include "core/library/import.h"
#include "core/library/model_files.h"
#include "core/model/facts.h"

#include <fmt/format.h>

#include <set>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Brings in one source after the other, and the index knows where each came from.
class Imports {
public:
    Imports(const LibraryAccess &access, library::Index &index, bool copy, const VerbContext &context)
        : m_access(access), m_index(index), m_copy(copy), m_context(context)
    {
    }

    Result<void> add(const fs::path &source)
    {
        std::error_code error;
        if (m_done.contains(fs::canonical(source, error)))
            return {}; // another part of the same model brought it along
        if (pathBelow(m_index.folder(), source))
            return fail(
                ErrorKind::InvalidArgument,
                fmt::format("{} is in Snug's folder already, so it was not imported.", toUtf8(source)),
                {{"path", toUtf8(source)}});
        const ImportNaming naming = namingOf(m_access, source, m_context.stop);
        library::ImportRequest request{source, m_index.folder(), naming.below, naming.fileName};
        if (m_copy)
            request.ways = {library::Transfer::Copy};
        SNUG_TRY(const auto imported, library::importModel(request, m_context.progress, m_context.stop));
        for (const library::ImportedFile &file : imported) {
            m_done.insert(file.source);
            SNUG_CHECK(remember(file, imported.size() == 1 ? source : file.source, naming));
            tell(file);
        }
        return {};
    }

    json result() { return {{"files", std::move(m_files)}, {"bytes", m_bytes}}; }

private:
    // `source`: the name by which it was asked for, which tells more than that of a content store.
    Result<void> remember(const library::ImportedFile &file, const fs::path &source,
                          const ImportNaming &naming)
    {
        const fs::path path = m_index.folder() / fromUtf8(file.path);
        const auto stamp = library::stampOf(path);
        if (!stamp || !library::hasModelEnding(path))
            return {};
        SNUG_TRY(const auto known, m_index.find(file.path));
        if (file.alreadyThere && known && known->provenance.how != library::Provenance::How::Found)
            return {};
        std::error_code error;
        library::IndexedFile row{file.path, *stamp, {}, {}, 0};
        row.provenance.how = library::Provenance::How::Imported;
        row.provenance.repository = naming.repository;
        row.provenance.commit = naming.commit;
        row.provenance.path = toUtf8(fs::absolute(source, error).lexically_normal());
        row.provenance.atMs = nowMs();
        if (const auto facts = inspectFile(path))
            row.provenance.level = facts->level.value_or("");
        // What the store promises is of the file that was named, not of other parts.
        if (file.source == fs::canonical(source, error) && library::isSha256(naming.sha256))
            row.sha256 = naming.sha256;
        return m_index.record(row);
    }

    void tell(const library::ImportedFile &file)
    {
        m_files.push_back({{"source", toUtf8(file.source)},
                           {"path", toUtf8(m_index.folder() / fromUtf8(file.path))},
                           {"bytes", file.bytes},
                           {"transfer", std::string(library::transferName(file.transfer))},
                           {"already_there", file.alreadyThere}});
        m_bytes += file.bytes;
    }

    const LibraryAccess &m_access;
    library::Index &m_index;
    bool m_copy;
    const VerbContext &m_context;
    std::set<fs::path> m_done;
    json m_files = json::array();
    std::int64_t m_bytes = 0;
};

std::string_view words(const json &file)
{
    if (file["already_there"].get<bool>())
        return "was there";
    const auto transfer = file["transfer"].get<std::string>();
    return transfer == "copy" ? "copied" : "linked";
}

} // namespace

void ImportVerb::define(CLI::App &app)
{
    app.add_option("SOURCE", m_sources, "GGUF or safetensors files; of a split model any part")->required();
    app.add_flag("--copy", m_copy, "Copy the bytes, also where the two could share them");
}

Result<json> ImportVerb::run(const VerbContext &context)
{
    SNUG_TRY(const LibraryAccess access, openLibrary(context.paths));
    SNUG_TRY(const auto index, openIndex(access, context));
    if (index->readOnly())
        return tl::make_unexpected(index->problem().value_or(
            Error{ErrorKind::Unsupported, "The library's index can only be read here.", {}, {}}));
    Imports imports(access, *index, m_copy, context);
    for (const std::string &source : m_sources)
        SNUG_CHECK(imports.add(fromUtf8(source)));
    return imports.result();
}

void ImportVerb::print(const json &result, const VerbContext &) const
{
    for (const json &file : result["files"])
        fmt::print("{:<9} {:>9}  {}\n", words(file), formatBytes(file["bytes"].get<std::int64_t>()),
                   terminalLine(file["path"].get<std::string>()));
    fmt::print("{} files, {}.\n", result["files"].size(), formatBytes(result["bytes"].get<std::int64_t>()));
}

} // namespace snug::cli
