// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QSortFilterProxyModel>

namespace snug::ui {

// The rows of a library model that contain the words of a text, in the order of one key.
class LibraryFilter final : public QSortFilterProxyModel {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LibraryFilter)
public:
    explicit LibraryFilter(QObject *parent = nullptr);

    [[nodiscard]] QString text() const { return m_text; }
    void setText(const QString &text);
    // "name", "size", "verdict" or "modified"; false for anything else.
    [[nodiscard]] QString key() const { return m_key; }
    [[nodiscard]] bool setKey(const QString &key);
    [[nodiscard]] bool descending() const { return m_descending; }
    void setDescending(bool descending);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    [[nodiscard]] bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    QString m_text;
    QStringList m_words;
    QString m_key;
    bool m_descending = false;
};

} // namespace snug::ui
