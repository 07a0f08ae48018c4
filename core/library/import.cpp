// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/import.h"

#include "core/base/paths.h"
#include "core/download/disk_space.h"
#include "core/library/cache_layout.h"
#include "core/library/file_transfer.h"
#include "core/library/import_sources.h"
#include "core/library/model_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

std::string withFolder(const std::string &below, const std::string &name)
{
    return below.empty() ? name : below + "/" + name;
}

Result<void> checkNames(const ImportRequest &request, const std::vector<ImportedFile> &files)
{
    const bool inside = std::all_of(files.begin(), files.end(),
                                    [](const ImportedFile &file) { return isContainedPath(file.path); });
    if (!inside || !hasModelEnding(fromUtf8(files.front().path)))
        return fail(ErrorKind::InvalidArgument,
                    "Under this name the file cannot be a model in Snug's folder, so it was not imported.",
                    {{"path", toUtf8(request.source)}}, "Give it a plain name that ends in .gguf.");
    return {};
}

// Brings in all files of one model, under unfinished names first.
class Importer {
public:
    Importer(const ImportRequest &request, std::vector<ImportedFile> files, const ProgressFn &progress,
             const std::stop_token &stop)
        : m_request(request)
        , m_files(std::move(files))
        , m_progress(progress)
        , m_stop(stop)
        , m_ending(fmt::format(".{:08x}.part", std::random_device{}()))
    {
    }

    Result<std::vector<ImportedFile>> run()
    {
        SNUG_CHECK(lookAround());
        auto brought = bringAll();
        if (brought)
            brought = nameAll();
        if (!brought) {
            clearUp();
            return tl::make_unexpected(std::move(brought).error());
        }
        return std::move(m_files);
    }

private:
    [[nodiscard]] fs::path finalPath(const ImportedFile &file) const
    {
        return m_request.folder / fromUtf8(file.path);
    }
    [[nodiscard]] fs::path unfinishedPath(const ImportedFile &file) const
    {
        return finalPath(file) += m_ending;
    }

    Result<void> lookAround()
    {
        std::error_code error;
        const fs::path home = finalPath(m_files.front()).parent_path();
        fs::create_directories(home, error);
        if (error)
            return fileError("could not be made", home, error);
        if (!reachesWithoutLinks(m_request.folder, fromUtf8(m_files.front().path)))
            return fail(ErrorKind::Unsupported,
                        "A link stands where a folder belongs, so nothing was imported.",
                        {{"path", toUtf8(home)}, {"reason", "link"}}, "Choose another folder.");
        for (ImportedFile &file : m_files) {
            const fs::path path = finalPath(file);
            if (!fs::exists(fs::symlink_status(path, error)))
                continue;
            if (!fs::equivalent(path, file.source, error) || error)
                return fail(ErrorKind::InvalidArgument,
                            fmt::format("{} is another file that is there already, so nothing was imported.",
                                        toUtf8(path)),
                            {{"path", toUtf8(path)}}, "Choose another name.");
            file.alreadyThere = true;
            file.transfer = Transfer::HardLink;
        }
        return {};
    }

    Result<void> bringAll()
    {
        for (ImportedFile &file : m_files)
            m_total += file.alreadyThere ? 0 : file.bytes;
        for (ImportedFile &file : m_files) {
            if (m_stop.stop_requested())
                return fail(ErrorKind::Cancelled, "Importing was stopped.");
            if (file.alreadyThere)
                continue;
            SNUG_CHECK(bring(file));
            m_done += file.bytes;
            tell(0);
        }
        return {};
    }

    Result<void> bring(ImportedFile &file)
    {
        const fs::path to = unfinishedPath(file);
        for (const Transfer way : m_request.ways) {
            file.transfer = way;
            std::error_code error;
            if (way == Transfer::HardLink)
                fs::create_hard_link(file.source, to, error);
            if ((way == Transfer::HardLink && !error) ||
                (way == Transfer::Reflink && cloneFile(file.source, to)))
                return {};
            if (way == Transfer::Copy) {
                SNUG_CHECK(checkSpace());
                return copyFile(
                    file.source, to, "copying", [this](const Progress &progress) { tell(progress.done); },
                    m_stop);
            }
        }
        return fail(ErrorKind::Unsupported,
                    fmt::format("{} cannot be linked into Snug's folder, because the two disks cannot share "
                                "data.",
                                toUtf8(file.source)),
                    {{"path", toUtf8(file.source)}}, "Import it as a copy.");
    }

    Result<void> checkSpace() const
    {
        SNUG_TRY(const download::Volume volume, download::volumeOf(m_request.folder));
        const std::int64_t wanted = m_total - m_done;
        if (volume.freeBytes < wanted)
            return tl::make_unexpected(download::noSpaceError(m_request.folder, wanted, volume.freeBytes));
        return {};
    }

    Result<void> nameAll()
    {
        // The first part last: a model that can be opened is whole.
        for (auto file = m_files.rbegin(); file != m_files.rend(); ++file) {
            if (file->alreadyThere)
                continue;
            std::error_code error;
            if (fs::exists(fs::symlink_status(finalPath(*file), error)))
                error = std::make_error_code(std::errc::file_exists);
            else
                fs::rename(unfinishedPath(*file), finalPath(*file), error);
            if (error)
                return fileError("could not be moved into its place", finalPath(*file), error);
            m_named.push_back(finalPath(*file));
        }
        return {};
    }

    void clearUp()
    {
        std::error_code ignored;
        for (const ImportedFile &file : m_files)
            if (!file.alreadyThere)
                fs::remove(unfinishedPath(file), ignored);
        for (const fs::path &path : m_named)
            fs::remove(path, ignored);
        fs::path folder = finalPath(m_files.front()).parent_path();
        while (folder != m_request.folder && fs::is_empty(folder, ignored) && fs::remove(folder, ignored))
            folder = folder.parent_path();
    }

    void tell(std::int64_t ofThisFile) const
    {
        if (m_progress)
            m_progress({"copying", m_done + ofThisFile, m_total, Unit::Bytes});
    }

    const ImportRequest &m_request;
    std::vector<ImportedFile> m_files;
    const ProgressFn &m_progress;
    const std::stop_token &m_stop;
    std::string m_ending;
    std::vector<fs::path> m_named;
    std::int64_t m_total = 0;
    std::int64_t m_done = 0;
};

} // namespace

std::string_view transferName(Transfer transfer)
{
    switch (transfer) {
    case Transfer::HardLink:
        return "hard_link";
    case Transfer::Reflink:
        return "reflink";
    case Transfer::Copy:
        return "copy";
    }
    return "copy";
}

Result<std::vector<ImportedFile>> importModel(const ImportRequest &request, const ProgressFn &progress,
                                              const std::stop_token &stop)
{
    SNUG_TRY(const std::vector<ImportSource> sources, importSources(request.source));
    if (!request.fileName.empty() && sources.size() > 1)
        return fail(ErrorKind::InvalidArgument, "The parts of a split model keep their names.");
    std::vector<ImportedFile> files;
    for (const ImportSource &source : sources) {
        const std::string name = request.fileName.empty() ? toUtf8(source.name) : request.fileName;
        files.push_back({source.path, withFolder(request.below, name), source.bytes, Transfer::Copy, false});
    }
    SNUG_CHECK(checkNames(request, files));
    return Importer(request, std::move(files), progress, stop).run();
}

} // namespace snug::library
