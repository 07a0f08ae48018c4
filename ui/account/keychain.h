// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QString>

#include <functional>

namespace snug::ui {

enum class KeychainAnswer {
    Done,
    NotThere, // it answers, and has no such entry
    Refused,  // it answers, and the person or the system said no
    Absent,   // none is built in, none runs, or it does not answer
};

// `text` is the secret that was read, otherwise why it went wrong, never a secret.
using KeychainDone = std::function<void(KeychainAnswer answer, const QString &text)>;

// The system's keychain: Secret Service or KWallet, the Keychain of macOS, the credentials of Windows.
// Nothing is ever stored in the clear instead. GUI thread; each returns at once and calls `done` later, once,
// unless `context` is gone by then.
void readFromKeychain(const QString &key, QObject &context, KeychainDone done);
void writeToKeychain(const QString &key, const QString &secret, QObject &context, KeychainDone done);
void removeFromKeychain(const QString &key, QObject &context, KeychainDone done);

} // namespace snug::ui
