// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/account/keychain.h"

namespace snug::ui {
namespace {

// For a build without QtKeychain.
void tellAbsent(QObject &context, KeychainDone done)
{
    QMetaObject::invokeMethod(
        &context,
        [done = std::move(done)] {
            done(KeychainAnswer::Absent, QObject::tr("This build of Snug cannot use one."));
        },
        Qt::QueuedConnection);
}

} // namespace

void readFromKeychain(const QString &, QObject &context, KeychainDone done)
{
    tellAbsent(context, std::move(done));
}

void writeToKeychain(const QString &, const QString &, QObject &context, KeychainDone done)
{
    tellAbsent(context, std::move(done));
}

void removeFromKeychain(const QString &, QObject &context, KeychainDone done)
{
    tellAbsent(context, std::move(done));
}

} // namespace snug::ui
