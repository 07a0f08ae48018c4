// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation.h"
#include "ui/viewmodels/rows_model.h"

#include <QDate>
#include <QString>

#include <span>

namespace snug::ui {

// One message of the open conversation: the stored message itself.
struct MessageRow {
    chat::Message message;

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
};
}

struct ConversationRow {
    std::int64_t id = 0;
    QString title;
    QString section; // "Today", "Yesterday", "This week", "Older"
    bool current = false;

    bool operator==(const ConversationRow &) const = default;
};

[[nodiscard]] std::span<const RoleEntry<MessageRow>> messageRoles();
[[nodiscard]] std::span<const RoleEntry<ConversationRow>> conversationRoles();

// "312 tokens · 40.8 tokens/s · first token after 0.4 s"; empty while nothing is known.
[[nodiscard]] QString statsText(const chat::Message &message);

// "done", "writing", "stopped", "interrupted", "failed".
[[nodiscard]] QString stateText(chat::MessageState state);

// The heading under which a conversation is listed, for the day on which it was changed last.
[[nodiscard]] QString sectionOf(std::int64_t changedMs, const QDate &today);

} // namespace snug::ui
