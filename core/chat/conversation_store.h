// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/chat/conversation.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::chat {

// The conversations of a user, in one SQLite file (write-ahead log, schema version in user_version):
//
//   conversations  id, title, system_prompt, created_ms, changed_ms, deleted_ms (0: not deleted)
//   messages       id, conversation, and the fields of Message
//
// What was written survives the death of the process; a streamed answer loses at most the last second. Not
// for several threads; several processes may have the file open. Errors: Io, NoSpace, NotFound, Corrupt,
// Unsupported (the file is read-only here, because a newer Snug wrote it).
class ConversationStore {
public:
    using Clock = std::function<std::chrono::system_clock::time_point()>;

    // Makes the file and its folder if there is none. A damaged file is set aside under another name, never
    // deleted, and a new one begun; a newer one is opened for reading. Both are told by problem().
    [[nodiscard]] static Result<std::unique_ptr<ConversationStore>>
    open(const std::filesystem::path &file, Clock clock = &std::chrono::system_clock::now);
    ~ConversationStore();

    // Corrupt (detail: set_aside) or Unsupported; nothing if all was well.
    [[nodiscard]] const std::optional<Error> &problem() const { return m_problem; }
    [[nodiscard]] bool readOnly() const;

    [[nodiscard]] Result<ConversationInfo> create(std::string_view title);
    [[nodiscard]] Result<void> rename(std::int64_t conversation, std::string_view title);
    [[nodiscard]] Result<void> setSystemPrompt(std::int64_t conversation, std::string_view text);
    // Hidden at once, and gone for good when the file is next opened.
    [[nodiscard]] Result<void> remove(std::int64_t conversation);
    [[nodiscard]] Result<void> restore(std::int64_t conversation);

    // Last changed first.
    [[nodiscard]] Result<std::vector<ConversationInfo>> list();
    // Those whose title or any message holds the text; ASCII letters match in either case.
    [[nodiscard]] Result<std::vector<ConversationInfo>> search(std::string_view text);
    [[nodiscard]] Result<Conversation> load(std::int64_t conversation);

    // The message with its id and time.
    [[nodiscard]] Result<Message> append(std::int64_t conversation, Message message);
    // Writes every field but the id, role and time.
    [[nodiscard]] Result<void> update(const Message &message);
    // As update, but at most once a second for one message; what is skipped must be followed by an update.
    [[nodiscard]] Result<void> autosave(const Message &message);
    // This message and all after it in its conversation: the way to regenerate or edit.
    [[nodiscard]] Result<void> removeFrom(std::int64_t message);

private:
    struct Database;

    ConversationStore(std::unique_ptr<Database> database, std::optional<Error> problem, Clock clock);
    [[nodiscard]] std::int64_t now() const;

    std::unique_ptr<Database> m_database;
    std::optional<Error> m_problem;
    Clock m_clock;
    std::int64_t m_savedMessage = 0; // by autosave
    std::int64_t m_savedMs = 0;
};

} // namespace snug::chat
