// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/remote_engine.h"
#include "core/chat/served_models.h"
#include "ui/account/token_store.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/worker/background_task.h"

#include <QObject>

#include <functional>
#include <memory>

namespace snug::ui {

// Asks a server which models it has, with a key that was given or kept. One question at a time: a new one, or
// the end of this object, drops the one under way. GUI thread; the network has a thread of its own.
class RemoteConnection final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RemoteConnection)
public:
    struct Found {
        chat::ServedModels served;
        std::int64_t contextTokens = 0; // llama.cpp's, of its one model; 0: not told
        QString key;                    // that the server took
    };
    // Errors: those of OpenAiClient and of TokenStore.
    using Done = std::function<void(const Result<Found> &)>;

    // `keys`: where keys are kept if no keychain answers.
    explicit RemoteConnection(const std::filesystem::path &keys, QObject *parent = nullptr);
    ~RemoteConnection() override;

    // Without a `key` the one that is kept for this origin is used, if any.
    void ask(const http::Url &address, const QString &key, Done done);
    void drop();
    [[nodiscard]] bool busy() const { return m_busy; }

private:
    void question(const http::Url &address, const QString &key, Done done);

    std::filesystem::path m_keysFile;
    std::unique_ptr<TokenStore> m_keys; // of the question under way
    std::unique_ptr<BackgroundTask<Result<Found>>> m_task;
    bool m_busy = false;
};

// What keeps the keys of servers apart from the tokens of Hubs.
[[nodiscard]] std::unique_ptr<TokenStore> makeKeyStore(const std::filesystem::path &file);

// The engine as a session that is ready. NotFound if the server no longer has its model.
[[nodiscard]] Result<RemoteSession> sessionWith(const chat::RemoteEngine &engine, const http::Url &address,
                                                const RemoteConnection::Found &found);

// "llama.cpp", "vLLM", "SGLang"; empty for others.
[[nodiscard]] QString programName(chat::Dialect dialect);

} // namespace snug::ui
