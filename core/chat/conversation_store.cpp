// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/conversation_store.h"

#include "core/base/paths.h"
#include "core/base/set_aside.h"
#include "core/chat/conversation_database.h"
#include "core/chat/conversation_record.h"
#include "core/chat/utf8_stream.h"

#include <utility>

namespace snug::chat {
namespace {

// One statement that changes one conversation, whose id is its last parameter.
template <class... Values>
Result<void> changeOne(SQLite::Database &database, const char *sql, std::int64_t conversation,
                       const Values &...values)
{
    return guarded([&]() -> Result<void> {
        SQLite::Statement statement(database, sql);
        int at = 0;
        (statement.bind(++at, values), ...);
        statement.bind(++at, conversation);
        if (statement.exec() == 0)
            return noConversation();
        return {};
    });
}

} // namespace

ConversationStore::ConversationStore(std::unique_ptr<SQLite::Database> database, bool readOnly,
                                     std::optional<Error> problem, Clock clock)
    : m_database(std::move(database))
    , m_readOnly(readOnly)
    , m_problem(std::move(problem))
    , m_clock(std::move(clock))
    , m_folders(*m_database)
    , m_presets(*m_database)
    , m_prompts(*m_database)
{
}

ConversationStore::~ConversationStore() = default;

Result<std::unique_ptr<ConversationStore>> ConversationStore::open(const std::filesystem::path &file,
                                                                   Clock clock, Opening opening)
{
    std::optional<Error> problem;
    SNUG_TRY(OpenedFile opened, openConversationFile(file, opening == Opening::Start));
    if (opened.state == FileState::Damaged) {
        SNUG_TRY(const std::filesystem::path aside, setDatabaseAside(file, clock()));
        problem = Error{ErrorKind::Corrupt,
                        "The file of conversations was damaged, so a new one was begun.",
                        {{"path", toUtf8(file)}, {"set_aside", toUtf8(aside)}, {"reason", opened.reason}},
                        "The damaged file was kept; a backup of it can be put back in its place."};
        SNUG_TRY(OpenedFile fresh, openConversationFile(file, opening == Opening::Start));
        opened = std::move(fresh);
        if (opened.state == FileState::Damaged)
            return fail(ErrorKind::Io, "The new file of conversations could not be read back.",
                        {{"path", toUtf8(file)}, {"reason", opened.reason}}, "Check the disk.");
    }
    const bool newer = opened.state == FileState::Newer;
    if (newer)
        problem = Error{ErrorKind::Unsupported,
                        "A newer version of Snug wrote these conversations; they can be read, not changed.",
                        {{"path", toUtf8(file)}, {"version", std::int64_t{opened.version}}},
                        "Update Snug."};
    return std::unique_ptr<ConversationStore>(
        new ConversationStore(std::move(opened.sqlite), newer, std::move(problem), std::move(clock)));
}

std::filesystem::path ConversationStore::file() const
{
    return fromUtf8(m_database->getFilename());
}

std::int64_t ConversationStore::now() const
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(m_clock().time_since_epoch()).count();
}

Result<ConversationInfo> ConversationStore::create(std::string_view title)
{
    return guarded([&]() -> Result<ConversationInfo> {
        const std::int64_t when = now();
        ConversationTree empty;
        empty.info.title = validUtf8(title);
        empty.info.createdMs = when;
        empty.info.changedMs = when;
        empty.info.id = insertConversation(*m_database, empty);
        return empty.info;
    });
}

Result<void> ConversationStore::rename(std::int64_t conversation, std::string_view title)
{
    return changeOne(*m_database, "UPDATE conversations SET title = ?, changed_ms = ? WHERE id = ?",
                     conversation, validUtf8(title), now());
}

Result<void> ConversationStore::setSystemPrompt(std::int64_t conversation, std::string_view text)
{
    return changeOne(*m_database, "UPDATE conversations SET system_prompt = ?, changed_ms = ? WHERE id = ?",
                     conversation, validUtf8(text), now());
}

Result<void> ConversationStore::setPinned(std::int64_t conversation, bool pinned)
{
    return changeOne(*m_database, "UPDATE conversations SET pinned = ? WHERE id = ?", conversation,
                     pinned ? 1 : 0);
}

Result<void> ConversationStore::remove(std::int64_t conversation)
{
    return changeOne(*m_database, "UPDATE conversations SET deleted_ms = ? WHERE deleted_ms = 0 AND id = ?",
                     conversation, now());
}

Result<void> ConversationStore::restore(std::int64_t conversation)
{
    return changeOne(*m_database, "UPDATE conversations SET deleted_ms = 0 WHERE id = ?", conversation);
}

Result<std::vector<ConversationInfo>> ConversationStore::list()
{
    return guarded([&]() -> Result<std::vector<ConversationInfo>> {
        SQLite::Statement rows(*m_database, selectInfos("WHERE deleted_ms = 0"));
        std::vector<ConversationInfo> infos;
        while (rows.executeStep())
            infos.push_back(infoFrom(rows));
        return infos;
    });
}

Result<std::vector<SearchHit>> ConversationStore::search(std::string_view text)
{
    return searchConversations(*m_database, text);
}

Result<std::string> ConversationStore::draft(std::int64_t conversation)
{
    return guarded([&]() -> Result<std::string> {
        SQLite::Statement row(*m_database, "SELECT text FROM drafts WHERE conversation = ?");
        row.bind(1, conversation);
        return row.executeStep() ? validUtf8(row.getColumn(0).getString()) : std::string();
    });
}

Result<void> ConversationStore::setDraft(std::int64_t conversation, std::string_view text)
{
    return guarded([&]() -> Result<void> {
        SQLite::Statement statement(
            *m_database, text.empty() ? "DELETE FROM drafts WHERE conversation = ?"
                                      : "INSERT OR REPLACE INTO drafts (conversation, text) VALUES (?, ?)");
        statement.bind(1, conversation);
        if (!text.empty())
            statement.bind(2, validUtf8(text));
        statement.exec();
        return {};
    });
}

} // namespace snug::chat
