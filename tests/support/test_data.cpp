// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/test_data.h"

#include <QDir>
#include <QFileInfo>

namespace snug::test {

QString dataFile(const QString &relativePath)
{
    const QDir folder(qEnvironmentVariable("SNUG_TEST_DATA", QStringLiteral("../shared")));
    const QFileInfo file(folder.filePath(relativePath));
    return file.exists() ? file.absoluteFilePath() : QString();
}

QString program(const QString &name)
{
    QString path = QDir(qEnvironmentVariable("SNUG_BIN", QStringLiteral("bin"))).absoluteFilePath(name);
#if defined(Q_OS_WIN)
    path += QStringLiteral(".exe");
#endif
    return path;
}

} // namespace snug::test
