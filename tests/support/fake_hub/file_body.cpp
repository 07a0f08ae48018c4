// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/file_body.h"

#include <QByteArrayView>
#include <QCryptographicHash>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <mutex>
#include <vector>

namespace snug::test {

class FileBody::Source {
public:
    Source() = default;
    Source(const Source &) = delete;
    Source &operator=(const Source &) = delete;
    virtual ~Source() = default;
    [[nodiscard]] virtual std::int64_t size() const = 0;
    // REQUIRES: the range lies inside of the file.
    [[nodiscard]] virtual bool read(std::int64_t offset, std::span<char> into) const = 0;
};

namespace {

constexpr std::int64_t kBlock = 1 << 20;
constexpr std::int64_t kHashChunk = 1 << 20;

std::uint64_t mixed(std::uint64_t value)
{
    // SplitMix64 (Steele, Lea, Flood 2014): a bijection, so two block numbers never give the same word.
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

// Two blocks of noise: a block of a virtual file is a window into it.
const std::vector<char> &noise()
{
    static const std::vector<char> bytes = [] {
        std::vector<char> made(static_cast<std::size_t>(2 * kBlock));
        for (std::size_t at = 0; at < made.size(); at += 8) {
            const std::uint64_t word = mixed(at);
            std::memcpy(&made[at], &word, 8);
        }
        return made;
    }();
    return bytes;
}

class MemorySource final : public FileBody::Source {
public:
    explicit MemorySource(std::string bytes) : m_bytes(std::move(bytes)) {}
    [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(m_bytes.size()); }
    [[nodiscard]] bool read(std::int64_t offset, std::span<char> into) const override
    {
        std::ranges::copy_n(m_bytes.begin() + offset, static_cast<std::ptrdiff_t>(into.size()), into.begin());
        return true;
    }

private:
    std::string m_bytes;
};

class DiskSource final : public FileBody::Source {
public:
    explicit DiskSource(const std::filesystem::path &path) : m_file(path, std::ios::binary)
    {
        std::error_code error;
        const std::uintmax_t size = std::filesystem::file_size(path, error);
        m_size = error ? 0 : static_cast<std::int64_t>(size);
    }
    [[nodiscard]] std::int64_t size() const override { return m_size; }
    [[nodiscard]] bool read(std::int64_t offset, std::span<char> into) const override
    {
        const std::scoped_lock lock(m_mutex);
        m_file.clear();
        m_file.seekg(offset);
        m_file.read(into.data(), static_cast<std::streamsize>(into.size()));
        return m_file.gcount() == static_cast<std::streamsize>(into.size());
    }

private:
    mutable std::mutex m_mutex;
    mutable std::ifstream m_file;
    std::int64_t m_size = 0;
};

class VirtualSource final : public FileBody::Source {
public:
    VirtualSource(std::int64_t size, std::uint64_t seed, std::string beginning)
        : m_size(size), m_seed(mixed(seed)), m_beginning(std::move(beginning))
    {
    }
    [[nodiscard]] std::int64_t size() const override { return m_size; }
    [[nodiscard]] bool read(std::int64_t offset, std::span<char> into) const override
    {
        std::size_t done = 0;
        while (done < into.size())
            done += readBlock(offset + static_cast<std::int64_t>(done), into.subspan(done));
        const auto first = static_cast<std::size_t>(std::min<std::int64_t>(offset, size()));
        if (first < m_beginning.size())
            m_beginning.copy(into.data(), into.size(), first);
        return true;
    }

private:
    // Each block starts with its number and the seed, so that no block stands for another one.
    std::size_t readBlock(std::int64_t offset, std::span<char> into) const
    {
        const auto block = static_cast<std::uint64_t>(offset / kBlock);
        const auto inside = static_cast<std::size_t>(offset % kBlock);
        const std::size_t count = std::min(into.size(), static_cast<std::size_t>(kBlock) - inside);
        const auto window =
            static_cast<std::size_t>(mixed(block ^ m_seed) % static_cast<std::uint64_t>(kBlock));
        std::memcpy(into.data(), noise().data() + window + inside, count);
        const std::array<std::uint64_t, 2> mark = {block, m_seed};
        std::array<char, sizeof mark> bytes{};
        std::memcpy(bytes.data(), mark.data(), sizeof mark);
        for (std::size_t at = inside; at < bytes.size() && at - inside < count; ++at)
            into[at - inside] = bytes[at];
        return count;
    }

    std::int64_t m_size;
    std::uint64_t m_seed;
    std::string m_beginning;
};

class DamagedSource final : public FileBody::Source {
public:
    DamagedSource(FileBody body, std::int64_t at) : m_body(std::move(body)), m_at(at) {}
    [[nodiscard]] std::int64_t size() const override { return m_body.size(); }
    [[nodiscard]] bool read(std::int64_t offset, std::span<char> into) const override
    {
        if (!m_body.readAt(offset, into))
            return false;
        const std::int64_t inside = m_at - offset;
        if (inside >= 0 && inside < static_cast<std::int64_t>(into.size())) {
            char &byte = into[static_cast<std::size_t>(inside)];
            byte = static_cast<char>(byte ^ 1);
        }
        return true;
    }

private:
    FileBody m_body;
    std::int64_t m_at;
};

std::string hashOf(const FileBody &body, QCryptographicHash::Algorithm algorithm, const std::string &before)
{
    QCryptographicHash hash(algorithm);
    hash.addData(QByteArrayView(before.data(), static_cast<qsizetype>(before.size())));
    std::vector<char> chunk(static_cast<std::size_t>(std::min(body.size(), kHashChunk)));
    for (std::int64_t at = 0; at < body.size(); at += kHashChunk) {
        const std::span<char> part(chunk.data(),
                                   static_cast<std::size_t>(std::min(kHashChunk, body.size() - at)));
        if (!body.readAt(at, part))
            return {};
        hash.addData(QByteArrayView(part.data(), static_cast<qsizetype>(part.size())));
    }
    return hash.result().toHex().toStdString();
}

} // namespace

struct FileBody::Hashed {
    std::shared_ptr<const Source> source;
    std::mutex mutex;
    std::string sha256;
    std::string gitOid;
};

FileBody::FileBody() : FileBody(std::make_unique<MemorySource>(std::string())) {}

FileBody::FileBody(std::unique_ptr<const Source> source) : m_hashed(std::make_shared<Hashed>())
{
    m_hashed->source = std::move(source);
}

FileBody FileBody::ofBytes(std::string bytes)
{
    return FileBody(std::make_unique<MemorySource>(std::move(bytes)));
}

FileBody FileBody::onDisk(const std::filesystem::path &path)
{
    return FileBody(std::make_unique<DiskSource>(path));
}

FileBody FileBody::virtualBytes(std::int64_t size, std::uint64_t seed, std::string beginning)
{
    return FileBody(std::make_unique<VirtualSource>(size, seed, std::move(beginning)));
}

FileBody FileBody::withSha256(std::string hex) const
{
    FileBody copy;
    copy.m_hashed->source = m_hashed->source;
    copy.m_hashed->sha256 = std::move(hex);
    return copy;
}

FileBody FileBody::damagedAt(std::int64_t offset) const
{
    return FileBody(std::make_unique<DamagedSource>(*this, offset));
}

std::int64_t FileBody::size() const
{
    return m_hashed->source->size();
}

bool FileBody::readAt(std::int64_t offset, std::span<char> into) const
{
    const auto length = static_cast<std::int64_t>(into.size());
    if (offset < 0 || length > size() || offset > size() - length)
        return false;
    return m_hashed->source->read(offset, into);
}

std::string FileBody::bytes(std::int64_t offset, std::int64_t length) const
{
    std::string into(static_cast<std::size_t>(length), '\0');
    if (!readAt(offset, into))
        into.clear();
    return into;
}

std::string FileBody::sha256() const
{
    const std::scoped_lock lock(m_hashed->mutex);
    if (m_hashed->sha256.empty())
        m_hashed->sha256 = hashOf(*this, QCryptographicHash::Sha256, {});
    return m_hashed->sha256;
}

std::string FileBody::gitOid() const
{
    const std::scoped_lock lock(m_hashed->mutex);
    if (m_hashed->gitOid.empty())
        m_hashed->gitOid =
            hashOf(*this, QCryptographicHash::Sha1, "blob " + std::to_string(size()) + std::string(1, '\0'));
    return m_hashed->gitOid;
}

std::string lfsPointer(const FileBody &body)
{
    return "version https://git-lfs.github.com/spec/v1\noid sha256:" + body.sha256() + "\nsize " +
           std::to_string(body.size()) + "\n";
}

} // namespace snug::test
