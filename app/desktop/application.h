// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/paths.h"
#include "ui/code/highlighter.h"
#include "ui/viewmodels/account_view_model.h"
#include "ui/viewmodels/app_settings.h"
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/compare_view_model.h"
#include "ui/viewmodels/convert_jobs_view_model.h"
#include "ui/viewmodels/convert_view_model.h"
#include "ui/viewmodels/devices_view_model.h"
#include "ui/viewmodels/discover_view_model.h"
#include "ui/viewmodels/downloads_view_model.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/library_actions_view_model.h"
#include "ui/viewmodels/library_duplicates_view_model.h"
#include "ui/viewmodels/library_records_view_model.h"
#include "ui/viewmodels/library_view_model.h"
#include "ui/viewmodels/load_view_model.h"
#include "ui/viewmodels/model_view_model.h"
#include "ui/viewmodels/remote_engines_view_model.h"
#include "ui/viewmodels/repository_view_model.h"
#include "ui/viewmodels/rpc_workers.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/speed_view_model.h"

#include <QQmlApplicationEngine>
#include <QQuickWindow>
#include <QStringList>

namespace snug::desktop {

// Names, style and font of the program. REQUIRES: before the first window; the style before the first QML.
void setUpProgram();

// The composition root: owns every service in the order in which they need one another, the QML engine last.
// GUI thread; needs a QGuiApplication that outlives it.
class Application final {
    Q_DISABLE_COPY_MOVE(Application)
public:
    // `cli` is the path of snug-cli.
    Application(const Paths &paths, const QString &cli);
    ~Application();

    // Builds the window and shows it. Null if its QML is broken; qmlWarnings() tells.
    [[nodiscard]] QQuickWindow *load();
    // What the QML engine complained about in files of ours.
    [[nodiscard]] const QStringList &qmlWarnings() const { return m_warnings; }

    [[nodiscard]] ui::AppSettings &settings() { return m_settings; }
    [[nodiscard]] ui::AccountViewModel &account() { return m_account; }
    [[nodiscard]] ui::RemoteEnginesViewModel &remotes() { return m_remotes; }
    [[nodiscard]] ui::RpcWorkers &workers() { return m_workers; }
    [[nodiscard]] ui::DevicesViewModel &devices() { return m_devices; }
    [[nodiscard]] ui::LibraryViewModel &library() { return m_library; }
    [[nodiscard]] ui::LibraryRecordsViewModel &libraryRecords() { return m_libraryRecords; }
    [[nodiscard]] ui::LibraryActionsViewModel &libraryActions() { return m_libraryActions; }
    [[nodiscard]] ui::LibraryDuplicatesViewModel &libraryDuplicates() { return m_libraryDuplicates; }
    [[nodiscard]] ui::EngineSession &engine() { return m_engine; }
    [[nodiscard]] ui::LoadViewModel &loadSheet() { return m_load; }
    [[nodiscard]] ui::ChatViewModel &chat() { return m_chat; }
    [[nodiscard]] ui::CompareViewModel &compare() { return m_compare; }
    [[nodiscard]] ui::DiscoverViewModel &discover() { return m_discover; }
    [[nodiscard]] ui::RepositoryViewModel &repository() { return m_repository; }
    [[nodiscard]] ui::DownloadsViewModel &downloads() { return m_downloads; }
    [[nodiscard]] ui::ModelViewModel &fit() { return m_fit; }
    [[nodiscard]] ui::SpeedViewModel &speed() { return m_speed; }
    [[nodiscard]] ui::ConvertViewModel &convert() { return m_convert; }
    [[nodiscard]] ui::ConvertJobsViewModel &convertJobs() { return m_convertJobs; }

private:
    void joinLibrary();
    void joinAccount();
    [[nodiscard]] ui::CompareServices compareServices();
    [[nodiscard]] ui::ModelLabel labelOf(const QString &path) const;
    void joinWorkers();
    // Where the levels of a repository lie on this computer.
    [[nodiscard]] QMap<QString, QString> heldLevels(const QString &repository) const;
    [[nodiscard]] ui::HubEnvironment hub();
    void collect(const QList<QQmlError> &warnings);

    QString m_cli;
    ui::SettingsFile m_settingsFile;
    ui::SettingsFile m_downloadsFile;
    ui::SettingsFile m_conversionsFile;
    ui::AppSettings m_settings;
    ui::AccountViewModel m_account;
    ui::RpcWorkers m_workers;
    ui::EngineSession m_engine;
    ui::LoadViewModel m_load;
    ui::RemoteEnginesViewModel m_remotes;
    ui::DevicesViewModel m_devices;
    ui::LibraryViewModel m_library;
    ui::LibraryRecordsViewModel m_libraryRecords;
    ui::LibraryActionsViewModel m_libraryActions;
    ui::LibraryDuplicatesViewModel m_libraryDuplicates;
    ui::ChatViewModel m_chat;
    ui::CompareViewModel m_compare;
    ui::DiscoverViewModel m_discover;
    ui::RepositoryViewModel m_repository;
    ui::DownloadsViewModel m_downloads;
    ui::ModelViewModel m_fit;
    ui::SpeedViewModel m_speed;
    ui::ConvertJobsViewModel m_convertJobs;
    ui::ConvertViewModel m_convert;
    ui::Highlighter m_highlighter;
    QStringList m_warnings;
    QQmlApplicationEngine m_qml;
};

} // namespace snug::desktop
