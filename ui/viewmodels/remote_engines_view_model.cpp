// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/remote_engines_view_model.h"

#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <QUuid>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr auto kGroup = "remote";
constexpr auto kName = "engines";

enum Role {
    IdRole = Qt::UserRole + 1,
    PathRole,
    NameRole,
    HostRole,
    AddressRole,
    ModelRole,
    EncryptedRole,
    LoopbackRole
};

constexpr std::array<RoleEntry<RemoteRow>, 8> kRoles = {{
    {IdRole, "engineId", [](const RemoteRow &row) { return QVariant(row.id); }},
    {PathRole, "path", [](const RemoteRow &row) { return QVariant(row.path); }},
    {NameRole, "name", [](const RemoteRow &row) { return QVariant(row.name); }},
    {HostRole, "host", [](const RemoteRow &row) { return QVariant(row.host); }},
    {AddressRole, "address", [](const RemoteRow &row) { return QVariant(row.address); }},
    {ModelRole, "modelId", [](const RemoteRow &row) { return QVariant(row.modelId); }},
    {EncryptedRole, "encrypted", [](const RemoteRow &row) { return QVariant(row.encrypted); }},
    {LoopbackRole, "loopback", [](const RemoteRow &row) { return QVariant(row.loopback); }},
}};

RemoteRow rowOf(const chat::RemoteEngine &engine)
{
    RemoteRow row;
    row.id = fromUtf8(engine.id);
    row.path = EngineSession::remotePath(row.id);
    row.name = fromUtf8(engine.name);
    row.address = fromUtf8(engine.url);
    row.modelId = fromUtf8(engine.model);
    if (const auto url = http::Url::parse(engine.url)) {
        row.host = fromUtf8(url->shown());
        row.encrypted = url->secure();
        row.loopback = url->loopback();
    }
    if (row.name.isEmpty())
        row.name = row.host;
    return row;
}

} // namespace

RemoteEnginesViewModel::RemoteEnginesViewModel(SettingsFile &settings, EngineSession &engine,
                                               std::filesystem::path keys, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_engine(engine)
    , m_keysFile(keys)
    , m_engines(chat::remoteEnginesFrom(settings.value(kGroup, kName)))
    , m_rows(kRoles)
    , m_form(keys)
    , m_keys(makeKeyStore(keys))
{
    for (const chat::RemoteEngine &kept : m_engines)
        m_rows.append(rowOf(kept));
    m_engine.setOpenRemote(opener());
}

RemoteEnginesViewModel::~RemoteEnginesViewModel()
{
    m_engine.setOpenRemote({});
}

QString RemoteEnginesViewModel::servedBy() const
{
    if (m_served.isEmpty())
        return {};
    const QString models = m_served.size() == 1 ? tr("1 model") : tr("%1 models").arg(m_served.size());
    const QString program = programName(m_dialect);
    return program.isEmpty() ? tr("The server answers: %1.").arg(models)
                             : tr("%1 answers: %2.").arg(program, models);
}

const chat::RemoteEngine *RemoteEnginesViewModel::find(const QString &id) const
{
    const auto found =
        std::find_if(m_engines.begin(), m_engines.end(),
                     [wanted = toUtf8(id)](const auto &engine) { return engine.id == wanted; });
    return found == m_engines.end() ? nullptr : &*found;
}

void RemoteEnginesViewModel::setProblem(const Problem &problem)
{
    m_problem = problem;
    Q_EMIT formChanged();
}

void RemoteEnginesViewModel::beginForm()
{
    m_form.drop();
    m_served.clear();
    m_warning.clear();
    m_whyNoKeychain.clear();
    setProblem({});
}

void RemoteEnginesViewModel::check(const QString &address, const QString &key)
{
    beginForm();
    const auto url = chat::serverAddress(toUtf8(address));
    if (!url)
        return setProblem(problemFrom(url.error()));
    if (!url->secure() && !url->loopback())
        m_warning =
            tr("The connection is not encrypted: others on the way can read what you write, and the key.");
    m_form.ask(*url, key.trimmed(),
               [this](const Result<RemoteConnection::Found> &found) { onChecked(found); });
    Q_EMIT formChanged();
}

void RemoteEnginesViewModel::onChecked(const Result<RemoteConnection::Found> &found)
{
    if (!found)
        return setProblem(problemFrom(found.error()));
    m_dialect = found->served.dialect;
    for (const chat::ServedModel &model : found->served.models)
        m_served.append(fromUtf8(model.id));
    Q_EMIT formChanged();
}

void RemoteEnginesViewModel::save(const QString &id, const QString &name, const QString &address,
                                  const QString &model, const QString &key)
{
    if (m_saving)
        return;
    const auto url = chat::serverAddress(toUtf8(address));
    if (!url)
        return setProblem(problemFrom(url.error()));
    if (!find(id) && m_engines.size() >= chat::kMostRemoteEngines)
        return setProblem(problemFrom({ErrorKind::TooLarge,
                                       "There are as many remote engines as Snug keeps.",
                                       {},
                                       "Remove one first."}));
    const QString wanted = id.isEmpty() ? QUuid::createUuid().toString(QUuid::Id128) : id;
    chat::RemoteEngine engine{toUtf8(wanted), toUtf8(name.trimmed()), url->text(), toUtf8(model)};
    if (key.trimmed().isEmpty())
        return put(std::move(engine));
    m_saving = true;
    m_keys->keep(*url, key.trimmed(), [this, engine](const Result<KeptToken> &kept) {
        m_saving = false;
        if (!kept)
            return setProblem(problemFrom(kept.error()));
        m_whyNoKeychain = kept->whyNoKeychain;
        put(engine);
    });
    setProblem({});
}

void RemoteEnginesViewModel::put(chat::RemoteEngine engine)
{
    const RemoteRow row = rowOf(engine);
    const auto known = std::find_if(m_engines.begin(), m_engines.end(),
                                    [&](const auto &other) { return other.id == engine.id; });
    if (known == m_engines.end()) {
        m_engines.push_back(std::move(engine));
        m_rows.append(row);
    } else {
        *known = std::move(engine);
        m_rows.replace(static_cast<int>(known - m_engines.begin()), row);
        if (m_engine.modelPath() == row.path && m_engine.state() != u"none")
            m_engine.reload();
    }
    store();
    setProblem({});
    Q_EMIT saved(row.path);
}

void RemoteEnginesViewModel::remove(const QString &id)
{
    const chat::RemoteEngine *engine = find(id);
    if (engine == nullptr || m_saving)
        return;
    if (m_engine.modelPath() == EngineSession::remotePath(id))
        m_engine.unload();
    const auto address = http::Url::parse(engine->url);
    const auto index = engine - m_engines.data();
    m_engines.erase(m_engines.begin() + index);
    m_rows.remove(static_cast<int>(index));
    store();
    if (address)
        forgetKey(*address);
}

void RemoteEnginesViewModel::forgetKey(const http::Url &address)
{
    const bool needed = std::any_of(m_engines.begin(), m_engines.end(), [&](const auto &other) {
        const auto url = http::Url::parse(other.url);
        return url && url->sameOrigin(address);
    });
    if (needed)
        return;
    m_keys->forget(address, [this](const Result<KeptToken> &forgotten) {
        if (!forgotten)
            setProblem(problemFrom(forgotten.error()));
    });
}

void RemoteEnginesViewModel::store()
{
    m_settings.set(kGroup, kName, chat::toJson(m_engines));
    Q_EMIT changed();
}

QString RemoteEnginesViewModel::nameOf(const QString &path) const
{
    const auto &rows = m_rows.rows();
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&path](const RemoteRow &row) { return row.path == path; });
    return found == rows.end() ? QString() : found->name;
}

EngineSession::OpenRemote RemoteEnginesViewModel::opener()
{
    // Shared only because a std::function must be copyable; the session holds the one copy that is used.
    return [this, connection = std::make_shared<RemoteConnection>(m_keysFile)](
               const QString &id, const auto &done) { open(*connection, id, done); };
}

void RemoteEnginesViewModel::open(RemoteConnection &connection, const QString &id,
                                  const std::function<void(const Result<RemoteSession> &)> &done)
{
    const chat::RemoteEngine *engine = find(id);
    if (engine == nullptr)
        return done(
            fail(ErrorKind::NotFound, "This remote engine was removed.", {}, "Choose another model."));
    const auto address = http::Url::parse(engine->url);
    if (!address)
        return done(tl::make_unexpected(address.error()));
    connection.ask(
        *address, {},
        [engine = *engine, address = *address, done](const Result<RemoteConnection::Found> &found) {
            if (!found)
                return done(tl::make_unexpected(found.error()));
            done(sessionWith(engine, address, *found));
        });
}

} // namespace snug::ui
