// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/account/keychain.h"

#include <QTimer>
#include <qt6keychain/keychain.h>

#include <chrono>
#include <memory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace snug::ui {
namespace {

const QString kService = u"Snug"_s;
// A person may have to type the password of the keychain.
constexpr auto kPatience = 60s;

KeychainAnswer answerOf(QKeychain::Error error)
{
    switch (error) {
    case QKeychain::NoError:
        return KeychainAnswer::Done;
    case QKeychain::EntryNotFound:
        return KeychainAnswer::NotThere;
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
    case QKeychain::CouldNotDeleteEntry:
        return KeychainAnswer::Refused;
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
    case QKeychain::OtherError:
        break;
    }
    return KeychainAnswer::Absent;
}

// Starts a job, which deletes itself. `secretOf` takes what was read out of it.
template <class Job, class SecretOf>
void start(Job *job, const QString &key, QObject &context, KeychainDone done, SecretOf secretOf)
{
    job->setKey(key);
    job->setInsecureFallback(false);
    const auto waiting = std::make_shared<KeychainDone>(std::move(done));
    const auto tell = [waiting](KeychainAnswer answer, const QString &text) {
        if (const KeychainDone told = std::exchange(*waiting, nullptr))
            told(answer, text);
    };
    QObject::connect(
        job, &QKeychain::Job::finished, &context, [job, tell, secretOf](const QKeychain::Job *finished) {
            const KeychainAnswer answer = answerOf(finished->error());
            tell(answer, answer == KeychainAnswer::Done ? secretOf(*job) : finished->errorString());
        });
    QTimer::singleShot(kPatience, &context,
                       [tell] { tell(KeychainAnswer::Absent, QObject::tr("It did not answer in time.")); });
    job->start();
}

} // namespace

void readFromKeychain(const QString &key, QObject &context, KeychainDone done)
{
    start(new QKeychain::ReadPasswordJob(kService), key, context, std::move(done),
          [](const QKeychain::ReadPasswordJob &job) { return job.textData(); });
}

void writeToKeychain(const QString &key, const QString &secret, QObject &context, KeychainDone done)
{
    auto *job = new QKeychain::WritePasswordJob(kService);
    job->setTextData(secret);
    start(job, key, context, std::move(done), [](const QKeychain::WritePasswordJob &) { return QString(); });
}

void removeFromKeychain(const QString &key, QObject &context, KeychainDone done)
{
    start(new QKeychain::DeletePasswordJob(kService), key, context, std::move(done),
          [](const QKeychain::DeletePasswordJob &) { return QString(); });
}

} // namespace snug::ui
