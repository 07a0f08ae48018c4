// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/qml_singletons.h"

#include <QQmlEngine>
#include <QVariant>

namespace snug::ui {
namespace {

// The objects travel with their QML engine, so that there is no global and a test may have two windows.
constexpr auto kProperty = "snugQmlObjects";

QmlObjects objectsOf(const QQmlEngine *engine)
{
    return engine->property(kProperty).value<QmlObjects>();
}

template <class T> T *keepOurs(T *object)
{
    QJSEngine::setObjectOwnership(object, QJSEngine::CppOwnership);
    return object;
}

} // namespace

void setQmlObjects(QQmlEngine &engine, const QmlObjects &objects)
{
    engine.setProperty(kProperty, QVariant::fromValue(objects));
}

AppSettings *AppSettingsSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).settings);
}

DevicesViewModel *DevicesSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).devices);
}

LibraryViewModel *LibrarySingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).library);
}

LibraryRecordsViewModel *LibraryRecordsSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).libraryRecords);
}

LibraryActionsViewModel *LibraryActionsSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).libraryActions);
}

LibraryDuplicatesViewModel *LibraryDuplicatesSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).libraryDuplicates);
}

EngineSession *EngineSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).engine);
}

LoadViewModel *LoadSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).load);
}

ChatViewModel *ChatSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).chat);
}

DiscoverViewModel *DiscoverSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).discover);
}

RepositoryViewModel *RepositorySingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).repository);
}

DownloadsViewModel *DownloadsSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).downloads);
}

AccountViewModel *AccountSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).account);
}

ModelViewModel *FitSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).fit);
}

SpeedViewModel *SpeedSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).speed);
}

ConvertViewModel *ConvertSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).convert);
}

ConvertJobsViewModel *ConvertJobsSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).convertJobs);
}

RemoteEnginesViewModel *RemotesSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).remotes);
}

RpcWorkers *WorkersSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).workers);
}

Highlighter *HighlighterSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).highlighter);
}

CompareViewModel *CompareSingleton::create(QQmlEngine *engine, QJSEngine *)
{
    return keepOurs(objectsOf(engine).compare);
}

} // namespace snug::ui
