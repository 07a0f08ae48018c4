// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/front_matter.h"

#include "core/chat/utf8_stream.h"
#include "core/gguf/text.h"

#include <algorithm>
#include <utility>

namespace snug::convert {
namespace {

constexpr std::size_t kMostKeys = 256;
constexpr std::size_t kMostEntries = 256;
constexpr std::size_t kMostText = 4096;

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r";
    const auto begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// Where a quoted text ends, of which `text` begins with the quotation mark.
std::size_t endOfQuoted(std::string_view text)
{
    const char mark = text.front();
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (mark == '"' && text[at] == '\\')
            ++at;
        else if (text[at] == mark && mark == '\'' && at + 1 < text.size() && text[at + 1] == mark)
            ++at;
        else if (text[at] == mark)
            return at + 1;
    }
    return text.size();
}

bool isQuoted(std::string_view text)
{
    return text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
           endOfQuoted(text) == text.size() && text.back() == text.front();
}

// "a text # a comment"
std::string_view withoutComment(std::string_view text)
{
    std::size_t at = 0;
    if (text.starts_with('"') || text.starts_with('\''))
        at = endOfQuoted(text);
    for (; at < text.size(); ++at) {
        if (text[at] == '#' && (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t'))
            return trimmed(text.substr(0, at));
    }
    return text;
}

std::string unquoted(std::string_view text)
{
    if (!isQuoted(text))
        return std::string(chat::cutUtf8(text, kMostText));
    const char mark = text.front();
    std::string plain;
    text = text.substr(1, text.size() - 2);
    for (std::size_t at = 0; at < text.size() && plain.size() <= kMostText; ++at) {
        const bool escapes = at + 1 < text.size() && text[at] == (mark == '"' ? '\\' : '\'');
        if (escapes)
            ++at;
        plain += escapes && mark == '"' && text[at] == 'n' ? '\n' : text[at];
    }
    return std::string(chat::cutUtf8(plain, kMostText));
}

// nullopt for nothing, in one of YAML's ways.
std::optional<std::string> scalarOf(std::string_view text)
{
    text = withoutComment(trimmed(text));
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
        return std::nullopt;
    return unquoted(text);
}

// "key: value"; nullopt for anything else ("https://x", "\"a: b\"").
std::optional<std::pair<std::string, std::string_view>> pairOf(std::string_view text)
{
    std::size_t at = 0;
    if (text.starts_with('"') || text.starts_with('\''))
        at = endOfQuoted(text);
    for (; at < text.size(); ++at) {
        if (text[at] == ':' && (at + 1 == text.size() || text[at + 1] == ' ' || text[at + 1] == '\t'))
            return std::pair(unquoted(trimmed(text.substr(0, at))), trimmed(text.substr(at + 1)));
        if (text[at] == '#' && at > 0 && text[at - 1] == ' ')
            break;
    }
    return std::nullopt;
}

// Reads the lines between the two marks, one after the other.
class CardReader {
public:
    void take(std::string_view line);
    // What stood open at the end is closed.
    [[nodiscard]] ModelCard finished()
    {
        close();
        return std::move(m_card);
    }

private:
    void begin(std::string key, std::string_view text);
    void addItem(std::string_view text);
    void addFlow(std::string_view text);
    void close();

    ModelCard m_card;
    CardValue *m_value = nullptr; // of the last key
    std::string m_flow;           // "[a, b", until it is closed
    std::string m_text;           // of a scalar, which may go on
    char m_block = 0;             // '|' or '>': what such a text began with
    bool m_keepsEnd = false;      // of such a text: its last line ends
    bool m_isScalar = false;
    std::size_t m_itemIndent = 0; // of the fields of the last item
};

void CardReader::close()
{
    if (m_value != nullptr && !m_flow.empty())
        addFlow(m_flow);
    if (m_value != nullptr && m_isScalar) {
        if (m_block != 0)
            m_value->entries.push_back(
                {std::string(chat::cutUtf8(m_text, kMostText)) + (m_keepsEnd ? "\n" : ""), {}});
        else if (auto text = scalarOf(m_text))
            m_value->entries.push_back({*std::move(text), {}});
    }
    m_flow.clear();
    m_text.clear();
    m_block = 0;
    m_isScalar = false;
}

void CardReader::begin(std::string key, std::string_view text)
{
    close();
    m_value = nullptr;
    if (m_card.size() >= kMostKeys)
        return;
    m_value = &m_card[std::move(key)];
    *m_value = {};
    text = withoutComment(text);
    if (text.starts_with('[')) {
        m_value->isList = true;
        m_flow = text;
    } else if (text.starts_with('|') || text.starts_with('>')) {
        m_block = text.front();
        m_keepsEnd = text.find('-') == std::string_view::npos;
        m_isScalar = true;
    } else if (!text.empty()) {
        m_text = text;
        m_isScalar = true;
    }
}

void CardReader::addFlow(std::string_view text)
{
    text.remove_prefix(1);
    while (!text.empty() && m_value->entries.size() < kMostEntries) {
        std::size_t end = 0;
        text = trimmed(text);
        if (text.starts_with('"') || text.starts_with('\''))
            end = endOfQuoted(text);
        end = std::min(text.find_first_of(",]", end), text.size());
        if (auto one = scalarOf(text.substr(0, end)))
            m_value->entries.push_back({*std::move(one), {}});
        if (end >= text.size() || text[end] == ']')
            return;
        text.remove_prefix(end + 1);
    }
}

void CardReader::addItem(std::string_view text)
{
    m_value->isList = true;
    if (m_value->entries.size() >= kMostEntries)
        return;
    if (auto pair = pairOf(text)) {
        CardEntry entry;
        if (auto said = scalarOf(pair->second))
            entry.fields.emplace(std::move(pair->first), *std::move(said));
        m_value->entries.push_back(std::move(entry));
    } else if (auto said = scalarOf(text)) {
        m_value->entries.push_back({*std::move(said), {}});
    }
}

void CardReader::take(std::string_view line)
{
    const auto indent = std::min(line.find_first_not_of(" \t"), line.size());
    const std::string_view text = trimmed(line);
    if (text.empty() || (text.starts_with('#') && m_block == 0))
        return;
    const bool isItem = text == "-" || text.starts_with("- ");
    if (indent == 0 && !isItem) {
        if (auto pair = pairOf(text))
            return begin(std::move(pair->first), pair->second);
        return close();
    }
    if (m_value == nullptr)
        return;
    if (!m_flow.empty()) {
        if (m_flow.size() < kMostText * kMostEntries)
            m_flow.append(" ").append(withoutComment(text));
    } else if (m_isScalar) {
        if (m_text.size() < kMostText)
            m_text.append(m_text.empty() ? "" : m_block == '|' ? "\n" : " ").append(text);
    } else if (isItem && (m_value->entries.empty() || indent < m_itemIndent)) {
        m_itemIndent = indent + 1;
        addItem(trimmed(text.substr(1)));
    } else if (!m_value->entries.empty() && !m_value->entries.back().fields.empty()) {
        auto pair = pairOf(text);
        auto said = pair ? scalarOf(pair->second) : std::nullopt;
        if (said && m_value->entries.back().fields.size() < kMostKeys)
            m_value->entries.back().fields.emplace(std::move(pair->first), *std::move(said));
    }
}

} // namespace

std::optional<std::string> CardValue::text() const
{
    return !isList && entries.size() == 1 ? std::optional(entries.front().text) : std::nullopt;
}

ModelCard frontMatter(std::string_view readme)
{
    CardReader reader;
    bool inside = false;
    for (std::size_t at = 0; at < readme.size();) {
        const auto end = std::min(readme.find('\n', at), readme.size());
        std::string_view line = readme.substr(at, end - at);
        at = end + 1;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (!inside && line != "---")
            return {};
        if (inside && line == "---")
            break;
        if (inside && gguf::isUtf8(line))
            reader.take(line);
        inside = true;
    }
    return reader.finished();
}

} // namespace snug::convert
