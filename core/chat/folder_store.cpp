// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/folder_store.h"

#include "core/chat/conversation_database.h"
#include "core/chat/conversation_record.h"
#include "core/chat/utf8_stream.h"

#include <algorithm>

namespace snug::chat {
namespace {

tl::unexpected<Error> noFolder()
{
    return fail(ErrorKind::NotFound, "This folder is no longer there.");
}

Result<std::string> checkedName(std::string_view name)
{
    if (name.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return fail(ErrorKind::InvalidArgument, "A folder needs a name.");
    return validUtf8(name);
}

} // namespace

Result<std::vector<Folder>> FolderStore::list()
{
    return guarded([&]() -> Result<std::vector<Folder>> {
        SQLite::Statement rows(m_database, "SELECT id, name FROM folders ORDER BY position, id");
        std::vector<Folder> folders;
        while (rows.executeStep())
            folders.push_back({rows.getColumn(0).getInt64(), validUtf8(rows.getColumn(1).getString())});
        return folders;
    });
}

Result<Folder> FolderStore::create(std::string_view name)
{
    return guarded([&]() -> Result<Folder> {
        SNUG_TRY(const std::string text, checkedName(name));
        SQLite::Statement insert(m_database, "INSERT INTO folders (name, position) VALUES (?, "
                                             "(SELECT coalesce(max(position), 0) + 1 FROM folders))");
        insert.bind(1, text);
        insert.exec();
        return Folder{m_database.getLastInsertRowid(), text};
    });
}

Result<Folder> FolderStore::named(std::string_view name)
{
    SNUG_TRY(const std::vector<Folder> folders, list());
    const std::string wanted = validUtf8(name);
    const auto found = std::find_if(folders.begin(), folders.end(),
                                    [&wanted](const Folder &folder) { return folder.name == wanted; });
    if (found != folders.end())
        return *found;
    return create(wanted);
}

Result<std::string> FolderStore::nameOf(std::int64_t folder)
{
    SNUG_TRY(const std::vector<Folder> folders, list());
    const auto found = std::find_if(folders.begin(), folders.end(),
                                    [folder](const Folder &candidate) { return candidate.id == folder; });
    return found == folders.end() ? std::string() : found->name;
}

Result<void> FolderStore::rename(std::int64_t folder, std::string_view name)
{
    return guarded([&]() -> Result<void> {
        SNUG_TRY(const std::string text, checkedName(name));
        SQLite::Statement update(m_database, "UPDATE folders SET name = ? WHERE id = ?");
        update.bind(1, text);
        update.bind(2, folder);
        if (update.exec() == 0)
            return noFolder();
        return {};
    });
}

Result<void> FolderStore::move(std::int64_t folder, std::size_t position)
{
    return guarded([&]() -> Result<void> {
        SQLite::Transaction transaction(m_database, SQLite::TransactionBehavior::IMMEDIATE);
        SNUG_TRY(std::vector<Folder> folders, list());
        const auto found = std::find_if(folders.begin(), folders.end(),
                                        [folder](const Folder &candidate) { return candidate.id == folder; });
        if (found == folders.end())
            return noFolder();
        const Folder moved = *found;
        folders.erase(found);
        const std::size_t place = std::min(position, folders.size());
        folders.insert(folders.begin() + static_cast<std::ptrdiff_t>(place), moved);
        SQLite::Statement update(m_database, "UPDATE folders SET position = ? WHERE id = ?");
        for (std::size_t at = 0; at < folders.size(); ++at) {
            update.bind(1, static_cast<std::int64_t>(at) + 1);
            update.bind(2, folders[at].id);
            update.exec();
            update.reset();
        }
        transaction.commit();
        return {};
    });
}

Result<void> FolderStore::remove(std::int64_t folder)
{
    return guarded([&]() -> Result<void> {
        SQLite::Statement statement(m_database, "DELETE FROM folders WHERE id = ?");
        statement.bind(1, folder);
        if (statement.exec() == 0)
            return noFolder();
        return {};
    });
}

Result<void> FolderStore::put(std::int64_t conversation, std::int64_t folder)
{
    return guarded([&]() -> Result<void> {
        SQLite::Statement known(m_database, "SELECT 1 FROM folders WHERE id = ?");
        known.bind(1, folder);
        if (folder != 0 && !known.executeStep())
            return noFolder();
        known.reset();
        SQLite::Statement update(m_database, "UPDATE conversations SET folder = nullif(?, 0) WHERE id = ?");
        update.bind(1, folder);
        update.bind(2, conversation);
        if (update.exec() == 0)
            return noConversation();
        return {};
    });
}

} // namespace snug::chat
