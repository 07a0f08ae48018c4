// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/quant_label.h"

#include <algorithm>
#include <array>

namespace snug::hub {
namespace {

constexpr std::array<std::string_view, 9> kWhole = {"MXFP4_MOE", "MXFP4", "NVFP4", "BF16", "FP16",
                                                    "FP32",      "F16",   "F32",   "F64"};
constexpr std::array<std::string_view, 8> kSizes = {"XXS", "XXL", "XS", "XL", "NL", "S", "M", "L"};
constexpr std::string_view kDynamic = "UD-";

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isWord(char c)
{
    return isDigit(c) || (c >= 'A' && c <= 'Z');
}

bool endsWord(std::string_view text, std::size_t at)
{
    return at >= text.size() || !isWord(text[at]);
}

// Length of the piece of `pieces` after "_" at `at`; 0 if there is none.
template <class Pieces> std::size_t pieceLength(std::string_view text, std::size_t at, const Pieces &pieces)
{
    if (at >= text.size() || text[at] != '_')
        return 0;
    for (const std::string_view piece : pieces) {
        if (text.substr(at + 1).starts_with(piece) && endsWord(text, at + 1 + piece.size()))
            return 1 + piece.size();
    }
    return 0;
}

std::size_t digitPiece(std::string_view text, std::size_t at)
{
    const bool found =
        at + 1 < text.size() && text[at] == '_' && isDigit(text[at + 1]) && endsWord(text, at + 2);
    return found ? 2 : 0;
}

// Q4, Q4_0, Q4_0_8_8, Q4_K, Q4_K_M, IQ3_XXS, TQ1_0: length from the beginning of `text`; 0 if it is none.
std::size_t familyLength(std::string_view text)
{
    const bool prefixed = text.starts_with("IQ") || text.starts_with("TQ");
    const std::size_t letters = prefixed ? 2 : 1;
    if ((!prefixed && !text.starts_with("Q")) || text.size() <= letters || !isDigit(text[letters]) ||
        !endsWord(text, letters + 1))
        return 0;
    std::size_t length = letters + 1;
    constexpr std::array<std::string_view, 1> kK = {"K"};
    if (const auto k = pieceLength(text, length, kK); k != 0 && !prefixed)
        length += k;
    while (const auto digits = digitPiece(text, length))
        length += digits;
    length += pieceLength(text, length, kSizes);
    return prefixed && length == letters + 1 ? 0 : length;
}

std::size_t labelLength(std::string_view text)
{
    for (const std::string_view whole : kWhole) {
        if (text.starts_with(whole) && endsWord(text, whole.size()))
            return whole.size();
    }
    return familyLength(text);
}

std::string capitals(std::string_view text)
{
    std::string capital(text);
    std::transform(capital.begin(), capital.end(), capital.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return capital;
}

} // namespace

std::optional<std::string> quantLabel(std::string_view fileName)
{
    const std::string text = capitals(fileName);
    const std::string_view view = text;
    std::optional<std::string> label;
    for (std::size_t at = 0; at < view.size(); ++at) {
        if (at > 0 && isWord(view[at - 1]))
            continue;
        const std::size_t length = labelLength(view.substr(at));
        if (length == 0)
            continue;
        std::string found(view.substr(at, length));
        if (found.starts_with("FP"))
            found.erase(1, 1);
        const std::string_view before = view.substr(0, at);
        const bool dynamic = before.ends_with(kDynamic) &&
                             (before.size() == kDynamic.size() || !isWord(before[before.size() - 4]));
        label = (dynamic ? std::string(kDynamic) : std::string()) + found;
        at += length - 1;
    }
    return label;
}

std::optional<int> labelBits(std::string_view label)
{
    if (label.starts_with(kDynamic))
        label.remove_prefix(kDynamic.size());
    if (labelLength(label) != label.size() || label.empty())
        return std::nullopt;
    if (label == "F64")
        return 64;
    if (label.ends_with("32"))
        return 32;
    if (label.ends_with("16"))
        return 16;
    return label[label.find_first_of("0123456789")] - '0';
}

} // namespace snug::hub
