// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/account/hub_environment.h"
#include "ui/viewmodels/download_endings.h"
#include "ui/viewmodels/download_row.h"

#include <QAbstractItemModel>
#include <QObject>

#include <map>
#include <memory>

namespace snug::ui {

class SettingsFile;

// The list of downloads and the `snug-cli pull` children that work it off, two at a time, in its order.
// Pausing ends a child; what it fetched stays on the disk and is taken up again. The list is kept in a file,
// so that a program that starts again goes on. GUI thread; owned by the application.
class DownloadsViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DownloadsViewModel)
    Q_PROPERTY(QAbstractItemModel *active READ active CONSTANT)
    Q_PROPERTY(QAbstractItemModel *finished READ finished CONSTANT)
    Q_PROPERTY(int activeCount READ activeCount NOTIFY changed)
    Q_PROPERTY(int finishedCount READ finishedCount NOTIFY changed)
    Q_PROPERTY(bool running READ running NOTIFY changed)
    Q_PROPERTY(QString summary READ summary NOTIFY changed)
    Q_PROPERTY(double fraction READ fraction NOTIFY changed)

public:
    static constexpr std::size_t kAtOnce = 2;
    static constexpr std::size_t kMostRows = 1000;
    static constexpr int kMostBeside = 100; // so many fit into the arguments of a process on every system

    // With `hub`, nothing is fetched before begin().
    DownloadsViewModel(QString program, SettingsFile &list, HubEnvironment hub = {},
                       QObject *parent = nullptr);
    ~DownloadsViewModel() override;

    // What is under way, waits or failed, in order; and what is done, the latest first.
    [[nodiscard]] QAbstractItemModel *active() { return &m_active; }
    [[nodiscard]] QAbstractItemModel *finished() { return &m_finished; }
    [[nodiscard]] int activeCount() const { return m_active.rowCount(); }
    [[nodiscard]] int finishedCount() const { return m_finished.rowCount(); }
    [[nodiscard]] bool running() const { return !m_children.empty(); }
    // "Qwen3 8B · Q4_K_M · 62 %", of the first that runs; empty if none does.
    [[nodiscard]] QString summary() const;
    [[nodiscard]] double fraction() const;

    // `hub` can tell now.
    void begin();

    // Puts a level at the end of the list; one that is there already goes on.
    Q_INVOKABLE void add(const QString &repository, const QString &commit, const QString &label,
                         const QString &name);
    Q_INVOKABLE void pause(const QString &id);
    Q_INVOKABLE void resume(const QString &id);
    // Takes it off the list; what was fetched of it is deleted.
    Q_INVOKABLE void cancel(const QString &id);
    // To another place among those under way; 0 is first.
    Q_INVOKABLE void move(const QString &id, int place);
    Q_INVOKABLE void pauseAll();
    Q_INVOKABLE void resumeAll();
    // There is another token: those that the Hub refused get in line again, also what it refuses yet to a
    // child with the token of before.
    void retryRefused();
    Q_INVOKABLE void clearFinished();
    // "queued", "running", ... "done"; empty if it is not in the list.
    [[nodiscard]] Q_INVOKABLE QString stateOf(const QString &repository, const QString &commit,
                                              const QString &label) const;

Q_SIGNALS:
    void changed();
    // A model is on the disk: the library should look.
    void arrived(const QString &path);

private:
    void startNext();
    void start(int index);
    void checkNext();
    void onChecked(const QString &id, const Outcome &outcome, int token);
    [[nodiscard]] QStringList besides(const QString &id) const;
    void onProgress(const QString &id, const WorkerProgress &progress);
    void onFinished(const QString &id, const Outcome &outcome, int token);
    void setFailed(DownloadRow &row, const Error &error, int token) const;
    void finish(int index, const QJsonObject &result);
    void setState(int index, DownloadState state);
    void stopChild(const QString &id);
    void save();
    [[nodiscard]] int indexOf(const QString &id) const;

    QString m_program;
    SettingsFile &m_list;
    HubEnvironment m_hub;
    bool m_begun;
    int m_token = 0; // counts them
    RowsModel<DownloadRow> m_active;
    RowsModel<DownloadRow> m_finished;
    DownloadEndings m_endings;
    std::map<QString, std::unique_ptr<WorkerProcess>> m_children; // by id
    // Looks whether there is room for one that waits for its turn, so that a person hears of it now.
    std::unique_ptr<WorkerProcess> m_check;
    QString m_checkedId;
};

} // namespace snug::ui
