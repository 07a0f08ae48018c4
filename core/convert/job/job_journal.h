// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace snug::convert {

// How far a conversion got, kept beside its first unfinished file as JSON:
//   {"schema":1, "identity":"<OutputPlan::identity>", "bytes":1048576}
// All bytes of the files, one after the other, are right up to there, and on the disk. A second one,
// "<journal>.live", has "boot" as well and tells what was written since: true for as long as the system runs,
// whatever kills the program. One program writes them: the one that holds the job's lock.
class JobJournal {
public:
    explicit JobJournal(std::filesystem::path path) : m_path(std::move(path)) {}

    // How many bytes of the plan of that identity are written; 0 without a journal of it.
    [[nodiscard]] std::int64_t written(const std::string &identity) const;

    // REQUIRES: they are on the disk. Fails with Io or NoSpace.
    [[nodiscard]] Result<void> save(const std::string &identity, std::int64_t bytes) const;
    // REQUIRES: they were written. Costs next to nothing; fails with Io or NoSpace.
    [[nodiscard]] Result<void> saveLive(const std::string &identity, std::int64_t bytes) const;
    // Both.
    void remove() const;
    // What was written since the last save() does not count any more.
    void removeLive() const;

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace snug::convert
