// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractListModel>
#include <QSet>

#include <algorithm>
#include <functional>
#include <iterator>
#include <span>
#include <vector>

namespace snug::ui {

// One role of a model: its number, the name that QML uses, and how it is read from a row.
template <class Row> struct RoleEntry {
    int role;
    const char *name;
    QVariant (*value)(const Row &);
};

// A list of rows behind one table of roles, which roleNames(), data() and the tests share. `Row` is
// comparable plain data. GUI thread.
template <class Row> class RowsModel : public QAbstractListModel {
public:
    using Roles = std::span<const RoleEntry<Row>>;
    using Key = std::function<QString(const Row &)>;

    explicit RowsModel(Roles roles, QObject *parent = nullptr) : QAbstractListModel(parent), m_roles(roles) {}

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }

    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override
    {
        if (!index.isValid() || index.row() >= rowCount())
            return {};
        const auto entry = std::find_if(m_roles.begin(), m_roles.end(),
                                        [role](const auto &candidate) { return candidate.role == role; });
        return entry == m_roles.end() ? QVariant() : entry->value(row(index.row()));
    }

    [[nodiscard]] QHash<int, QByteArray> roleNames() const override
    {
        QHash<int, QByteArray> names;
        for (const auto &entry : m_roles)
            names.insert(entry.role, entry.name);
        return names;
    }

    [[nodiscard]] const std::vector<Row> &rows() const { return m_rows; }
    [[nodiscard]] const Row &row(int index) const { return m_rows[static_cast<std::size_t>(index)]; }

    // Every role of a row under its name.
    [[nodiscard]] QVariantMap map(int index) const
    {
        QVariantMap values;
        for (const auto &entry : m_roles)
            values.insert(QString::fromLatin1(entry.name), entry.value(row(index)));
        return values;
    }

    void append(Row row)
    {
        const int end = rowCount();
        this->beginInsertRows({}, end, end);
        m_rows.push_back(std::move(row));
        this->endInsertRows();
    }

    void remove(int index)
    {
        this->beginRemoveRows({}, index, index);
        m_rows.erase(m_rows.begin() + index);
        this->endRemoveRows();
    }

    void replace(int index, Row row, const QList<int> &roles = {})
    {
        m_rows[static_cast<std::size_t>(index)] = std::move(row);
        const QModelIndex changed = this->index(index);
        Q_EMIT this->dataChanged(changed, changed, roles);
    }

    // Changes a row in place; `roles` are the ones that it touches.
    template <class Change> void change(int index, const Change &change, const QList<int> &roles)
    {
        change(m_rows[static_cast<std::size_t>(index)]);
        const QModelIndex changed = this->index(index);
        Q_EMIT this->dataChanged(changed, changed, roles);
    }

    // For content that has nothing to do with the one before.
    void reset(std::vector<Row> rows)
    {
        this->beginResetModel();
        m_rows = std::move(rows);
        this->endResetModel();
    }

    // Turns the rows into `wanted` (its keys are unique) by removals, moves, insertions and changes, so that
    // selection and scrolling survive.
    void merge(std::vector<Row> wanted, const Key &key)
    {
        removeOthers(wanted, key);
        for (std::size_t at = 0; at < wanted.size(); ++at) {
            if (m_rows.size() == at) {
                insertAll(wanted, at);
                return;
            }
            place(std::move(wanted[at]), at, key);
        }
    }

private:
    void removeOthers(const std::vector<Row> &wanted, const Key &key)
    {
        QSet<QString> keys;
        for (const Row &row : wanted)
            keys.insert(key(row));
        for (int index = rowCount() - 1; index >= 0; --index) {
            if (!keys.contains(key(row(index))))
                remove(index);
        }
    }

    void insertAll(std::vector<Row> &wanted, std::size_t from)
    {
        this->beginInsertRows({}, static_cast<int>(from), static_cast<int>(wanted.size()) - 1);
        m_rows.insert(m_rows.end(),
                      std::make_move_iterator(wanted.begin() + static_cast<std::ptrdiff_t>(from)),
                      std::make_move_iterator(wanted.end()));
        this->endInsertRows();
    }

    void place(Row row, std::size_t at, const Key &key)
    {
        const auto begin = m_rows.begin() + static_cast<std::ptrdiff_t>(at);
        const QString wanted = key(row);
        const auto found =
            std::find_if(begin, m_rows.end(), [&](const Row &candidate) { return key(candidate) == wanted; });
        const int target = static_cast<int>(at);
        if (found == m_rows.end()) {
            this->beginInsertRows({}, target, target);
            m_rows.insert(begin, std::move(row));
            this->endInsertRows();
            return;
        }
        if (found != begin) {
            const int source = static_cast<int>(std::distance(m_rows.begin(), found));
            this->beginMoveRows({}, source, source, {}, target);
            std::rotate(begin, found, found + 1);
            this->endMoveRows();
        }
        if (!(m_rows[at] == row))
            replace(target, std::move(row));
    }

    Roles m_roles;
    std::vector<Row> m_rows;
};

} // namespace snug::ui
