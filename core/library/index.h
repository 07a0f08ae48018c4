// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/library/scan.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace snug::library {

// Where a file came from. Texts that do not apply are empty.
struct Provenance {
    enum class How { Found, Downloaded, Made, Imported };

    How how = How::Found;
    std::string repository; // downloaded: "org/name"
    std::string commit;
    std::string path;      // in the repository; imported: where it lay
    std::string level;     // "Q4_K_M"
    std::string recipe;    // made: JSON that says how
    std::int64_t atMs = 0; // milliseconds since 1970; 0: unknown

    bool operator==(const Provenance &) const = default;
};

struct IndexedFile {
    std::string path;   // below the folder, with '/'
    FileStamp stamp;    // when it was recorded
    std::string sha256; // empty: not computed yet
    Provenance provenance;
    std::int64_t verifiedMs = 0; // the bytes were last seen to have this hash; 0: never

    bool operator==(const IndexedFile &) const = default;
};

// What is known of the model files in Snug's own folder, in one SQLite file (write-ahead log, schema version
// in user_version):
//
//   files  path (unique), bytes, modified_ns, sha256, how, repository, commit_id, repository_path, level,
//   recipe,
//          at_ms, verified_ms
//
// The files are the truth: the index can be made again from them, but for where they came from. Not for
// several threads; several processes may have it open. Errors: Io, NoSpace, NotFound, Corrupt,
// InvalidArgument (a path that does not stay in the folder), Unsupported (read-only here, because a newer
// Snug wrote it).
class Index {
public:
    using Clock = std::function<std::chrono::system_clock::time_point()>;

    // `folder` holds the models, `file` is the index. A damaged index is set aside under another name, never
    // deleted, and made again from what can be read of it and from the files; a newer one is opened for
    // reading. Both are told by problem(). Fails with Cancelled too.
    [[nodiscard]] static Result<std::unique_ptr<Index>> open(const std::filesystem::path &folder,
                                                             const std::filesystem::path &file,
                                                             const std::stop_token &stop,
                                                             Clock clock = &std::chrono::system_clock::now);
    ~Index();

    // Corrupt (detail: set_aside, files, salvaged) or Unsupported; nothing if all was well.
    [[nodiscard]] const std::optional<Error> &problem() const { return m_problem; }
    [[nodiscard]] bool readOnly() const;
    [[nodiscard]] const std::filesystem::path &folder() const { return m_folder; }

    // Replaces what was known of the path.
    [[nodiscard]] Result<void> record(const IndexedFile &file);
    // A computed hash of bytes that had this stamp. NotFound if the path is not known.
    [[nodiscard]] Result<void> setHash(std::string_view path, const FileStamp &stamp, std::string_view sha256,
                                       std::int64_t verifiedMs);
    [[nodiscard]] Result<void> forget(std::string_view path);

    [[nodiscard]] Result<std::optional<IndexedFile>> find(std::string_view path);
    [[nodiscard]] Result<std::vector<IndexedFile>> withHash(std::string_view sha256);
    [[nodiscard]] Result<std::vector<IndexedFile>> all(); // by path

    // Makes the index agree with the folder: new files are recorded as found, changed ones lose their hash, a
    // renamed one (the same stamp) keeps what was known. What is missing is told and kept, because the disk
    // may only be unplugged. Fails with Cancelled, or NotFound for the folder.
    struct Changes {
        std::int64_t added = 0;
        std::int64_t changed = 0;
        std::int64_t renamed = 0;
        std::vector<std::string> missing;

        bool operator==(const Changes &) const = default;
    };
    [[nodiscard]] Result<Changes> refresh(const std::stop_token &stop);

private:
    struct Database;

    Index(std::filesystem::path folder, std::unique_ptr<Database> database, Clock clock);
    [[nodiscard]] Result<void> rebuild(const std::filesystem::path &aside, const std::string &reason,
                                       const std::stop_token &stop);
    [[nodiscard]] Result<std::vector<IndexedFile>> select(const char *condition, std::string_view value);

    [[nodiscard]] Result<void> takeIn(const std::string &path, const FileStamp &stamp,
                                      std::vector<IndexedFile> &missing, Changes &changes);

    std::filesystem::path m_folder;
    std::unique_ptr<Database> m_database;
    std::optional<Error> m_problem;
    Clock m_clock;
};

// "found", "downloaded", "made", "imported".
[[nodiscard]] std::string_view howName(Provenance::How how);

// The stamp of a regular file; nullopt if there is none.
[[nodiscard]] std::optional<FileStamp> stampOf(const std::filesystem::path &file);

} // namespace snug::library
