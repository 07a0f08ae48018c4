// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/piece_map.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace snug::download {
namespace {

constexpr std::size_t kBitsADigit = 4;

int valueOfDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

} // namespace

std::int64_t PieceMap::pieceBytesFor(std::int64_t fileBytes)
{
    constexpr std::uint64_t kPieces = 128;
    const auto wish =
        std::bit_ceil(static_cast<std::uint64_t>(std::max<std::int64_t>(fileBytes, 1)) / kPieces + 1);
    return std::clamp(static_cast<std::int64_t>(wish), kLeastPieceBytes, kMostPieceBytes);
}

PieceMap::PieceMap(std::int64_t fileBytes, std::int64_t pieceBytes)
    : m_fileBytes(fileBytes)
    , m_pieceBytes(pieceBytes)
    , m_filled(static_cast<std::size_t>(fileBytes / pieceBytes + (fileBytes % pieceBytes != 0 ? 1 : 0)))
{
}

Span PieceMap::piece(std::size_t index) const
{
    const std::int64_t begin = static_cast<std::int64_t>(index) * m_pieceBytes;
    return {begin, std::min(begin + m_pieceBytes, m_fileBytes)};
}

bool PieceMap::isDone(std::size_t index) const
{
    return m_filled[index] == piece(index).length();
}

void PieceMap::fill(Span bytes)
{
    assert(bytes.begin >= 0 && bytes.begin <= bytes.end && bytes.end <= m_fileBytes);
    while (bytes.length() > 0) {
        const auto index = static_cast<std::size_t>(bytes.begin / m_pieceBytes);
        const std::int64_t here = std::min(bytes.end, piece(index).end) - bytes.begin;
        assert(m_filled[index] + here <= piece(index).length());
        m_filled[index] += here;
        m_filledBytes += here;
        m_doneCount += isDone(index) ? 1 : 0;
        bytes.begin += here;
    }
}

void PieceMap::forgetUnfinished()
{
    m_filledBytes = 0;
    for (std::size_t index = 0; index < count(); ++index) {
        if (!isDone(index))
            m_filled[index] = 0;
        m_filledBytes += m_filled[index];
    }
}

std::int64_t PieceMap::prefixBytes() const
{
    while (m_prefix < count() && isDone(m_prefix))
        ++m_prefix;
    return m_prefix == count() ? m_fileBytes : piece(m_prefix).begin;
}

std::vector<Span> PieceMap::missing() const
{
    std::vector<Span> runs;
    for (std::size_t index = 0; index < count(); ++index) {
        if (isDone(index))
            continue;
        const Span span = piece(index);
        if (!runs.empty() && runs.back().end == span.begin)
            runs.back().end = span.end;
        else
            runs.push_back(span);
    }
    return runs;
}

std::string PieceMap::toHex() const
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (std::size_t first = 0; first < count(); first += kBitsADigit) {
        std::size_t digit = 0;
        for (std::size_t bit = 0; bit < kBitsADigit; ++bit) {
            const bool done = first + bit < count() && isDone(first + bit);
            digit = digit * 2 + (done ? 1 : 0);
        }
        hex += kDigits[digit];
    }
    return hex;
}

std::optional<PieceMap> PieceMap::fromHex(std::int64_t fileBytes, std::int64_t pieceBytes,
                                          std::string_view hex)
{
    PieceMap map(fileBytes, pieceBytes);
    if (hex.size() != (map.count() + kBitsADigit - 1) / kBitsADigit)
        return std::nullopt;
    for (std::size_t index = 0; index < hex.size() * kBitsADigit; ++index) {
        const int digit = valueOfDigit(hex[index / kBitsADigit]);
        if (digit < 0)
            return std::nullopt;
        const bool done = ((digit >> (kBitsADigit - 1 - index % kBitsADigit)) & 1) != 0;
        if (done && index >= map.count())
            return std::nullopt;
        if (done)
            map.fill(map.piece(index));
    }
    return map;
}

} // namespace snug::download
