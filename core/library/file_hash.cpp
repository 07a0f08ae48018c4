// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/file_hash.h"

#include "core/base/paths.h"
#include "core/gguf/random_reader.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace snug::library {
namespace {

constexpr std::size_t kSha256Digits = 64;
constexpr std::int64_t kChunkBytes = 1 << 20;

struct FreeContext {
    void operator()(EVP_MD_CTX *context) const { EVP_MD_CTX_free(context); }
};

// OpenSSL's streaming digest; a failure of it sticks.
class Digest {
public:
    explicit Digest(HashKind kind) : m_context(EVP_MD_CTX_new())
    {
        const EVP_MD *method = kind == HashKind::Sha256 ? EVP_sha256() : EVP_sha1();
        m_good = m_context && EVP_DigestInit_ex(m_context.get(), method, nullptr) == 1;
    }

    void add(const void *bytes, std::size_t count)
    {
        m_good = m_good && EVP_DigestUpdate(m_context.get(), bytes, count) == 1;
    }

    Result<std::string> finish()
    {
        std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
        unsigned length = 0;
        if (!m_good || EVP_DigestFinal_ex(m_context.get(), raw.data(), &length) != 1)
            return fail(ErrorKind::Internal, "The checksum could not be computed.");
        std::string text;
        for (unsigned i = 0; i < length; ++i)
            text += fmt::format("{:02x}", raw[i]);
        return text;
    }

private:
    std::unique_ptr<EVP_MD_CTX, FreeContext> m_context;
    bool m_good = false;
};

} // namespace

HashKind hashKindOf(std::string_view hash)
{
    return hash.size() == kSha256Digits ? HashKind::Sha256 : HashKind::GitBlobSha1;
}

Result<std::string> hashFile(const std::filesystem::path &file, HashKind kind, const ProgressFn &progress,
                             const std::stop_token &stop)
{
    SNUG_TRY(const auto reader, gguf::FileReader::open(file));
    Digest digest(kind);
    if (kind == HashKind::GitBlobSha1) {
        const std::string head = fmt::format("blob {}", reader->size());
        digest.add(head.c_str(), head.size() + 1);
    }
    std::vector<std::byte> buffer(static_cast<std::size_t>(kChunkBytes));
    Progress done{"verifying", 0, reader->size(), Unit::Bytes};
    while (done.done < done.total) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Verifying was stopped.");
        const auto wanted = static_cast<std::size_t>(std::min(kChunkBytes, done.total - done.done));
        SNUG_TRY(const std::size_t count, reader->readAt(done.done, std::span(buffer).first(wanted)));
        if (count == 0)
            return fail(ErrorKind::Io, fmt::format("{} became shorter while it was read.", toUtf8(file)),
                        {{"path", toUtf8(file)}}, "Try again when no other program writes it.");
        digest.add(buffer.data(), count);
        done.done += static_cast<std::int64_t>(count);
        if (progress)
            progress(done);
    }
    return digest.finish();
}

} // namespace snug::library
