// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/library_view_model.h"

#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/library_record.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <chrono>
#include <numeric>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace snug::ui {
namespace {

constexpr auto kGroup = "library";
constexpr qsizetype kMostWatched = 1000;

QString stampText(const library::FileStamp &stamp)
{
    return u"%1/%2"_s.arg(stamp.bytes).arg(stamp.modified);
}

std::int64_t partsOf(const library::ScanReport &report)
{
    return std::accumulate(report.models.begin(), report.models.end(), std::int64_t{0},
                           [](std::int64_t sum, const auto &model) { return sum + model.parts; });
}

} // namespace

LibraryViewModel::LibraryViewModel(QString program, LibraryPlaces places, SettingsFile &settings,
                                   EngineSession &engine, QObject *parent)
    : QObject(parent)
    , m_places(std::move(places))
    , m_settings(settings)
    , m_engine(engine)
    , m_rows(libraryRoles())
    , m_folders(folderRoles())
    , m_fits(std::move(program), [&engine] { return engine.environment(); })
    , m_facts(std::make_shared<library::FactsCache>())
{
    m_filtered.setSourceModel(&m_rows);
    static_cast<void>(m_filtered.setKey(m_settings.text(kGroup, "sort_key", u"name"_s)));
    m_filtered.setDescending(m_settings.flag(kGroup, "sort_descending", false));
    m_rescanTimer.setSingleShot(true);
    m_rescanTimer.setInterval(500ms);
    connect(&m_rescanTimer, &QTimer::timeout, this, &LibraryViewModel::startScan);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_rescanTimer, qOverload<>(&QTimer::start));
    connect(&m_fits, &FitQueue::judged, this, &LibraryViewModel::onJudged);
    connect(&m_fits, &FitQueue::busyChanged, this, &LibraryViewModel::stateChanged);
    connect(&m_engine, &EngineSession::stateChanged, this, &LibraryViewModel::showLoaded);
    connect(&m_engine, &EngineSession::modelChanged, this, &LibraryViewModel::showLoaded);
    startScan();
}

LibraryViewModel::~LibraryViewModel() = default;

QString LibraryViewModel::state() const
{
    if (m_rows.rowCount() > 0)
        return u"ready"_s;
    return m_scanned ? u"empty"_s : u"loading"_s;
}

bool LibraryViewModel::busy() const
{
    return m_scan != nullptr || m_fits.busy();
}

QString LibraryViewModel::summary() const
{
    const auto models = m_rows.rowCount();
    const double bytes = std::accumulate(
        m_rows.rows().begin(), m_rows.rows().end(), 0.0,
        [](double sum, const LibraryRow &row) { return sum + static_cast<double>(row.bytes); });
    const QString modelsText = models == 1 ? tr("1 model") : tr("%1 models").arg(countText(models));
    const QString filesText = m_fileCount == 1 ? tr("1 file") : tr("%1 files").arg(countText(m_fileCount));
    return u"%1, %2, %3"_s.arg(modelsText, filesText, bytesText(static_cast<std::int64_t>(bytes)));
}

void LibraryViewModel::setFilter(const QString &text)
{
    if (text == m_filtered.text())
        return;
    m_filtered.setText(text);
    Q_EMIT filterChanged();
}

void LibraryViewModel::setSortKey(const QString &key)
{
    if (key == m_filtered.key() || !m_filtered.setKey(key))
        return;
    m_settings.set(kGroup, "sort_key", toUtf8(key));
    Q_EMIT sortChanged();
}

void LibraryViewModel::setSortDescending(bool descending)
{
    if (descending == m_filtered.descending())
        return;
    m_filtered.setDescending(descending);
    m_settings.set(kGroup, "sort_descending", descending);
    Q_EMIT sortChanged();
}

QString LibraryViewModel::demoPath() const
{
    const auto &rows = m_rows.rows();
    const auto demo =
        std::find_if(rows.begin(), rows.end(), [](const LibraryRow &row) { return row.isDemo; });
    return demo == rows.end() ? QString() : demo->path;
}

std::vector<LibraryViewModel::Place> LibraryViewModel::places() const
{
    std::vector<Place> places;
    if (!m_places.demo.isEmpty())
        places.push_back({m_places.demo, tr("With Snug"), false});
    if (!m_places.own.isEmpty())
        places.push_back({m_places.own, tr("Snug"), false});
    for (const library::Place &other : m_others)
        places.push_back({fromPath(other.path), storeLabel(fromUtf8(other.store)), false});
    for (const QString &path : m_settings.texts(kGroup, "paths"))
        places.push_back({path, QFileInfo(path).isFile() ? tr("Added file") : tr("Added folder"), true});
    return places;
}

void LibraryViewModel::addPath(const QUrl &url)
{
    const QString path = url.isLocalFile() ? QDir::cleanPath(url.toLocalFile()) : QString();
    QStringList paths = m_settings.texts(kGroup, "paths");
    if (path.isEmpty() || paths.contains(path))
        return;
    paths.append(path);
    m_settings.setTexts(kGroup, "paths", paths);
    startScan();
}

void LibraryViewModel::addFolder(const QUrl &folder)
{
    addPath(folder);
}

void LibraryViewModel::addFile(const QUrl &file)
{
    addPath(file);
}

void LibraryViewModel::removeFolder(const QString &path)
{
    QStringList paths = m_settings.texts(kGroup, "paths");
    if (paths.removeAll(path) == 0)
        return;
    m_settings.setTexts(kGroup, "paths", paths);
    startScan();
}

void LibraryViewModel::rescan()
{
    // Asked for by a person: what is free may have changed as well.
    m_fits.forget();
    startScan();
}

void LibraryViewModel::startScan()
{
    if (m_scan) {
        m_scanAgain = true;
        return;
    }
    m_scanAgain = false;
    m_others.clear();
    library::ScanRequest request;
    for (const Place &place : places())
        request.roots.push_back(toPath(place.path));
    m_scan = std::make_unique<BackgroundTask<Scanned>>(
        [request = std::move(request), facts = m_facts,
         others = m_places.others](const std::stop_token &stop) {
            Scanned scanned;
            library::ScanRequest all = request;
            if (others)
                scanned.others = others(stop);
            for (const library::Place &place : scanned.others)
                all.roots.push_back(place.path);
            scanned.report = library::scan(all, *facts, stop);
            return scanned;
        },
        [this](const Scanned &scanned) { onScanned(scanned); });
    Q_EMIT stateChanged();
}

void LibraryViewModel::onScanned(const Scanned &scanned)
{
    const library::ScanReport &report = scanned.report;
    m_others = scanned.others;
    m_scan.reset();
    m_scanned = true;
    m_fileCount = static_cast<int>(partsOf(report));
    auto facts = std::make_shared<library::FactsCache>();
    QSet<QString> paths;
    for (const library::FoundModel &model : report.models) {
        facts->insert_or_assign(model.path, library::KnownFacts{model.stamp, model.facts});
        paths.insert(fromPath(model.path));
    }
    m_facts = std::move(facts);
    m_fits.keepOnly(paths);
    std::vector<LibraryRow> rows;
    for (const library::FoundModel &model : report.models)
        rows.push_back(rowFor(model));
    m_rows.merge(std::move(rows), [](const LibraryRow &row) { return row.path; });
    showFolders(report);
    watch(report);
    m_notice = report.limited ? tr("Some folders were not searched: there are too many files or levels.")
                              : QString();
    Q_EMIT stateChanged();
    Q_EMIT listed();
    if (m_scanAgain)
        startScan();
}

LibraryRow LibraryViewModel::rowFor(const library::FoundModel &model)
{
    LibraryRow row;
    row.path = fromPath(model.path);
    row.name = QFileInfo(row.path).completeBaseName();
    row.folder = QFileInfo(row.path).path();
    row.bytes = model.stamp.bytes;
    row.modified = QDateTime::fromSecsSinceEpoch(model.modifiedUnix);
    row.loaded = m_engine.isReady() && m_engine.modelPath() == row.path;
    row.where = labelOf(model.root);
    row.isDemo = !m_places.demo.isEmpty() && fromPath(model.root) == m_places.demo;
    if (!model.facts) {
        row.fit = unreadable(model.facts.error());
        return row;
    }
    const ModelFacts &facts = *model.facts;
    if (!facts.name.empty())
        row.name = fromUtf8(facts.name);
    row.maker = row.isDemo ? u"Snug"_s : fromUtf8(facts.maker.value_or(""));
    row.level = fromUtf8(facts.level.value_or(""));
    row.architecture = fromUtf8(facts.architecture.value_or(""));
    row.parameters = facts.parameters.value_or(0);
    row.context = facts.contextLength.value_or(0);
    row.fit = m_fits.finding(row.path, stampText(model.stamp));
    return row;
}

QString LibraryViewModel::labelOf(const std::filesystem::path &root) const
{
    const QString path = fromPath(root);
    for (const Place &place : places()) {
        if (place.path == path || QFileInfo(place.path).path() == path)
            return place.label;
    }
    return {};
}

void LibraryViewModel::showFolders(const library::ScanReport &report)
{
    std::vector<FolderRow> rows;
    for (const Place &place : places()) {
        const auto root = toPath(place.path);
        FolderRow row{place.path, place.label, 0, place.removable, false};
        for (const library::FoundModel &model : report.models)
            row.files += model.root == root || model.path == root ? model.parts : 0;
        row.missing = std::find(report.missing.begin(), report.missing.end(), root) != report.missing.end();
        const bool sameStore = !rows.empty() && !row.removable && rows.back().label == row.label;
        if (sameStore)
            rows.back().files += row.files;
        // Nobody needs to know of a folder of ours that is not there yet.
        else if (row.removable || !row.missing)
            rows.push_back(std::move(row));
    }
    m_folders.merge(std::move(rows), [](const FolderRow &row) { return row.path; });
}

void LibraryViewModel::watch(const library::ScanReport &report)
{
    QStringList wanted;
    for (const auto &folder : report.folders)
        wanted.append(fromPath(folder));
    for (const Place &place : places()) {
        if (QFileInfo(place.path).isFile())
            wanted.append(QFileInfo(place.path).path());
    }
    wanted.removeDuplicates();
    wanted = wanted.first(std::min(wanted.size(), kMostWatched));
    QStringList stale = m_watcher.directories();
    const QStringList added = [&] {
        QStringList list = wanted;
        list.removeIf([&stale](const QString &path) { return stale.contains(path); });
        return list;
    }();
    stale.removeIf([&wanted](const QString &path) { return wanted.contains(path); });
    if (!stale.isEmpty())
        m_watcher.removePaths(stale);
    if (!added.isEmpty())
        m_watcher.addPaths(added);
}

void LibraryViewModel::onJudged(const QString &path, const FitFinding &finding)
{
    const int index = indexOf(path);
    if (index < 0)
        return;
    using library_role::Role;
    m_rows.change(index, [&finding](LibraryRow &row) { row.fit = finding; },
                  {Role::Verdict, Role::VerdictText, Role::VerdictWhy, Role::MemoryParts,
                   Role::ProblemMessage, Role::ProblemHint, Role::ProblemDetails});
}

void LibraryViewModel::showLoaded()
{
    const QString loaded = m_engine.isReady() ? m_engine.modelPath() : QString();
    for (int index = 0; index < m_rows.rowCount(); ++index) {
        const bool isLoaded = m_rows.row(index).path == loaded;
        if (m_rows.row(index).loaded != isLoaded) {
            m_rows.change(index, [isLoaded](LibraryRow &row) { row.loaded = isLoaded; },
                          {library_role::Loaded});
        }
    }
}

int LibraryViewModel::indexOf(const QString &path) const
{
    const auto &rows = m_rows.rows();
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const auto &row) { return row.path == path; });
    return found == rows.end() ? -1 : static_cast<int>(found - rows.begin());
}

QVariantMap LibraryViewModel::details(const QString &path) const
{
    const int index = indexOf(path);
    return index < 0 ? QVariantMap() : m_rows.map(index);
}

void LibraryViewModel::showInFolder(const QString &path)
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).path()));
}

} // namespace snug::ui
