// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

// Images made byte by byte, so that a test needs no library for them.
namespace snug::test {

inline std::string bigEndian(std::uint32_t number)
{
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>(number >> shift & 0xFFU);
    return bytes;
}

// CRC-32 as PNG has it, bit by bit.
inline std::uint32_t crcOf(const std::string &bytes)
{
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    return ~crc;
}

// The beginning of a PNG of that size; whoever decodes it finds no pixels.
inline std::string pngHeader(std::uint32_t width, std::uint32_t height)
{
    const std::string header =
        "IHDR" + bigEndian(width) + bigEndian(height) + std::string("\x08\x02\0\0\0", 5);
    return std::string("\x89PNG\r\n\x1A\n") + bigEndian(13) + header + bigEndian(crcOf(header));
}

// A whole BMP of one colour, 24 bits a pixel. REQUIRES: both below 65536.
inline std::string bmpOf(std::uint32_t width, std::uint32_t height, std::uint32_t rgb)
{
    const auto little = [](std::uint32_t number, int bytes) {
        std::string text;
        for (int i = 0; i < bytes; ++i)
            text += static_cast<char>(number >> (8 * i) & 0xFFU);
        return text;
    };
    std::string row;
    for (std::uint32_t i = 0; i < width; ++i)
        row += little(rgb, 3); // blue, green, red
    row.resize((row.size() + 3) / 4 * 4);
    std::string pixels;
    for (std::uint32_t i = 0; i < height; ++i)
        pixels += row;
    constexpr std::uint32_t kHeaders = 54;
    const auto size = static_cast<std::uint32_t>(pixels.size());
    return "BM" + little(kHeaders + size, 4) + little(0, 4) + little(kHeaders, 4) + little(40, 4) +
           little(width, 4) + little(height, 4) + little(1, 2) + little(24, 2) + little(0, 4) +
           little(size, 4) + little(2835, 4) + little(2835, 4) + little(0, 4) + little(0, 4) + pixels;
}

} // namespace snug::test
