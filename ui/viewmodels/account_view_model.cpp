// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/account_view_model.h"

#include "ui/viewmodels/text.h"

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace snug::ui {
namespace {

// A keychain may wait for its password; downloads that need no token should not.
constexpr auto kPatience = 5s;
// A keychain that answers at once is not worth a word.
constexpr auto kAtOnce = 500ms;

bool isSet(const hub::Lookup &lookup, const char *name)
{
    return lookup(name).value_or("").find_first_not_of(" \t\r\n") != std::string::npos;
}

} // namespace

AccountViewModel::AccountViewModel(std::filesystem::path file, const hub::Lookup &lookup, QObject *parent)
    : QObject(parent), m_store(std::move(file))
{
    lookAround(lookup);
    if (!m_hub) {
        m_settled = true;
        return;
    }
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatience);
    connect(&m_patience, &QTimer::timeout, this, &AccountViewModel::settle);
    m_patience.start();
    m_slow.setSingleShot(true);
    m_slow.setInterval(kAtOnce);
    connect(&m_slow, &QTimer::timeout, this, [this] {
        m_waiting = true;
        Q_EMIT changed();
    });
    setBusy();
    m_store.read(m_hub->endpoint, [this](const Result<KeptToken> &told) {
        take(told);
        settle();
    });
}

AccountViewModel::~AccountViewModel() = default;

void AccountViewModel::lookAround(const hub::Lookup &lookup)
{
    auto environment = hub::readEnvironment(lookup);
    if (!environment) {
        m_problem = problemFrom(environment.error());
        return;
    }
    m_hub = *std::move(environment);
    m_inVariable = isSet(lookup, "HF_TOKEN") || isSet(lookup, "HUGGING_FACE_HUB_TOKEN");
    const auto found = hub::findToken(lookup, *m_hub);
    if (!found)
        m_problem = problemFrom(found.error());
    else if (*found && (*found)->source == hub::TokenSource::File &&
             !(*found)->token.secretFor(m_hub->endpoint).empty())
        m_otherFile = fromPath((*found)->file);
}

QString AccountViewModel::state() const
{
    if (m_inVariable)
        return u"environment"_s;
    if (kept())
        return u"kept"_s;
    return m_otherFile.isEmpty() ? u"none"_s : u"file"_s;
}

QString AccountViewModel::host() const
{
    return m_hub ? fromUtf8(m_hub->endpoint.host()) : QString();
}

QString AccountViewModel::tokensPage() const
{
    if (!m_hub)
        return {};
    QString address = fromUtf8(m_hub->endpoint.text());
    if (address.endsWith(u'/')) // libcurl adds one after a bare host
        address.chop(1);
    return address + u"/settings/tokens"_s;
}

QString AccountViewModel::inUse() const
{
    if (m_waiting)
        return tr("Waiting for the keychain of this computer. It may ask for its password.");
    const QString state = this->state();
    if (m_hub && !m_hub->sendToken && state != u"none")
        return tr("No token is sent, because HF_HUB_DISABLE_IMPLICIT_TOKEN is set.");
    if (state == u"environment")
        return tr("The token of the variable HF_TOKEN is used.");
    if (state == u"kept")
        return tr("The token you entered is used, for %1 alone.").arg(host());
    if (state == u"file")
        return tr("The token another program keeps in %1 is used. It stays there.").arg(m_otherFile);
    return tr("No token is used. Only what is open to everybody can be downloaded.");
}

QString AccountViewModel::whereKept() const
{
    if (m_waiting)
        return {};
    if (m_kept.place == TokenPlace::Keychain)
        return tr("It is kept in the keychain of this computer.");
    if (m_kept.place == TokenPlace::Nowhere)
        return {};
    return tr("It is kept in the file %1, which only you may read, and not in a keychain.")
        .arg(fromPath(m_store.file()));
}

QMap<QString, QString> AccountViewModel::environment() const
{
    if (state() != u"kept")
        return {};
    return {{u"HF_TOKEN"_s, m_kept.secret}};
}

void AccountViewModel::save(const QString &text)
{
    if (m_busy || !m_hub)
        return;
    const auto token = hub::Token::parse(toUtf8(text), m_hub->endpoint);
    m_problem = token ? Problem() : problemFrom(token.error());
    if (token) {
        setBusy();
        m_store.keep(m_hub->endpoint, fromUtf8(token->secretFor(m_hub->endpoint)),
                     [this](const Result<KeptToken> &told) {
                         take(told);
                         if (told)
                             Q_EMIT saved();
                     });
    }
    Q_EMIT changed();
}

void AccountViewModel::forget()
{
    if (m_busy || !kept())
        return;
    m_problem = {};
    setBusy();
    m_store.forget(m_hub->endpoint, [this](const Result<KeptToken> &told) { take(told); });
    Q_EMIT changed();
}

void AccountViewModel::setBusy()
{
    m_busy = true;
    m_slow.start();
}

// What it has proves nothing about a shape: the keychain and the file are open to other programs.
void AccountViewModel::take(const Result<KeptToken> &told)
{
    const auto before = environment();
    m_busy = false;
    m_waiting = false;
    m_slow.stop();
    if (!told) {
        m_problem = problemFrom(told.error());
    } else if (told->place == TokenPlace::Nowhere) {
        m_kept = {};
    } else if (const auto token = hub::Token::parse(toUtf8(told->secret), m_hub->endpoint); token) {
        m_kept = *told;
    } else {
        m_kept = {};
        m_problem = problemFrom(token.error());
    }
    Q_EMIT changed();
    if (environment() != before)
        Q_EMIT tokenChanged();
}

void AccountViewModel::settle()
{
    m_patience.stop();
    if (std::exchange(m_settled, true))
        return;
    Q_EMIT becameSettled();
}

} // namespace snug::ui
