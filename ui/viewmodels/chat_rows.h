// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation_search.h"
#include "ui/viewmodels/rows_model.h"

#include <QDate>
#include <QString>

#include <span>

namespace snug::ui {

// One message of the open conversation: the stored message, and where it stands among its siblings.
struct MessageRow {
    chat::Message message;
    chat::Branch branch;

    bool operator==(const MessageRow &) const = default;
};

namespace message_role {
enum Role {
    Role = Qt::UserRole + 1,
    Text,
    State,
    Tokens,
    TokensPerSecond,
    FirstTokenSeconds,
    StatsText,
    Notice,
    Reasoning,
    ReasoningTime,
    BranchNumber,
    BranchCount,
    CanContinue,
    Attachments,
    Facts,
};
}

struct ConversationRow {
    std::int64_t id = 0;
    QString title;
    QString section; // "Pinned", "folder:12", "Today", "Yesterday", "This week", "Older"; empty: a result
    QString snippet; // of the message that was found, as styled text; empty: the title was
    std::int64_t message = 0; // that was found
    std::int64_t folder = 0;  // 0: in none
    bool pinned = false;
    bool current = false;

    bool operator==(const ConversationRow &) const = default;
};

struct ChatFolderRow {
    std::int64_t id = 0;
    QString name;

    bool operator==(const ChatFolderRow &) const = default;
};

[[nodiscard]] std::span<const RoleEntry<MessageRow>> messageRoles();
[[nodiscard]] std::span<const RoleEntry<ConversationRow>> conversationRoles();
[[nodiscard]] std::span<const RoleEntry<ChatFolderRow>> chatFolderRoles();

// "312 tokens · 40.8 tokens/s · first token after 0.4 s"; empty while nothing is known.
[[nodiscard]] QString statsText(const chat::Message &message);

// "done", "writing", "stopped", "interrupted", "failed".
[[nodiscard]] QString stateText(chat::MessageState state);

// Why there is no more of an answer, in words; empty if there is nothing to say.
[[nodiscard]] QString noticeText(chat::MessageState state);

// Whether the model could go on with this answer: it was stopped, cut off, or reached the longest length.
[[nodiscard]] bool canContinue(const chat::Message &message);

// The text as StyledText in which the marked parts are bold and nothing else is markup.
[[nodiscard]] QString markedText(std::string_view text, const std::vector<chat::Mark> &marks);

// The heading of the pinned ones.
[[nodiscard]] QString pinnedSection();
// The heading under which a conversation is listed, for the day on which it was changed last.
[[nodiscard]] QString sectionOf(std::int64_t changedMs, const QDate &today);

} // namespace snug::ui
