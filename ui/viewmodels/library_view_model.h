// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/library/places.h"
#include "core/library/scan.h"
#include "ui/viewmodels/fit_queue.h"
#include "ui/viewmodels/library_filter.h"
#include "ui/viewmodels/library_row.h"
#include "ui/worker/background_task.h"

#include <QFileSystemWatcher>
#include <QHash>
#include <QObject>
#include <QTimer>
#include <QUrl>

#include <functional>
#include <memory>

namespace snug::ui {

class EngineSession;
class SettingsFile;

// Where models are looked for besides the folders that the person added.
struct LibraryPlaces {
    QString own;  // Snug's own folder
    QString demo; // the folder of the demo model, shipped beside the program
    // What other programs keep here; asked on the thread pool. May be empty.
    std::function<std::vector<library::Place>(const std::stop_token &)> others;
};

// The model files of this machine: found by a scan on the thread pool, judged one by one by `snug-cli fit`.
// GUI thread; owned by the application.
class LibraryViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LibraryViewModel)
    Q_PROPERTY(QString state READ state NOTIFY stateChanged)
    Q_PROPERTY(bool busy READ busy NOTIFY stateChanged)
    Q_PROPERTY(QString summary READ summary NOTIFY stateChanged)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged)
    Q_PROPERTY(QString sortKey READ sortKey WRITE setSortKey NOTIFY sortChanged)
    Q_PROPERTY(bool sortDescending READ sortDescending WRITE setSortDescending NOTIFY sortChanged)
    Q_PROPERTY(QAbstractItemModel *model READ model CONSTANT)
    Q_PROPERTY(QAbstractItemModel *folders READ folders CONSTANT)
    Q_PROPERTY(QString demoPath READ demoPath NOTIFY stateChanged)
    Q_PROPERTY(QString notice READ notice NOTIFY stateChanged)

public:
    LibraryViewModel(QString program, LibraryPlaces places, SettingsFile &settings, EngineSession &engine,
                     QObject *parent = nullptr);
    ~LibraryViewModel() override;

    // "empty", "loading" (nothing known yet) or "ready".
    [[nodiscard]] QString state() const;
    // Scanning or judging.
    [[nodiscard]] bool busy() const;
    // "2 models, 2 files, 5.6 MiB"
    [[nodiscard]] QString summary() const;
    // What a scan could not do; empty if all went well.
    [[nodiscard]] QString notice() const { return m_notice; }
    [[nodiscard]] QString filter() const { return m_filtered.text(); }
    void setFilter(const QString &text);
    // "name", "size", "verdict" or "modified".
    [[nodiscard]] QString sortKey() const { return m_filtered.key(); }
    void setSortKey(const QString &key);
    [[nodiscard]] bool sortDescending() const { return m_filtered.descending(); }
    void setSortDescending(bool descending);
    [[nodiscard]] QAbstractItemModel *model() { return &m_filtered; }
    [[nodiscard]] QAbstractItemModel *folders() { return &m_folders; }
    // The demo model's file; empty if it is not there.
    [[nodiscard]] QString demoPath() const;

    Q_INVOKABLE void addFolder(const QUrl &folder);
    Q_INVOKABLE void addFile(const QUrl &file);
    Q_INVOKABLE void removeFolder(const QString &path);
    Q_INVOKABLE void rescan();
    // Every model, whatever the filter.
    [[nodiscard]] const std::vector<LibraryRow> &all() const { return m_rows.rows(); }
    // Every role of that model; empty if it is not in the list.
    [[nodiscard]] Q_INVOKABLE QVariantMap details(const QString &path) const;
    Q_INVOKABLE void showInFolder(const QString &path);

Q_SIGNALS:
    void stateChanged();
    void listed(); // the rows are those of the disk
    void filterChanged();
    void sortChanged();

private:
    struct Place {
        QString path;
        QString label;
        bool removable = false;
    };

    struct Scanned {
        library::ScanReport report;
        std::vector<library::Place> others;
    };

    [[nodiscard]] std::vector<Place> places() const;
    void addPath(const QUrl &url);
    void onScanned(const Scanned &scanned);
    void onJudged(const QString &path, const FitFinding &finding);
    void showLoaded();
    void watch(const library::ScanReport &report);
    void startScan();
    void showFolders(const library::ScanReport &report);
    // Queues the model for a verdict if there is none yet.
    [[nodiscard]] LibraryRow rowFor(const library::FoundModel &model);
    [[nodiscard]] QString labelOf(const std::filesystem::path &root) const;
    [[nodiscard]] int indexOf(const QString &path) const;

    LibraryPlaces m_places;
    SettingsFile &m_settings;
    EngineSession &m_engine;
    RowsModel<LibraryRow> m_rows;
    LibraryFilter m_filtered;
    RowsModel<FolderRow> m_folders;
    FitQueue m_fits;
    std::shared_ptr<const library::FactsCache> m_facts; // shared with the scan that reads it on the pool
    std::vector<library::Place> m_others;               // as the last scan found them
    std::unique_ptr<BackgroundTask<Scanned>> m_scan;
    bool m_scanned = false;
    bool m_scanAgain = false;
    int m_fileCount = 0;
    QString m_notice;
    QFileSystemWatcher m_watcher;
    QTimer m_rescanTimer;
};

} // namespace snug::ui
