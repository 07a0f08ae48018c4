// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/account/token_store.h"

#include "ui/viewmodels/text.h"

namespace snug::ui {
namespace {

std::string originOf(const http::Url &endpoint)
{
    return (endpoint.secure() ? "https://" : "http://") + endpoint.shown();
}

Result<KeptToken> refused(const QString &reason)
{
    return fail(ErrorKind::Auth, "The keychain of this computer refused, so nothing was changed.",
                {{"keychain", toUtf8(reason)}}, "Unlock the keychain, then try again.");
}

Result<KeptToken> unreachable(const QString &reason)
{
    return fail(ErrorKind::Unsupported,
                "The keychain of this computer does not answer, so a token in it stays there.",
                {{"keychain", toUtf8(reason)}}, "Start the keychain, then try again.");
}

} // namespace

TokenStore::TokenStore(std::filesystem::path file, QObject *parent) : QObject(parent), m_file(std::move(file))
{
}

TokenStore::~TokenStore() = default;

void TokenStore::inFile(FileWork work, Done done)
{
    m_task = std::make_unique<BackgroundTask<Result<KeptToken>>>(
        [work = std::move(work)](const std::stop_token &) { return work(); }, std::move(done));
}

// The file first: it has an entry only if the keychain did not answer when the token was entered.
void TokenStore::read(const http::Url &endpoint, Done done)
{
    const std::string origin = originOf(endpoint);
    const auto readFile = [file = m_file, origin]() -> Result<KeptToken> {
        SNUG_TRY(const auto secret, file.read(origin));
        return secret ? KeptToken{fromUtf8(*secret), TokenPlace::File, {}} : KeptToken{};
    };
    inFile(readFile, [this, origin, done](const Result<KeptToken> &found) {
        if (!found || found->place == TokenPlace::File)
            return done(found);
        readFromKeychain(fromUtf8(origin), *this, [done](KeychainAnswer answer, const QString &text) {
            if (answer == KeychainAnswer::Refused)
                return done(refused(text));
            done(answer == KeychainAnswer::Done && !text.isEmpty() ? KeptToken{text, TokenPlace::Keychain, {}}
                                                                   : KeptToken{});
        });
    });
}

void TokenStore::keep(const http::Url &endpoint, const QString &secret, Done done)
{
    const std::string origin = originOf(endpoint);
    writeToKeychain(fromUtf8(origin), secret, *this,
                    [this, origin, secret, done](KeychainAnswer answer, const QString &text) {
                        if (answer == KeychainAnswer::Refused || answer == KeychainAnswer::NotThere)
                            return done(refused(text));
                        const bool inKeychain = answer == KeychainAnswer::Done;
                        const KeptToken kept{secret, inKeychain ? TokenPlace::Keychain : TokenPlace::File,
                                             inKeychain ? QString() : text};
                        inFile(
                            [file = m_file, origin, kept, inKeychain]() -> Result<KeptToken> {
                                if (inKeychain) {
                                    SNUG_CHECK(file.remove(origin));
                                } else {
                                    SNUG_CHECK(file.put(origin, toUtf8(kept.secret)));
                                }
                                return kept;
                            },
                            done);
                    });
}

void TokenStore::forget(const http::Url &endpoint, Done done)
{
    const std::string origin = originOf(endpoint);
    const auto removeFromFile = [file = m_file, origin]() -> Result<KeptToken> {
        SNUG_TRY(const bool had, file.remove(origin));
        return KeptToken{{}, had ? TokenPlace::File : TokenPlace::Nowhere, {}};
    };
    inFile(removeFromFile, [this, origin, done](const Result<KeptToken> &removed) {
        if (!removed)
            return done(removed);
        const bool wasInFile = removed->place == TokenPlace::File;
        removeFromKeychain(fromUtf8(origin), *this,
                           [done, wasInFile](KeychainAnswer answer, const QString &text) {
                               if (answer == KeychainAnswer::Refused)
                                   return done(refused(text));
                               if (answer == KeychainAnswer::Absent && !wasInFile)
                                   return done(unreachable(text));
                               done(KeptToken{});
                           });
    });
}

} // namespace snug::ui
