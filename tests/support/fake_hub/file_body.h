// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace snug::test {

// The bytes of a file of the fake Hub: in memory, on the disk, or virtual, that is computed from a seed and
// the offset, so that a file of 500 GB costs nothing. A cheap value; any thread.
class FileBody {
public:
    // Empty.
    FileBody();
    [[nodiscard]] static FileBody ofBytes(std::string bytes);
    // A regular file, which must not change while it is served.
    [[nodiscard]] static FileBody onDisk(const std::filesystem::path &path);
    // `size` bytes: first `beginning` (a GGUF header, for example), then noise. Each MiB of it differs from
    // every other one and from those of other seeds.
    [[nodiscard]] static FileBody virtualBytes(std::int64_t size, std::uint64_t seed,
                                               std::string beginning = {});
    // The same bytes, with a hash that is told and not computed: for sizes that nobody wants to hash.
    [[nodiscard]] FileBody withSha256(std::string hex) const;

    // The same but for the byte at that offset.
    [[nodiscard]] FileBody damagedAt(std::int64_t offset) const;

    [[nodiscard]] std::int64_t size() const;
    // Fills `into` from `offset`; false if the file does not have (or no longer has) these bytes.
    [[nodiscard]] bool readAt(std::int64_t offset, std::span<char> into) const;
    [[nodiscard]] std::string bytes(std::int64_t offset, std::int64_t length) const;

    // 64 hex digits; computed at the first call, which reads everything.
    [[nodiscard]] std::string sha256() const;
    // 40 hex digits: SHA-1 of "blob <length>\0" and the bytes, as git names small files.
    [[nodiscard]] std::string gitOid() const;

    class Source;

private:
    struct Hashed;
    explicit FileBody(std::unique_ptr<const Source> source);

    // Shared by the repository's description and every connection that is sending the file.
    std::shared_ptr<Hashed> m_hashed;
};

// What git holds in place of an LFS file (git-lfs, docs/spec.md).
[[nodiscard]] std::string lfsPointer(const FileBody &body);

} // namespace snug::test
