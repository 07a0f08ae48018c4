// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/sha256.h"

#include "core/base/paths.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <vector>

namespace snug::download {
namespace {

constexpr std::size_t kReadBytes = 512 * 1024;

std::span<const std::byte> bytesOf(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

} // namespace

void Digest::Free::operator()(evp_md_ctx_st *context) const
{
    EVP_MD_CTX_free(context);
}

Result<Digest> Digest::start(HashKind kind, std::int64_t bytes)
{
    if (kind == HashKind::None)
        return fail(ErrorKind::InvalidArgument, "There is no hash to compute.");
    Context context(EVP_MD_CTX_new());
    const EVP_MD *algorithm = kind == HashKind::Sha256 ? EVP_sha256() : EVP_sha1();
    if (!context || EVP_DigestInit_ex(context.get(), algorithm, nullptr) != 1)
        return fail(ErrorKind::Unsupported,
                    "This system does not allow the hash that the file is checked by.",
                    {{"reason", std::string(kind == HashKind::Sha256 ? "sha256" : "sha1")}});
    Digest digest(std::move(context));
    if (kind == HashKind::GitSha1) {
        digest.update(bytesOf(fmt::format("blob {}", bytes)));
        digest.update(std::array{std::byte{0}});
    }
    return digest;
}

void Digest::update(std::span<const std::byte> bytes)
{
    m_good = m_good && EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size()) == 1;
}

Result<std::string> Digest::finish()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
    unsigned int size = 0;
    if (!m_good || EVP_DigestFinal_ex(m_context.get(), raw.data(), &size) != 1)
        return fail(ErrorKind::Internal, "A hash could not be computed.");
    std::string hex;
    for (unsigned int i = 0; i < size; ++i)
        hex += fmt::format("{:02x}", raw[i]);
    return hex;
}

Result<std::string> hashFile(const std::filesystem::path &path, HashKind kind, const ProgressFn &progress,
                             const std::stop_token &stop)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    std::ifstream in;
    in.rdbuf()->pubsetbuf(nullptr, 0); // our own buffer is large enough
    in.open(path, std::ios::binary);
    if (error || !in)
        return fail(ErrorKind::NotFound, fmt::format("{} cannot be read.", toUtf8(path)),
                    {{"path", toUtf8(path)}});
    const auto total = static_cast<std::int64_t>(size);
    SNUG_TRY(Digest digest, Digest::start(kind, total));
    std::vector<char> buffer(kReadBytes);
    std::int64_t done = 0;
    while (done < total) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "The check was cancelled.");
        in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        const std::span got(buffer.data(), static_cast<std::size_t>(in.gcount()));
        if (in.bad())
            return fail(ErrorKind::Io, fmt::format("{} could not be read.", toUtf8(path)),
                        {{"path", toUtf8(path)}, {"offset", done}});
        if (got.empty())
            return fail(ErrorKind::Truncated, fmt::format("{} got shorter while it was read.", toUtf8(path)),
                        {{"path", toUtf8(path)}, {"wanted_bytes", total}, {"file_bytes", done}});
        digest.update(std::as_bytes(got));
        done += static_cast<std::int64_t>(got.size());
        if (progress)
            progress({"verifying", done, total, Unit::Bytes});
    }
    return digest.finish();
}

} // namespace snug::download
