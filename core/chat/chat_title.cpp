// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/chat_title.h"

#include "core/chat/utf8_stream.h"

#include <algorithm>
#include <array>

namespace snug::chat {
namespace {

constexpr std::size_t kMessageBytes = 6000;
constexpr std::size_t kAnswerBytes = 4096; // what a title may be looked for in
constexpr std::size_t kTitleBytes = 60;
constexpr int kTitleWords = 8;
constexpr int kTitleTokens = 32;
constexpr std::string_view kWish =
    "Write a title for this conversation, of at most six words, in its language. "
    "Answer with the title alone.";
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text, std::string_view marks)
{
    const std::size_t begin = text.find_first_not_of(marks);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(marks) - begin + 1);
}

// What follows the last thought; one that does not end is all there is.
std::string_view withoutThoughts(std::string_view text)
{
    for (const std::string_view name : {"think", "thinking", "reasoning"}) {
        const std::string end = "</" + std::string(name) + ">";
        if (const std::size_t at = text.rfind(end); at != std::string_view::npos)
            text.remove_prefix(at + end.size());
        if (text.find("<" + std::string(name) + ">") != std::string_view::npos)
            return {};
    }
    return text;
}

// Characters that are no part of a line: controls, and those that turn, hide or join what stands beside them.
bool isInvisible(std::string_view character)
{
    if (character.size() == 1)
        return static_cast<unsigned char>(character[0]) < 0x20 || character[0] == 0x7F;
    const auto byte = [character](std::size_t at) { return static_cast<unsigned char>(character[at]); };
    if (character.size() == 2)
        return byte(0) == 0xC2 && byte(1) < 0xA0; // U+0080 to U+009F
    if (character.size() != 3)
        return false;
    const bool separators = byte(0) == 0xE2 && byte(1) == 0x80 && (byte(2) >= 0xA8 && byte(2) <= 0xAE);
    const bool zeroWidth = byte(0) == 0xE2 && byte(1) == 0x80 && (byte(2) >= 0x8B && byte(2) <= 0x8F);
    const bool joiners = byte(0) == 0xE2 && byte(1) == 0x81 && (byte(2) >= 0xA0 && byte(2) <= 0xAF);
    const bool mark = byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF; // U+FEFF
    return separators || zeroWidth || joiners || mark;
}

// Without what cannot be seen, and the marks of bold words and code.
std::string visible(std::string_view line)
{
    std::string kept;
    while (!line.empty()) {
        std::size_t length = 1;
        while (length < line.size() && (static_cast<unsigned char>(line[length]) & 0xC0U) == 0x80U)
            ++length;
        const std::string_view character = line.substr(0, length);
        if (character == "\t")
            kept += ' ';
        else if (!isInvisible(character) && character != "*" && character != "`")
            kept += character;
        line.remove_prefix(length);
    }
    return kept;
}

// "<b>", "</title>" and the like go; a lone "<" of "a < b" stays.
std::string withoutTags(std::string_view text)
{
    std::string kept;
    while (!text.empty()) {
        const std::size_t end = text.find('>');
        const bool opens = text.size() > 1 && text[0] == '<' &&
                           (text[1] == '/' || text[1] == '!' || (text[1] >= 'A' && text[1] <= 'Z') ||
                            (text[1] >= 'a' && text[1] <= 'z'));
        const bool tag = opens && end != std::string_view::npos;
        if (!tag)
            kept += text[0];
        text.remove_prefix(tag ? end + 1 : 1);
    }
    return kept;
}

std::string_view firstLine(std::string_view text)
{
    text = trimmed(text, kBlanks);
    return trimmed(text.substr(0, text.find('\n')), kBlanks);
}

// "Title: ", "**Title:** " and the like.
std::string_view withoutLabel(std::string_view line)
{
    constexpr std::string_view kLabel = "title:";
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    const bool labelled =
        line.size() > kLabel.size() && std::equal(kLabel.begin(), kLabel.end(), line.begin(),
                                                  [lower](char a, char b) { return a == lower(b); });
    return labelled ? trimmed(line.substr(kLabel.size()), kBlanks) : line;
}

std::string_view withoutMarks(std::string_view line)
{
    constexpr std::string_view kMarks = " \t#*_`\"'~>-.";
    constexpr std::array<std::string_view, 6> kQuotes = {"“", "”", "„", "«", "»", "‘"};
    line = trimmed(line, kMarks);
    for (const std::string_view quote : kQuotes) {
        if (line.starts_with(quote))
            line.remove_prefix(quote.size());
        if (line.ends_with(quote))
            line.remove_suffix(quote.size());
    }
    return trimmed(line, kMarks);
}

// The first words, with one blank between them.
std::string firstWords(std::string_view line)
{
    std::string words;
    for (int count = 0; count < kTitleWords; ++count) {
        line = trimmed(line, kBlanks);
        if (line.empty())
            break;
        const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
        if (!words.empty() && words.size() + 1 + word.size() > kTitleBytes)
            break;
        words += (words.empty() ? "" : " ") + std::string(cutUtf8(word, kTitleBytes));
        line.remove_prefix(word.size());
    }
    return words;
}

} // namespace

ChatRequest titleRequest(std::span<const Message> messages, Dialect dialect)
{
    ChatRequest request;
    for (const Message &message : messages) {
        request.messages.push_back(
            {message.role, std::string(cutUtf8(validUtf8(message.text), kMessageBytes))});
        if (message.role == Role::Assistant)
            break;
    }
    request.messages.push_back({Role::User, std::string(kWish)});
    request.dialect = dialect;
    request.sampling.temperature = 0;
    request.sampling.maxTokens = kTitleTokens;
    if (understands(dialect, "chat_template_kwargs"))
        request.extra = {{"chat_template_kwargs", {{"enable_thinking", false}}}};
    return request;
}

std::string titleFromAnswer(std::string_view answer)
{
    const std::string text = validUtf8(withoutThoughts(answer).substr(0, kAnswerBytes));
    const std::string line = visible(withoutTags(firstLine(text)));
    return firstWords(withoutMarks(withoutLabel(withoutMarks(line))));
}

} // namespace snug::chat
