// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QTemporaryDir>

namespace snug::test {

// What every fake_worker that is started meanwhile tells of itself, in a folder of its own.
class ChildLog {
public:
    ChildLog();
    ~ChildLog();
    ChildLog(const ChildLog &) = delete;
    ChildLog &operator=(const ChildLog &) = delete;

    // "began ARGUMENTS", "asked QUESTION", "ended ARGUMENTS": a line each.
    [[nodiscard]] QString text() const;
    // What `fit --follow` was asked, in that order.
    [[nodiscard]] QList<QJsonObject> asked() const;
    // A path for a file beside the log.
    [[nodiscard]] QString filePath(const QString &name) const { return m_folder.filePath(name); }

private:
    QTemporaryDir m_folder;
};

} // namespace snug::test
