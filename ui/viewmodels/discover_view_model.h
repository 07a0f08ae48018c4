// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/account/hub_environment.h"
#include "ui/viewmodels/discover_row.h"
#include "ui/viewmodels/problem.h"
#include "ui/worker/worker_process.h"

#include <QAbstractItemModel>
#include <QObject>
#include <QTimer>

#include <memory>

namespace snug::ui {

class DevicesViewModel;

// A search on the Hub, by `snug-cli search`, page after page, each row with a rough verdict for this machine.
// GUI thread; owned by the application. Nothing is asked before `open`, so that a start goes without network.
class DiscoverViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DiscoverViewModel)
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY queryChanged)
    Q_PROPERTY(QString format READ format WRITE setFormat NOTIFY queryChanged)
    Q_PROPERTY(QString size READ size WRITE setSize NOTIFY queryChanged)
    Q_PROPERTY(QString sort READ sort WRITE setSort NOTIFY queryChanged)
    Q_PROPERTY(bool fittingOnly READ fittingOnly WRITE setFittingOnly NOTIFY queryChanged)
    Q_PROPERTY(QString state READ state NOTIFY stateChanged)
    Q_PROPERTY(bool busy READ busy NOTIFY stateChanged)
    Q_PROPERTY(bool hasMore READ hasMore NOTIFY stateChanged)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY stateChanged)
    Q_PROPERTY(QAbstractItemModel *model READ model CONSTANT)

public:
    DiscoverViewModel(QString program, DevicesViewModel &devices, HubEnvironment hub = {},
                      QObject *parent = nullptr);
    ~DiscoverViewModel() override;

    [[nodiscard]] QString text() const { return m_query.text; }
    void setText(const QString &text);
    // "any", "gguf" or "safetensors".
    [[nodiscard]] QString format() const { return m_query.format; }
    void setFormat(const QString &format);
    // "any", "small" (up to 4 B), "medium" (4 to 15 B), "large" (15 to 50 B) or "huge".
    [[nodiscard]] QString size() const { return m_query.size; }
    void setSize(const QString &size);
    // "trending", "downloads", "likes" or "updated".
    [[nodiscard]] QString sort() const { return m_query.sort; }
    void setSort(const QString &sort);
    // Leaves out what does not fit, as far as one can tell.
    [[nodiscard]] bool fittingOnly() const { return m_fittingOnly; }
    void setFittingOnly(bool only);

    // "idle", "loading" (nothing to show yet), "ready", "empty" or "error".
    [[nodiscard]] QString state() const;
    [[nodiscard]] bool busy() const { return m_child != nullptr; }
    [[nodiscard]] bool hasMore() const { return !m_next.isEmpty(); }
    [[nodiscard]] Problem problem() const { return m_problem; }
    [[nodiscard]] QAbstractItemModel *model() { return &m_rows; }

    // The page is shown: asks, unless that was done before.
    Q_INVOKABLE void open();
    Q_INVOKABLE void search();
    Q_INVOKABLE void loadMore();

Q_SIGNALS:
    void queryChanged();
    void stateChanged();

private:
    struct Query {
        QString text;
        QString format = QStringLiteral("gguf");
        QString size = QStringLiteral("any");
        QString sort = QStringLiteral("downloads");
    };

    void change(QString Query::*field, const QString &value);
    void ask(const QString &next);
    void onFinished(const Outcome &outcome);
    // Judges all rows and shows those that are wanted.
    void show();
    [[nodiscard]] QStringList arguments(const QString &next) const;

    QString m_program;
    DevicesViewModel &m_devices;
    HubEnvironment m_hub;
    Query m_query;
    bool m_fittingOnly = false;
    bool m_opened = false;
    bool m_adding = false; // the child fetches another page of the same search
    bool m_answered = false;
    QString m_next;
    Problem m_problem;
    std::vector<DiscoverRow> m_found;
    RowsModel<DiscoverRow> m_rows;
    std::unique_ptr<WorkerProcess> m_child;
    QTimer m_debounce;
};

} // namespace snug::ui
