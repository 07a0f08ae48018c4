// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/level_row.h"
#include "ui/viewmodels/rows_model.h"

#include <QAbstractItemModel>
#include <QMap>
#include <QVariantList>

#include <vector>

namespace snug::ui {

// All levels of one model, and those of them that are shown, in their order. GUI thread.
class LevelTable final {
public:
    LevelTable();

    [[nodiscard]] QAbstractItemModel *model() { return &m_shown; }
    [[nodiscard]] const std::vector<LevelRow> &shown() const { return m_shown.rows(); }
    [[nodiscard]] const std::vector<LevelRow> &all() const { return m_all; }
    // nullptr if there is no such level.
    [[nodiscard]] const LevelRow *find(const QString &label) const;

    void clear();
    // An answer about all levels. What the engine said before of the same question is not undone.
    void take(std::vector<LevelRow> rows);
    // An answer about one of them; false if it is none of them.
    bool takeOne(const LevelRow &row);
    // The same levels on the machine that is compared with; an empty list ends the comparison.
    void takeOther(const std::vector<LevelRow> &rows);
    // Label or level, and where it lies on this computer.
    void setHeld(const QMap<QString, QString> &paths);
    // A row that is always shown.
    void keep(const QString &label);

    // "size", "level", "memory", "verdict", "speed" or "quality".
    [[nodiscard]] QString sortKey() const { return m_sortKey; }
    [[nodiscard]] bool descending() const { return m_descending; }
    // The same key again turns the order around.
    void sortBy(const QString &key);
    // "usual", "runs" or "all".
    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString &filter);

    // Those that are or could be there and are not shown.
    [[nodiscard]] QStringList hidden() const;
    // Those that cannot be: maps of labels (joined) and why.
    [[nodiscard]] QVariantList impossible() const;
    // The bytes at the right end of a bar.
    [[nodiscard]] double scale() const;

private:
    void show();
    [[nodiscard]] bool passes(const LevelRow &row, bool manyExist, bool few) const;

    std::vector<LevelRow> m_all;
    RowsModel<LevelRow> m_shown;
    QMap<QString, QString> m_held;
    QString m_kept;
    QString m_sortKey = QStringLiteral("size");
    bool m_descending = true;
    QString m_filter = QStringLiteral("usual");
};

} // namespace snug::ui
