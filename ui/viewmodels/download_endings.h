// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/worker/worker_process.h"

#include <QObject>
#include <QStringList>

#include <memory>
#include <set>

namespace snug::ui {

class SettingsFile;

// What is left to do for downloads that a person stopped: their children put down what they have, which may
// take a while, and what was fetched of a cancelled one is thrown away once nobody writes to it any more, one
// after the other. What must still be thrown away is kept in a file until it is, also over the end of the
// program. GUI thread; owned by DownloadsViewModel; `list` outlives it.
class DownloadEndings final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DownloadEndings)
public:
    static constexpr int kMostKept = 1000;

    DownloadEndings(QString program, SettingsFile &list, QObject *parent = nullptr);
    ~DownloadEndings() override;

    // Throws away what the last time left, except of those that are `wanted` again.
    void goOn(const QStringList &wanted);
    // Cancels a child without waiting for it; its outcome is dropped.
    void end(const QString &id, std::unique_ptr<WorkerProcess> child);
    // Throws away what is unfinished of it, after its children.
    void discard(const QString &id);
    // It is wanted again, so nothing of it is thrown away later. Not while busy().
    void keep(const QString &id);
    // A child that writes to its files, or deletes them, runs or is about to.
    [[nodiscard]] bool busy(const QString &id) const;

Q_SIGNALS:
    // It may be busy no more.
    void eased();

private:
    void discardNext();
    void onDiscarded(const Outcome &outcome);
    void save();

    QString m_program;
    SettingsFile &m_list;
    std::multiset<QString> m_ending; // an id for each child
    QStringList m_owed;              // ids; as in the file
    QStringList m_waiting;           // those of m_owed whose turn comes in this run of the program
    std::unique_ptr<WorkerProcess> m_discard;
    QString m_discarded;
};

} // namespace snug::ui
