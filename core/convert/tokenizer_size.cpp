// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer_size.h"

#include <algorithm>

namespace snug::convert {
namespace {

// Of a word in each form, beside its letters: GGUF keeps 8 bytes of length, 4 of kind and 4 of score;
// SentencePiece's protocol buffer about 9.
constexpr std::int64_t kMoreThanSentencePiece = 8 + 4 + 4 - 9;

// Fitted to real tokenizers: those whose JSON is written on one line, and those with a line for each word and
// merge.
constexpr double kOneLineBytesPerWord = 55;
constexpr double kOneLineShare = 0.84;
constexpr double kManyLinesShare = 0.432;
constexpr double kManyLinesPerWord = 4.5;

constexpr std::int64_t kTypicalBytesPerWord = 40;

// Far beyond any tokenizer; how long a file is was told by others.
constexpr std::int64_t kMostFileBytes = std::int64_t{1} << 32;

} // namespace

std::int64_t tokenizerBytes(const TokenizerFiles &files, std::int64_t vocabulary)
{
    if (files.tokenizerModel)
        return std::min(*files.tokenizerModel, kMostFileBytes) + vocabulary * kMoreThanSentencePiece;
    if (!files.tokenizerJson || vocabulary <= 0)
        return vocabulary * kTypicalBytesPerWord;
    const auto json = static_cast<double>(std::min(*files.tokenizerJson, kMostFileBytes));
    const auto words = static_cast<double>(vocabulary);
    if (json / words < kOneLineBytesPerWord)
        return static_cast<std::int64_t>(json * kOneLineShare);
    return static_cast<std::int64_t>(json * kManyLinesShare + words * kManyLinesPerWord);
}

} // namespace snug::convert
