// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::download {

// A run of bytes of a file, [begin, end).
struct Span {
    std::int64_t begin = 0;
    std::int64_t end = 0;

    [[nodiscard]] std::int64_t length() const { return end - begin; }
    bool operator==(const Span &) const = default;
};

// Which fixed pieces of a file are on the disk: what the journal remembers. The last piece may be shorter.
// A value; one thread.
class PieceMap {
public:
    static constexpr std::int64_t kMostFileBytes = std::int64_t(4) << 40; // the Hub's limit is 500 GB
    static constexpr std::int64_t kMostPieceBytes = 16 << 20;
    static constexpr std::int64_t kLeastPieceBytes = 256 << 10;

    // 16 MiB, and less for small files, so that an interrupted download loses little of them.
    [[nodiscard]] static std::int64_t pieceBytesFor(std::int64_t fileBytes);

    PieceMap() = default;
    // REQUIRES: 0 <= fileBytes <= kMostFileBytes, pieceBytes > 0.
    PieceMap(std::int64_t fileBytes, std::int64_t pieceBytes);

    [[nodiscard]] std::int64_t fileBytes() const { return m_fileBytes; }
    [[nodiscard]] std::int64_t pieceBytes() const { return m_pieceBytes; }
    [[nodiscard]] std::size_t count() const { return m_filled.size(); }
    [[nodiscard]] Span piece(std::size_t index) const;
    [[nodiscard]] bool isDone(std::size_t index) const;
    [[nodiscard]] std::size_t doneCount() const { return m_doneCount; }
    [[nodiscard]] bool complete() const { return m_doneCount == count(); }

    // These bytes were written. No byte may be told twice. REQUIRES: within the file.
    void fill(Span bytes);
    // Only done pieces count any more.
    void forgetUnfinished();
    // All bytes told, those of unfinished pieces too.
    [[nodiscard]] std::int64_t filledBytes() const { return m_filledBytes; }
    // Done pieces from the start of the file on.
    [[nodiscard]] std::int64_t prefixBytes() const;
    // The runs of pieces that are not done, ascending.
    [[nodiscard]] std::vector<Span> missing() const;

    // The done pieces as hex, four a digit, the first in the highest bit.
    [[nodiscard]] std::string toHex() const;
    // nullopt unless it is exactly one bit a piece, the rest zero.
    [[nodiscard]] static std::optional<PieceMap> fromHex(std::int64_t fileBytes, std::int64_t pieceBytes,
                                                         std::string_view hex);

private:
    std::int64_t m_fileBytes = 0;
    std::int64_t m_pieceBytes = 1;
    std::vector<std::int64_t> m_filled; // bytes told, of each piece
    std::int64_t m_filledBytes = 0;
    std::size_t m_doneCount = 0;
    mutable std::size_t m_prefix = 0; // pieces before it are known to be done
};

} // namespace snug::download
