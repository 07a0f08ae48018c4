// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/remote_connection.h"

#include "core/chat/openai_client.h"
#include "ui/viewmodels/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(RemoteConnection)
};

// A list of models is no long answer: somebody is waiting for it.
constexpr auto kPatience = 10s;

Result<RemoteConnection::Found> askServer(const chat::Endpoint &endpoint, const std::stop_token &stop)
{
    const chat::OpenAiClient client(endpoint);
    SNUG_TRY(const chat::ServedModels served, client.models(stop));
    RemoteConnection::Found found{served, 0, fromUtf8(endpoint.apiKey)};
    if (served.dialect == chat::Dialect::LlamaCpp && served.models.size() == 1) {
        // Some front ends hide it; then the size is unknown and nothing else is lost.
        if (const auto properties = client.properties(stop))
            found.contextTokens = properties->contextTokens;
    }
    return found;
}

QString shownModel(const std::string &id)
{
    const QString whole = fromUtf8(id);
    const QString last = whole.section(u'/', -1);
    return last.isEmpty() ? whole : last;
}

} // namespace

RemoteConnection::RemoteConnection(const std::filesystem::path &keys, QObject *parent)
    : QObject(parent), m_keysFile(keys)
{
}

RemoteConnection::~RemoteConnection() = default;

void RemoteConnection::ask(const http::Url &address, const QString &key, Done done)
{
    drop();
    m_busy = true;
    if (!key.isEmpty())
        return question(address, key, std::move(done));
    m_keys = makeKeyStore(m_keysFile);
    m_keys->read(address, [this, address, done = std::move(done)](const Result<KeptToken> &kept) {
        if (kept)
            return question(address, kept->secret, done);
        m_busy = false;
        done(tl::make_unexpected(kept.error()));
    });
}

void RemoteConnection::drop()
{
    // A store may be what is calling us.
    if (m_keys)
        m_keys.release()->deleteLater();
    m_task.reset();
    m_busy = false;
}

void RemoteConnection::question(const http::Url &address, const QString &key, Done done)
{
    chat::Endpoint endpoint{address.text(), toUtf8(key), kPatience, kPatience};
    m_task = std::make_unique<BackgroundTask<Result<Found>>>(
        [endpoint = std::move(endpoint)](const std::stop_token &stop) { return askServer(endpoint, stop); },
        [this, done = std::move(done)](const Result<Found> &found) {
            m_busy = false;
            done(found);
        });
}

std::unique_ptr<TokenStore> makeKeyStore(const std::filesystem::path &file)
{
    return std::make_unique<TokenStore>(file, "engine ");
}

Result<RemoteSession> sessionWith(const chat::RemoteEngine &engine, const http::Url &address,
                                  const RemoteConnection::Found &found)
{
    const auto &models = found.served.models;
    const auto model = std::find_if(models.begin(), models.end(),
                                    [&](const auto &candidate) { return candidate.id == engine.model; });
    if (model == models.end())
        return fail(ErrorKind::NotFound, "The server no longer has the model " + engine.model + ".", {},
                    "Choose another one in Settings, under Remote engines.");
    const QString host = fromUtf8(address.shown());
    RemoteSession session;
    session.endpoint = {fromUtf8(address.text()), found.key, fromUtf8(engine.model), found.served.dialect};
    EngineReport &report = session.report;
    report.modelName = shownModel(engine.model);
    report.context = static_cast<int>(std::min<std::int64_t>(
        model->contextTokens > 0 ? model->contextTokens : found.contextTokens, 1 << 30));
    report.where = Words::tr("Remote: %1").arg(host);
    report.badgeVerdict = u"remote"_s;
    report.badgeText = Words::tr("Remote · %1").arg(host);
    QStringList why;
    why << Words::tr("Nothing runs on this computer: what you write is sent to %1.").arg(host);
    if (!address.secure() && !address.loopback())
        why << Words::tr("The connection is not encrypted, so others on the way can read it.");
    if (found.served.dialect == chat::Dialect::Standard)
        why << Words::tr(
            "It gets temperature, top-p, seed and the longest answer; it may not know the others.");
    report.badgeWhy = why.join(u'\n');
    return session;
}

QString programName(chat::Dialect dialect)
{
    switch (dialect) {
    case chat::Dialect::LlamaCpp:
        return u"llama.cpp"_s;
    case chat::Dialect::Vllm:
        return u"vLLM"_s;
    case chat::Dialect::Sglang:
        return u"SGLang"_s;
    case chat::Dialect::Standard:
        break;
    }
    return {};
}

} // namespace snug::ui
