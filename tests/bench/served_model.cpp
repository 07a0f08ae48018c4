// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/bench/served_model.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QThread>

#include <cstdio>

namespace snug::bench {

ServerProcess::~ServerProcess()
{
    m_process.closeWriteChannel();
    if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(5'000)) {
        m_process.kill();
        m_process.waitForFinished();
    }
}

QString ServerProcess::serve(const QString &cli, const QString &model, const QStringList &more)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("SNUG_API_KEY"), QString::fromLatin1(kKey));
    m_process.setProcessEnvironment(environment);
    m_process.start(cli, QStringList{QStringLiteral("serve"), model, QStringLiteral("--threads"),
                                     QString::number(QThread::idealThreadCount()), QStringLiteral("--json")} +
                             more);
    QElapsedTimer patience;
    patience.start();
    while (patience.elapsed() < kPatienceMs && m_process.state() != QProcess::NotRunning) {
        m_process.waitForReadyRead(100);
        while (m_process.canReadLine()) {
            const QJsonObject event = QJsonDocument::fromJson(m_process.readLine()).object();
            if (event.value(u"event") == QStringLiteral("ready"))
                return event.value(u"url").toString();
        }
    }
    std::fprintf(stderr, "snug-cli serve did not get ready:\n%s\n",
                 m_process.readAllStandardError().right(2000).constData());
    return {};
}

} // namespace snug::bench
