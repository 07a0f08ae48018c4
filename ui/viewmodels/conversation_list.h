// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation_store.h"
#include "ui/viewmodels/chat_rows.h"

#include <QObject>
#include <QVariantMap>

#include <optional>

namespace snug::ui {

// The list of all conversations, or of those that hold what is looked for, and the folders they are sorted
// into. Empty without a store. GUI thread.
class ConversationList final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConversationList)
    Q_PROPERTY(QAbstractItemModel *rows READ rows CONSTANT)
    Q_PROPERTY(QAbstractItemModel *folders READ folders CONSTANT)
    Q_PROPERTY(QVariantMap sectionNames READ sectionNames NOTIFY foldersChanged)

public:
    // `store` may be null and outlives this.
    explicit ConversationList(chat::ConversationStore *store, QObject *parent = nullptr);
    ~ConversationList() override;

    [[nodiscard]] QAbstractItemModel *rows() { return &m_rows; }
    [[nodiscard]] QAbstractItemModel *folders() { return &m_folders; }
    // The heading of each section that is a folder.
    [[nodiscard]] QVariantMap sectionNames() const;

    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    void setCurrent(std::int64_t id);
    void refresh();
    // 0 if there is none.
    [[nodiscard]] std::int64_t first() const;

    // False if it failed or there is no word in the title.
    bool rename(std::int64_t id, const QString &title);
    bool remove(std::int64_t id);
    bool restore(std::int64_t id);

    Q_INVOKABLE void setPinned(const QString &id, bool pinned);
    // Empty folder: into none.
    Q_INVOKABLE void put(const QString &id, const QString &folder);
    // The new folder's id; empty if it could not be made.
    Q_INVOKABLE QString createFolder(const QString &name);
    Q_INVOKABLE void renameFolder(const QString &folder, const QString &name);
    // Its conversations stay.
    Q_INVOKABLE void removeFolder(const QString &folder);

Q_SIGNALS:
    void foldersChanged();
    void failed(const snug::Error &error);

private:
    void refreshFolders();
    [[nodiscard]] std::optional<std::vector<ConversationRow>> listed();
    [[nodiscard]] std::optional<std::vector<ConversationRow>> found(const QString &text);
    [[nodiscard]] ConversationRow rowOf(const chat::ConversationInfo &info) const;
    template <class T> std::optional<T> check(Result<T> result);
    bool check(const Result<void> &result);

    chat::ConversationStore *m_store;
    QString m_filter;
    std::int64_t m_current = 0;
    RowsModel<ConversationRow> m_rows;
    RowsModel<ChatFolderRow> m_folders;
};

} // namespace snug::ui
