// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>

namespace snug::bench {

// A server in a process of its own, which ends with this.
class ServerProcess {
public:
    ServerProcess() = default;
    ServerProcess(const ServerProcess &) = delete;
    ServerProcess &operator=(const ServerProcess &) = delete;
    ~ServerProcess();

    // `snug-cli serve` of a model with as many threads as there are cores. The URL once it answers, or empty,
    // with a word on stderr.
    [[nodiscard]] QString serve(const QString &cli, const QString &model, const QStringList &more = {});
    [[nodiscard]] QProcess &process() { return m_process; }

    static constexpr int kPatienceMs = 120'000;
    static constexpr const char *kKey = "bench"; // that it wants to hear

private:
    QProcess m_process;
};

} // namespace snug::bench
