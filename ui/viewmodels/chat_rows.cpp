// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/chat_rows.h"

#include "ui/viewmodels/text.h"

#include <QCoreApplication>

#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ChatRows)
};

QVariant notice(const MessageRow &row)
{
    if (row.state == u"stopped")
        return Words::tr("Stopped");
    if (row.state == u"interrupted")
        return Words::tr("The engine stopped here");
    if (row.state == u"failed")
        return Words::tr("No answer");
    return QString();
}

constexpr std::array<RoleEntry<MessageRow>, 9> kMessageRoles = {{
    {message_role::Role, "role", [](const MessageRow &row) -> QVariant { return row.role; }},
    {message_role::Text, "text", [](const MessageRow &row) -> QVariant { return row.text; }},
    {message_role::SafeMarkdown, "safeMarkdown",
     [](const MessageRow &row) -> QVariant { return row.safeMarkdown; }},
    {message_role::State, "state", [](const MessageRow &row) -> QVariant { return row.state; }},
    {message_role::Tokens, "tokens", [](const MessageRow &row) -> QVariant { return row.tokens; }},
    {message_role::TokensPerSecond, "tokensPerSecond",
     [](const MessageRow &row) -> QVariant { return row.tokensPerSecond; }},
    {message_role::FirstTokenSeconds, "firstTokenSeconds",
     [](const MessageRow &row) -> QVariant { return row.firstTokenSeconds; }},
    {message_role::StatsText, "statsText", [](const MessageRow &row) -> QVariant { return statsText(row); }},
    {message_role::Notice, "notice", notice},
}};

constexpr int kFirst = Qt::UserRole + 1;
constexpr std::array<RoleEntry<ConversationRow>, 4> kConversationRoles = {{
    {kFirst, "conversationId", [](const ConversationRow &row) -> QVariant { return row.id; }},
    {kFirst + 1, "title", [](const ConversationRow &row) -> QVariant { return row.title; }},
    {kFirst + 2, "section", [](const ConversationRow &row) -> QVariant { return row.section; }},
    {kFirst + 3, "current", [](const ConversationRow &row) -> QVariant { return row.current; }},
}};

} // namespace

std::span<const RoleEntry<MessageRow>> messageRoles()
{
    return kMessageRoles;
}

std::span<const RoleEntry<ConversationRow>> conversationRoles()
{
    return kConversationRoles;
}

QString statsText(const MessageRow &row)
{
    if (row.tokens <= 0)
        return {};
    QStringList parts{Words::tr("%n token(s)", nullptr, row.tokens)};
    if (row.tokensPerSecond > 0)
        parts.append(Words::tr("%1 tokens/s").arg(row.tokensPerSecond, 0, 'f', 1));
    if (row.firstTokenSeconds >= 0)
        parts.append(Words::tr("first token after %1").arg(durationText(row.firstTokenSeconds)));
    return parts.join(u" · "_s);
}

} // namespace snug::ui
