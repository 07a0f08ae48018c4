// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

struct evp_md_ctx_st;

namespace snug::download {

enum class HashKind {
    None,
    Sha256,  // 64 hex digits: the oid of LFS files
    GitSha1, // 40 hex digits, SHA-1 of "blob <length>\0" and the bytes: how git names small files
};

// What a file should hash to; lower-case hex.
struct ExpectedHash {
    HashKind kind = HashKind::None;
    std::string hex;

    bool operator==(const ExpectedHash &) const = default;
};

// The hash of bytes that come one after the other (OpenSSL). One thread at a time.
class Digest {
public:
    // `bytes`: how many there will be; of GitSha1 only. Fails with InvalidArgument for None, and with
    // Unsupported where the system's OpenSSL forbids the hash.
    [[nodiscard]] static Result<Digest> start(HashKind kind, std::int64_t bytes);

    void update(std::span<const std::byte> bytes);
    // Lower-case hex of all of it; the digest is used up. Fails with Internal.
    [[nodiscard]] Result<std::string> finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st *context) const;
    };
    using Context = std::unique_ptr<evp_md_ctx_st, Free>;

    explicit Digest(Context context) : m_context(std::move(context)) {}

    Context m_context;
    bool m_good = true;
};

// Of a whole file; the stage of the progress is "verifying". Blocks. Fails with NotFound, Io, Truncated (it
// got shorter meanwhile), Cancelled.
[[nodiscard]] Result<std::string> hashFile(const std::filesystem::path &path, HashKind kind,
                                           const ProgressFn &progress, const std::stop_token &stop);

} // namespace snug::download
