// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/conversation_search.h"

#include "core/chat/conversation_database.h"
#include "core/chat/conversation_record.h"
#include "core/chat/utf8_stream.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace snug::chat {
namespace {

constexpr std::size_t kTrigram = 3;
constexpr std::size_t kMostMatches = 5000; // that are ranked, the newest ones
constexpr char kMarkBegin = '\x02';        // what no text for people holds
constexpr char kMarkEnd = '\x03';
constexpr const char *kConversationOfMessage =
    "SELECT conversations.id, title, conversations.created_ms, changed_ms, coalesce(folder, 0), pinned "
    "FROM messages JOIN conversations ON conversations.id = conversation "
    "WHERE messages.id = ? AND removed_with = 0 AND deleted_ms = 0";
constexpr std::size_t kContext = 50; // bytes before a match, and half of those after it

std::size_t characters(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// One string of FTS5's query language, in which nothing but the quote has a meaning.
std::string phrase(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

// LIKE with its own signs taken literally.
std::string likePattern(std::string_view text)
{
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

// Takes the marks out of what FTS5 wrote and makes one line of it.
void setSnippet(SearchHit &hit, std::string_view marked)
{
    for (const char c : marked) {
        if (c == kMarkBegin)
            hit.marks.push_back({hit.snippet.size(), 0});
        else if (c == kMarkEnd && !hit.marks.empty())
            hit.marks.back().length = hit.snippet.size() - hit.marks.back().begin;
        else if (c != kMarkEnd)
            hit.snippet += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
    std::erase_if(hit.marks, [](const Mark &mark) { return mark.length == 0; });
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::size_t findInEitherCase(std::string_view text, std::string_view wanted, std::size_t from)
{
    const auto match =
        std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), wanted.begin(),
                    wanted.end(), [](char a, char b) { return lower(a) == lower(b); });
    return match == text.end() ? std::string_view::npos : static_cast<std::size_t>(match - text.begin());
}

// What stands around the first match; letters of ASCII in either case. False if there is none.
bool setPlainSnippet(SearchHit &hit, std::string_view text, std::string_view wanted)
{
    const std::size_t at = findInEitherCase(text, wanted, 0);
    if (at == std::string_view::npos)
        return false;
    std::size_t begin = at > kContext ? at - kContext : 0;
    while (begin < at && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U)
        ++begin;
    const std::string_view shown = cutUtf8(text.substr(begin), at - begin + wanted.size() + 2 * kContext);
    hit.snippet = begin > 0 ? "\u2026" : "";
    const std::size_t lead = hit.snippet.size();
    hit.snippet += shown;
    std::replace_if(
        hit.snippet.begin(), hit.snippet.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; },
        ' ');
    if (begin + shown.size() < text.size())
        hit.snippet += "\u2026";
    for (std::size_t mark = at - begin; !wanted.empty() && mark != std::string_view::npos;
         mark = findInEitherCase(shown, wanted, mark + wanted.size()))
        hit.marks.push_back({lead + mark, wanted.size()});
    return true;
}

class Search {
public:
    Search(SQLite::Database &database, std::string_view text) : m_database(database), m_text(validUtf8(text))
    {
    }

    std::vector<SearchHit> run()
    {
        // A zero byte would end the text for SQLite.
        if (m_text.find('\0') != std::string::npos)
            return {};
        if (characters(m_text) < kTrigram) {
            byReading();
        } else {
            titlesByIndex();
            messagesByIndex();
            attachmentsByIndex();
        }
        return std::move(m_hits);
    }

private:
    bool full() const { return m_hits.size() >= kMostHits; }
    bool isNew(std::int64_t conversation) { return m_found.insert(conversation).second; }

    void titlesByIndex()
    {
        SQLite::Statement rows(
            m_database,
            "SELECT conversations.id, conversations.title, created_ms, changed_ms, coalesce(folder, 0), "
            "pinned, "
            "highlight(title_words, 0, char(2), char(3)) FROM title_words "
            "JOIN conversations ON conversations.id = title_words.rowid "
            "WHERE title_words MATCH ? AND deleted_ms = 0 ORDER BY pinned DESC, changed_ms DESC LIMIT ?");
        rows.bind(1, phrase(m_text));
        rows.bind(2, static_cast<std::int64_t>(kMostHits));
        while (rows.executeStep()) {
            SearchHit hit{infoFrom(rows), 0, {}, {}};
            setSnippet(hit, validUtf8(rows.getColumn(6).getString()));
            if (isNew(hit.info.id))
                m_hits.push_back(std::move(hit));
        }
    }

    void messagesByIndex()
    {
        SQLite::Statement best(
            m_database,
            "SELECT rowid FROM (SELECT rowid, rank FROM message_words WHERE message_words MATCH ? "
            "ORDER BY rowid DESC LIMIT ?) ORDER BY rank");
        best.bind(1, phrase(m_text));
        best.bind(2, static_cast<std::int64_t>(kMostMatches));
        SQLite::Statement whose(m_database, kConversationOfMessage);
        while (!full() && best.executeStep()) {
            if (auto hit = newHit(whose, best.getColumn(0).getInt64())) {
                setSnippetOf(*hit);
                m_hits.push_back(*std::move(hit));
            }
        }
    }

    void attachmentsByIndex()
    {
        SQLite::Statement best(
            m_database, "SELECT message, attachments.text FROM (SELECT rowid AS place, rank AS fit "
                        "FROM attachment_words WHERE attachment_words MATCH ? ORDER BY rowid DESC LIMIT ?) "
                        "JOIN attachments ON attachments.id = place ORDER BY fit");
        best.bind(1, phrase(m_text));
        best.bind(2, static_cast<std::int64_t>(kMostMatches));
        SQLite::Statement whose(m_database, kConversationOfMessage);
        while (!full() && best.executeStep()) {
            auto hit = newHit(whose, best.getColumn(0).getInt64());
            if (!hit)
                continue;
            const std::string text = validUtf8(best.getColumn(1).getString());
            if (!setPlainSnippet(*hit, text, m_text)) // a letter of another alphabet in the other case
                hit->snippet = hit->info.title;
            m_hits.push_back(*std::move(hit));
        }
    }

    // Nothing if the message was removed, or its conversation is among the hits.
    std::optional<SearchHit> newHit(SQLite::Statement &whose, std::int64_t message)
    {
        whose.reset();
        whose.bind(1, message);
        if (!whose.executeStep() || !isNew(whose.getColumn(0).getInt64()))
            return std::nullopt;
        return SearchHit{infoFrom(whose), message, {}, {}};
    }

    // The index knows the letters of every alphabet, but takes a moment for each message that it shows.
    void setSnippetOf(SearchHit &hit)
    {
        SQLite::Statement text(m_database, "SELECT text FROM messages WHERE id = ?");
        text.bind(1, hit.message);
        if (!text.executeStep() || setPlainSnippet(hit, validUtf8(text.getColumn(0).getString()), m_text))
            return;
        SQLite::Statement words(m_database,
                                "SELECT snippet(message_words, 0, char(2), char(3), char(8230), 64) "
                                "FROM message_words WHERE message_words MATCH ? AND rowid = ?");
        words.bind(1, phrase(m_text));
        words.bind(2, hit.message);
        if (words.executeStep())
            setSnippet(hit, validUtf8(words.getColumn(0).getString()));
    }

    void byReading()
    {
        SQLite::Statement rows(
            m_database,
            "SELECT id, title, created_ms, changed_ms, coalesce(folder, 0), pinned, "
            "title LIKE ?1 ESCAPE '\\' AS titled, "
            "(SELECT messages.id FROM messages WHERE conversation = conversations.id AND removed_with = 0 "
            "AND text LIKE ?1 ESCAPE '\\' LIMIT 1) AS holder FROM conversations "
            "WHERE deleted_ms = 0 AND (titled OR holder) ORDER BY pinned DESC, changed_ms DESC LIMIT ?2");
        rows.bind(1, likePattern(m_text));
        rows.bind(2, static_cast<std::int64_t>(kMostHits));
        while (rows.executeStep()) {
            SearchHit hit{infoFrom(rows), 0, {}, {}};
            if (rows.getColumn(6).getInt() == 0)
                hit.message = rows.getColumn(7).getInt64();
            if (hit.message != 0)
                setSnippetOf(hit);
            else if (!setPlainSnippet(hit, hit.info.title, m_text))
                hit.snippet = hit.info.title;
            m_hits.push_back(std::move(hit));
        }
    }

    SQLite::Database &m_database;
    std::string m_text;
    std::vector<SearchHit> m_hits;
    std::unordered_set<std::int64_t> m_found;
};

} // namespace

Result<std::vector<SearchHit>> searchConversations(SQLite::Database &database, std::string_view text)
{
    return guarded([&]() -> Result<std::vector<SearchHit>> { return Search(database, text).run(); });
}

} // namespace snug::chat
