// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/desktop/application.h"

#include "core/hub/environment.h"
#include "ui/icons/icon_provider.h"
#include "ui/qml_singletons.h"
#include "ui/viewmodels/text.h"

#include <QDir>
#include <QFileInfo>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QQmlEngine>
#include <QQmlExtensionPlugin>
#include <QQuickStyle>

Q_IMPORT_QML_PLUGIN(SnugPlugin)

using namespace Qt::StringLiterals;

namespace snug::desktop {
namespace {

const QString kModule = u"qrc:/qt/qml/Snug/"_s;
constexpr int kFontPixels = 14;

std::string variable(const char *name)
{
    return hub::processVariable(name).value_or("");
}

// What the Hugging Face cache and other programs hold.
std::vector<library::Place> otherPlaces(const std::stop_token &stop)
{
    const auto environment = hub::readEnvironment(&hub::processVariable);
    library::StoreRequest request;
    request.home = ui::toPath(QDir::homePath());
    request.environment = &variable;
    return library::otherPlaces(environment ? environment->cache : std::filesystem::path(), request, stop);
}

// Snug's own.
std::filesystem::path modelsFolder(const Paths &paths)
{
    return paths.data / "models";
}

ui::LibraryPlaces libraryPlaces(const Paths &paths)
{
    return {ui::fromPath(modelsFolder(paths)),
            ui::fromPath((executableFolder() / ".." / "share" / "snug" / "models").lexically_normal()),
            &otherPlaces};
}

} // namespace

void setUpProgram()
{
    QCoreApplication::setOrganizationName(u"Snug"_s);
    QCoreApplication::setApplicationName(u"snug"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(SNUG_VERSION));
    QGuiApplication::setApplicationDisplayName(u"Snug"_s);
    QGuiApplication::setDesktopFileName(u"snug"_s);
    QQuickStyle::setStyle(u"Basic"_s);

    const QString systemFamily = QFontDatabase::systemFont(QFontDatabase::GeneralFont).family();
    QFont font;
    font.setFamilies({u"Inter"_s, u"Inter Variable"_s, u"Noto Sans"_s, systemFamily});
    font.setPixelSize(kFontPixels);
    QGuiApplication::setFont(font);
}

Application::Application(const Paths &paths, const QString &cli)
    : m_cli(cli)
    , m_settingsFile(paths.config / "settings.json")
    , m_downloadsFile(paths.data / "downloads.json")
    , m_conversionsFile(paths.data / "conversions.json")
    , m_settings(m_settingsFile)
    , m_account(paths.config / "hub-token")
    , m_workers(cli, m_settingsFile)
    , m_engine(cli, m_settingsFile)
    , m_load(cli, m_engine, paths.data / "templates")
    , m_remotes(m_settingsFile, m_engine, paths.config / "engine-keys")
    , m_devices(cli, m_engine)
    , m_library(cli, libraryPlaces(paths), m_settingsFile, m_engine)
    , m_libraryRecords(cli, hub())
    , m_libraryActions(cli)
    , m_libraryDuplicates(cli)
    , m_chat(m_engine, m_settingsFile, chat::ConversationStore::open(paths.data / "conversations.sqlite"))
    , m_compare(compareServices(), m_chat, m_engine, m_settingsFile)
    , m_discover(cli, m_devices, hub())
    , m_repository(cli, m_devices, hub())
    , m_downloads(cli, m_downloadsFile, hub())
    , m_fit(cli, hub(), [this](const QString &repository) { return heldLevels(repository); })
    , m_speed(cli)
    , m_convertJobs(cli, m_conversionsFile, hub())
    , m_convert(cli, ui::fromPath(modelsFolder(paths)), m_convertJobs, hub())
{
    QObject::connect(&m_qml, &QQmlEngine::warnings, &m_qml,
                     [this](const QList<QQmlError> &warnings) { collect(warnings); });
    QObject::connect(&m_downloads, &ui::DownloadsViewModel::arrived, &m_library,
                     &ui::LibraryViewModel::rescan);
    QObject::connect(&m_convertJobs, &ui::ConvertJobsViewModel::made, &m_library,
                     &ui::LibraryViewModel::rescan);
    // A warm worker has read the old speeds.
    QObject::connect(&m_speed, &ui::SpeedViewModel::measured, &m_fit, &ui::ModelViewModel::reload);
    joinLibrary();
    joinAccount();
    joinWorkers();
    m_qml.addImportPath(u"qrc:/qt/qml"_s);                   // the default only from Qt 6.5 on
    m_qml.addImageProvider(u"icon"_s, new ui::IconProvider); // the QML engine owns it
    ui::setQmlObjects(
        m_qml, {&m_settings,       &m_devices,           &m_library,    &m_engine,    &m_load,
                &m_chat,           &m_discover,          &m_repository, &m_downloads, &m_libraryRecords,
                &m_libraryActions, &m_libraryDuplicates, &m_account,    &m_fit,       &m_speed,
                &m_convert,        &m_convertJobs,       &m_remotes,    &m_workers,   &m_highlighter,
                &m_compare});
}

Application::~Application() = default;

void Application::joinLibrary()
{
    using ui::LibraryActionsViewModel;
    using ui::LibraryRecordsViewModel;
    QObject::connect(&m_library, &ui::LibraryViewModel::listed, &m_libraryRecords,
                     &LibraryRecordsViewModel::refresh);
    QObject::connect(&m_libraryActions, &LibraryActionsViewModel::recordsChanged, &m_libraryRecords,
                     &LibraryRecordsViewModel::refresh);
    QObject::connect(&m_libraryActions, &LibraryActionsViewModel::libraryChanged, &m_library,
                     &ui::LibraryViewModel::rescan);
    QObject::connect(&m_libraryActions, &LibraryActionsViewModel::libraryChanged, &m_libraryDuplicates,
                     &ui::LibraryDuplicatesViewModel::forget);
    m_chat.setHashes([this](const QString &path) { return m_libraryRecords.hashOf(path); });
    QObject::connect(&m_library, &ui::LibraryViewModel::listed, &m_compare,
                     &ui::CompareViewModel::refreshLabels);
    QObject::connect(&m_remotes, &ui::RemoteEnginesViewModel::changed, &m_compare,
                     &ui::CompareViewModel::refreshLabels);
    QObject::connect(&m_library, &ui::LibraryViewModel::listed, &m_fit, &ui::ModelViewModel::refreshHeld);
    QObject::connect(&m_libraryRecords, &LibraryRecordsViewModel::changed, &m_fit,
                     &ui::ModelViewModel::refreshHeld);
}

ui::CompareServices Application::compareServices()
{
    ui::CompareServices services;
    services.makeEngine = [this] {
        auto engine = std::make_unique<ui::EngineSession>(m_cli, m_settingsFile);
        engine->setOpenRemote(m_remotes.opener());
        engine->setEnvironment([this] { return m_workers.environment(); });
        return engine;
    };
    services.labelOf = [this](const QString &path) { return labelOf(path); };
    services.hashOf = [this](const QString &path) { return m_libraryRecords.hashOf(path); };
    return services;
}

ui::ModelLabel Application::labelOf(const QString &path) const
{
    if (ui::EngineSession::isRemote(path))
        return {m_remotes.nameOf(path), {}};
    for (const ui::LibraryRow &row : m_library.all()) {
        if (row.path == path)
            return {row.name, row.level};
    }
    return {QFileInfo(path).completeBaseName(), {}};
}

QMap<QString, QString> Application::heldLevels(const QString &repository) const
{
    QMap<QString, QString> paths;
    for (const ui::LibraryRow &row : m_library.all()) {
        if (!row.level.isEmpty() && m_libraryRecords.repositoryOf(row.path) == repository)
            paths.insert(row.level, row.path);
    }
    return paths;
}

// What was asked without the token, or with another one, is asked again.
void Application::joinAccount()
{
    QObject::connect(&m_account, &ui::AccountViewModel::becameSettled, &m_downloads,
                     &ui::DownloadsViewModel::begin);
    if (m_account.settled())
        m_downloads.begin();
    QObject::connect(&m_account, &ui::AccountViewModel::tokenChanged, &m_discover, [this] {
        if (m_discover.state() != u"idle")
            m_discover.search();
        m_repository.reload();
        if (m_fit.state() == u"error")
            m_fit.reload();
    });
    QObject::connect(&m_account, &ui::AccountViewModel::tokenChanged, &m_downloads,
                     &ui::DownloadsViewModel::retryRefused);
}

ui::HubEnvironment Application::hub()
{
    return [this] { return m_account.environment(); };
}

// Devices of other machines: for whatever computes from now on.
void Application::joinWorkers()
{
    const auto environment = [this] { return m_workers.environment(); };
    m_engine.setEnvironment(environment);
    m_fit.setEnvironment(environment);
    QObject::connect(&m_workers, &ui::RpcWorkers::changed, &m_devices, &ui::DevicesViewModel::refresh);
    QObject::connect(&m_workers, &ui::RpcWorkers::changed, &m_library, &ui::LibraryViewModel::rescan);
    QObject::connect(&m_workers, &ui::RpcWorkers::changed, &m_fit, &ui::ModelViewModel::reload);
    if (!m_workers.environment().isEmpty())
        m_devices.refresh(); // it has looked without them
}

QQuickWindow *Application::load()
{
    m_qml.load(QUrl(kModule + u"qml/Main.qml"_s));
    return m_qml.rootObjects().isEmpty() ? nullptr
                                         : qobject_cast<QQuickWindow *>(m_qml.rootObjects().constFirst());
}

void Application::collect(const QList<QQmlError> &warnings)
{
    for (const QQmlError &warning : warnings) {
        if (warning.url().toString().startsWith(kModule))
            m_warnings.append(warning.toString());
    }
}

} // namespace snug::desktop
