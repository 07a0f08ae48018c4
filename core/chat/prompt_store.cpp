// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/prompt_store.h"

#include "core/chat/conversation_database.h"
#include "core/chat/utf8_stream.h"

#include <algorithm>

namespace snug::chat {
namespace {

tl::unexpected<Error> noPrompt()
{
    return fail(ErrorKind::NotFound, "This system prompt is no longer there.");
}

} // namespace

Result<std::vector<SavedPrompt>> PromptStore::list()
{
    return guarded([&]() -> Result<std::vector<SavedPrompt>> {
        SQLite::Statement rows(m_database,
                               "SELECT id, name, text FROM prompts ORDER BY name COLLATE NOCASE, id");
        std::vector<SavedPrompt> prompts;
        while (rows.executeStep())
            prompts.push_back({rows.getColumn(0).getInt64(), validUtf8(rows.getColumn(1).getString()),
                               validUtf8(rows.getColumn(2).getString())});
        return prompts;
    });
}

Result<SavedPrompt> PromptStore::save(SavedPrompt prompt)
{
    return guarded([&]() -> Result<SavedPrompt> {
        if (prompt.name.find_first_not_of(" \t\r\n") == std::string::npos)
            return fail(ErrorKind::InvalidArgument, "A system prompt needs a name.");
        SQLite::Statement statement(m_database, prompt.id == 0
                                                    ? "INSERT INTO prompts (name, text) VALUES (?, ?)"
                                                    : "UPDATE prompts SET name = ?, text = ? WHERE id = ?");
        statement.bind(1, validUtf8(prompt.name));
        statement.bind(2, validUtf8(prompt.text));
        if (prompt.id != 0)
            statement.bind(3, prompt.id);
        if (statement.exec() == 0)
            return noPrompt();
        if (prompt.id == 0)
            prompt.id = m_database.getLastInsertRowid();
        return std::move(prompt);
    });
}

Result<void> PromptStore::remove(std::int64_t prompt)
{
    return guarded([&]() -> Result<void> {
        SQLite::Statement statement(m_database, "DELETE FROM prompts WHERE id = ?");
        statement.bind(1, prompt);
        if (statement.exec() == 0)
            return noPrompt();
        return {};
    });
}

Result<std::vector<std::string>> PromptStore::lastSent(std::size_t most)
{
    return guarded([&]() -> Result<std::vector<std::string>> {
        SQLite::Statement rows(
            m_database, "SELECT text FROM messages WHERE role = 'user' AND removed_with = 0 AND EXISTS "
                        "(SELECT 1 FROM conversations WHERE id = conversation AND deleted_ms = 0) "
                        "ORDER BY id DESC");
        std::vector<std::string> sent;
        while (sent.size() < most && rows.executeStep()) {
            std::string text = validUtf8(rows.getColumn(0).getString());
            if (std::find(sent.begin(), sent.end(), text) == sent.end())
                sent.push_back(std::move(text));
        }
        return sent;
    });
}

} // namespace snug::chat
