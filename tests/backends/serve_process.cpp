// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/backends/serve_process.h"

#include "tests/support/test_data.h"

#include <QNetworkReply>
#include <QTest>

#include <memory>

namespace snug::test {
namespace {

// lavapipe compiles its shaders before the first answer.
constexpr int kPatienceMs = 200000;

} // namespace

ServeProcess::ServeProcess(const QString &model, const QStringList &options,
                           const QList<QPair<QString, QString>> &environment)
{
    QProcessEnvironment own = QProcessEnvironment::systemEnvironment();
    for (const auto &[name, value] : environment)
        own.insert(name, value);
    m_process.setProcessEnvironment(own);
    m_process.start(program(QStringLiteral("snug-cli")),
                    QStringList{QStringLiteral("serve"), model, QStringLiteral("--json")} + options);
}

ServeProcess::~ServeProcess()
{
    m_process.kill();
    m_process.waitForFinished();
}

void ServeProcess::readLines()
{
    while (m_process.canReadLine()) {
        m_last = QJsonDocument::fromJson(m_process.readLine()).object();
        const QString event = m_last[QStringLiteral("event")].toString();
        if (event == QStringLiteral("ready"))
            m_ready = m_last;
        if (event == QStringLiteral("progress"))
            m_stages << m_last[QStringLiteral("stage")].toString();
    }
}

bool ServeProcess::waitForReady()
{
    const auto over = [this] {
        readLines();
        return !m_ready.isEmpty() || m_process.state() == QProcess::NotRunning;
    };
    return QTest::qWaitFor(over, kPatienceMs) && !m_ready.isEmpty();
}

bool ServeProcess::waitForProgress()
{
    const auto over = [this] {
        readLines();
        return !m_stages.isEmpty() || m_process.state() == QProcess::NotRunning;
    };
    return QTest::qWaitFor(over, kPatienceMs) && !m_stages.isEmpty();
}

bool ServeProcess::waitForEnd(int milliseconds)
{
    const bool ended =
        QTest::qWaitFor([this] { return m_process.state() == QProcess::NotRunning; }, milliseconds);
    readLines();
    return ended;
}

QNetworkRequest ServeProcess::request(const QString &path, const QString &key) const
{
    QNetworkRequest request(QUrl(m_ready[QStringLiteral("url")].toString() + path));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    if (!key.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + key.toUtf8());
    return request;
}

Reply ServeProcess::finished(QNetworkReply *reply)
{
    const std::unique_ptr<QNetworkReply> owned(reply);
    if (!QTest::qWaitFor([reply] { return reply->isFinished(); }, kPatienceMs))
        return {};
    return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(),
            QJsonDocument::fromJson(reply->readAll()).object()};
}

Reply ServeProcess::get(const QString &path, const QString &key)
{
    return finished(m_network.get(request(path, key)));
}

Reply ServeProcess::post(const QString &path, const QJsonObject &body, const QString &key)
{
    return finished(m_network.post(request(path, key), QJsonDocument(body).toJson()));
}

bool ServeProcess::startStream(const QString &path, const QJsonObject &body, const QString &key)
{
    QNetworkReply *reply = m_network.post(request(path, key), QJsonDocument(body).toJson());
    reply->setParent(&m_network);
    return QTest::qWaitFor([reply] { return reply->bytesAvailable() > 0 || reply->isFinished(); },
                           kPatienceMs) &&
           reply->bytesAvailable() > 0;
}

} // namespace snug::test
