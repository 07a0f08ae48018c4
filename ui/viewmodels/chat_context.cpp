// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/chat_context.h"

#include "ui/viewmodels/answer_message.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace snug::ui {
namespace {

using nlohmann::json;

constexpr const char *kGroup = "chat";
constexpr const char *kAtEdge = "at_edge";

bool isChoice(const std::string &name)
{
    return std::ranges::count(chat::atEdgeNames(), name) > 0;
}

} // namespace

ChatContext::ChatContext(const RowsModel<MessageRow> &messages, SettingsFile &settings, QObject *parent)
    : QObject(parent), m_messages(messages), m_settings(settings), m_atEdge("stop")
{
    const json kept = settings.value(kGroup, kAtEdge);
    if (kept.is_string() && isChoice(kept.get<std::string>()))
        m_atEdge = kept.get<std::string>();
    connect(&messages, &QAbstractItemModel::rowsInserted, this, &ChatContext::refresh);
    connect(&messages, &QAbstractItemModel::rowsRemoved, this, &ChatContext::refresh);
    connect(&messages, &QAbstractItemModel::dataChanged, this, &ChatContext::refresh);
    connect(&messages, &QAbstractItemModel::modelReset, this, &ChatContext::refresh);
}

void ChatContext::setAtEdge(const QString &name)
{
    const std::string wanted = toUtf8(name);
    if (wanted == m_atEdge || !isChoice(wanted))
        return;
    m_atEdge = wanted;
    m_settings.set(kGroup, kAtEdge, m_atEdge);
    Q_EMIT atEdgeChanged();
}

void ChatContext::sendAllAgain()
{
    const chat::Message *last = lastAnswer();
    m_forgotten = last == nullptr ? 0 : last->id;
    refresh();
}

chat::ContextCut ChatContext::cut() const
{
    const auto &rows = m_messages.rows();
    const auto above = rows.begin() + std::min<std::ptrdiff_t>(m_cut.row, std::ssize(rows));
    const auto count =
        std::count_if(rows.begin(), above, [](const MessageRow &row) { return isSpoken(row.message); });
    return {static_cast<std::size_t>(count), m_cut.summary};
}

std::string ChatContext::settingsWith(const std::string &settings, const chat::ContextCut &cut) const
{
    json object = json::parse(settings, nullptr, false);
    if (!object.is_object())
        object = json::object();
    object.erase("cut");
    if (cut.messages > 0) {
        const auto &rows = m_messages.rows();
        std::size_t passed = 0;
        const auto first = std::find_if(rows.begin(), rows.end(), [&](const MessageRow &row) {
            return isSpoken(row.message) && passed++ == cut.messages;
        });
        object["cut"] = {{"row", first - rows.begin()}, {"summary", cut.summary}};
    }
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Of a database or an import: anything may stand there.
ChatContext::RowCut ChatContext::cutFrom(const std::string &settings)
{
    if (settings.find("\"cut\"") == std::string::npos)
        return {};
    const json object = json::parse(settings, nullptr, false);
    const json cut = object.is_object() ? object.value("cut", json()) : json();
    if (!cut.is_object())
        return {};
    const auto row = cut.find("row");
    const auto summary = cut.find("summary");
    if (row == cut.end() || !row->is_number_unsigned())
        return {};
    constexpr std::uint64_t kMost = 1'000'000'000;
    return {static_cast<int>(std::min(row->get<std::uint64_t>(), kMost)),
            summary != cut.end() && summary->is_string() ? summary->get<std::string>() : std::string()};
}

// The last one that says how it was asked for.
const chat::Message *ChatContext::lastAnswer() const
{
    const auto &rows = m_messages.rows();
    const auto last = std::find_if(rows.rbegin(), rows.rend(), [](const MessageRow &row) {
        return row.message.role == chat::Role::Assistant && !row.message.settings.empty();
    });
    return last == rows.rend() ? nullptr : &last->message;
}

void ChatContext::refresh()
{
    const chat::Message *last = lastAnswer();
    const bool counts = last != nullptr && (last->id == 0 || last->id != m_forgotten);
    RowCut found = counts ? cutFrom(last->settings) : RowCut();
    // The question that was asked with it is sent in any case.
    if (found.row > m_messages.rowCount() - 2)
        found = {};
    if (found == m_cut)
        return;
    m_cut = std::move(found);
    Q_EMIT cutChanged();
}

} // namespace snug::ui
