// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/child_log.h"

#include <QFile>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace snug::test {
namespace {

constexpr auto kVariable = "SNUG_FAKE_LOG";

} // namespace

ChildLog::ChildLog()
{
    qputenv(kVariable, m_folder.filePath(u"log"_s).toUtf8());
}

ChildLog::~ChildLog()
{
    qunsetenv(kVariable);
}

QString ChildLog::text() const
{
    QFile file(m_folder.filePath(u"log"_s));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QList<QJsonObject> ChildLog::asked() const
{
    QList<QJsonObject> list;
    const QStringList lines = text().split(u'\n');
    for (const QString &line : lines) {
        if (line.startsWith(u"asked "))
            list.append(QJsonDocument::fromJson(line.mid(6).toUtf8()).object());
    }
    return list;
}

} // namespace snug::test
