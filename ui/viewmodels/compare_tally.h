// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/compare_column.h"
#include "ui/viewmodels/rows_model.h"

#include <QObject>

#include <vector>

namespace snug::ui {

class SettingsFile;

struct TallyRow {
    ModelLabel label;
    int votes = 0; // it took part in
    int wins = 0;
    int ties = 0;

    bool operator==(const TallyRow &) const = default;
};

// How often each model and level was preferred without its name being known, in the settings, most wins
// first. GUI thread; owned by CompareViewModel.
class CompareTally final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CompareTally)
    Q_PROPERTY(QAbstractItemModel *rows READ rows CONSTANT)
    Q_PROPERTY(int count READ count NOTIFY changed)

public:
    explicit CompareTally(SettingsFile &settings, QObject *parent = nullptr);

    [[nodiscard]] QAbstractItemModel *rows() { return &m_rows; }
    [[nodiscard]] int count() const { return m_rows.rowCount(); }

    // One vote between these; `winner`: an index, -1: a tie. A model that met itself is counted once.
    void add(const std::vector<ModelLabel> &met, int winner);
    Q_INVOKABLE void clear();

Q_SIGNALS:
    void changed();

private:
    void store(std::vector<TallyRow> rows);

    SettingsFile &m_settings;
    RowsModel<TallyRow> m_rows;
};

} // namespace snug::ui
