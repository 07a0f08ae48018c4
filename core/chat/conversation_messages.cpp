// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
// The part of ConversationStore that deals with messages.
#include "core/chat/attachment_record.h"
#include "core/chat/conversation_database.h"
#include "core/chat/conversation_record.h"
#include "core/chat/conversation_store.h"
#include "core/chat/message_record.h"
#include "core/chat/message_tree.h"
#include "core/chat/utf8_stream.h"

#include <unordered_set>
#include <utility>

namespace snug::chat {
namespace {

constexpr std::int64_t kAutosaveMs = 1000;
constexpr int kSystemPrompt = 6; // columns of selectInfos() after those of the info
constexpr int kLeaf = 7;

tl::unexpected<Error> noMessage()
{
    return fail(ErrorKind::NotFound, "This message is no longer there.");
}

// Of the message, or of those before it; NULL counts as 0.
std::int64_t number(SQLite::Database &database, const char *sql, std::int64_t id)
{
    SQLite::Statement row(database, sql);
    row.bind(1, id);
    return row.executeStep() ? row.getColumn(0).getInt64() : 0;
}

// 0: there is no such message, or it was removed.
std::int64_t conversationOf(SQLite::Database &database, std::int64_t message)
{
    return number(database, "SELECT conversation FROM messages WHERE id = ? AND removed_with = 0", message);
}

std::int64_t parentOf(SQLite::Database &database, std::int64_t message)
{
    return number(database, "SELECT parent FROM messages WHERE id = ?", message);
}

void setNumber(SQLite::Database &database, const char *sql, std::int64_t value, std::int64_t id)
{
    SQLite::Statement statement(database, sql);
    statement.bind(1, value);
    statement.bind(2, id);
    statement.exec();
}

void setNext(SQLite::Database &database, std::int64_t parent, std::int64_t message)
{
    setNumber(database, "UPDATE messages SET next = ? WHERE id = ?", message, parent);
}

void setLeaf(SQLite::Database &database, std::int64_t conversation, std::int64_t leaf)
{
    setNumber(database, "UPDATE conversations SET leaf = ? WHERE id = ?", leaf, conversation);
}

void chooseIn(SQLite::Database &database, std::int64_t conversation, std::int64_t message)
{
    setNext(database, parentOf(database, message), message);
    setLeaf(database, conversation, MessageTree(messageLinks(database, conversation)).leafBelow(message));
}

std::unordered_set<std::int64_t> below(const std::vector<MessageLink> &links, std::int64_t message)
{
    std::unordered_set<std::int64_t> found = {message};
    for (const MessageLink &link : links) {
        if (found.contains(link.parent))
            found.insert(link.id);
    }
    return found;
}

// What the file says was chosen, else the newest way.
std::int64_t leafOf(const MessageTree &tree, std::int64_t said)
{
    return tree.holds(said) ? said : tree.leafBelow(0);
}

} // namespace

Result<Conversation> ConversationStore::load(std::int64_t conversation)
{
    return guarded([&]() -> Result<Conversation> {
        // Both queries see the same state, whatever another process writes.
        SQLite::Transaction transaction(*m_database);
        SQLite::Statement head(*m_database, selectInfos("WHERE deleted_ms = 0 AND id = ?"));
        head.bind(1, conversation);
        if (!head.executeStep())
            return noConversation();
        Conversation loaded{infoFrom(head), validUtf8(head.getColumn(kSystemPrompt).getString()), {}, {}};
        const MessageTree tree(messageLinks(*m_database, conversation));
        const auto path = tree.pathTo(leafOf(tree, head.getColumn(kLeaf).getInt64()));
        const std::unordered_set<std::int64_t> wanted(path.begin(), path.end());
        loaded.messages.reserve(path.size());
        SQLite::Statement rows(*m_database, kSelectMessages);
        rows.bind(1, conversation);
        while (rows.executeStep()) {
            if (wanted.contains(idFrom(rows)))
                loaded.messages.push_back(messageFrom(rows).message);
        }
        AttachmentRows attachments(*m_database);
        for (Message &message : loaded.messages)
            message.attachments = attachments.of(message.id);
        for (const Message &message : loaded.messages)
            loaded.branches.push_back(tree.branchOf(message.id));
        return loaded;
    });
}

Message ConversationStore::insertAfter(std::int64_t conversation, std::int64_t parent, Message message)
{
    message.parent = parent;
    message.createdMs = now();
    message.id = insertMessage(*m_database, conversation, {message, 0});
    setNext(*m_database, parent, message.id);
    setLeaf(*m_database, conversation, message.id);
    setNumber(*m_database, "UPDATE conversations SET changed_ms = ? WHERE id = ?", message.createdMs,
              conversation);
    return message;
}

Result<Message> ConversationStore::append(std::int64_t conversation, Message message)
{
    return guarded([&]() -> Result<Message> {
        SQLite::Transaction transaction(*m_database, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement head(*m_database, "SELECT leaf FROM conversations WHERE id = ?");
        head.bind(1, conversation);
        if (!head.executeStep())
            return noConversation();
        const std::int64_t leaf = head.getColumn(0).getInt64();
        const bool usable = leaf == 0 || conversationOf(*m_database, leaf) == conversation;
        const std::int64_t parent =
            usable ? leaf : MessageTree(messageLinks(*m_database, conversation)).leafBelow(0);
        message = insertAfter(conversation, parent, std::move(message));
        transaction.commit();
        return std::move(message);
    });
}

Result<Message> ConversationStore::appendBeside(std::int64_t other, Message message)
{
    return guarded([&]() -> Result<Message> {
        SQLite::Transaction transaction(*m_database, SQLite::TransactionBehavior::IMMEDIATE);
        const std::int64_t conversation = conversationOf(*m_database, other);
        if (conversation == 0)
            return noMessage();
        message = insertAfter(conversation, parentOf(*m_database, other), std::move(message));
        transaction.commit();
        return std::move(message);
    });
}

Result<void> ConversationStore::choose(std::int64_t message)
{
    return guarded([&]() -> Result<void> {
        SQLite::Transaction transaction(*m_database, SQLite::TransactionBehavior::IMMEDIATE);
        const std::int64_t conversation = conversationOf(*m_database, message);
        if (conversation == 0)
            return noMessage();
        chooseIn(*m_database, conversation, message);
        transaction.commit();
        return {};
    });
}

Result<void> ConversationStore::update(const Message &message)
{
    return guarded([&]() -> Result<void> {
        if (!updateMessage(*m_database, message))
            return noMessage();
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

Result<void> ConversationStore::removeMessage(std::int64_t message)
{
    return guarded([&]() -> Result<void> {
        SQLite::Transaction transaction(*m_database, SQLite::TransactionBehavior::IMMEDIATE);
        const std::int64_t conversation = conversationOf(*m_database, message);
        if (conversation == 0)
            return noMessage();
        const std::int64_t parent = parentOf(*m_database, message);
        for (const std::int64_t gone : below(messageLinks(*m_database, conversation), message))
            setNumber(*m_database, "UPDATE messages SET removed_with = ? WHERE id = ?", message, gone);
        const MessageTree left(messageLinks(*m_database, conversation));
        const std::int64_t leaf =
            number(*m_database, "SELECT leaf FROM conversations WHERE id = ?", conversation);
        if (!left.holds(leaf))
            setLeaf(*m_database, conversation, left.leafBelow(parent));
        transaction.commit();
        return {};
    });
}

Result<void> ConversationStore::restoreMessage(std::int64_t message)
{
    return guarded([&]() -> Result<void> {
        SQLite::Transaction transaction(*m_database, SQLite::TransactionBehavior::IMMEDIATE);
        setNumber(*m_database, "UPDATE messages SET removed_with = ? WHERE removed_with = ?", 0, message);
        const std::int64_t conversation = conversationOf(*m_database, message);
        if (conversation == 0)
            return noMessage();
        chooseIn(*m_database, conversation, message);
        transaction.commit();
        return {};
    });
}

Result<ConversationTree> ConversationStore::tree(std::int64_t conversation)
{
    return guarded([&]() -> Result<ConversationTree> {
        SQLite::Transaction transaction(*m_database);
        SQLite::Statement head(*m_database, selectInfos("WHERE deleted_ms = 0 AND id = ?"));
        head.bind(1, conversation);
        if (!head.executeStep())
            return noConversation();
        ConversationTree tree;
        tree.info = infoFrom(head);
        tree.systemPrompt = validUtf8(head.getColumn(kSystemPrompt).getString());
        tree.leaf = head.getColumn(kLeaf).getInt64();
        SQLite::Statement rows(*m_database, kSelectMessages);
        rows.bind(1, conversation);
        while (rows.executeStep())
            tree.messages.push_back(messageFrom(rows));
        AttachmentRows attachments(*m_database);
        for (TreeMessage &message : tree.messages)
            message.message.attachments = attachments.of(message.message.id);
        SNUG_TRY(tree.folder, m_folders.nameOf(tree.info.folder));
        return tree;
    });
}

Result<std::int64_t> ConversationStore::insert(const ConversationTree &tree)
{
    return guarded([&]() -> Result<std::int64_t> {
        SQLite::Transaction transaction(*m_database, SQLite::TransactionBehavior::IMMEDIATE);
        const std::int64_t conversation = insertConversation(*m_database, tree);
        std::unordered_map<std::int64_t, std::int64_t> ids; // of the tree to those of the file
        const auto idOf = [&ids](std::int64_t id) {
            const auto found = ids.find(id);
            return found == ids.end() ? 0 : found->second;
        };
        for (const TreeMessage &given : tree.messages) {
            TreeMessage message = given;
            message.message.parent = idOf(given.message.parent);
            message.next = 0;
            ids.insert_or_assign(given.message.id, insertMessage(*m_database, conversation, message));
        }
        for (const TreeMessage &given : tree.messages) {
            if (given.next != 0)
                setNext(*m_database, idOf(given.message.id), idOf(given.next));
        }
        setLeaf(*m_database, conversation, idOf(tree.leaf));
        if (!tree.folder.empty()) {
            SNUG_TRY(const Folder folder, m_folders.named(tree.folder));
            SNUG_CHECK(m_folders.put(conversation, folder.id));
        }
        transaction.commit();
        return conversation;
    });
}

} // namespace snug::chat
