// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/chat/conversation.h"
#include "core/chat/conversation_search.h"
#include "core/chat/folder_store.h"
#include "core/chat/preset_store.h"
#include "core/chat/prompt_store.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace SQLite {
class Database;
}

namespace snug::chat {

// Whether this is the start of the program, at which what was deleted goes for good and what is unfinished is
// told apart; or a further connection of a program that is running.
enum class Opening { Start, Beside };

// The conversations of a user, in one SQLite file (write-ahead log, schema version in user_version; the
// tables: docs/conversations.md).
//
// What was written survives the death of the process; a streamed answer loses at most the last second. Not
// for several threads; several processes, or threads with a store each, may have the file open. Errors: Io,
// NoSpace, NotFound, Corrupt, Unsupported (the file is read-only here, because a newer Snug wrote it).
class ConversationStore {
public:
    using Clock = std::function<std::chrono::system_clock::time_point()>;

    // Makes the file and its folder if there is none, and brings one of an older version up to date. A
    // damaged file is set aside under another name, never deleted, and a new one begun; a newer one is opened
    // for reading. Both are told by problem().
    [[nodiscard]] static Result<std::unique_ptr<ConversationStore>>
    open(const std::filesystem::path &file, Clock clock = &std::chrono::system_clock::now,
         Opening opening = Opening::Start);
    ~ConversationStore();

    // Corrupt (detail: set_aside) or Unsupported; nothing if all was well.
    [[nodiscard]] const std::optional<Error> &problem() const { return m_problem; }
    [[nodiscard]] bool readOnly() const { return m_readOnly; }
    [[nodiscard]] std::filesystem::path file() const;

    [[nodiscard]] FolderStore &folders() { return m_folders; }
    [[nodiscard]] PresetStore &presets() { return m_presets; }
    [[nodiscard]] PromptStore &prompts() { return m_prompts; }

    [[nodiscard]] Result<ConversationInfo> create(std::string_view title);
    [[nodiscard]] Result<void> rename(std::int64_t conversation, std::string_view title);
    [[nodiscard]] Result<void> setSystemPrompt(std::int64_t conversation, std::string_view text);
    [[nodiscard]] Result<void> setPinned(std::int64_t conversation, bool pinned);
    // 0: into none.
    [[nodiscard]] Result<void> setFolder(std::int64_t conversation, std::int64_t folder);
    // Hidden at once, and gone for good when the file is next opened.
    [[nodiscard]] Result<void> remove(std::int64_t conversation);
    [[nodiscard]] Result<void> restore(std::int64_t conversation);

    // Pinned ones first, then last changed first.
    [[nodiscard]] Result<std::vector<ConversationInfo>> list();
    // As searchConversations().
    [[nodiscard]] Result<std::vector<SearchHit>> search(std::string_view text);
    [[nodiscard]] Result<Conversation> load(std::int64_t conversation);

    // What is being written in a conversation, 0: in the one that has not begun.
    [[nodiscard]] Result<std::string> draft(std::int64_t conversation);
    [[nodiscard]] Result<void> setDraft(std::int64_t conversation, std::string_view text);

    // After the last message of the chosen way. The message with its id, parent and time.
    [[nodiscard]] Result<Message> append(std::int64_t conversation, Message message);
    // Beside `other`, after the same message, and chosen: another wording of a question, another answer.
    [[nodiscard]] Result<Message> appendBeside(std::int64_t other, Message message);
    // The way through this message, on from it as it was used last.
    [[nodiscard]] Result<void> choose(std::int64_t message);
    // Writes every field but the id, parent, role, time and attachments.
    [[nodiscard]] Result<void> update(const Message &message);
    // As update, but at most once a second for one message; what is skipped must be followed by an update.
    [[nodiscard]] Result<void> autosave(const Message &message);
    // With all that follows it. Hidden at once, and gone for good when the file is next opened.
    [[nodiscard]] Result<void> removeMessage(std::int64_t message);
    // What went with it comes back and is chosen.
    [[nodiscard]] Result<void> restoreMessage(std::int64_t message);

    [[nodiscard]] Result<ConversationTree> tree(std::int64_t conversation);
    // As a new conversation, with new ids; its folder is made if there is none of that name. The new id.
    [[nodiscard]] Result<std::int64_t> insert(const ConversationTree &tree);

private:
    ConversationStore(std::unique_ptr<SQLite::Database> database, bool readOnly, std::optional<Error> problem,
                      Clock clock);
    [[nodiscard]] std::int64_t now() const;
    [[nodiscard]] Message insertAfter(std::int64_t conversation, std::int64_t parent, Message message);

    std::unique_ptr<SQLite::Database> m_database;
    bool m_readOnly;
    std::optional<Error> m_problem;
    Clock m_clock;
    FolderStore m_folders;
    PresetStore m_presets;
    PromptStore m_prompts;
    std::int64_t m_savedMessage = 0; // by autosave
    std::int64_t m_savedMs = 0;
};

} // namespace snug::chat
