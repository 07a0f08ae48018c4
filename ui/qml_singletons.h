// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

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
#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/remote_engines_view_model.h"
#include "ui/viewmodels/repository_view_model.h"
#include "ui/viewmodels/rpc_workers.h"
#include "ui/viewmodels/speed_view_model.h"

#include <QtQml/qqml.h>

class QJSEngine;
class QQmlEngine;

namespace snug::ui {

// The objects that QML sees under the names AppSettings, Devices, Discover, Repository, Downloads, Library,
// LibraryRecords, LibraryActions, LibraryDuplicates, Engine, Load, Chat, Account, Fit, Speed, Convert,
// ConvertJobs, Remotes, Workers, CodeHighlighter and Compare. They belong to the application and outlive the
// QML engine.
struct QmlObjects {
    AppSettings *settings = nullptr;
    DevicesViewModel *devices = nullptr;
    LibraryViewModel *library = nullptr;
    EngineSession *engine = nullptr;
    LoadViewModel *load = nullptr;
    ChatViewModel *chat = nullptr;
    DiscoverViewModel *discover = nullptr;
    RepositoryViewModel *repository = nullptr;
    DownloadsViewModel *downloads = nullptr;
    LibraryRecordsViewModel *libraryRecords = nullptr;
    LibraryActionsViewModel *libraryActions = nullptr;
    LibraryDuplicatesViewModel *libraryDuplicates = nullptr;
    AccountViewModel *account = nullptr;
    ModelViewModel *fit = nullptr;
    SpeedViewModel *speed = nullptr;
    ConvertViewModel *convert = nullptr;
    ConvertJobsViewModel *convertJobs = nullptr;
    RemoteEnginesViewModel *remotes = nullptr;
    RpcWorkers *workers = nullptr;
    Highlighter *highlighter = nullptr;
    CompareViewModel *compare = nullptr;
};

// REQUIRES: before anything is loaded.
void setQmlObjects(QQmlEngine &engine, const QmlObjects &objects);

struct AppSettingsSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::AppSettings)
    QML_NAMED_ELEMENT(AppSettings)
    QML_SINGLETON
public:
    static AppSettings *create(QQmlEngine *engine, QJSEngine *);
};

struct DevicesSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::DevicesViewModel)
    QML_NAMED_ELEMENT(Devices)
    QML_SINGLETON
public:
    static DevicesViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct LibrarySingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::LibraryViewModel)
    QML_NAMED_ELEMENT(Library)
    QML_SINGLETON
public:
    static LibraryViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct LibraryRecordsSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::LibraryRecordsViewModel)
    QML_NAMED_ELEMENT(LibraryRecords)
    QML_SINGLETON
public:
    static LibraryRecordsViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct LibraryActionsSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::LibraryActionsViewModel)
    QML_NAMED_ELEMENT(LibraryActions)
    QML_SINGLETON
public:
    static LibraryActionsViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct LibraryDuplicatesSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::LibraryDuplicatesViewModel)
    QML_NAMED_ELEMENT(LibraryDuplicates)
    QML_SINGLETON
public:
    static LibraryDuplicatesViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct EngineSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::EngineSession)
    QML_NAMED_ELEMENT(Engine)
    QML_SINGLETON
public:
    static EngineSession *create(QQmlEngine *engine, QJSEngine *);
};

struct LoadSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::LoadViewModel)
    QML_NAMED_ELEMENT(Load)
    QML_SINGLETON
public:
    static LoadViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct ChatSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::ChatViewModel)
    QML_NAMED_ELEMENT(Chat)
    QML_SINGLETON
public:
    static ChatViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct DiscoverSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::DiscoverViewModel)
    QML_NAMED_ELEMENT(Discover)
    QML_SINGLETON
public:
    static DiscoverViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct RepositorySingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::RepositoryViewModel)
    QML_NAMED_ELEMENT(Repository)
    QML_SINGLETON
public:
    static RepositoryViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct DownloadsSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::DownloadsViewModel)
    QML_NAMED_ELEMENT(Downloads)
    QML_SINGLETON
public:
    static DownloadsViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct AccountSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::AccountViewModel)
    QML_NAMED_ELEMENT(Account)
    QML_SINGLETON
public:
    static AccountViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct FitSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::ModelViewModel)
    QML_NAMED_ELEMENT(Fit)
    QML_SINGLETON
public:
    static ModelViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct SpeedSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::SpeedViewModel)
    QML_NAMED_ELEMENT(Speed)
    QML_SINGLETON
public:
    static SpeedViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct ConvertSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::ConvertViewModel)
    QML_NAMED_ELEMENT(Convert)
    QML_SINGLETON
public:
    static ConvertViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct ConvertJobsSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::ConvertJobsViewModel)
    QML_NAMED_ELEMENT(ConvertJobs)
    QML_SINGLETON
public:
    static ConvertJobsViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct RemotesSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::RemoteEnginesViewModel)
    QML_NAMED_ELEMENT(Remotes)
    QML_SINGLETON
public:
    static RemoteEnginesViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct WorkersSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::RpcWorkers)
    QML_NAMED_ELEMENT(Workers)
    QML_SINGLETON
public:
    static RpcWorkers *create(QQmlEngine *engine, QJSEngine *);
};

struct HighlighterSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::Highlighter)
    QML_NAMED_ELEMENT(CodeHighlighter)
    QML_SINGLETON
public:
    static Highlighter *create(QQmlEngine *engine, QJSEngine *);
};

struct CompareSingleton {
    Q_GADGET
    QML_FOREIGN(snug::ui::CompareViewModel)
    QML_NAMED_ELEMENT(Compare)
    QML_SINGLETON
public:
    static CompareViewModel *create(QQmlEngine *engine, QJSEngine *);
};

struct CompareColumnType {
    Q_GADGET
    QML_FOREIGN(snug::ui::CompareColumn)
    QML_NAMED_ELEMENT(CompareColumn)
    QML_UNCREATABLE("Compare has them")
};

struct CompareTallyType {
    Q_GADGET
    QML_FOREIGN(snug::ui::CompareTally)
    QML_ANONYMOUS
};

struct FitCompanionsType {
    Q_GADGET
    QML_FOREIGN(snug::ui::FitCompanions)
    QML_ANONYMOUS
};

struct ChatContextType {
    Q_GADGET
    QML_FOREIGN(snug::ui::ChatContext)
    QML_ANONYMOUS
};

struct PromptViewType {
    Q_GADGET
    QML_FOREIGN(snug::ui::PromptView)
    QML_ANONYMOUS
};

struct DraftAttachmentsType {
    Q_GADGET
    QML_FOREIGN(snug::ui::DraftAttachments)
    QML_ANONYMOUS
};

struct LoadForecastType {
    Q_GADGET
    QML_FOREIGN(snug::ui::LoadForecast)
    QML_ANONYMOUS
};

struct DraftGainType {
    Q_GADGET
    QML_FOREIGN(snug::ui::DraftGain)
    QML_ANONYMOUS
};

struct TemplateChoiceType {
    Q_GADGET
    QML_FOREIGN(snug::ui::TemplateChoice)
    QML_ANONYMOUS
};

struct ConversationListType {
    Q_GADGET
    QML_FOREIGN(snug::ui::ConversationList)
    QML_ANONYMOUS
};

struct ChatPresetsType {
    Q_GADGET
    QML_FOREIGN(snug::ui::ChatPresets)
    QML_ANONYMOUS
};

struct ModelPresetType {
    Q_GADGET
    QML_FOREIGN(snug::ui::ModelPreset)
    QML_ANONYMOUS
};

struct ChatTitlesType {
    Q_GADGET
    QML_FOREIGN(snug::ui::ChatTitles)
    QML_ANONYMOUS
};

struct ChatExchangeType {
    Q_GADGET
    QML_FOREIGN(snug::ui::ChatExchange)
    QML_ANONYMOUS
};

struct ProblemValue {
    Q_GADGET
    QML_FOREIGN(snug::ui::Problem)
    QML_VALUE_TYPE(problem)
};

} // namespace snug::ui
