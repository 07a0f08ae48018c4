// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/library_child.h"
#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/rows_model.h"

#include <QObject>

namespace snug::ui {

// Data that is stored more than once.
struct DuplicateRow {
    QString sha256;
    QString name;       // of the file of the first copy
    QString sizeText;   // of one copy
    QString wasteText;  // of all but one
    QStringList copies; // a name of each

    bool operator==(const DuplicateRow &) const = default;
};

// Finds copies over all stores, on a person's wish only: `snug-cli list --duplicates` may read every file.
// GUI thread; owned by the application.
class LibraryDuplicatesViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LibraryDuplicatesViewModel)
    Q_PROPERTY(QString state READ state NOTIFY changed)
    Q_PROPERTY(double fraction READ fraction NOTIFY changed)
    Q_PROPERTY(QString progressText READ progressText NOTIFY changed)
    Q_PROPERTY(QString summary READ summary NOTIFY changed)
    Q_PROPERTY(bool found READ found NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)
    Q_PROPERTY(QAbstractItemModel *model READ model CONSTANT)

public:
    explicit LibraryDuplicatesViewModel(QString program, QObject *parent = nullptr);
    ~LibraryDuplicatesViewModel() override;

    // "idle" (nobody asked), "running", "done", "error".
    [[nodiscard]] QString state() const { return m_state; }
    [[nodiscard]] double fraction() const { return m_fraction; } // -1: unknown
    [[nodiscard]] QString progressText() const { return m_progressText; }
    // "17.9 GiB in copies", "Nothing is stored twice"; empty before.
    [[nodiscard]] QString summary() const { return m_summary; }
    [[nodiscard]] bool found() const { return m_rows.rowCount() > 0; }
    [[nodiscard]] const Problem &problem() const { return m_problem; }
    // The most to reclaim first.
    [[nodiscard]] QAbstractItemModel *model() { return &m_rows; }

    Q_INVOKABLE void find();
    Q_INVOKABLE void cancel();
    // What was found may not be true any more.
    void forget();

Q_SIGNALS:
    void changed();

private:
    void onFinished(const Outcome &outcome);
    void setState(const QString &state);

    LibraryChild m_child;
    RowsModel<DuplicateRow> m_rows;
    QString m_state;
    double m_fraction = -1;
    QString m_progressText;
    QString m_summary;
    Problem m_problem;
};

} // namespace snug::ui
