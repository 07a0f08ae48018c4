// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/file_lock.h"
#include "core/base/result.h"
#include "core/convert/job/job_journal.h"
#include "core/convert/job/output_plan.h"
#include "core/download/part_file.h"

#include <cstdint>
#include <vector>

namespace snug::convert {

// The files of a plan while they are not whole, under names of their own, and the lock that lets one program
// at a time write them. Owned by the job; files are written by several threads.
class UnfinishedFiles {
public:
    // Takes the lock and opens the files, with the bytes of an interrupted job of the same plan if there are
    // any. Writes the headers. Errors: those of writeModel about files.
    [[nodiscard]] static Result<UnfinishedFiles> open(const OutputPlan &plan);
    // Throws away what is there of whichever plan has these files. Fails with InvalidArgument (reason busy).
    [[nodiscard]] static Result<void> discardAll(const OutputPlan &plan);

    // Of all files, one after the other: what was there already.
    [[nodiscard]] std::int64_t resumedBytes() const { return m_resumed; }
    [[nodiscard]] download::PartFile &file(std::size_t index) { return m_files[index]; }
    [[nodiscard]] std::size_t count() const { return m_files.size(); }
    [[nodiscard]] const JobJournal &journal() const { return m_journal; }

    // Lets the system begin to bring these bytes, of all files one after the other, to the disk.
    void beginWriteback(std::int64_t from, std::int64_t to);
    // Waits until they are there. Fails as PartFile::awaitWriteback.
    [[nodiscard]] Result<void> awaitWriteback(std::int64_t from, std::int64_t to);
    // All that was written is on the disk.
    [[nodiscard]] Result<void> sync();
    // Gives the files their final names, never in place of others, and removes the journal.
    [[nodiscard]] Result<void> finish();
    // Leaves nothing; the last call.
    void discard();

private:
    UnfinishedFiles(const OutputPlan &plan, FileLock lock, JobJournal journal);
    [[nodiscard]] Result<void> begin();
    // Calls `use` with each file, and with the offset and length of what it has of these bytes.
    template <class Use> Result<void> visit(std::int64_t from, std::int64_t to, Use use);
    [[nodiscard]] Result<void> openFiles();

    const OutputPlan *m_plan;
    FileLock m_lock;
    JobJournal m_journal;
    std::vector<download::PartFile> m_files;
    std::int64_t m_resumed = 0;
};

} // namespace snug::convert
