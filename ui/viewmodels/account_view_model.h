// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/hub/environment.h"
#include "ui/account/token_store.h"
#include "ui/viewmodels/problem.h"

#include <QMap>
#include <QObject>
#include <QTimer>

#include <optional>

namespace snug::ui {

// The access token for the Hub: which one is used, where it is kept, entering and forgetting one. It never
// hands the secret to a page. GUI thread; owned by the application.
class AccountViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AccountViewModel)
    Q_PROPERTY(QString state READ state NOTIFY changed)
    Q_PROPERTY(bool kept READ kept NOTIFY changed)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    Q_PROPERTY(QString inUse READ inUse NOTIFY changed)
    Q_PROPERTY(QString whereKept READ whereKept NOTIFY changed)
    Q_PROPERTY(QString whyNoKeychain READ whyNoKeychain NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)
    Q_PROPERTY(QString host READ host CONSTANT)
    Q_PROPERTY(QString tokensPage READ tokensPage CONSTANT)

public:
    // `file`: where a token is kept if no keychain answers. `lookup` is asked now.
    explicit AccountViewModel(std::filesystem::path file, const hub::Lookup &lookup = &hub::processVariable,
                              QObject *parent = nullptr);
    ~AccountViewModel() override;

    // The token that is used: "none", "environment" (a variable holds it), "kept" (entered here) or "file"
    // (of another program, as huggingface_hub finds it; read at its place and not copied).
    [[nodiscard]] QString state() const;
    // One was entered here, used or not.
    [[nodiscard]] bool kept() const { return m_kept.place != TokenPlace::Nowhere; }
    // The keychain or the file is being asked.
    [[nodiscard]] bool busy() const { return m_busy; }
    // Both in words.
    [[nodiscard]] QString inUse() const;
    [[nodiscard]] QString whereKept() const;
    // Why a token that was just entered lies in a file, in the words of the system; otherwise empty.
    [[nodiscard]] QString whyNoKeychain() const { return m_kept.whyNoKeychain; }
    [[nodiscard]] Problem problem() const { return m_problem; }
    // Of the Hub, and its page on which a person makes tokens; empty if the environment names no usable Hub.
    [[nodiscard]] QString host() const;
    [[nodiscard]] QString tokensPage() const;

    // Whether what is kept was read, so that environment() has the token; false for a moment after the start.
    [[nodiscard]] bool settled() const { return m_settled; }
    // What children that talk to the Hub get beside our environment.
    [[nodiscard]] QMap<QString, QString> environment() const;

    // Checks the shape, then keeps it in place of the one before.
    Q_INVOKABLE void save(const QString &text);
    Q_INVOKABLE void forget();

Q_SIGNALS:
    void changed();
    void saved();
    // environment() is known, once.
    void becameSettled();
    // environment() is another one.
    void tokenChanged();

private:
    void lookAround(const hub::Lookup &lookup);
    void setBusy();
    void take(const Result<KeptToken> &told);
    void settle();

    TokenStore m_store;
    std::optional<hub::Environment> m_hub; // nullopt: it names no usable Hub
    bool m_inVariable = false;
    QString m_otherFile; // of another program, with a token in it
    KeptToken m_kept;
    Problem m_problem;
    bool m_busy = false;
    bool m_waiting = false; // busy, and for so long that a person should know
    bool m_settled = false;
    QTimer m_patience;
    QTimer m_slow;
};

} // namespace snug::ui
