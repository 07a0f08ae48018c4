// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/job/unfinished_files.h"

#include "core/base/paths.h"
#include "core/convert/job/write_model.h"
#include "core/download/disk_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

namespace snug::convert {
namespace {

namespace fs = std::filesystem;

fs::path withEnding(fs::path path, const char *ending)
{
    path += ending;
    return path;
}

fs::path journalPathOf(const OutputPlan &plan)
{
    return withEnding(partPathOf(plan.files.front().path), ".json");
}

fs::path lockPathOf(const OutputPlan &plan)
{
    return withEnding(partPathOf(plan.files.front().path), ".lock");
}

tl::unexpected<Error> taken(const fs::path &path)
{
    return fail(ErrorKind::InvalidArgument, fmt::format("There is a file {} already.", toUtf8(path)),
                {{"reason", std::string("exists")}, {"path", toUtf8(path)}},
                "Choose another name, or remove that file first.");
}

Result<FileLock> lockOf(const OutputPlan &plan)
{
    std::error_code error;
    const fs::path folder = plan.files.front().path.parent_path();
    if (!folder.empty())
        fs::create_directories(folder, error);
    SNUG_TRY(std::optional<FileLock> lock, FileLock::tryAcquire(lockPathOf(plan)));
    if (!lock)
        return fail(ErrorKind::InvalidArgument,
                    fmt::format("Another job is making {}.", toUtf8(plan.files.front().path)),
                    {{"reason", std::string("busy")}, {"path", toUtf8(plan.files.front().path)}},
                    "Wait until it is done, or choose another name.");
    return *std::move(lock);
}

bool hasLength(const fs::path &path, const OutputFile &file)
{
    std::error_code error;
    return fs::file_size(path, error) == static_cast<std::uintmax_t>(file.header.header.fileBytes) && !error;
}

// Where the bytes of a file are: a job that was killed while it named its files had named some.
fs::path placeOf(const OutputFile &file, bool allWritten)
{
    const fs::path part = partPathOf(file.path);
    return allWritten && !hasLength(part, file) && hasLength(file.path, file) ? file.path : part;
}

std::int64_t writtenBytes(const OutputPlan &plan)
{
    const std::int64_t told = JobJournal(journalPathOf(plan)).written(plan.identity);
    const bool allThere = std::all_of(plan.files.begin(), plan.files.end(), [&](const OutputFile &file) {
        return hasLength(placeOf(file, told == plan.bytes), file);
    });
    return allThere ? std::min(told, plan.bytes) : 0;
}

void removeParts(const OutputPlan &plan)
{
    std::error_code ignored;
    for (const OutputFile &file : plan.files)
        fs::remove(partPathOf(file.path), ignored);
}

Result<void> checkSpace(const OutputPlan &plan)
{
    std::int64_t there = 0;
    for (const OutputFile &file : plan.files)
        there += download::allocatedBytes(partPathOf(file.path));
    SNUG_TRY(const download::Volume volume, download::volumeOf(plan.files.front().path));
    if (plan.bytes - there > volume.freeBytes)
        return tl::make_unexpected(
            download::noSpaceError(plan.files.front().path, plan.bytes - there, volume.freeBytes));
    return {};
}

} // namespace

fs::path partPathOf(fs::path path)
{
    return withEnding(std::move(path), ".part");
}

std::int64_t resumableBytes(const OutputPlan &plan)
{
    return writtenBytes(plan);
}

Result<void> discardUnfinished(const OutputPlan &plan)
{
    return UnfinishedFiles::discardAll(plan);
}

UnfinishedFiles::UnfinishedFiles(const OutputPlan &plan, FileLock lock, JobJournal journal)
    : m_plan(&plan), m_lock(std::move(lock)), m_journal(std::move(journal))
{
}

Result<UnfinishedFiles> UnfinishedFiles::open(const OutputPlan &plan)
{
    SNUG_TRY(FileLock lock, lockOf(plan));
    UnfinishedFiles files(plan, std::move(lock), JobJournal(journalPathOf(plan)));
    auto begun = files.begin();
    if (!begun) {
        if (files.m_resumed == 0)
            files.discard();
        return tl::make_unexpected(std::move(begun).error());
    }
    return files;
}

Result<void> UnfinishedFiles::discardAll(const OutputPlan &plan)
{
    SNUG_TRY(FileLock lock, lockOf(plan));
    UnfinishedFiles(plan, std::move(lock), JobJournal(journalPathOf(plan))).discard();
    return {};
}

Result<void> UnfinishedFiles::begin()
{
    m_resumed = writtenBytes(*m_plan);
    for (const OutputFile &file : m_plan->files) {
        std::error_code error;
        if (placeOf(file, m_resumed == m_plan->bytes) != file.path &&
            fs::exists(fs::symlink_status(file.path, error)))
            return taken(file.path);
    }
    if (m_resumed == 0) {
        removeParts(*m_plan);
        m_journal.remove();
    }
    SNUG_CHECK(checkSpace(*m_plan));
    return openFiles();
}

void UnfinishedFiles::discard()
{
    m_files.clear(); // an open file cannot be removed everywhere
    removeParts(*m_plan);
    m_journal.remove();
    std::error_code ignored;
    fs::remove(lockPathOf(*m_plan), ignored);
}

Result<void> UnfinishedFiles::openFiles()
{
    for (const OutputFile &file : m_plan->files) {
        SNUG_TRY(download::PartFile part, download::PartFile::open(placeOf(file, m_resumed == m_plan->bytes),
                                                                   file.header.header.fileBytes));
        SNUG_CHECK(part.writeAt(0, file.header.bytes));
        m_files.push_back(std::move(part));
    }
    return {};
}

template <class Use> Result<void> UnfinishedFiles::visit(std::int64_t from, std::int64_t to, Use use)
{
    std::int64_t before = 0;
    for (std::size_t i = 0; i < m_files.size(); ++i) {
        const std::int64_t bytes = m_plan->files[i].header.header.fileBytes;
        const std::int64_t first = std::clamp<std::int64_t>(from - before, 0, bytes);
        const std::int64_t end = std::clamp<std::int64_t>(to - before, 0, bytes);
        if (end > first)
            SNUG_CHECK(use(m_files[i], first, end - first));
        before += bytes;
    }
    return {};
}

void UnfinishedFiles::beginWriteback(std::int64_t from, std::int64_t to)
{
    (void)visit(from, to, [](download::PartFile &file, std::int64_t offset, std::int64_t bytes) {
        file.beginWriteback(offset, bytes);
        return Result<void>();
    });
}

Result<void> UnfinishedFiles::awaitWriteback(std::int64_t from, std::int64_t to)
{
    return visit(from, to, [](download::PartFile &file, std::int64_t offset, std::int64_t bytes) {
        return file.awaitWriteback(offset, bytes);
    });
}

Result<void> UnfinishedFiles::sync()
{
    for (download::PartFile &file : m_files)
        SNUG_CHECK(file.sync());
    return {};
}

Result<void> UnfinishedFiles::finish()
{
    std::vector<fs::path> places;
    for (const download::PartFile &file : m_files)
        places.push_back(file.path());
    m_files.clear(); // an open file cannot be renamed everywhere
    // The first part last: nobody takes the others for a model.
    for (std::size_t i = m_plan->files.size(); i-- > 0;) {
        const fs::path &path = m_plan->files[i].path;
        std::error_code error;
        if (places[i] == path)
            continue;
        if (fs::exists(fs::symlink_status(path, error)))
            return taken(path);
        fs::rename(places[i], path, error);
        if (error)
            return fail(ErrorKind::Io,
                        fmt::format("{} could not get its name: {}.", toUtf8(path), error.message()),
                        {{"path", toUtf8(path)}}, "Check the permissions of the folder.");
    }
    m_journal.remove();
    std::error_code ignored;
    fs::remove(lockPathOf(*m_plan), ignored);
    return {};
}

} // namespace snug::convert
