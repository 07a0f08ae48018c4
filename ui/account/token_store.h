// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/http/url.h"
#include "ui/account/keychain.h"
#include "ui/account/token_file.h"
#include "ui/worker/background_task.h"

#include <QObject>

#include <functional>
#include <memory>

namespace snug::ui {

enum class TokenPlace { Nowhere, Keychain, File };

struct KeptToken {
    QString secret; // empty: none is kept
    TokenPlace place = TokenPlace::Nowhere;
    QString whyNoKeychain; // of a file, if the keychain was asked
};

// Keeps one secret for each origin, of a Hub or of another server: in the system's keychain, or where none
// answers in a file for the owner alone, and the answer tells which. The keychain is not asked for what was
// never put there: it might want its password. What another program keeps is not touched. GUI thread, nothing
// blocks it; one call at a time, `done` comes later and once, unless the store is gone.
class TokenStore final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TokenStore)
public:
    // Errors: Auth (the keychain refused), Io (the file), Corrupt (the file), Unsupported (the keychain has
    // it and does not answer).
    using Done = std::function<void(const Result<KeptToken> &)>;

    // `purpose` keeps the secrets of several stores apart in the one keychain.
    explicit TokenStore(std::filesystem::path file, std::string purpose = {}, QObject *parent = nullptr);
    ~TokenStore() override;

    [[nodiscard]] const std::filesystem::path &file() const { return m_file.path(); }

    void read(const http::Url &endpoint, Done done);
    void keep(const http::Url &endpoint, const QString &secret, Done done);
    void forget(const http::Url &endpoint, Done done);

private:
    using FileWork = std::function<Result<KeptToken>()>;

    [[nodiscard]] std::string entryOf(const http::Url &endpoint) const;
    void inFile(FileWork work, Done done);
    void forgetInKeychain(const std::string &origin, const Done &done);
    void removeFromFile(const std::string &origin, const Done &done);

    TokenFile m_file;
    std::string m_purpose;
    std::unique_ptr<BackgroundTask<Result<KeptToken>>> m_task;
};

} // namespace snug::ui
