// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/conversation_store.h"

#include "core/base/paths.h"
#include "core/base/set_aside.h"
#include "core/chat/conversation_database.h"
#include "core/chat/utf8_stream.h"

#include <utility>

namespace snug::chat {
namespace {

constexpr std::int64_t kAutosaveMs = 1000;
constexpr const char *kInfoColumns = "SELECT id, title, created_ms, changed_ms FROM conversations ";
constexpr const char *kOrder = " ORDER BY changed_ms DESC, id DESC";

ConversationInfo infoFrom(SQLite::Statement &row)
{
    return {row.getColumn(0).getInt64(), validUtf8(row.getColumn(1).getString()), row.getColumn(2).getInt64(),
            row.getColumn(3).getInt64()};
}

std::vector<ConversationInfo> infosFrom(SQLite::Statement &query)
{
    std::vector<ConversationInfo> infos;
    while (query.executeStep())
        infos.push_back(infoFrom(query));
    return infos;
}

Message messageFrom(SQLite::Statement &row)
{
    const auto text = [&row](int column) { return validUtf8(row.getColumn(column).getString()); };
    Message message;
    message.id = row.getColumn(0).getInt64();
    message.role = roleFromName(text(1)).value_or(Role::User);
    message.state = stateFromName(text(2)).value_or(MessageState::Complete);
    message.createdMs = row.getColumn(3).getInt64();
    message.text = text(4);
    message.reasoning = text(5);
    message.model = text(6);
    message.level = text(7);
    message.settings = text(8);
    message.tokens = row.getColumn(9).getInt64();
    message.tokensPerSecond = row.getColumn(10).getDouble();
    message.firstTokenSeconds = row.getColumn(11).getDouble();
    return message;
}

// The columns that change after a message was made, in the order of both statements below.
void bindChanging(SQLite::Statement &statement, const Message &message)
{
    statement.bind(1, std::string(stateName(message.state)));
    statement.bind(2, validUtf8(message.text));
    statement.bind(3, validUtf8(message.reasoning));
    statement.bind(4, validUtf8(message.model));
    statement.bind(5, validUtf8(message.level));
    statement.bind(6, validUtf8(message.settings));
    statement.bind(7, message.tokens);
    statement.bind(8, message.tokensPerSecond);
    statement.bind(9, message.firstTokenSeconds);
}

tl::unexpected<Error> noConversation()
{
    return fail(ErrorKind::NotFound, "This conversation is no longer there.");
}

// LIKE with its own signs taken literally.
std::string likePattern(std::string_view text)
{
    std::string pattern = "%";
    for (const char c : validUtf8(text)) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

// One statement with one text and one row: rename and its like.
Result<void> changeOne(SQLite::Database &database, const char *sql, std::string_view text, std::int64_t when,
                       std::int64_t id)
{
    return guarded([&]() -> Result<void> {
        SQLite::Statement statement(database, sql);
        statement.bind(1, validUtf8(text));
        statement.bind(2, when);
        statement.bind(3, id);
        if (statement.exec() == 0)
            return noConversation();
        return {};
    });
}

} // namespace

ConversationStore::ConversationStore(std::unique_ptr<Database> database, std::optional<Error> problem,
                                     Clock clock)
    : m_database(std::move(database)), m_problem(std::move(problem)), m_clock(std::move(clock))
{
}

ConversationStore::~ConversationStore() = default;

Result<std::unique_ptr<ConversationStore>> ConversationStore::open(const std::filesystem::path &file,
                                                                   Clock clock)
{
    std::optional<Error> problem;
    SNUG_TRY(OpenedFile opened, openConversationFile(file));
    if (opened.state == FileState::Damaged) {
        SNUG_TRY(const std::filesystem::path aside, setDatabaseAside(file, clock()));
        problem = Error{ErrorKind::Corrupt,
                        "The file of conversations was damaged, so a new one was begun.",
                        {{"path", toUtf8(file)}, {"set_aside", toUtf8(aside)}, {"reason", opened.reason}},
                        "The damaged file was kept; a backup of it can be put back in its place."};
        SNUG_TRY(OpenedFile fresh, openConversationFile(file));
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
    auto database = std::make_unique<Database>(Database{std::move(opened.sqlite), newer});
    return std::unique_ptr<ConversationStore>(
        new ConversationStore(std::move(database), std::move(problem), std::move(clock)));
}

bool ConversationStore::readOnly() const
{
    return m_database->readOnly;
}

std::int64_t ConversationStore::now() const
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(m_clock().time_since_epoch()).count();
}

Result<ConversationInfo> ConversationStore::create(std::string_view title)
{
    return guarded([&]() -> Result<ConversationInfo> {
        const std::int64_t when = now();
        const std::string text = validUtf8(title);
        SQLite::Statement insert(
            *m_database->sqlite,
            "INSERT INTO conversations (title, created_ms, changed_ms) VALUES (?, ?, ?)");
        insert.bind(1, text);
        insert.bind(2, when);
        insert.bind(3, when);
        insert.exec();
        return ConversationInfo{m_database->sqlite->getLastInsertRowid(), text, when, when};
    });
}

Result<void> ConversationStore::rename(std::int64_t conversation, std::string_view title)
{
    return changeOne(*m_database->sqlite, "UPDATE conversations SET title = ?, changed_ms = ? WHERE id = ?",
                     title, now(), conversation);
}

Result<void> ConversationStore::setSystemPrompt(std::int64_t conversation, std::string_view text)
{
    return changeOne(*m_database->sqlite,
                     "UPDATE conversations SET system_prompt = ?, changed_ms = ? WHERE id = ?", text, now(),
                     conversation);
}

Result<void> ConversationStore::remove(std::int64_t conversation)
{
    return guarded([&]() -> Result<void> {
        SQLite::Statement mark(*m_database->sqlite,
                               "UPDATE conversations SET deleted_ms = ? WHERE id = ? AND deleted_ms = 0");
        mark.bind(1, now());
        mark.bind(2, conversation);
        if (mark.exec() == 0)
            return noConversation();
        return {};
    });
}

Result<void> ConversationStore::restore(std::int64_t conversation)
{
    return guarded([&]() -> Result<void> {
        SQLite::Statement unmark(*m_database->sqlite, "UPDATE conversations SET deleted_ms = 0 WHERE id = ?");
        unmark.bind(1, conversation);
        if (unmark.exec() == 0)
            return noConversation();
        return {};
    });
}

Result<std::vector<ConversationInfo>> ConversationStore::list()
{
    return guarded([&]() -> Result<std::vector<ConversationInfo>> {
        SQLite::Statement query(*m_database->sqlite,
                                std::string(kInfoColumns) + "WHERE deleted_ms = 0" + kOrder);
        return infosFrom(query);
    });
}

Result<std::vector<ConversationInfo>> ConversationStore::search(std::string_view text)
{
    return guarded([&]() -> Result<std::vector<ConversationInfo>> {
        SQLite::Statement query(
            *m_database->sqlite,
            std::string(kInfoColumns) +
                "WHERE deleted_ms = 0 AND (title LIKE ?1 ESCAPE '\\' OR EXISTS (SELECT 1 FROM messages "
                "WHERE conversation = conversations.id AND text LIKE ?1 ESCAPE '\\'))" +
                kOrder);
        query.bind(1, likePattern(text));
        return infosFrom(query);
    });
}

Result<Conversation> ConversationStore::load(std::int64_t conversation)
{
    return guarded([&]() -> Result<Conversation> {
        SQLite::Statement head(*m_database->sqlite,
                               "SELECT id, title, created_ms, changed_ms, system_prompt FROM conversations "
                               "WHERE id = ? AND deleted_ms = 0");
        head.bind(1, conversation);
        if (!head.executeStep())
            return noConversation();
        Conversation loaded{infoFrom(head), validUtf8(head.getColumn(4).getString()), {}};
        SQLite::Statement rows(*m_database->sqlite,
                               "SELECT id, role, state, created_ms, text, reasoning, model, level, settings, "
                               "tokens, tokens_per_second, first_token_seconds FROM messages "
                               "WHERE conversation = ? ORDER BY id");
        rows.bind(1, conversation);
        while (rows.executeStep())
            loaded.messages.push_back(messageFrom(rows));
        return loaded;
    });
}

Result<Message> ConversationStore::append(std::int64_t conversation, Message message)
{
    return guarded([&]() -> Result<Message> {
        SQLite::Database &sqlite = *m_database->sqlite;
        SQLite::Transaction transaction(sqlite);
        message.createdMs = now();
        SQLite::Statement touch(sqlite, "UPDATE conversations SET changed_ms = ? WHERE id = ?");
        touch.bind(1, message.createdMs);
        touch.bind(2, conversation);
        if (touch.exec() == 0)
            return noConversation();
        SQLite::Statement insert(
            sqlite, "INSERT INTO messages (state, text, reasoning, model, level, settings, tokens, "
                    "tokens_per_second, first_token_seconds, role, created_ms, conversation) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        bindChanging(insert, message);
        insert.bind(10, std::string(roleName(message.role)));
        insert.bind(11, message.createdMs);
        insert.bind(12, conversation);
        insert.exec();
        message.id = sqlite.getLastInsertRowid();
        transaction.commit();
        return std::move(message);
    });
}

Result<void> ConversationStore::update(const Message &message)
{
    return guarded([&]() -> Result<void> {
        SQLite::Statement statement(
            *m_database->sqlite,
            "UPDATE messages SET state = ?, text = ?, reasoning = ?, model = ?, level = ?, "
            "settings = ?, tokens = ?, tokens_per_second = ?, first_token_seconds = ? "
            "WHERE id = ?");
        bindChanging(statement, message);
        statement.bind(10, message.id);
        if (statement.exec() == 0)
            return fail(ErrorKind::NotFound, "This message is no longer there.");
        return {};
    });
}

Result<void> ConversationStore::autosave(const Message &message)
{
    const std::int64_t when = now();
    const bool recent = m_savedMessage == message.id && when >= m_savedMs && when - m_savedMs < kAutosaveMs;
    if (recent)
        return {};
    m_savedMessage = message.id;
    m_savedMs = when;
    return update(message);
}

Result<void> ConversationStore::removeFrom(std::int64_t message)
{
    return guarded([&]() -> Result<void> {
        SQLite::Statement statement(*m_database->sqlite,
                                    "DELETE FROM messages WHERE id >= ?1 AND conversation = "
                                    "(SELECT conversation FROM messages WHERE id = ?1)");
        statement.bind(1, message);
        if (statement.exec() == 0)
            return fail(ErrorKind::NotFound, "This message is no longer there.");
        return {};
    });
}

} // namespace snug::chat
