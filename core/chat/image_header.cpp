// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/image_header.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdlib>

namespace snug::chat {
namespace {

using namespace std::string_view_literals;

using Header = Result<std::optional<ImageHeader>>;

constexpr std::string_view kPng = "\x89PNG\r\n\x1A\n"sv;
constexpr std::string_view kJpeg = "\xFF\xD8\xFF"sv;
constexpr const char *kOtherKind = "Save it as PNG or JPEG and attach that.";

tl::unexpected<Error> broken(std::string reason)
{
    return fail(ErrorKind::Corrupt, "The image is damaged.", {{"reason", std::move(reason)}},
                "Open it in an image program and save it anew.");
}

std::uint32_t byteAt(std::string_view bytes, std::size_t at)
{
    return static_cast<unsigned char>(bytes[at]);
}

// REQUIRES: they are there.
std::uint32_t bigEndian(std::string_view bytes, std::size_t at, std::size_t count)
{
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < count; ++i)
        number = number << 8U | byteAt(bytes, at + i);
    return number;
}

std::uint32_t littleEndian(std::string_view bytes, std::size_t at, std::size_t count)
{
    std::uint32_t number = 0;
    for (std::size_t i = count; i > 0; --i)
        number = number << 8U | byteAt(bytes, at + i - 1);
    return number;
}

Header sized(std::string_view mediaType, std::int64_t width, std::int64_t height)
{
    if (width <= 0 || height <= 0)
        return broken("it says that it has no pixels");
    return ImageHeader{mediaType, width, height};
}

Header ended()
{
    return broken("it ends in its header");
}

// Signature, then the chunk IHDR: its length, its name, width and height.
Header readPng(std::string_view bytes)
{
    constexpr std::size_t kSize = 24;
    if (bytes.size() < kSize)
        return ended();
    if (bytes.substr(12, 4) != "IHDR")
        return broken("its first part is not IHDR");
    return sized("image/png", bigEndian(bytes, 16, 4), bigEndian(bytes, 20, 4));
}

Header readGif(std::string_view bytes)
{
    constexpr std::size_t kSize = 10;
    if (bytes.size() < kSize)
        return ended();
    return sized("image/gif", littleEndian(bytes, 6, 2), littleEndian(bytes, 8, 2));
}

// "BM", 12 bytes about the file, then a header whose length tells its age. A negative height counts from the
// top.
Header readBmp(std::string_view bytes)
{
    constexpr std::size_t kSize = 26;
    constexpr std::uint32_t kOldest = 12;
    if (bytes.size() < kSize)
        return ended();
    if (littleEndian(bytes, 14, 4) == kOldest)
        return sized("image/bmp", littleEndian(bytes, 18, 2), littleEndian(bytes, 20, 2));
    const std::int64_t height = static_cast<std::int32_t>(littleEndian(bytes, 22, 4));
    return sized("image/bmp", static_cast<std::int32_t>(littleEndian(bytes, 18, 4)), std::abs(height));
}

bool hasNoLength(std::uint32_t marker)
{
    return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD9);
}

// SOF0 to SOF15 without the tables that lie among them.
bool isFrame(std::uint32_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// Segments: FF, a marker, a length that counts itself. The frame's tells precision, height and width.
Header readJpeg(std::string_view bytes)
{
    constexpr std::uint32_t kLastDecodable = 0xC2; // baseline, extended and progressive
    std::size_t at = 2;
    while (at + 1 < bytes.size()) {
        if (byteAt(bytes, at) != 0xFF)
            return broken("a segment does not begin with FF");
        const std::uint32_t marker = byteAt(bytes, at + 1);
        if (marker == 0xFF) { // fill
            ++at;
            continue;
        }
        at += 2;
        if (hasNoLength(marker))
            continue;
        if (at + 2 > bytes.size())
            return ended();
        const std::size_t length = bigEndian(bytes, at, 2);
        if (length < 2)
            return broken("a segment is shorter than its length");
        if (isFrame(marker)) {
            if (marker > kLastDecodable)
                return fail(ErrorKind::Unsupported, "This kind of JPEG cannot be read here.",
                            {{"reason", fmt::format("coding {:02X}", marker)}}, kOtherKind);
            return at + 7 > bytes.size()
                       ? ended()
                       : sized("image/jpeg", bigEndian(bytes, at + 5, 2), bigEndian(bytes, at + 3, 2));
        }
        at += length;
    }
    return ended();
}

// Images that the engine's decoder does not know, so that they are not taken for damaged texts.
std::string_view otherKind(std::string_view bytes)
{
    const auto has = [bytes](std::size_t at, std::string_view magic) {
        return bytes.size() >= at + magic.size() && bytes.substr(at, magic.size()) == magic;
    };
    if (has(0, "RIFF") && has(8, "WEBP"))
        return "WebP";
    if (has(0, "II*\0"sv) || has(0, "MM\0*"sv))
        return "TIFF";
    if (has(4, "ftypavif") || has(4, "ftypavis"))
        return "AVIF";
    for (const std::string_view brand : {"ftypheic", "ftypheix", "ftypmif1", "ftypmsf1", "ftyphevc"}) {
        if (has(4, brand))
            return "HEIC";
    }
    if (has(0, "\xFF\x0A"sv) || has(0, "\0\0\0\x0CJXL "sv))
        return "JPEG XL";
    return {};
}

} // namespace

Header readImageHeader(std::string_view bytes)
{
    if (bytes.starts_with(kPng))
        return readPng(bytes);
    if (bytes.starts_with(kJpeg))
        return readJpeg(bytes);
    if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a"))
        return readGif(bytes);
    // Two letters begin many a text; the reserved bytes after the file's length are zero.
    if (bytes.starts_with("BM") && bytes.size() >= 10 && littleEndian(bytes, 6, 4) == 0)
        return readBmp(bytes);
    if (const std::string_view kind = otherKind(bytes); !kind.empty())
        return fail(ErrorKind::Unsupported, fmt::format("Images of the kind {} cannot be read here.", kind),
                    {{"reason", std::string(kind)}}, kOtherKind);
    return std::optional<ImageHeader>();
}

} // namespace snug::chat
