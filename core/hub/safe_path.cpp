// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/safe_path.h"

#include "core/gguf/text.h"
#include "core/hub/code_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace snug::hub {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Letters and digits of common scripts. Left out on purpose: combining marks (two spellings of one name),
// full-width forms (Windows may map them to separators), everything invisible, private use.
constexpr std::array kLetters = {
    Range{0x00C0, 0x017F}, Range{0x01A0, 0x01A1}, Range{0x01AF, 0x01B0},                        // Latin
    Range{0x0386, 0x0386}, Range{0x0388, 0x038A}, Range{0x038C, 0x038C}, Range{0x038E, 0x03A1}, //
    Range{0x03A3, 0x03CE},                                                                      // Greek
    Range{0x0400, 0x045F}, Range{0x0490, 0x04BF}, Range{0x04D0, 0x052F},                        // Cyrillic
    Range{0x05D0, 0x05EA},                                                                      // Hebrew
    Range{0x0620, 0x064A}, Range{0x0671, 0x06D3},                                               // Arabic
    Range{0x0E01, 0x0E33}, Range{0x0E40, 0x0E46},                                               // Thai
    Range{0x1E00, 0x1EFF},                        // Latin with more marks
    Range{0x3041, 0x3096}, Range{0x30A1, 0x30FA}, // kana
    Range{0x30FC, 0x30FC}, Range{0x3400, 0x4DBF}, // Han
    Range{0x4E00, 0x9FFF}, Range{0xAC00, 0xD7A3}, // Han, Hangul
};

bool isAsciiLetterOrDigit(char32_t c)
{
    return (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z');
}

bool isLetter(char32_t c)
{
    return isAsciiLetterOrDigit(c) || std::any_of(kLetters.begin(), kLetters.end(), [c](const Range &range) {
               return c >= range.first && c <= range.last;
           });
}

// "~" is missing because of the short names of Windows: MODEL~1.GGU is another file's second name.
bool isAllowed(char32_t c)
{
    constexpr std::u32string_view kSigns = U" !#$%&'()+,-.;=@[]^_`{}";
    return isLetter(c) || kSigns.find(c) != std::u32string_view::npos;
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Windows opens a device for these, whatever ending follows: "NUL.gguf".
bool isDeviceName(std::string_view segment)
{
    constexpr std::array<std::string_view, 7> kDevices = {"con",    "prn",     "aux",   "nul",
                                                          "conin$", "conout$", "clock$"};
    std::string base(segment.substr(0, segment.find('.')));
    base.erase(base.find_last_not_of(' ') + 1);
    std::transform(base.begin(), base.end(), base.begin(), lower);
    if (std::find(kDevices.begin(), kDevices.end(), base) != kDevices.end())
        return true;
    // The digits may be superscripts too: U+00B9, U+00B2, U+00B3, which the allow-list refuses already.
    return base.size() == 4 && (base.starts_with("com") || base.starts_with("lpt")) && base[3] >= '0' &&
           base[3] <= '9';
}

// What is wrong with a segment; nullptr if nothing.
const char *faultOf(std::string_view segment)
{
    if (segment.size() > kMaxSegmentBytes)
        return "too_long";
    if (segment == "." || segment == "..")
        return "dots";
    if (segment.front() == ' ' || segment.back() == ' ' || segment.back() == '.')
        return "blank_or_dot_at_end";
    if (isDeviceName(segment))
        return "device_name";
    return nullptr;
}

tl::unexpected<Error> refuse(std::string_view text, const char *reason)
{
    return fail(ErrorKind::InvalidArgument,
                fmt::format("The file name \"{}\" could lead outside the folder or cannot exist on every "
                            "system, so the file is left out.",
                            shownText(text)),
                {{"name", shownText(text)}, {"reason", std::string(reason)}});
}

bool isDriveRelative(std::string_view text)
{
    return text.size() >= 2 && text[1] == ':' && isAsciiLetterOrDigit(static_cast<unsigned char>(text[0]));
}

struct Pair {
    char32_t capital;
    char32_t small;
};
constexpr std::array kOddPairs = {Pair{0x178, 0xFF},  Pair{0x17F, U's'},  Pair{0x1E9E, 0xDF},
                                  Pair{0x386, 0x3AC}, Pair{0x388, 0x3AD}, Pair{0x389, 0x3AE},
                                  Pair{0x38A, 0x3AF}, Pair{0x38C, 0x3CC}, Pair{0x38E, 0x3CD},
                                  Pair{0x38F, 0x3CE}, Pair{0x3C2, 0x3C3}};

// Simple case folding (Unicode's CaseFolding.txt, status C and S) of the scripts above that have cases. Where
// a block has exceptions, two different letters may get one key, which costs a file at worst.
char32_t folded(char32_t c)
{
    const auto in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
    const auto *odd =
        std::find_if(kOddPairs.begin(), kOddPairs.end(), [c](const Pair &pair) { return pair.capital == c; });
    if (odd != kOddPairs.end())
        return odd->small;
    if (in(U'A', U'Z') || in(0xC0, 0xDE) || in(0x391, 0x3AB) || in(0x410, 0x42F))
        return c + 0x20;
    if (in(0x400, 0x40F))
        return c + 0x50;
    if (in(0x139, 0x148) || in(0x179, 0x17E) || in(0x1AF, 0x1B0))
        return c + (c & 1U); // capitals are odd
    if (in(0x100, 0x178) || in(0x1A0, 0x1A1) || in(0x490, 0x52F) || in(0x1E00, 0x1EFF))
        return c | 1U; // capitals are even
    return c;
}

} // namespace

Result<std::string> safeRelativePath(std::string_view text)
{
    if (text.empty())
        return refuse(text, "empty");
    if (text.size() > kMaxPathBytes)
        return refuse(text, "too_long");
    if (!gguf::isUtf8(text))
        return refuse(text, "not_utf8");
    if (text.front() == '/' || text.front() == '\\' || isDriveRelative(text))
        return refuse(text, "absolute");
    std::size_t segments = 0;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('/', begin), text.size());
        if (end == begin)
            return refuse(text, "empty");
        if (const char *fault = faultOf(text.substr(begin, end - begin)); fault != nullptr)
            return refuse(text, fault);
        if (++segments > kMaxSegments)
            return refuse(text, "too_deep");
        begin = end + 1;
    }
    for (std::string_view rest = text; !rest.empty();) {
        const char32_t c = takeCodePoint(rest);
        if (c != U'/' && !isAllowed(c))
            return refuse(text, "character");
    }
    return std::string(text);
}

std::string pathKey(std::string_view safePath)
{
    std::string key;
    while (!safePath.empty())
        appendUtf8(key, folded(takeCodePoint(safePath)));
    return key;
}

std::string shownText(std::string_view text, std::size_t limit)
{
    std::string shown;
    while (!text.empty()) {
        if (shown.size() >= limit)
            return shown + "…";
        const char32_t c = takeCodePoint(text);
        const bool plain = (c >= U' ' && c <= U'~') || isLetter(c) || (c >= 0xA1 && c <= 0xBF && c != 0xAD);
        if (plain)
            appendUtf8(shown, c);
        else
            shown += fmt::format("\\u{{{:X}}}", static_cast<std::uint32_t>(c));
    }
    return shown;
}

} // namespace snug::hub
