// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/conversation_list.h"

#include "ui/viewmodels/text.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

QString folderSection(std::int64_t folder)
{
    return u"folder:%1"_s.arg(folder);
}

} // namespace

ConversationList::ConversationList(chat::ConversationStore *store, QObject *parent)
    : QObject(parent), m_store(store), m_rows(conversationRoles()), m_folders(chatFolderRoles())
{
    refreshFolders();
}

ConversationList::~ConversationList() = default;

template <class T> std::optional<T> ConversationList::check(Result<T> result)
{
    if (result)
        return *std::move(result);
    Q_EMIT failed(result.error());
    return std::nullopt;
}

bool ConversationList::check(const Result<void> &result)
{
    if (!result)
        Q_EMIT failed(result.error());
    return result.has_value();
}

QVariantMap ConversationList::sectionNames() const
{
    QVariantMap names;
    for (const ChatFolderRow &folder : m_folders.rows())
        names.insert(folderSection(folder.id), folder.name);
    return names;
}

void ConversationList::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    refresh();
}

void ConversationList::setCurrent(std::int64_t id)
{
    m_current = id;
    for (int row = 0; row < m_rows.rowCount(); ++row) {
        ConversationRow changed = m_rows.row(row);
        changed.current = changed.id == id;
        if (changed != m_rows.row(row))
            m_rows.replace(row, std::move(changed));
    }
}

ConversationRow ConversationList::rowOf(const chat::ConversationInfo &info) const
{
    ConversationRow row;
    row.id = info.id;
    row.title = fromUtf8(info.title);
    row.pinned = info.pinned;
    row.folder = info.folder;
    row.current = info.id == m_current;
    return row;
}

// Pinned ones, then folder by folder, then by the day of the last change.
std::optional<std::vector<ConversationRow>> ConversationList::listed()
{
    const auto infos = check(m_store->list());
    if (!infos)
        return std::nullopt;
    std::unordered_map<std::int64_t, int> places;
    for (int row = 0; row < m_folders.rowCount(); ++row)
        places.emplace(m_folders.row(row).id, row);
    const int unsorted = m_folders.rowCount();
    const QDate today = QDate::currentDate();
    std::vector<std::pair<int, ConversationRow>> placed;
    placed.reserve(infos->size());
    for (const chat::ConversationInfo &info : *infos) {
        ConversationRow row = rowOf(info);
        const auto folder = places.find(info.folder);
        const bool sorted = folder != places.end();
        row.section = info.pinned ? pinnedSection()
                      : sorted    ? folderSection(info.folder)
                                  : sectionOf(info.changedMs, today);
        placed.emplace_back(info.pinned ? -1 : sorted ? folder->second : unsorted, std::move(row));
    }
    std::stable_sort(placed.begin(), placed.end(),
                     [](const auto &a, const auto &b) { return a.first < b.first; });
    std::vector<ConversationRow> rows;
    rows.reserve(placed.size());
    for (auto &[place, row] : placed)
        rows.push_back(std::move(row));
    return rows;
}

std::optional<std::vector<ConversationRow>> ConversationList::found(const QString &text)
{
    const auto hits = check(m_store->search(toUtf8(text)));
    if (!hits)
        return std::nullopt;
    std::vector<ConversationRow> rows;
    for (const chat::SearchHit &hit : *hits) {
        ConversationRow row = rowOf(hit.info);
        row.message = hit.message;
        if (hit.message != 0)
            row.snippet = markedText(hit.snippet, hit.marks);
        rows.push_back(std::move(row));
    }
    return rows;
}

void ConversationList::refresh()
{
    if (m_store == nullptr)
        return;
    const QString wanted = m_filter.trimmed();
    if (auto rows = wanted.isEmpty() ? listed() : found(wanted))
        m_rows.merge(*std::move(rows), [](const ConversationRow &row) { return QString::number(row.id); });
}

std::int64_t ConversationList::first() const
{
    // The newest, not the first of the list: that one may be pinned or in a folder.
    if (m_store == nullptr)
        return 0;
    const auto infos = m_store->list();
    if (!infos || infos->empty())
        return 0;
    return std::max_element(infos->begin(), infos->end(),
                            [](const auto &a, const auto &b) {
                                return std::pair(a.changedMs, a.id) < std::pair(b.changedMs, b.id);
                            })
        ->id;
}

bool ConversationList::rename(std::int64_t id, const QString &title)
{
    const QString wanted = title.simplified();
    if (m_store == nullptr || wanted.isEmpty() || !check(m_store->rename(id, toUtf8(wanted))))
        return false;
    refresh();
    return true;
}

bool ConversationList::remove(std::int64_t id)
{
    if (m_store == nullptr || !check(m_store->remove(id)))
        return false;
    refresh();
    return true;
}

bool ConversationList::restore(std::int64_t id)
{
    if (m_store == nullptr || !check(m_store->restore(id)))
        return false;
    refresh();
    return true;
}

void ConversationList::setPinned(const QString &id, bool pinned)
{
    if (m_store != nullptr && check(m_store->setPinned(id.toLongLong(), pinned)))
        refresh();
}

void ConversationList::put(const QString &id, const QString &folder)
{
    if (m_store != nullptr && check(m_store->folders().put(id.toLongLong(), folder.toLongLong())))
        refresh();
}

void ConversationList::refreshFolders()
{
    if (m_store == nullptr)
        return;
    const auto folders = check(m_store->folders().list());
    if (!folders)
        return;
    std::vector<ChatFolderRow> rows;
    for (const chat::Folder &folder : *folders)
        rows.push_back({folder.id, fromUtf8(folder.name)});
    m_folders.merge(std::move(rows), [](const ChatFolderRow &row) { return QString::number(row.id); });
    Q_EMIT foldersChanged();
    refresh();
}

QString ConversationList::createFolder(const QString &name)
{
    if (m_store == nullptr)
        return {};
    const auto folder = check(m_store->folders().create(toUtf8(name.simplified())));
    refreshFolders();
    return folder ? QString::number(folder->id) : QString();
}

void ConversationList::renameFolder(const QString &folder, const QString &name)
{
    if (m_store != nullptr && !name.simplified().isEmpty() &&
        check(m_store->folders().rename(folder.toLongLong(), toUtf8(name.simplified()))))
        refreshFolders();
}

void ConversationList::removeFolder(const QString &folder)
{
    if (m_store != nullptr && check(m_store->folders().remove(folder.toLongLong())))
        refreshFolders();
}

} // namespace snug::ui
