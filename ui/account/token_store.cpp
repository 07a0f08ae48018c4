// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/account/token_store.h"

#include "ui/viewmodels/text.h"

namespace snug::ui {
namespace {

Result<KeptToken> refused(const QString &reason)
{
    return fail(ErrorKind::Auth, "The keychain of this computer refused, so nothing was changed.",
                {{"keychain", toUtf8(reason)}}, "Unlock the keychain, then try again.");
}

Result<KeptToken> unreachable(const QString &reason)
{
    return fail(ErrorKind::Unsupported,
                "The keychain of this computer does not answer, so the token in it stays there unused.",
                {{"keychain", toUtf8(reason)}},
                "Start the keychain, then Snug again; or enter the token anew.");
}

} // namespace

TokenStore::TokenStore(std::filesystem::path file, std::string purpose, QObject *parent)
    : QObject(parent), m_file(std::move(file)), m_purpose(std::move(purpose))
{
}

TokenStore::~TokenStore() = default;

std::string TokenStore::entryOf(const http::Url &endpoint) const
{
    return m_purpose + (endpoint.secure() ? "https://" : "http://") + endpoint.shown();
}

void TokenStore::inFile(FileWork work, Done done)
{
    m_task = std::make_unique<BackgroundTask<Result<KeptToken>>>(
        [work = std::move(work)](const std::stop_token &) { return work(); }, std::move(done));
}

void TokenStore::read(const http::Url &endpoint, Done done)
{
    const std::string origin = entryOf(endpoint);
    const auto readFile = [file = m_file, origin]() -> Result<KeptToken> {
        SNUG_TRY(const auto secret, file.read(origin));
        if (!secret)
            return KeptToken{};
        return KeptToken{fromUtf8(*secret), secret->empty() ? TokenPlace::Keychain : TokenPlace::File, {}};
    };
    inFile(readFile, [this, origin, done](const Result<KeptToken> &found) {
        if (!found || found->place != TokenPlace::Keychain)
            return done(found);
        readFromKeychain(fromUtf8(origin), *this, [done](KeychainAnswer answer, const QString &text) {
            if (answer == KeychainAnswer::Refused)
                return done(refused(text));
            if (answer == KeychainAnswer::Absent)
                return done(unreachable(text));
            done(answer == KeychainAnswer::Done && !text.isEmpty() ? KeptToken{text, TokenPlace::Keychain, {}}
                                                                   : KeptToken{});
        });
    });
}

void TokenStore::keep(const http::Url &endpoint, const QString &secret, Done done)
{
    const std::string origin = entryOf(endpoint);
    const auto onWritten = [this, origin, secret, done](KeychainAnswer answer, const QString &text) {
        if (answer == KeychainAnswer::Refused || answer == KeychainAnswer::NotThere)
            return done(refused(text));
        const KeptToken kept = answer == KeychainAnswer::Done ? KeptToken{secret, TokenPlace::Keychain, {}}
                                                              : KeptToken{secret, TokenPlace::File, text};
        inFile(
            [file = m_file, origin, kept]() -> Result<KeptToken> {
                const bool here = kept.place == TokenPlace::File;
                SNUG_CHECK(file.put(origin, here ? toUtf8(kept.secret) : std::string()));
                return kept;
            },
            done);
    };
    writeToKeychain(fromUtf8(origin), secret, *this, onWritten);
}

void TokenStore::forget(const http::Url &endpoint, Done done)
{
    const std::string origin = entryOf(endpoint);
    const auto place = [file = m_file, origin]() -> Result<KeptToken> {
        SNUG_TRY(const auto secret, file.read(origin));
        return KeptToken{{}, secret && secret->empty() ? TokenPlace::Keychain : TokenPlace::File, {}};
    };
    inFile(place, [this, origin, done](const Result<KeptToken> &found) {
        if (found && found->place == TokenPlace::Keychain)
            return forgetInKeychain(origin, done);
        // It may have got there after all, later than anybody waited for.
        removeFromKeychain(fromUtf8(origin), *this, [](KeychainAnswer, const QString &) {});
        removeFromFile(origin, done);
    });
}

// What the file knows of it goes last.
void TokenStore::forgetInKeychain(const std::string &origin, const Done &done)
{
    removeFromKeychain(fromUtf8(origin), *this,
                       [this, origin, done](KeychainAnswer answer, const QString &text) {
                           if (answer == KeychainAnswer::Refused)
                               return done(refused(text));
                           if (answer == KeychainAnswer::Absent)
                               return done(unreachable(text));
                           removeFromFile(origin, done);
                       });
}

void TokenStore::removeFromFile(const std::string &origin, const Done &done)
{
    inFile(
        [file = m_file, origin]() -> Result<KeptToken> {
            SNUG_CHECK(file.remove(origin));
            return KeptToken{};
        },
        done);
}

} // namespace snug::ui
