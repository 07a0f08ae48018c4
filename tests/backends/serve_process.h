// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QPair>
#include <QProcess>
#include <QStringList>

namespace snug::test {

struct Reply {
    int status = 0; // 0: no answer
    QJsonObject json;
};

// A `snug-cli serve MODEL --json` and a client of it. Killed on destruction.
class ServeProcess {
public:
    ServeProcess(const QString &model, const QStringList &options,
                 const QList<QPair<QString, QString>> &environment = {});
    ~ServeProcess();
    ServeProcess(const ServeProcess &) = delete;
    ServeProcess &operator=(const ServeProcess &) = delete;

    [[nodiscard]] bool waitForReady();
    [[nodiscard]] bool waitForProgress();
    [[nodiscard]] bool waitForEnd(int milliseconds);

    [[nodiscard]] QJsonObject ready() const { return m_ready; }
    [[nodiscard]] QJsonObject lastEvent() const { return m_last; }
    [[nodiscard]] bool sawProgress(const QString &stage) const { return m_stages.contains(stage); }
    [[nodiscard]] qint64 processId() const { return m_process.processId(); }
    [[nodiscard]] int exitCode() const { return m_process.exitCode(); }
    // What it said on stderr so far.
    [[nodiscard]] QByteArray errors() { return m_process.readAllStandardError(); }

    void closeInput() { m_process.closeWriteChannel(); }

    [[nodiscard]] Reply get(const QString &path, const QString &key);
    [[nodiscard]] Reply post(const QString &path, const QJsonObject &body, const QString &key);
    // True once the first bytes of the answer are here; the rest keeps coming.
    [[nodiscard]] bool startStream(const QString &path, const QJsonObject &body, const QString &key);

private:
    void readLines();
    [[nodiscard]] QNetworkRequest request(const QString &path, const QString &key) const;
    static Reply finished(QNetworkReply *reply);

    QProcess m_process;
    QNetworkAccessManager m_network;
    QJsonObject m_ready;
    QJsonObject m_last;
    QStringList m_stages;
};

} // namespace snug::test
