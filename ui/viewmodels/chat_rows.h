// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/rows_model.h"

#include <QString>

#include <span>

namespace snug::ui {

// One message of the open conversation.
struct MessageRow {
    QString role; // user, assistant
    QString text; // Markdown as it was written
    QString safeMarkdown;
    QString state; // done, writing, stopped, interrupted, failed
    int tokens = 0;
    double tokensPerSecond = 0;
    double firstTokenSeconds = -1; // -1 unknown

    bool operator==(const MessageRow &) const = default;
};

namespace message_role {
enum Role {
    Role = Qt::UserRole + 1,
    Text,
    SafeMarkdown,
    State,
    Tokens,
    TokensPerSecond,
    FirstTokenSeconds,
    StatsText,
    Notice,
};
}

struct ConversationRow {
    QString id;
    QString title;
    QString section; // "Today", "Yesterday", "This week", "Older"
    bool current = false;

    bool operator==(const ConversationRow &) const = default;
};

[[nodiscard]] std::span<const RoleEntry<MessageRow>> messageRoles();
[[nodiscard]] std::span<const RoleEntry<ConversationRow>> conversationRoles();

// "312 tokens · 40.8 tokens/s · first token after 0.4 s"; empty while nothing is known.
[[nodiscard]] QString statsText(const MessageRow &row);

} // namespace snug::ui
