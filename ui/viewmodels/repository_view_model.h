// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/account/hub_environment.h"
#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/rows_model.h"
#include "ui/worker/worker_process.h"

#include <QAbstractItemModel>
#include <QObject>

#include <memory>

namespace snug::ui {

class DevicesViewModel;

// What can be fetched of a repository as one thing: a GGUF file, all parts of a split one, or a checkpoint.
struct RemoteLevelRow {
    QString label;  // "Q4_K_M"
    QString format; // "gguf" or "safetensors"
    std::int64_t bytes = 0;
    int files = 1;
    bool complete = true;
    QString verdict;
    QString verdictText;
    QString verdictWhy;

    bool operator==(const RemoteLevelRow &) const = default;
};

// One repository of the Hub, by `snug-cli files`: its facts, the levels in it with a rough verdict each, its
// card. GUI thread; owned by the application.
class RepositoryViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RepositoryViewModel)
    Q_PROPERTY(QString repository READ repository NOTIFY changed)
    Q_PROPERTY(QString state READ state NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)
    Q_PROPERTY(QString commit READ commit NOTIFY changed)
    Q_PROPERTY(QString page READ page NOTIFY changed)
    Q_PROPERTY(QString facts READ facts NOTIFY changed)
    Q_PROPERTY(QString gated READ gated NOTIFY changed)
    Q_PROPERTY(QString card READ card NOTIFY changed)
    Q_PROPERTY(QString notes READ notes NOTIFY changed)
    Q_PROPERTY(QString suggested READ suggested NOTIFY changed)
    Q_PROPERTY(QAbstractItemModel *levels READ levels CONSTANT)

public:
    RepositoryViewModel(QString program, DevicesViewModel &devices, HubEnvironment hub = {},
                        QObject *parent = nullptr);
    ~RepositoryViewModel() override;

    // "org/name"; empty while none is open.
    [[nodiscard]] QString repository() const { return m_repository; }
    // "none", "loading", "ready" or "error".
    [[nodiscard]] QString state() const;
    [[nodiscard]] Problem problem() const { return m_problem; }
    [[nodiscard]] QString commit() const { return m_result[QLatin1String("commit")].toString(); }
    // Its address for a browser.
    [[nodiscard]] QString page() const { return m_result[QLatin1String("page")].toString(); }
    // "8.2 B · apache-2.0 · 4.1 M downloads"
    [[nodiscard]] QString facts() const;
    // "no", "auto" or "manual": whether access must be asked for in the browser.
    [[nodiscard]] QString gated() const;
    // Markdown of a stranger, for MarkdownBlocks.
    [[nodiscard]] QString card() const { return m_card; }
    // What the repository holds beside the levels, and what of it was refused; one line each.
    [[nodiscard]] QString notes() const;
    // The label of the level that fits this machine best; empty if there is none.
    [[nodiscard]] QString suggested() const;
    [[nodiscard]] QAbstractItemModel *levels() { return &m_levels; }

    Q_INVOKABLE void open(const QString &repository);
    Q_INVOKABLE void close();
    Q_INVOKABLE void reload();

Q_SIGNALS:
    void changed();

private:
    void onFinished(const Outcome &outcome);
    void showLevels();

    QString m_program;
    DevicesViewModel &m_devices;
    HubEnvironment m_hub;
    QString m_repository;
    QJsonObject m_result; // of `files`; empty while unknown
    QString m_card;
    Problem m_problem;
    RowsModel<RemoteLevelRow> m_levels;
    std::unique_ptr<WorkerProcess> m_child;
};

} // namespace snug::ui
