// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/chat_rows.h"

#include "ui/viewmodels/attachment_words.h"
#include "ui/viewmodels/message_facts.h"
#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QDateTime>

#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ChatRows)
};

QVariant reasoningTime(const MessageRow &row)
{
    const double seconds = row.message.reasoningSeconds;
    return seconds < 0 ? QString() : durationText(seconds);
}

constexpr std::array<RoleEntry<MessageRow>, 15> kMessageRoles = {{
    {message_role::Role, "role",
     [](const MessageRow &row) -> QVariant { return fromUtf8(chat::roleName(row.message.role)); }},
    {message_role::Text, "text",
     [](const MessageRow &row) -> QVariant { return fromUtf8(row.message.text); }},
    {message_role::State, "state",
     [](const MessageRow &row) -> QVariant { return stateText(row.message.state); }},
    {message_role::Tokens, "tokens",
     [](const MessageRow &row) -> QVariant { return static_cast<int>(row.message.tokens); }},
    {message_role::TokensPerSecond, "tokensPerSecond",
     [](const MessageRow &row) -> QVariant { return row.message.tokensPerSecond; }},
    {message_role::FirstTokenSeconds, "firstTokenSeconds",
     [](const MessageRow &row) -> QVariant { return row.message.firstTokenSeconds; }},
    {message_role::StatsText, "statsText",
     [](const MessageRow &row) -> QVariant { return statsText(row.message); }},
    {message_role::Notice, "notice",
     [](const MessageRow &row) -> QVariant { return noticeText(row.message.state); }},
    {message_role::Reasoning, "reasoning",
     [](const MessageRow &row) -> QVariant { return fromUtf8(row.message.reasoning); }},
    {message_role::ReasoningTime, "reasoningTime", reasoningTime},
    {message_role::BranchNumber, "branchNumber",
     [](const MessageRow &row) -> QVariant { return row.branch.number; }},
    {message_role::BranchCount, "branchCount",
     [](const MessageRow &row) -> QVariant { return row.branch.count; }},
    {message_role::CanContinue, "canContinue",
     [](const MessageRow &row) -> QVariant { return canContinue(row.message); }},
    {message_role::Attachments, "attachments",
     [](const MessageRow &row) -> QVariant { return attachmentList(row.message.attachments); }},
    {message_role::Facts, "facts",
     [](const MessageRow &row) -> QVariant { return messageFacts(row.message); }},
}};

constexpr int kFirst = Qt::UserRole + 1;
constexpr std::array<RoleEntry<ConversationRow>, 8> kConversationRoles = {{
    {kFirst, "conversationId",
     [](const ConversationRow &row) -> QVariant { return QString::number(row.id); }},
    {kFirst + 1, "title", [](const ConversationRow &row) -> QVariant { return row.title; }},
    {kFirst + 2, "section", [](const ConversationRow &row) -> QVariant { return row.section; }},
    {kFirst + 3, "current", [](const ConversationRow &row) -> QVariant { return row.current; }},
    {kFirst + 4, "snippet", [](const ConversationRow &row) -> QVariant { return row.snippet; }},
    {kFirst + 5, "foundMessage",
     [](const ConversationRow &row) -> QVariant { return QString::number(row.message); }},
    {kFirst + 6, "folderId",
     [](const ConversationRow &row) -> QVariant {
         return row.folder == 0 ? QString() : QString::number(row.folder);
     }},
    {kFirst + 7, "pinned", [](const ConversationRow &row) -> QVariant { return row.pinned; }},
}};

constexpr std::array<RoleEntry<ChatFolderRow>, 2> kFolderRoles = {{
    {kFirst, "folderId", [](const ChatFolderRow &row) -> QVariant { return QString::number(row.id); }},
    {kFirst + 1, "name", [](const ChatFolderRow &row) -> QVariant { return row.name; }},
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

std::span<const RoleEntry<ChatFolderRow>> chatFolderRoles()
{
    return kFolderRoles;
}

QString statsText(const chat::Message &message)
{
    if (message.role != chat::Role::Assistant || message.tokens <= 0)
        return {};
    QStringList parts{message.tokens == 1 ? Words::tr("1 token")
                                          : Words::tr("%1 tokens").arg(countText(message.tokens))};
    if (message.tokensPerSecond > 0)
        parts.append(Words::tr("%1 tokens/s").arg(message.tokensPerSecond, 0, 'f', 1));
    if (message.firstTokenSeconds >= 0)
        parts.append(Words::tr("first token after %1").arg(durationText(message.firstTokenSeconds)));
    return parts.join(u" · "_s);
}

QString stateText(chat::MessageState state)
{
    switch (state) {
    case chat::MessageState::Complete:
        return u"done"_s;
    case chat::MessageState::Streaming:
        return u"writing"_s;
    case chat::MessageState::Stopped:
        return u"stopped"_s;
    case chat::MessageState::Interrupted:
        return u"interrupted"_s;
    case chat::MessageState::Failed:
        return u"failed"_s;
    }
    return {};
}

QString noticeText(chat::MessageState state)
{
    switch (state) {
    case chat::MessageState::Stopped:
        return Words::tr("Stopped");
    case chat::MessageState::Interrupted:
        return Words::tr("The engine stopped here");
    case chat::MessageState::Failed:
        return Words::tr("No answer");
    case chat::MessageState::Complete:
    case chat::MessageState::Streaming:
        break;
    }
    return {};
}

bool canContinue(const chat::Message &message)
{
    const bool ended = message.state == chat::MessageState::Complete && message.finishReason != "length";
    const bool writing = message.state == chat::MessageState::Streaming;
    return message.role == chat::Role::Assistant && !message.text.empty() && !ended && !writing;
}

QString markedText(std::string_view text, const std::vector<chat::Mark> &marks)
{
    const auto plain = [text](std::size_t begin, std::size_t end) {
        return fromUtf8(text.substr(begin, end - begin)).toHtmlEscaped();
    };
    QString styled;
    std::size_t at = 0;
    for (const chat::Mark &mark : marks) {
        styled += plain(at, mark.begin);
        at = mark.begin + mark.length;
        styled += u"<b>"_s + plain(mark.begin, at) + u"</b>"_s;
    }
    return styled + plain(at, text.size());
}

QString pinnedSection()
{
    return Words::tr("Pinned");
}

QString sectionOf(std::int64_t changedMs, const QDate &today)
{
    constexpr qint64 kDaysOfAWeek = 7;
    const qint64 days = QDateTime::fromMSecsSinceEpoch(changedMs).date().daysTo(today);
    if (days <= 0)
        return Words::tr("Today");
    if (days == 1)
        return Words::tr("Yesterday");
    return days < kDaysOfAWeek ? Words::tr("This week") : Words::tr("Older");
}

} // namespace snug::ui
